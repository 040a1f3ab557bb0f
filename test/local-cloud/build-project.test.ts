/** Builds that really run: small projects, the repository's own buildspec, and the client of CodeBuild. */

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  StartBuildCommand,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import { type CodeBuild, createCodeBuild } from '../world/codebuild.ts';
import { createS3, type S3 } from '../world/s3.ts';
import { type BuildProject, type BuildProjectOptions, createBuildProject } from './build-project.ts';
import { codebuildService } from './codebuild.ts';
import { serveAws } from './server.ts';

const BUILDSPEC = join(import.meta.dirname, '../../buildspec.yml');
const BUCKET = 'site';
const TIMEOUT_MS = 30_000;

let folder: string;
let s3: S3;
let codebuild: CodeBuild;
let statuses: string[];
let lines: string[];

beforeEach(async () => {
  let ids = 0;
  folder = await mkdtemp(join(tmpdir(), 'afterbuild project-'));
  statuses = [];
  lines = [];
  const [now, id] = [Date.now, () => `id${ids++}`];
  s3 = createS3({ now, id });
  s3.createBucket(BUCKET, { versioning: 'enabled', eventBridge: false });
  codebuild = createCodeBuild({
    now,
    id,
    project: 'p',
    onEvent: (event) =>
      statuses.push((event as { detail: Record<string, string> }).detail['build-status'] ?? ''),
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = async (path: string, content: string): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
};

const project = (environment: Readonly<Record<string, string>>, more: Partial<BuildProjectOptions> = {}) =>
  createBuildProject({
    codebuild,
    s3,
    bucket: BUCKET,
    buildspecPath: BUILDSPEC,
    sourceDir: folder,
    linksPackages: false,
    environment,
    onLine: (line) => lines.push(line),
    ...more,
  });

const ended = async (id: string) => {
  for (;;) {
    const [build] = codebuild.batchGet([id]).builds;
    if (build && build.buildStatus !== 'IN_PROGRESS') return build;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

const run = (started: BuildProject) => ended(started.start());
const keys = (): readonly string[] => s3.listObjectsV2(BUCKET, {}).objects.map(({ key }) => key);

test(
  'what the command makes is uploaded, each file with the type of its name, and the states are told',
  async () => {
    const command =
      'mkdir -p dist/a && echo page > dist/index.html && echo x > dist/a/x.css && echo y > dist/y.zzz';
    const build = await run(project({ BUILD_COMMAND: command }));
    expect(build.buildStatus).toBe('SUCCEEDED');
    expect(keys().map((key) => [key, s3.head(BUCKET, key).headers.contentType])).toEqual([
      ['a/x.css', 'text/css'],
      ['index.html', 'text/html'],
      ['y.zzz', 'binary/octet-stream'],
    ]);
    expect(statuses).toEqual(['IN_PROGRESS', 'SUCCEEDED']);
    expect(build.phases.map(({ phaseType }) => phaseType)).toEqual([
      'SUBMITTED',
      'DOWNLOAD_SOURCE',
      'INSTALL',
      'PRE_BUILD',
      'BUILD',
      'UPLOAD_ARTIFACTS',
      'COMPLETED',
    ]);
    expect(build.resolvedSourceVersion).toMatch(/^[0-9a-f]{40}$/);
  },
  TIMEOUT_MS,
);

test.each([
  ['a command that fails', 'mkdir dist && echo x > dist/index.html && exit 3', 'BUILD'],
  ['a command that makes nothing', 'mkdir dist', 'BUILD'],
  ['a command that is not there', 'no-such-command', 'BUILD'],
])(
  'with %s the build fails, and what was published stays',
  async (_case, BUILD_COMMAND, phase) => {
    s3.put(BUCKET, 'index.html', Buffer.from('before'));
    const build = await run(project({ BUILD_COMMAND }));
    expect(build.buildStatus).toBe('FAILED');
    expect(build.phases.find(({ phaseType }) => phaseType === phase)?.phaseStatus).toBe('FAILED');
    expect(keys()).toEqual(['index.html']);
    expect(Buffer.from(s3.get(BUCKET, 'index.html').body).toString()).toBe('before');
  },
  TIMEOUT_MS,
);

test(
  'the same sources have the same version, and others another',
  async () => {
    const version = async () =>
      (await run(project({ BUILD_COMMAND: 'mkdir dist && echo x > dist/x' }))).resolvedSourceVersion;
    await write('a.txt', 'one');
    await write('node_modules/p/index.js', 'not a source');
    const first = await version();
    await write('node_modules/p/index.js', 'still none');
    expect(await version()).toBe(first);
    await write('a.txt', 'two');
    expect(await version()).not.toBe(first);
  },
  TIMEOUT_MS,
);

test(
  'a build that installs its packages does not touch those of the project',
  async () => {
    await write('package.json', '{"name":"x"}');
    await write('node_modules/p/index.js', 'module');
    await run(project({ BUILD_COMMAND: 'rm -rf node_modules/* && mkdir dist && echo x > dist/x' }));
    expect(await readdir(join(folder, 'node_modules'))).toEqual(['p']);
  },
  TIMEOUT_MS,
);

test(
  'a build that links the packages of its project finds them',
  async () => {
    await write('sub/package.json', '{"name":"x"}');
    await write('sub/node_modules/p/file.txt', 'from the package');
    const command = 'mkdir dist && cp node_modules/p/file.txt dist/';
    await run(project({ BUILD_DIR: 'sub', BUILD_COMMAND: command }, { linksPackages: true }));
    expect(Buffer.from(s3.get(BUCKET, 'file.txt').body).toString()).toBe('from the package');
  },
  TIMEOUT_MS,
);

test(
  'two builds at once both end',
  async () => {
    const both = project({ BUILD_COMMAND: 'mkdir dist && echo $CODEBUILD_BUILD_ID > dist/id' });
    const ids = [both.start(), both.start()];
    expect((await Promise.all(ids.map(ended))).map(({ buildStatus }) => buildStatus)).toEqual([
      'SUCCEEDED',
      'SUCCEEDED',
    ]);
  },
  TIMEOUT_MS,
);

test('a buildspec that cannot be read is a build that failed, and its log says why', async () => {
  await write('wrong.yml', 'version: 0.1');
  const build = await run(project({}, { buildspecPath: join(folder, 'wrong.yml') }));
  expect(build.buildStatus).toBe('FAILED');
  expect(lines.join('\n')).toContain('version: expected 0.2, got 0.1');
});

test(
  'the client starts a build with its own variables, and stops one with all that it started',
  async () => {
    const started = project({ BUILD_COMMAND: 'sleep 600 & wait' });
    const aws = await serveAws({ port: 0, services: { codebuild: codebuildService(codebuild, started) } });
    const client = new CodeBuildClient({
      endpoint: aws.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    try {
      const name = 'BUILD_COMMAND';
      const quick = await client.send(
        new StartBuildCommand({
          projectName: 'p',
          environmentVariablesOverride: [{ name, value: 'mkdir dist && echo x > dist/quick' }],
        }),
      );
      await ended(quick.build?.id ?? '');
      expect(keys()).toEqual(['quick']);
      const slow = await client.send(new StartBuildCommand({ projectName: 'p' }));
      const id = slow.build?.id ?? '';
      while (!codebuild.batchGet([id]).builds[0]?.phases.some(({ phaseType }) => phaseType === 'BUILD')) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await client.send(new StopBuildCommand({ id }));
      expect((await ended(id)).buildStatus).toBe('STOPPED');
      const { builds } = await client.send(new BatchGetBuildsCommand({ ids: [id] }));
      expect(builds?.[0]).toMatchObject({ buildStatus: 'STOPPED', buildComplete: true, buildNumber: 2 });
      const other = client.send(new StartBuildCommand({ projectName: 'other' }));
      await expect(other).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    } finally {
      client.destroy();
      await aws.close();
    }
  },
  TIMEOUT_MS,
);
