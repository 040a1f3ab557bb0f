/** How builds end that do not end well, and what they leave in the bucket; with buildspecs of these tests' own. */

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CodeBuild, createCodeBuild, type ModelBuild } from '../world/codebuild.ts';
import { createS3, type S3 } from '../world/s3.ts';
import { type BuildProjectOptions, createBuildProject } from './build-project.ts';

const BUCKET = 'site';
const LONG_MS = 1_000_000;
const MAKES = 'mkdir -p dist; echo a >dist/a; echo b >dist/b';

let folder: string;
let s3: S3;
let codebuild: CodeBuild;
/** What waits for a build to end. */
let onEnd: Map<string, (build: ModelBuild) => void>;

beforeEach(async () => {
  let ids = 0;
  folder = await mkdtemp(join(tmpdir(), 'build-endings-'));
  onEnd = new Map();
  const [now, id] = [Date.now, () => `endings-${process.pid}-${ids++}`];
  s3 = createS3({ now, id });
  s3.createBucket(BUCKET, { versioning: 'enabled', eventBridge: false });
  codebuild = createCodeBuild({ now, id, project: 'p', onEvent: () => queueMicrotask(tellEnded) });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const tellEnded = (): void => {
  for (const [id, tell] of onEnd) {
    const [build] = codebuild.batchGet([id]).builds;
    if (build?.endTime !== undefined) tell(build);
  }
};

const ended = (id: string): Promise<ModelBuild> => new Promise((resolve) => onEnd.set(id, resolve));

const projectOf = async (
  phases: Readonly<Record<string, object>>,
  options: Partial<BuildProjectOptions> = {},
) => {
  const artifacts = { 'base-directory': 'dist', files: ['**/*'] };
  const env = { variables: { FROM: 'spec', OTHER: 'spec' } };
  const buildspecPath = join(folder, 'spec.yml');
  // JSON is YAML.
  await writeFile(buildspecPath, JSON.stringify({ version: 0.2, env, phases, artifacts }));
  return createBuildProject({
    codebuild,
    s3,
    bucket: BUCKET,
    buildspecPath,
    sourceDir: folder,
    linksPackages: false,
    environment: {},
    ...options,
  });
};

const keys = (): readonly string[] => s3.listObjectsV2(BUCKET, {}).objects.map(({ key }) => key);
const text = (key: string): string => Buffer.from(s3.get(BUCKET, key).body).toString().trim();
const marked = ({ phases }: ModelBuild): readonly string[] =>
  phases
    .filter(({ phaseStatus = 'SUCCEEDED' }) => phaseStatus !== 'SUCCEEDED')
    .map(({ phaseType, phaseStatus }) => `${phaseType} ${phaseStatus}`);

test.each<[string, Readonly<Record<string, object>>, readonly string[], readonly string[]]>([
  ['build fails: what it made', { build: { commands: [MAKES, 'false'] } }, ['BUILD FAILED'], ['a', 'b']],
  [
    'post_build fails: what was made',
    { build: { commands: [MAKES] }, post_build: { commands: ['exit 1'] } },
    ['POST_BUILD FAILED'],
    ['a', 'b'],
  ],
  [
    'both fail: what was made',
    { build: { commands: [MAKES, 'false'] }, post_build: { commands: ['exit 1'] } },
    ['BUILD FAILED', 'POST_BUILD FAILED'],
    ['a', 'b'],
  ],
  [
    'pre_build fails: nothing',
    { pre_build: { commands: [MAKES, 'false'] }, build: { commands: [] } },
    ['PRE_BUILD FAILED'],
    [],
  ],
  [
    'pre_build fails and the build goes on: what was made',
    { pre_build: { commands: ['false'], 'on-failure': 'CONTINUE' }, build: { commands: [MAKES] } },
    ['PRE_BUILD FAILED'],
    ['a', 'b'],
  ],
  ['no directory is made: nothing', { build: { commands: ['true'] } }, ['UPLOAD_ARTIFACTS FAILED'], []],
  ['an empty one is made: nothing', { build: { commands: ['mkdir dist'] } }, ['UPLOAD_ARTIFACTS FAILED'], []],
  [
    'build fails without a directory: nothing',
    { build: { commands: ['false'] } },
    ['BUILD FAILED', 'UPLOAD_ARTIFACTS FAILED'],
    [],
  ],
])('uploaded where %s', async (_case, phases, expected, uploaded) => {
  const build = await ended((await projectOf(phases)).start());
  expect([build.buildStatus, marked(build)]).toEqual(['FAILED', expected]);
  expect(keys()).toEqual(uploaded);
});

test('every file is uploaded again, changed or not, and none is ever deleted', async () => {
  const project = await projectOf({ build: { commands: [MAKES] } });
  s3.put(BUCKET, 'old', Buffer.from('old'));
  await ended(project.start());
  const before = s3.head(BUCKET, 'a').versionId;
  await ended(project.start());
  expect(keys()).toEqual(['a', 'b', 'old']);
  expect(s3.head(BUCKET, 'a').versionId).not.toBe(before);
});

test("StartBuild's variables override the project's, and those the buildspec's", async () => {
  const commands = [MAKES, 'echo $FROM $OTHER >dist/a; echo $CODEBUILD_RESOLVED_SOURCE_VERSION >dist/b'];
  const project = await projectOf({ build: { commands } }, { environment: { FROM: 'project' } });
  await ended(project.start());
  expect(text('a')).toBe('project spec');
  const build = await ended(project.start({ FROM: 'start' }));
  expect(text('a')).toBe('start spec');
  expect(text('b')).toBe(build.resolvedSourceVersion);
});

test('what the commands say, and why nothing was uploaded, stands in the log of this build alone', async () => {
  const project = await projectOf({
    build: { commands: ['echo "out of $CODEBUILD_BUILD_ID"', 'echo err >&2'] },
  });
  const ids = [project.start(), project.start()];
  for (const { id, logUrl = '' } of await Promise.all(ids.map(ended))) {
    const log = (await readFile(fileURLToPath(logUrl), 'utf8')).trim().split('\n');
    expect(log.sort()).toEqual(['err', 'no matching artifact paths found in dist', `out of ${id}`]);
    await rm(fileURLToPath(logUrl));
  }
});

test('nothing of the copy is left', async () => {
  const lines: string[] = [];
  const onLine = (line: string) => void lines.push(line);
  const project = await projectOf({ build: { commands: [MAKES, 'pwd'] } }, { onLine });
  await ended(project.start());
  expect(lines).toEqual([expect.stringMatching(/afterbuild-build-.*source$/)]);
  expect(existsSync(dirname(lines[0] ?? ''))).toBe(false);
});

describe('a stopped build', () => {
  test('runs nothing where it was stopped at once', async () => {
    const project = await projectOf({ build: { commands: [MAKES] } });
    const id = project.start();
    expect(project.stop(id)).toBe(true);
    const build = await ended(id);
    expect(build.buildStatus).toBe('STOPPED');
    expect(build.phases.map(({ phaseType }) => phaseType)).not.toContain('BUILD');
    expect(keys()).toEqual([]);
  });

  test('was in the phase that it was stopped in', async () => {
    const project = await projectOf(
      { build: { commands: ['echo now; sleep 1000'] } },
      { onLine: (_line, build) => void project.stop(build) },
    );
    const build = await ended(project.start());
    expect([build.buildStatus, marked(build)]).toEqual(['STOPPED', ['BUILD STOPPED']]);
  });

  test('does not go on with its upload, which may take long', async () => {
    const project = await projectOf({ build: { commands: [MAKES] } }, { uploadMs: () => LONG_MS });
    const id = project.start();
    const end = ended(id);
    while (keys().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    project.stop(id);
    expect(marked(await end)).toEqual(['UPLOAD_ARTIFACTS STOPPED']);
    expect(keys()).toEqual(['a']);
  });

  test('uploads no further file, however fast it is', async () => {
    const put: S3['put'] = (...given) => {
      for (const id of codebuild.listForProject('p').ids) project.stop(id);
      return s3.put(...given);
    };
    const project = await projectOf({ build: { commands: [MAKES] } }, { s3: { ...s3, put } });
    const build = await ended(project.start());
    expect([build.buildStatus, keys()]).toEqual(['STOPPED', ['a']]);
  });

  test('cannot be stopped again, nor one that nobody knows', async () => {
    const project = await projectOf({ build: { commands: [MAKES] } });
    const id = project.start();
    await ended(id);
    await new Promise(setImmediate);
    expect([project.stop(id), project.stop('p:none')]).toEqual([false, false]);
    expect(codebuild.batchGet([id]).builds[0]?.buildStatus).toBe('SUCCEEDED');
  });

  test('is each of those in progress when all are stopped, and all have ended then', async () => {
    const project = await projectOf({ build: { commands: ['sleep 1000'] } });
    const ids = [project.start(), project.start()];
    await project.stopAll();
    const { builds } = codebuild.batchGet(ids);
    expect(builds.map(({ buildStatus }) => buildStatus)).toEqual(['STOPPED', 'STOPPED']);
  });
});
