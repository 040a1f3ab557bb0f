import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { artifactsOf, comesToUpload, type Ran, runPhases } from './build-runner.ts';
import { PHASES, type Phase, type PhaseName } from './build-spec.ts';

/** Longer than any test may take, so that only the end of the build can end it. */
const FOREVER = 'sleep 1000';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "the runner's-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

type Given = Readonly<Partial<Record<PhaseName, readonly string[] | Partial<Phase>>>>;

const phasesOf = (given: Given): readonly Phase[] =>
  PHASES.flatMap((name) => {
    const one = given[name];
    if (!one) return [];
    const part: Partial<Phase> = 'length' in one ? { commands: one } : one;
    return [{ name, commands: [], finally: [], onFailure: name === 'build' ? 'continue' : 'abort', ...part }];
  });

type Settings = Readonly<{
  variables?: Readonly<Record<string, string>>;
  environment?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  onLine?(line: string): void;
}>;

const run = async (given: Given, { variables, environment, signal, onLine }: Settings = {}) => {
  const lines: string[] = [];
  const began: PhaseName[] = [];
  const ran = await runPhases({
    spec: { variables: variables ?? {}, phases: phasesOf(given) },
    sourceDir: folder,
    environment: environment ?? {},
    onLine: (line) => {
      lines.push(line);
      onLine?.(line);
    },
    onPhase: (phase) => began.push(phase),
    signal: signal ?? new AbortController().signal,
  });
  return { ...ran, lines, began };
};

test('phases run in their order, and what one shell would keep is kept: directory, variables, functions', async () => {
  const ran = await run({
    install: { commands: [] },
    pre_build: [
      'mkdir "a b" && cd "a b"',
      `PLAIN="it's"`,
      'export GIVEN="two\nlines"',
      'LIST=(1 "2 3")',
      'say() { echo "said $1"; }',
    ],
    build: ['pwd', 'echo "$PLAIN"', 'bash -c \'echo "$GIVEN"\'', `echo "\${LIST[1]}"`],
    post_build: ['say $PLAIN'],
  });
  expect(ran).toEqual({
    status: 'SUCCEEDED',
    failed: [],
    reached: 'post_build',
    began: ['install', 'pre_build', 'build', 'post_build'],
    lines: [join(folder, 'a b'), "it's", 'two', 'lines', '2 3', "said it's"],
  });
});

test("the project's environment overrides the buildspec's, and the source directory nobody's", async () => {
  const { lines } = await run(
    { build: ['echo $A $B', 'echo $CODEBUILD_SRC_DIR'] },
    { variables: { A: 'spec', B: 'spec' }, environment: { B: 'project', CODEBUILD_SRC_DIR: '/other' } },
  );
  expect(lines).toEqual(['spec project', folder]);
});

test.each([
  ['false', 'false'],
  ['one that ends the shell', 'exit 3'],
  ['one that ends the shell at the first error', 'set -e; false; true'],
  ['one that is not there', 'no-such-command-here'],
  ['one that is no bash', 'if ('],
  ['one in the middle of a block', 'cat <<END\ntext\nEND\nfalse'],
])('a phase ends at the first command that fails: %s', async (_case, command) => {
  const ran = await run({ pre_build: ['true'], build: ['echo before', command, 'echo after'] });
  expect(ran).toMatchObject({ status: 'FAILED', failed: ['build'], reached: 'build' });
  expect(ran.lines).toContain('before');
  expect(ran.lines).not.toContain('after');
});

const FAILS = ['exit 1'];
const FINE = ['true'];

test.each<[string, Given, readonly PhaseName[], readonly PhaseName[]]>([
  ['install ends the build', { install: FAILS, build: FINE, post_build: FINE }, ['install'], ['install']],
  ['pre_build ends the build', { pre_build: FAILS, build: FINE }, ['pre_build'], ['pre_build']],
  ['build goes on to post_build', { build: FAILS, post_build: FINE }, ['build', 'post_build'], ['build']],
  ['both are told', { build: FAILS, post_build: FAILS }, ['build', 'post_build'], ['build', 'post_build']],
  [
    'build ends the build where it says so',
    { build: { commands: FAILS, onFailure: 'abort' }, post_build: FINE },
    ['build'],
    ['build'],
  ],
  [
    'pre_build goes on where it says so',
    { pre_build: { commands: FAILS, onFailure: 'continue' }, build: FINE },
    ['pre_build', 'build'],
    ['pre_build'],
  ],
])('a failed %s', async (_case, given, began, failed) => {
  expect(await run(given)).toMatchObject({ status: 'FAILED', began, failed });
});

