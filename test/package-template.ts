/**
 * The CloudFormation template and the bundles as `serverless package` makes them, made again only when a source
 * changed.
 *
 * Each result has a folder of its own, named by the hash of all that went into it, and moves there in one step.
 * So nobody sees half a result, and `npm run package`, which empties .serverless, gets in nobody's way.
 */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Params of serverless.yml that differ from its defaults. */
export type Params = Readonly<Record<string, string>>;

export type Packaged = Readonly<{
  /** Parsed JSON. */
  template: object;
  /** Absolute paths of the bundled modules. */
  bundles: Readonly<Record<'invalidate' | 'followInvalidation' | 'checkOrigin' | 'postStatus', string>>;
}>;

/**
 * With a build project that exists, so that its events have a rule; the others as in serverless.yml, so that one
 * result does.
 */
const STANDARD: Params = {
  routing: 'none',
  defaultRootObject: 'index.html',
  buildProject: 'afterbuild-local-site',
  makeBuildProject: 'false',
  apiDomain: 'api.example.com',
  apiServiceArn: 'arn:aws:apprunner:us-east-1:123456789012:service/afterbuild-local-api/1',
};

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
/** Inside the project, so that plugins and packages are found by walking up. */
const RESULTS = join(PROJECT, '.local', 'package');
const COPIED = ['functions', 'shared', 'resources', 'buildspec.yml', 'serverless.yml'];
const HASHED = [...COPIED, 'package-lock.json'];
const FRAMEWORK = join(PROJECT, 'node_modules', 'serverless', 'bin', 'serverless.js');

const TELL_AFTER_MS = 1_000;
const POLL_MS = 100;
const WAIT_MAX_MS = 120_000;
const KEEP_MS = 24 * 3_600_000;
/** More than all tests together ask for: none is removed while another test uses it. */
const RESULTS_MAX = 20;

/** Throws with what the framework printed when it fails. `region` is one of AWS's. */
export const packageTemplate = async (params: Params = {}, region = 'us-east-1'): Promise<Packaged> => {
  const args = argumentsOf({ ...STANDARD, ...params }, region);
  const folder = join(RESULTS, hashOfSources(args));
  if (existsSync(folder)) {
    utimesSync(folder, new Date(), new Date());
    return read(folder);
  }
  const telling = setTimeout(() => process.stderr.write('packaging the template ...\n'), TELL_AFTER_MS);
  try {
    await make(folder, args);
    return read(folder);
  } finally {
    clearTimeout(telling);
  }
};

const read = (folder: string): Packaged => {
  const built = join(folder, '.esbuild', '.build', 'functions');
  return {
    template: JSON.parse(
      readFileSync(join(folder, '.serverless', 'cloudformation-template-update-stack.json'), 'utf8'),
    ),
    bundles: {
      invalidate: join(built, 'invalidate.mjs'),
      followInvalidation: join(built, 'follow-invalidation.mjs'),
      checkOrigin: join(built, 'check-origin.mjs'),
      postStatus: join(built, 'post-status.mjs'),
    },
  };
};

/** The framework wants a value behind `=`, and takes spaces off its end: a space is the way to say "empty". */
const argumentsOf = (params: Params, region: string): readonly string[] => [
  `--region=${region}`,
  ...Object.entries(params)
    .map(([name, value]) => `--param=${name}=${value || ' '}`)
    .sort(),
];

const hashOfSources = (args: readonly string[]): string => {
  const hash = createHash('sha256').update(JSON.stringify(args));
  for (const name of HASHED.flatMap(filesIn)) {
    hash.update(JSON.stringify(name)).update(
      createHash('sha256')
        .update(readFileSync(join(PROJECT, name)))
        .digest(),
    );
  }
  return hash.digest('hex').slice(0, 32);
};

/** The files under a name, sorted, relative to the project. */
const filesIn = (name: string): readonly string[] => {
  if (statSync(join(PROJECT, name)).isFile()) return [name];
  return readdirSync(join(PROJECT, name))
    .sort()
    .flatMap((inner) => filesIn(`${name}/${inner}`));
};

/** Makes the folder, or waits until another process has made it. */
const make = async (folder: string, args: readonly string[]): Promise<void> => {
  mkdirSync(RESULTS, { recursive: true });
  const deadline = Date.now() + WAIT_MAX_MS;
  while (!existsSync(folder)) {
    if (tryLock(folder)) {
      try {
        if (!existsSync(folder)) await runInCopy(folder, args);
      } finally {
        rmSync(lockOf(folder), { force: true });
      }
      removeOld(folder);
      return;
    }
    if (Date.now() > deadline)
      throw new Error(`expected ${lockOf(folder)} to be gone within ${WAIT_MAX_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

const lockOf = (folder: string): string => `${folder}.lock`;

/**
 * The lock saves work and no more: a process that died leaves one behind, and the one that finds it takes over.
 * Should two do so at once, both make the same result.
 */
const tryLock = (folder: string): boolean => {
  const lock = lockOf(folder);
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (existsSync(lock) && !isAlive(lock)) rmSync(lock, { force: true });
    return false;
  }
};

const isAlive = (lock: string): boolean => {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    // An empty lock is being written.
    return pid === 0 || process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
};

const runInCopy = async (folder: string, args: readonly string[]): Promise<void> => {
  const copy = `${folder}.${process.pid}`;
  rmSync(copy, { recursive: true, force: true });
  try {
    for (const name of COPIED) cpSync(join(PROJECT, name), join(copy, name), { recursive: true });
    const temporary = join(copy, 'tmp');
    mkdirSync(temporary);
    await runFramework(copy, args, temporary);
    rmSync(temporary, { recursive: true });
    read(copy);
    try {
      renameSync(copy, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
};

/** Its plugins leave copies of the bundles in the temporary folder, so they get one that goes. */
const runFramework = (cwd: string, args: readonly string[], temporary: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [FRAMEWORK, 'package', ...args], {
      cwd,
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        printed += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`expected "serverless package" to succeed, got exit ${code}:\n${printed}`));
    });
  });

/**
 * All but the results that were asked for last, which may be in use. What else is here belongs to a process that
 * packages, or to one that died at it a day ago.
 */
const removeOld = (kept: string): void => {
  const entries = readdirSync(RESULTS)
    .map((name) => join(RESULTS, name))
    .map((path) => ({ path, age: Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) }))
    .sort((one, other) => one.age - other.age);
  const results = entries.filter(({ path }) => extname(path) === '' && path !== kept);
  const leftovers = entries.filter(({ path, age }) => extname(path) !== '' && age > KEEP_MS);
  for (const { path } of [...results.slice(RESULTS_MAX - 1), ...leftovers])
    rmSync(path, { recursive: true, force: true });
};
