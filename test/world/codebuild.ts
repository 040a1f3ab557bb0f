/** A model of one CodeBuild project, as far as its builds' states go. */

export type BuildStatus = 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'STOPPED' | 'FAULT' | 'TIMED_OUT';

/** As BatchGetBuilds gives it; times in ms since 1970. */
export type ModelBuild = Readonly<{
  id: string;
  buildStatus: BuildStatus;
  startTime: number;
  endTime?: number;
  resolvedSourceVersion?: string;
  logUrl?: string;
}>;

export type CodeBuildOptions = Readonly<{
  now(): number;
  id(): string;
  project: string;
  /** Called within the call that changes the state. */
  onEvent?(event: unknown): void;
}>;

export type CodeBuild = Readonly<{
  project: string;
  start(settings?: Readonly<{ commit?: string; logUrl?: string }>): string;
  /** Throws when the build is not in progress. */
  finish(id: string, status: Exclude<BuildStatus, 'IN_PROGRESS'>): void;
  /** Newest first, 100 a page. */
  listForProject(
    project: string,
    nextToken?: string,
  ): Readonly<{ ids: readonly string[]; nextToken?: string }>;
  /** From 1 to 100 ids. */
  batchGet(
    ids: readonly string[],
  ): Readonly<{ builds: readonly ModelBuild[]; buildsNotFound: readonly string[] }>;
}>;

export class CodeBuildError extends Error {
  override name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Source: CodeBuild API reference, ListBuildsForProject and BatchGetBuilds. */
const PAGE = 100;
const BATCH_MAX = 100;

export const createCodeBuild = ({ now, id, project, onEvent }: CodeBuildOptions): CodeBuild => {
  const builds = new Map<string, ModelBuild>();

  const emit = (build: ModelBuild): void => onEvent?.(stateChange(project, build, id(), now()));

  return {
    project,
    start: ({ commit, logUrl } = {}) => {
      const build: ModelBuild = {
        id: `${project}:${id()}`,
        buildStatus: 'IN_PROGRESS',
        startTime: now(),
        ...(commit === undefined ? {} : { resolvedSourceVersion: commit }),
        ...(logUrl === undefined ? {} : { logUrl }),
      };
      builds.set(build.id, build);
      emit(build);
      return build.id;
    },
    finish: (buildId, status) => {
      const build = builds.get(buildId);
      if (build?.buildStatus !== 'IN_PROGRESS') {
        throw new CodeBuildError('InvalidInputException', `expected a build in progress, got ${buildId}`);
      }
      const ended: ModelBuild = { ...build, buildStatus: status, endTime: now() };
      builds.set(buildId, ended);
      emit(ended);
    },
    listForProject: (name, nextToken = '0') => {
      if (name !== project) {
        throw new CodeBuildError('ResourceNotFoundException', `The provided project ${name} does not exist`);
      }
      const from = Number(nextToken);
      const ids = [...builds.keys()].reverse();
      return {
        ids: ids.slice(from, from + PAGE),
        ...(ids.length > from + PAGE ? { nextToken: String(from + PAGE) } : {}),
      };
    },
    batchGet: (ids) => {
      if (ids.length < 1 || ids.length > BATCH_MAX) {
        throw new CodeBuildError(
          'InvalidInputException',
          `expected 1 to ${BATCH_MAX} ids, got ${ids.length}`,
        );
      }
      return {
        builds: ids.flatMap((wanted) => builds.get(wanted) ?? []),
        buildsNotFound: ids.filter((wanted) => !builds.has(wanted)),
      };
    },
  };
};

/** "CodeBuild Build State Change" as EventBridge delivers it. */
const stateChange = (project: string, build: ModelBuild, eventId: string, at: number): unknown => ({
  version: '0',
  id: eventId,
  'detail-type': 'CodeBuild Build State Change',
  source: 'aws.codebuild',
  account: '000000000000',
  time: `${new Date(at).toISOString().slice(0, 19)}Z`,
  region: 'us-east-1',
  resources: [`arn:aws:codebuild:us-east-1:000000000000:build/${build.id}`],
  detail: {
    'build-status': build.buildStatus,
    'project-name': project,
    'build-id': `arn:aws:codebuild:us-east-1:000000000000:build/${build.id}`,
    'current-phase': build.buildStatus === 'IN_PROGRESS' ? 'SUBMITTED' : 'COMPLETED',
    'additional-information': {
      artifact: { location: `arn:aws:s3:::${project}` },
      // As CodeBuild does: values in clear, so that whoever logs a raw event is found out.
      environment: { 'environment-variables': [{ name: 'TOKEN', type: 'PLAINTEXT', value: IN_CLEAR }] },
      'build-complete': build.buildStatus !== 'IN_PROGRESS',
      initiator: 'user',
      'build-start-time': startTimeText(build.startTime),
      ...(build.resolvedSourceVersion === undefined ? {} : { 'source-version': build.resolvedSourceVersion }),
      ...(build.logUrl === undefined ? {} : { logs: { 'deep-link': build.logUrl } }),
      phases: [],
    },
    version: '1',
  },
});

/** A value that must never leave an event. */
export const IN_CLEAR = 'in-clear-3f9c1d';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "Sep 1, 2017 4:12:29 PM": CodeBuild does not write ISO 8601 here. By hand, as `Intl` is slow. */
const startTimeText = (at: number): string => {
  const date = new Date(at);
  const hour = date.getUTCHours();
  const [minute, second] = [date.getUTCMinutes(), date.getUTCSeconds()].map((n) =>
    String(n).padStart(2, '0'),
  );
  const day = `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
  return `${day} ${hour % 12 || 12}:${minute}:${second} ${hour < 12 ? 'AM' : 'PM'}`;
};
