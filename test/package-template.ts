/**
 * Packages the service as `npm run package` does, offline, and gives the template and the bundles.
 *
 * The result is kept under `.local/package/` by a hash of all that goes into it, so that tests and replays that
 * follow each other package once.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Absolute paths of the bundled modules. */
export type Packaged = Readonly<{
  template: unknown;
  bundles: Readonly<{ invalidate: string; followInvalidation: string }>;
}>;

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const KEPT = join(ROOT, '.local', 'package');
const LOCK = join(ROOT, '.local', 'package.lock');
const SOURCES = ['serverless.yml', 'package-lock.json', 'functions/**/*', 'shared/**/*', 'resources/**/*'];

const PACKAGING_TIMEOUT_MS = 120_000;
const RESULTS_KEPT = 8;

/** `params` are those of serverless.yml; what is not given has its default. */
export const packageTemplate = async (params: Readonly<Record<string, string>> = {}): Promise<Packaged> => {
  const folder = join(KEPT, hashOf(params));
  if (!existsSync(folder))
    await locked(() => (existsSync(folder) ? Promise.resolve() : packageInto(folder, params)));
  const bundle = (name: string): string => join(folder, 'functions', `${name}.mjs`);
  return {
    template: JSON.parse(readFileSync(join(folder, 'template.json'), 'utf8')),
    bundles: { invalidate: bundle('invalidate'), followInvalidation: bundle('follow-invalidation') },
  };
};

const hashOf = (params: Readonly<Record<string, string>>): string => {
  const hash = createHash('sha256').update(JSON.stringify(Object.entries(params).sort()));
  for (const file of globSync(SOURCES, { cwd: ROOT }).sort()) {
    const path = join(ROOT, file);
    if (statSync(path).isFile()) hash.update(file).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
};

const packageInto = async (folder: string, params: Readonly<Record<string, string>>): Promise<void> => {
  process.stderr.write('packaging the functions and their template\n');
  const work = `${folder}.${process.pid}`;
  const args = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);
  const serverless = join(ROOT, 'node_modules', '.bin', 'serverless');
  try {
    await promisify(execFile)(process.execPath, [serverless, 'package', '--package', work, ...args], {
      cwd: ROOT,
      env: { ...process.env, NODE_OPTIONS: '', SLS_TELEMETRY_DISABLED: '1' },
      timeout: PACKAGING_TIMEOUT_MS,
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`serverless package failed:\n${stdout}${stderr}`, { cause: error });
  }
  // The plugin writes to one place for all; the lock keeps others away until its bundles are copied.
  cpSync(join(ROOT, '.esbuild', '.build', 'functions'), join(work, 'functions'), { recursive: true });
  renameSync(join(work, 'cloudformation-template-update-stack.json'), join(work, 'template.json'));
  renameSync(work, folder);
  forgetOldest();
};

const forgetOldest = (): void => {
  const folders = readdirSync(KEPT).map((name) => resolve(KEPT, name));
  const newestFirst = folders.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const old of newestFirst.slice(RESULTS_KEPT)) rmSync(old, { recursive: true, force: true });
};

/** One process at a time; a lock that is older than any packaging was left by a process that died. */
const locked = async (act: () => Promise<void>): Promise<void> => {
  mkdirSync(KEPT, { recursive: true });
  while (!tryLock()) {
    const age = Date.now() - (statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > PACKAGING_TIMEOUT_MS) rmSync(LOCK, { recursive: true, force: true });
    await sleep(100);
  }
  try {
    await act();
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
};

const tryLock = (): boolean => {
  try {
    mkdirSync(LOCK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};
