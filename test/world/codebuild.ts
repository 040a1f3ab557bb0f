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

const PAGE = 100;

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
    batchGet: (ids) => ({
      builds: ids.flatMap((wanted) => builds.get(wanted) ?? []),
      buildsNotFound: ids.filter((wanted) => !builds.has(wanted)),
    }),
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
      'build-complete': build.buildStatus !== 'IN_PROGRESS',
      initiator: 'user',
      'build-start-time': startTimeText(build.startTime),
      ...(build.logUrl === undefined ? {} : { logs: { 'deep-link': build.logUrl } }),
    },
    version: '1',
  },
});

/** "Sep 1, 2017 4:12:29 PM": CodeBuild does not write ISO 8601 here. */
const startTimeText = (at: number): string => {
  const date = new Date(at).toLocaleDateString('en-US', {
    month: 'short',
    day: 'numeric',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const time = new Date(at).toLocaleTimeString('en-US', { timeZone: 'UTC' });
  return `${date} ${time}`;
};
