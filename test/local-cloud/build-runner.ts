/** Runs the phases of a buildspec in bash, as CodeBuild does. */

import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
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

export type Ran = Readonly<{ status: 'SUCCEEDED' | 'FAILED' | 'STOPPED'; failedPhase?: PhaseName }>;

export const runPhases = (options: RunOptions): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const { spec, sourceDir, environment, onLine, onPhase, signal } = options;
    const child = spawn('bash', ['-c', scriptOf(spec.phases)], {
      cwd: sourceDir,
      env: { ...process.env, ...spec.variables, ...environment, CODEBUILD_SRC_DIR: sourceDir },
      // A group of its own, so that what the commands start ends with them.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    let current: PhaseName | undefined;
    let failed: PhaseName | undefined;
    const lines = (stream: Readable | null, hear: (line: string) => void): void => {
      if (stream) createInterface({ input: stream }).on('line', hear);
    };
    lines(child.stdout, onLine);
    lines(child.stderr, onLine);
    lines(child.stdio[3] as Readable, (line) => {
      const progress = parseProgress(line);
      if (progress?.kind === 'begin') {
        current = progress.phase;
        onPhase(progress.phase);
      } else if (progress?.kind === 'end') {
        current = undefined;
        if (progress.status !== 0) failed ??= progress.phase;
      }
    });
    const stop = (): void => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    signal.addEventListener('abort', stop, { once: true });
    child.once('error', reject);
    child.once('close', (code) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) return resolve({ status: 'STOPPED' });
      // A command that ends the shell itself leaves its phase without an end.
      const failedPhase = failed ?? (code === 0 ? undefined : current);
      resolve(failedPhase ? { status: 'FAILED', failedPhase } : { status: 'SUCCEEDED' });
    });
  });

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
