/** The build project: StartBuild copies the sources, runs the buildspec, and uploads what it made. */

import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildStatus, CodeBuild } from '../world/codebuild.ts';
import type { S3 } from '../world/s3.ts';
import { artifactsOf, runPhases } from './build-runner.ts';
import { copySource, sourceVersion } from './build-source.ts';
import { type Buildspec, readBuildspec } from './build-spec.ts';
import { contentTypeOf } from './content-types.ts';

export type BuildProjectOptions = Readonly<{
  codebuild: CodeBuild;
  s3: S3;
  bucket: string;
  buildspecPath: string;
  sourceDir: string;
  /** The sources' packages are there as they are; the build installs none. */
  linksPackages: boolean;
  /** The project's own environment; what StartBuild gives overrides it. */
  environment: Readonly<Record<string, string>>;
  /** The upload of all artifacts takes so long at least. */
  uploadMs?(): number;
  onLine?(line: string, build: string): void;
}>;

export type BuildProject = Readonly<{
  /** Gives the id of a build that is in progress. */
  start(environment?: Readonly<Record<string, string>>): string;
  /** False where the build is not in progress. */
  stop(id: string): boolean;
  /** Ends what is in progress, and waits for it. */
  stopAll(): Promise<void>;
}>;

export const createBuildProject = (options: BuildProjectOptions): BuildProject => {
  const running = new Map<string, Readonly<{ controller: AbortController; ended: Promise<void> }>>();
  return {
    start: (environment = {}) => {
      const controller = new AbortController();
      const id = options.codebuild.start();
      const ended = build(options, id, { ...options.environment, ...environment }, controller.signal).finally(
        () => running.delete(id),
      );
      running.set(id, { controller, ended });
      return id;
    },
    stop: (id) => {
      const found = running.get(id);
      found?.controller.abort();
      return found !== undefined;
    },
    stopAll: async () => {
      const all = [...running.values()];
      for (const { controller } of all) controller.abort();
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
};

/** Never rejects: what goes wrong is a build that failed, and its log says why. */
const build = async (
  options: BuildProjectOptions,
  id: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> => {
  const { codebuild } = options;
  const folder = await mkdtemp(join(tmpdir(), 'afterbuild-build-'));
  const log = createWriteStream(join(await logFolder(), `${id.replace(/.*:/, '')}.log`));
  const say = (line: string): void => {
    log.write(`${line}\n`);
    options.onLine?.(line, id);
  };
  codebuild.describe(id, { logUrl: pathToFileURL(String(log.path)).href });
  let status: Exclude<BuildStatus, 'IN_PROGRESS'>;
  try {
    status = await runBuild(options, id, join(folder, 'source'), environment, say, signal);
  } catch (error) {
    say(`failed: ${error instanceof Error ? error.message : String(error)}`);
    status = signal.aborted ? 'STOPPED' : 'FAILED';
  }
  await rm(folder, { recursive: true, force: true });
  await new Promise<void>((resolve) => log.end(resolve));
  codebuild.finish(id, status);
};

const logFolder = async (): Promise<string> => {
  const folder = join(tmpdir(), 'afterbuild-build-logs');
  await mkdir(folder, { recursive: true });
  return folder;
};

const runBuild = async (
  { codebuild, s3, bucket, buildspecPath, sourceDir, linksPackages, uploadMs }: BuildProjectOptions,
  id: string,
  folder: string,
  environment: Readonly<Record<string, string>>,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Exclude<BuildStatus, 'IN_PROGRESS'>> => {
  codebuild.enter(id, 'DOWNLOAD_SOURCE');
  const spec = readBuildspec(await readFile(buildspecPath, 'utf8'));
  await copySource(sourceDir, folder, linksPackages);
  const { BUILD_DIR = spec.variables['BUILD_DIR'] ?? '.' } = environment;
  const version = await sourceVersion(join(folder, BUILD_DIR)).catch(() => sourceVersion(folder));
  codebuild.describe(id, { resolvedSourceVersion: version });
  const ran = await runPhases({
    spec,
    sourceDir: folder,
    environment: {
      ...environment,
      CODEBUILD_BUILD_ID: id,
      CODEBUILD_RESOLVED_SOURCE_VERSION: version,
    },
    onLine: say,
    onPhase: (phase) => codebuild.enter(id, phase.toUpperCase()),
    signal,
  });
  if (ran.status === 'STOPPED') return 'STOPPED';
  if (ran.failedPhase) codebuild.failPhase(id, ran.failedPhase.toUpperCase());
  // Nothing is uploaded where it did not come to building; a build that failed may still have artifacts.
  if (ran.failedPhase === 'install' || ran.failedPhase === 'pre_build') return 'FAILED';
  codebuild.enter(id, 'UPLOAD_ARTIFACTS');
  const uploaded = await upload(spec, folder, { s3, bucket, ms: uploadMs?.() ?? 0, say, signal });
  if (signal.aborted) return 'STOPPED';
  return uploaded ? ran.status : 'FAILED';
};

type Upload = Readonly<{ s3: S3; bucket: string; ms: number; say(line: string): void; signal: AbortSignal }>;

/** Every file again, changed or not, and none is ever deleted. False where there is nothing to upload from. */
const upload = async (
  { artifacts }: Buildspec,
  folder: string,
  { s3, bucket, ms, say, signal }: Upload,
): Promise<boolean> => {
  if (!artifacts) return true;
  const found = await artifactsOf(artifacts, folder);
  if (!found || found.paths.length === 0) {
    say(`no matching artifact paths found in ${artifacts.baseDirectory}`);
    return false;
  }
  for (const path of found.paths) {
    if (signal.aborted) return false;
    const body = await readFile(join(found.folder, path));
    s3.put(bucket, path, body, { contentType: contentTypeOf(path) });
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms / found.paths.length));
  }
  return true;
};