test.each([
  ['after commands that work', FINE, ['echo last'], 'SUCCEEDED'],
  ['after a command that fails', FAILS, ['echo last'], 'FAILED'],
  ['and makes the phase fail', FINE, ['echo last', 'false'], 'FAILED'],
])('what a phase has to do at last is done %s', async (_case, commands, last, status) => {
  const ran = await run({ install: { commands, finally: last } });
  expect(ran).toMatchObject({ status, lines: ['last'], failed: status === 'FAILED' ? ['install'] : [] });
});

test('commands can tell whether the build is succeeding', async () => {
  const echo = 'echo $CODEBUILD_BUILD_SUCCEEDING';
  const { lines } = await run({ pre_build: [echo], build: [echo, 'false'], post_build: [echo] });
  expect(lines).toEqual(['1', '1', '0']);
});

test('a shell that is killed has failed in the phase that it was in', async () => {
  const ran = await run({ pre_build: FINE, build: ['kill -9 $$'], post_build: ['echo after'] });
  expect(ran).toMatchObject({ status: 'FAILED', failed: ['build'], lines: [] });
});

test('what a command writes to descriptor 3 is not taken for progress', async () => {
  const ran = await run({ build: ['echo "end build 1" >&3 || true', 'exec 3>/dev/null', 'true'] });
  expect(ran).toMatchObject({ status: 'SUCCEEDED', failed: [] });
});

test('what is left in the background ends with the build', async () => {
  const ran = await run({ build: [`${FOREVER} & echo $!`] });
  expect(ran.status).toBe('SUCCEEDED');
  expect(isAlive(Number(ran.lines[0]))).toBe(false);
});

test('a stop ends everything that the commands started', async () => {
  const controller = new AbortController();
  const pids: number[] = [];
  const ran = await run(
    { build: [`bash -c '${FOREVER} & echo $!; wait'`, 'touch after'], post_build: ['touch after'] },
    {
      signal: controller.signal,
      onLine: (line) => {
        pids.push(Number(line));
        controller.abort();
      },
    },
  );
  expect(ran).toMatchObject({ status: 'STOPPED', failed: [], reached: 'build' });
  expect(pids.map(isAlive)).toEqual([false]);
  expect(existsSync(join(folder, 'after'))).toBe(false);
});

test('a stop before the first command lets none run', async () => {
  const ran = await run({ build: ['touch after'] }, { signal: AbortSignal.abort() });
  expect(ran).toMatchObject({ status: 'STOPPED', began: [] });
  expect(existsSync(join(folder, 'after'))).toBe(false);
});

/** A killed process may still wait for init to ask for its end. */
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0) && !isZombie(pid);
  } catch {
    return false;
  }
};

const isZombie = (pid: number): boolean =>
  spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.startsWith('Z');

test.each<[Ran, boolean]>([
  [{ status: 'SUCCEEDED', failed: [] }, true],
  [{ status: 'SUCCEEDED', failed: [], reached: 'install' }, true],
  [{ status: 'FAILED', failed: ['pre_build'], reached: 'pre_build' }, false],
  [{ status: 'FAILED', failed: ['install'], reached: 'build' }, true],
  [{ status: 'FAILED', failed: ['build'], reached: 'post_build' }, true],
  [{ status: 'STOPPED', failed: [], reached: 'build' }, false],
])('%j comes to an upload: %j', (ran, expected) => {
  expect(comesToUpload(ran)).toBe(expected);
});

describe('the files to upload', () => {
  beforeEach(async () => {
    for (const path of ['out/index.html', 'out/a/b.js', 'out/a/b.js.map', 'out/.well-known/x', 'secret']) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), path);
    }
    await mkdir(join(folder, 'out/empty'));
  });

  test.each([
    ['all, hidden ones too', ['**/*'], [], ['.well-known/x', 'a/b.js', 'a/b.js.map', 'index.html']],
    ['the top', ['*'], [], ['index.html']],
    ['one by its name', ['a/b.js'], [], ['a/b.js']],
    ['what two patterns say, once', ['a/*', 'a/b.js'], [], ['a/b.js', 'a/b.js.map']],
    ['not what is excluded', ['**/*'], ['**/*.map', '.well-known/*'], ['a/b.js', 'index.html']],
    ['none', ['*.css'], [], []],
  ])('%s', async (_case, files, exclude, paths) => {
    expect(await artifactsOf({ baseDirectory: 'out', files, exclude }, folder)).toEqual({
      folder: join(folder, 'out'),
      paths,
    });
  });

  test('a directory that is not there is told from one without files', async () => {
    const of = (baseDirectory: string) =>
      artifactsOf({ baseDirectory, files: ['**/*'], exclude: [] }, folder);
    expect(await of('gone')).toBeUndefined();
    expect((await of('out/empty'))?.paths).toEqual([]);
  });
});
