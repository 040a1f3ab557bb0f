/** The build project: StartBuild copies the sources, runs the buildspec, and uploads what it made. */

import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { BuildStatus, CodeBuild } from '../world/codebuild.ts';
import type { S3 } from '../world/s3.ts';
import { artifactsOf, comesToUpload, runPhases } from './build-runner.ts';
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

type Ending = Exclude<BuildStatus, 'IN_PROGRESS'>;

/** Never rejects: what goes wrong is a build that failed, and its log says why. */
const build = async (
  options: BuildProjectOptions,
  id: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> => {
  const failed = (): Ending => (signal.aborted ? 'STOPPED' : 'FAILED');
  const status = await buildLogged(options, id, environment, signal, failed).catch(failed);
  options.codebuild.finish(id, status);
};

const buildLogged = async (
  options: BuildProjectOptions,
  id: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
  failed: () => Ending,
): Promise<Ending> => {
  const folder = await mkdtemp(join(tmpdir(), 'afterbuild-build-'));
  const log = createWriteStream(join(await logFolder(), `${id.replace(/.*:/, '')}.log`));
  const say = (line: string): void => {
    log.write(`${line}\n`);
    options.onLine?.(line, id);
  };
  options.codebuild.describe(id, { logUrl: pathToFileURL(String(log.path)).href });
  try {
    return await runBuild(options, id, join(folder, 'source'), environment, say, signal);
  } catch (error) {
    say(`failed: ${error instanceof Error ? error.message : String(error)}`);
    return failed();
  } finally {
    await rm(folder, { recursive: true, force: true });
    await new Promise<void>((resolve) => log.end(resolve));
  }
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
): Promise<Ending> => {
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
  for (const phase of ran.failed) codebuild.failPhase(id, phase.toUpperCase());
  if (!comesToUpload(ran)) return ran.status;
  codebuild.enter(id, 'UPLOAD_ARTIFACTS');
  const uploaded = await upload(spec, folder, { s3, bucket, ms: uploadMs?.() ?? 0, say, signal });
  if (uploaded) return ran.status;
  codebuild.failPhase(id, 'UPLOAD_ARTIFACTS');
  return 'FAILED';
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
    signal.throwIfAborted();
    const body = await readFile(join(found.folder, path));
    s3.put(bucket, path, body, { contentType: contentTypeOf(path) });
    if (ms > 0) await setTimeout(ms / found.paths.length, undefined, { signal });
  }
  return true;
};
