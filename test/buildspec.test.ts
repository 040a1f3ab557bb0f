/** The buildspec's commands, run by bash as CodeBuild does, on small repositories and on the sample. */

import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { artifactsOf, comesToUpload, runPhases } from './local-cloud/build-runner.ts';
import { readBuildspec } from './local-cloud/build-spec.ts';

type Buildspec = Readonly<{
  version: number;
  env: Readonly<{ shell: string }>;
  phases: Readonly<Record<string, Readonly<{ 'on-failure'?: string; 'runtime-versions'?: object }>>>;
  artifacts: Readonly<{ 'base-directory': string; files: readonly string[] }>;
}>;

const ROOT = dirname(import.meta.dirname);
const SOURCE = readFileSync(join(ROOT, 'buildspec.yml'), 'utf8');
// The framework's own parser, which will read this file too.
const frameworks = createRequire(createRequire(import.meta.url).resolve('serverless/package.json'));
const SPEC: Buildspec = frameworks('js-yaml').load(SOURCE);
const PARSED = readBuildspec(SOURCE);

const commandTimeoutMs = 10_000;
/** Twice in one test npm starts, which takes long on a busy machine. */
const testTimeoutMs = 30_000;

let repository: string;

beforeEach(async () => {
  repository = await mkdtemp(join(tmpdir(), 'build spec-'));
});

afterEach(() => rm(repository, { recursive: true, force: true }));

const write = async (path: string, content = path): Promise<void> => {
  await mkdir(dirname(join(repository, path)), { recursive: true });
  await writeFile(join(repository, path), content);
};

type Ended = Readonly<{ failed: string | undefined; output: string; uploaded: readonly string[] }>;

