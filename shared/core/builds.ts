/** What becomes of an ended build, decided once and posted with the same content however often. */

import type { BuildRecord, Follow, Head, Outcome, Owed } from './head.ts';
import type { Health } from './health-report.ts';

/** An ended build as the build project tells it; times in ms since 1970. */
export type EndedBuild = Readonly<{
  id: string;
  status: 'succeeded' | 'failed' | 'stopped';
  startedAt: number;
  endedAt: number;
  commit?: string;
  logUrl?: string;
  /** Why it failed. */
  why?: string;
}>;

/** The neutral report of a build's end, which each channel renders its own way. */
export type BuildReport = Readonly<{
  kind: 'build';
  /** Stable: the same report sent twice is one message to its reader. */
  id: string;
  build: string;
  outcome: Outcome;
  because: string;
  startedAt: number;
  endedAt: number;
  commit?: string;
  logUrl?: string;
  /** How many objects changed, of how many. */
  changed?: number;
  objects?: number;
  /** Items of the build's invalidations, and what is spent of the month's. */
  items?: number;
  itemsOfMonth?: number;
  itemsPerMonth?: number;
  /** From the end of the build to the outcome, ms. */
  tookMs?: number;
  /** The API, as it was when the outcome was decided; absent where nobody looks at it. */
  api?: Readonly<{
    health: Health;
    because: string;
    /** It is unhealthy, and was not when the build began. */
    isNew?: true;
  }>;
  /** The blob that says what was changed and purged, and why. */
  plan?: string;
}>;

/** More than the newest builds that a project lists (100), so that none is taken for a new one. */
const BUILDS_KEPT = 110;

const owedReport = (report: BuildReport): Owed => ({
  id: report.id,
  queue: 'post',
  body: JSON.stringify(report),
});

/**
 * Writes ended builds down that are not yet known. Failed and stopped ones are final at once, and so is one that
 * another has overtaken before any commit could cover it: however long a standstill is, only one waits.
 */
export const noteEnded = (head: Head, ended: readonly EndedBuild[]): Head => {
  const known = new Set(head.builds.map(({ id }) => id));
  const unknown = ended.filter(
    ({ id }, index) => !known.has(id) && index === ended.findIndex((one) => one.id === id),
  );
  if (unknown.length === 0) return head;
  const records = unknown.map((build) => recordOf(build, head.bootstrappedAt));
  const reports = records.flatMap((record, index) => {
    const { outcome } = record;
    if (outcome !== 'failed' && outcome !== 'stopped') return [];
    const because =
      unknown[index]?.why ?? (outcome === 'failed' ? 'the build failed' : 'the build was stopped');
    return [owedReport(reportOf(record, outcome, because))];
  });
  const builds = keepNewest([...head.builds, ...records]);
  const noted = { ...head, builds, outbox: [...head.outbox, ...reports] };
  return withOvertaken(noted, uncovered(noted));
};

const recordOf = (build: EndedBuild, bootstrappedAt: number): BuildRecord => ({
  id: build.id,
  startedAt: build.startedAt,
  endedAt: build.endedAt,
  succeeded: build.status === 'succeeded',
  ...(build.commit === undefined ? {} : { commit: build.commit }),
  ...(build.logUrl === undefined ? {} : { logUrl: build.logUrl }),
  ...outcomeAtFirstSight(build, bootstrappedAt),
});

const outcomeAtFirstSight = (build: EndedBuild, bootstrappedAt: number): Pick<BuildRecord, 'outcome'> => {
  if (build.endedAt <= bootstrappedAt) return { outcome: 'before-bootstrap' };
  return build.status === 'succeeded' ? {} : { outcome: build.status };
};

/** Once its report is owed, all that is needed of a build is that it is known: the head must stay small. */
const slim = (build: BuildRecord): BuildRecord => {
  const { id, startedAt, endedAt, succeeded, outcome } = build;
  return outcome === undefined ? build : { id, startedAt, endedAt, succeeded, outcome };
};

const keepNewest = (builds: readonly BuildRecord[]): readonly BuildRecord[] => {
  const byStart = builds.map(slim).sort((a, b) => b.startedAt - a.startedAt);
  return byStart.filter(({ outcome }, index) => index < BUILDS_KEPT || outcome === undefined);
};

/** Succeeded builds that no commit has covered yet. */
export const uncovered = ({ builds }: Head): readonly BuildRecord[] =>
  builds.filter(({ outcome, generation }) => outcome === undefined && generation === undefined);

/**
 * A commit covers builds: all of their uploads were listed. Only the last to end can still be checked; those
 * before it, in this commit or waiting in an earlier one, are overtaken.
 */
export const cover = (head: Head, ids: readonly string[], generation: number): Head => {
  if (ids.length === 0) return head;
  const covered = new Set(ids);
  const builds = head.builds.map((build) =>
    covered.has(build.id) && build.generation === undefined ? { ...build, generation } : build,
  );
  const open = builds.filter((build) => build.outcome === undefined && build.generation !== undefined);
  return withOvertaken({ ...head, builds }, open);
};

/** Of these builds the last to end may still become live, and the others no more. */
const withOvertaken = (head: Head, open: readonly BuildRecord[]): Head => {
  const last = open.reduce<BuildRecord | undefined>(
    (a, b) => (a === undefined || endsAfter(b, a) ? b : a),
    undefined,
  );
  const overtaken = open.filter(({ id }) => id !== last?.id);
  return overtaken.reduce<Head>(
    (next, build) =>
      concluded(next, build.id, 'superseded', `overtaken by ${last?.id ?? 'a later build'}`, {}),
    head,
  );
};

const endsAfter = (a: BuildRecord, b: BuildRecord): boolean =>
  a.endedAt > b.endedAt || (a.endedAt === b.endedAt && a.startedAt >= b.startedAt);

/** What a final report adds to the build itself. */
export type Figures = Partial<
  Pick<
    BuildReport,
    'changed' | 'objects' | 'items' | 'itemsOfMonth' | 'itemsPerMonth' | 'tookMs' | 'api' | 'plan'
  >
>;

/** Gives a build its outcome, once, and owes the report of it. */
export const concluded = (
  head: Head,
  id: string,
  outcome: Outcome,
  because: string,
  figures: Figures,
): Head => {
  const build = head.builds.find((record) => record.id === id);
  if (!build || build.outcome !== undefined) return head;
  return {
    ...head,
    builds: head.builds.map((record) => (record.id === id ? slim({ ...record, outcome }) : record)),
    outbox: [...head.outbox, owedReport({ ...reportOf(build, outcome, because), ...figures })],
  };
};

const reportOf = (build: BuildRecord, outcome: Outcome, because: string): BuildReport => ({
  kind: 'build',
  id: `${build.id}/final`,
  build: build.id,
  outcome,
  because,
  startedAt: build.startedAt,
  endedAt: build.endedAt,
  ...(build.commit === undefined ? {} : { commit: build.commit }),
  ...(build.logUrl === undefined ? {} : { logUrl: build.logUrl }),
});

/** Builds of this invalidation that still wait for their outcome. */
export const waitingBuilds = (head: Head, follow: Follow): readonly BuildRecord[] =>
  head.builds.filter(({ id, outcome }) => outcome === undefined && follow.builds.includes(id));
