/** A model of one CodeBuild project, as far as its builds' states go. */

import type { Memory } from './memory.ts';

export type BuildStatus = 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'STOPPED' | 'FAULT' | 'TIMED_OUT';

/** A phase without an end is the current one. Times in ms since 1970. */
export type BuildPhase = Readonly<{
  phaseType: string;
  phaseStatus?: Exclude<BuildStatus, 'IN_PROGRESS'>;
  startTime: number;
  endTime?: number;
}>;

/** As BatchGetBuilds gives it; times in ms since 1970. */
export type ModelBuild = Readonly<{
  id: string;
  buildNumber: number;
  buildStatus: BuildStatus;
  phases: readonly BuildPhase[];
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
  memory: Memory;
  project: string;
  start(settings?: Readonly<{ commit?: string; logUrl?: string }>): string;
  /** What is learnt of a build while it runs. Throws when it is not in progress. */
  describe(id: string, settings: Readonly<{ resolvedSourceVersion?: string; logUrl?: string }>): void;
  /** Ends the current phase and begins the next. */
  enter(id: string, phaseType: string): void;
  /** Marks the phase of that type as failed. */
  failPhase(id: string, phaseType: string): void;
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

  const inProgress = (buildId: string): ModelBuild => {
    const build = builds.get(buildId);
    if (build?.buildStatus === 'IN_PROGRESS') return build;
    throw new CodeBuildError('InvalidInputException', `expected a build in progress, got ${buildId}`);
  };
  const change = (buildId: string, changed: Partial<ModelBuild>): ModelBuild => {
    const build = { ...inProgress(buildId), ...changed };
    builds.set(buildId, build);
    return build;
  };

  const emit = (build: ModelBuild): void => onEvent?.(stateChange(project, build, id(), now()));

  return {
    memory: {
      save: () => builds,
      // What ran then runs no more.
      load: (saved) => {
        for (const [buildId, build] of saved as Map<string, ModelBuild>) {
          const isRunning = build.buildStatus === 'IN_PROGRESS';
          builds.set(buildId, isRunning ? { ...build, buildStatus: 'STOPPED', endTime: now() } : build);
        }
      },
    },
    project,
    start: ({ commit, logUrl } = {}) => {
      const build: ModelBuild = {
        id: `${project}:${id()}`,
        buildNumber: builds.size + 1,
        buildStatus: 'IN_PROGRESS',
        phases: [{ phaseType: 'SUBMITTED', startTime: now() }],
        startTime: now(),
        ...(commit === undefined ? {} : { resolvedSourceVersion: commit }),
        ...(logUrl === undefined ? {} : { logUrl }),
      };
      builds.set(build.id, build);
      emit(build);
      return build.id;
    },
    describe: (buildId, settings) => void change(buildId, settings),
    enter: (buildId, phaseType) => {
      const phases = [...ended(inProgress(buildId).phases, now()), { phaseType, startTime: now() }];
      change(buildId, { phases });
    },
    failPhase: (buildId, phaseType) => {
      const phases = inProgress(buildId).phases.map((phase) =>
        phase.phaseType === phaseType ? { ...phase, phaseStatus: 'FAILED' as const } : phase,
      );
      change(buildId, { phases });
    },
    finish: (buildId, status) => {
      const at = now();
      const { phases: before } = inProgress(buildId);
      // What a build was in when it ended badly is what went wrong, unless an earlier phase was.
      const isKnown = before.some(({ phaseStatus }) => phaseStatus === 'FAILED');
      const phases = [
        ...ended(before, at, isKnown ? 'SUCCEEDED' : status),
        { phaseType: 'COMPLETED', startTime: at },
      ];
      emit(change(buildId, { buildStatus: status, endTime: at, phases }));
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

/** A phase that was marked keeps its mark. */
const ended = (
  phases: readonly BuildPhase[],
  at: number,
  phaseStatus: NonNullable<BuildPhase['phaseStatus']> = 'SUCCEEDED',
): readonly BuildPhase[] =>
  phases.map((phase) => (phase.endTime === undefined ? { phaseStatus, ...phase, endTime: at } : phase));

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
    'current-phase': build.phases.at(-1)?.phaseType,
    'additional-information': {
      artifact: { location: `arn:aws:s3:::${project}` },
      // As CodeBuild does: values in clear, so that whoever logs a raw event is found out.
      environment: { 'environment-variables': [{ name: 'TOKEN', type: 'PLAINTEXT', value: IN_CLEAR }] },
      'build-complete': build.buildStatus !== 'IN_PROGRESS',
      initiator: 'user',
      'build-start-time': startTimeText(build.startTime),
      ...(build.resolvedSourceVersion === undefined ? {} : { 'source-version': build.resolvedSourceVersion }),
      ...(build.logUrl === undefined ? {} : { logs: { 'deep-link': build.logUrl } }),
      phases: build.phases.map(eventPhase),
    },
    version: '1',
  },
});

const eventPhase = ({ phaseType, phaseStatus, startTime, endTime }: BuildPhase) => ({
  'phase-type': phaseType,
  'start-time': startTimeText(startTime),
  ...(endTime === undefined
    ? {}
    : {
        'phase-status': phaseStatus,
        'end-time': startTimeText(endTime),
        'duration-in-seconds': Math.round((endTime - startTime) / 1000),
      }),
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