const build = async (
  variables: Readonly<Record<string, string>> = {},
  sourceDir = repository,
): Promise<Ended> => {
  const lines: string[] = [];
  const ran = await runPhases({
    spec: PARSED,
    sourceDir,
    environment: {
      PATH: [join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
      ...variables,
    },
    onLine: (line) => lines.push(line),
    onPhase: () => {},
    signal: AbortSignal.timeout(commandTimeoutMs),
  });
  if (ran.status === 'STOPPED') throw new Error(`expected an end within ${commandTimeoutMs} ms, got none`);
  const found = PARSED.artifacts && (await artifactsOf(PARSED.artifacts, sourceDir));
  return {
    failed: ran.failed[0],
    output: lines.join('\n'),
    uploaded: comesToUpload(ran) ? (found?.paths ?? []) : [],
  };
};

describe('the file', () => {
  test('is of version 0.2, for bash and Node 24, and publishes every file of one fixed directory', () => {
    expect(SPEC.version).toBe(0.2);
    expect(SPEC.env.shell).toBe('bash');
    expect(SPEC.phases['install']?.['runtime-versions']).toEqual({ nodejs: 24 });
    expect(SPEC.artifacts).toEqual({ 'base-directory': '.afterbuild-output', files: ['**/*'] });
  });

  test('has only phases that this test runs, each of which ends the build when it fails', () => {
    expect(Object.keys(SPEC.phases)).toEqual(['install', 'pre_build', 'build']);
    expect(Object.values(SPEC.phases).map((phase) => phase['on-failure'])).toEqual([
      'ABORT',
      'ABORT',
      'ABORT',
    ]);
  });

  test('has nothing that the framework would take for a variable of its own', () => {
    expect(SOURCE).not.toContain('$' + '{');
  });
});

describe('a build that works', () => {
  test('publishes what the command made, from any directory, hidden files too', async () => {
    await write('web app/src/index.html');
    const ended = await build({
      BUILD_DIR: 'web app',
      BUILD_COMMAND:
        'mkdir -p "out put/.well-known" && cp -R src/. "out put" && echo > "out put/.well-known/x"',
      OUTPUT_DIR: 'out put',
    });
    expect(ended).toMatchObject({ failed: undefined, uploaded: ['.well-known/x', 'index.html'] });
  });

  test('replaces what an earlier one left, and leaves the output where it is', async () => {
    await write('.afterbuild-output/old.html');
    await write('.afterbuild-partial/half.html');
    await write('dist/new.html');
    expect((await build({ BUILD_COMMAND: 'true' })).uploaded).toEqual(['new.html']);
    expect(await readdir(join(repository, 'dist'))).toEqual(['new.html']);
  });

  test('publishes what links point to', async () => {
    await write('built/index.html', 'the page');
    await symlink('built', join(repository, 'dist'));
    await symlink('index.html', join(repository, 'built/start.html'));
    expect((await build({ BUILD_COMMAND: 'true' })).uploaded).toEqual(['index.html', 'start.html']);
    expect(await readFile(join(repository, '.afterbuild-output/start.html'), 'utf8')).toBe('the page');
  });

  test('publishes what is nothing but a link', async () => {
    await write('index.html');
    await mkdir(join(repository, 'dist'));
    await symlink('../index.html', join(repository, 'dist/index.html'));
    expect((await build({ BUILD_COMMAND: 'true' })).uploaded).toEqual(['index.html']);
  });

  test(
    'of the sample, with the default command, needs no network',
    async () => {
      // As in this repository: the sample finds esbuild by walking up.
      await symlink(join(ROOT, 'node_modules'), join(repository, 'node_modules'));
      await cp(join(ROOT, 'test/sample'), join(repository, 'sample'), { recursive: true });
      const ended = await build({ BUILD_DIR: 'sample', CODEBUILD_RESOLVED_SOURCE_VERSION: '4f1c0de' });
      expect([ended.failed, ended.output]).toEqual([undefined, expect.stringContaining('index.html')]);
      expect(ended.uploaded).toEqual(expect.arrayContaining(['about.html', 'index.html']));
      expect(await readFile(join(repository, '.afterbuild-output/index.html'), 'utf8')).toContain('4f1c0de');
    },
    testTimeoutMs,
  );
});

describe('a build that fails publishes nothing, and says why:', () => {
  test.each([
    ['the command', 'exit 3'],
    ['a command before the last', 'false; true'],
    ['a command that is piped', 'false | cat'],
    ['after it made files', 'mkdir -p dist && echo > dist/new.html && false'],
  ])('%s fails', async (_case, BUILD_COMMAND) => {
    await write('dist/index.html');
    await write('.afterbuild-output/old.html');
    expect(await build({ BUILD_COMMAND })).toMatchObject({ failed: 'build', uploaded: [] });
  });

  test.each([
    [
      'no output',
      'true',
      'dist',
      "expected the directory that BUILD_COMMAND makes, found none, got 'dist' in '.'",
    ],
    ['a file as output', 'echo > dist', 'dist', 'expected the directory that BUILD_COMMAND makes'],
    [
      'an empty output',
      'mkdir -p dist/assets',
      'dist',
      "expected files to publish, found none, got 'dist' in '.'",
    ],
    ['the repository as output', 'true', '.', "not the repository itself, got '.' in '.'"],
    ['the repository by another name', 'mkdir dist', 'dist/..', 'not the repository itself'],
    ['what holds the repository', 'true', '..', 'not the repository itself'],
  ])('%s', async (_case, BUILD_COMMAND, OUTPUT_DIR, message) => {
    await write('secret.txt');
    const ended = await build({ BUILD_COMMAND, OUTPUT_DIR });
    expect(ended).toMatchObject({ failed: 'build', uploaded: [] });
    expect(ended.output).toContain(`OUTPUT_DIR: `);
    expect(ended.output).toContain(message);
  });

  test('a link to nothing, of which the rest must not be published alone', async () => {
    await write('dist/index.html');
    await symlink('gone.html', join(repository, 'dist/start.html'));
    const ended = await build({ BUILD_COMMAND: 'true' });
    expect(ended).toMatchObject({ failed: 'build', uploaded: [] });
    expect(ended.output).toContain('start.html');
  });

  test('the repository as output, where it is reached by a link', async () => {
    await write('real/secret.txt');
    await symlink('real', join(repository, 'link'));
    const ended = await build({ BUILD_COMMAND: 'true', OUTPUT_DIR: '.' }, join(repository, 'link'));
    expect(ended).toMatchObject({ failed: 'build', uploaded: [] });
    expect(ended.output).toContain('not the repository itself');
  });

  test('a directory that is not in the repository', async () => {
    const ended = await build({ BUILD_DIR: 'fronted' });
    expect(ended).toMatchObject({ failed: 'pre_build', uploaded: [] });
    expect(ended.output).toContain("BUILD_DIR: expected a directory in the repository, got 'fronted'");
  });
});
