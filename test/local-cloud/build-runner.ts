/** Runs the phases of a buildspec in bash, as CodeBuild does. */

import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, matchesGlob, relative, sep } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { parseProgress, scriptOf } from './build-script.ts';
import type { Buildspec, PhaseName } from './build-spec.ts';

export type RunOptions = Readonly<{
  spec: Buildspec;
  /** The sources; the commands may write there. */
  sourceDir: string;
  /** Overrides the buildspec's own variables. */
  environment: Readonly<Record<string, string>>;
  /** Each line that the commands print. */
  onLine(line: string): void;
  onPhase(phase: PhaseName): void;
  /** Ends the commands and all that they started. */
  signal: AbortSignal;
}>;

export type Ran = Readonly<{
  status: 'SUCCEEDED' | 'FAILED' | 'STOPPED';
  /** In the order that they ran. */
  failed: readonly PhaseName[];
  /** The last phase that began. */
  reached?: PhaseName;
}>;

/**
 * Once it came to building CodeBuild uploads, also after a failure.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html
 */
export const comesToUpload = ({ status, reached }: Ran): boolean =>
  status === 'SUCCEEDED' || (status === 'FAILED' && (reached === 'build' || reached === 'post_build'));

export const runPhases = async (options: RunOptions): Promise<Ran> => {
  const folder = await mkdtemp(join(tmpdir(), 'afterbuild-shell-'));
  try {
    return await runScript(options, scriptOf(options.spec.phases, join(folder, 'state')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const runScript = (options: RunOptions, script: string): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const { spec, sourceDir, environment, onLine, onPhase, signal } = options;
    // One that came before the first process has nobody left to tell.
    if (signal.aborted) return resolve({ status: 'STOPPED', failed: [] });
    const child = spawn('bash', ['-c', script], {
      cwd: sourceDir,
      env: { ...process.env, ...spec.variables, ...environment, CODEBUILD_SRC_DIR: sourceDir },
      // A group of its own, so that what the commands start ends with them.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const endGroup = (): void => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    hearLines(child.stdout, onLine);
    hearLines(child.stderr, onLine);
    const track = trackPhases(onPhase);
    hearLines(child.stdio[3] as Readable, track.hear);
    signal.addEventListener('abort', endGroup, { once: true });
    child.once('error', reject);
    // What was left running in the background would hold the output open, and outlive the build.
    child.once('exit', endGroup);
    child.once('close', (code) => {
      signal.removeEventListener('abort', endGroup);
      resolve(track.ended(code, signal.aborted));
    });
  });

const hearLines = (stream: Readable | null, hear: (line: string) => void): void => {
  if (stream) createInterface({ input: stream }).on('line', hear);
};

/** `ended` takes the script's exit code, null where it was killed: then the phase that it was in has failed. */
const trackPhases = (onPhase: (phase: PhaseName) => void) => {
  let reached: PhaseName | undefined;
  let isRunning = false;
  const failed: PhaseName[] = [];
  const hear = (line: string): void => {
    const progress = parseProgress(line);
    if (progress?.kind === 'begin') {
      reached = progress.phase;
      onPhase(progress.phase);
    } else if (progress?.kind === 'end' && progress.status !== 0) failed.push(progress.phase);
    isRunning = progress?.kind === 'begin';
  };
  const ended = (code: number | null, isStopped: boolean): Ran => {
    // A phase that was stopped has not failed.
    if (isRunning && reached && !isStopped) failed.push(reached);
    const isFine = code === 0 && failed.length === 0;
    const status = isStopped ? 'STOPPED' : isFine ? 'SUCCEEDED' : 'FAILED';
    return { status, failed, ...(reached ? { reached } : {}) };
  };
  return { hear, ended };
};

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

/** Paths of the files to upload below the base directory, with `/`; undefined where the directory is not there. */
export const artifactsOf = async (
  { baseDirectory, files, exclude }: NonNullable<Buildspec['artifacts']>,
  sourceDir: string,
): Promise<Readonly<{ folder: string; paths: readonly string[] }> | undefined> => {
  const folder = join(sourceDir, baseDirectory);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (!entries) return undefined;
  const isWanted = (path: string): boolean =>
    files.some((pattern) => pattern === '**/*' || matchesGlob(path, pattern)) &&
    !exclude.some((pattern) => matchesGlob(path, pattern));
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return { folder, paths: paths.filter(isWanted).sort() };
};
