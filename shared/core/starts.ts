/** That a build began: posted for the few who want to see a deployment coming, and never after its end. */

import type { Head } from './head.ts';

/** A build in progress as the build project tells it; times in ms since 1970. */
export type StartedBuild = Readonly<{ id: string; startedAt: number; commit?: string; logUrl?: string }>;

/** What becomes of the build is another report. */
export type StartReport = Readonly<{
  kind: 'start';
  /** Stable: the same report sent twice is one message to its reader. */
  id: string;
  build: string;
  startedAt: number;
  commit?: string;
  logUrl?: string;
}>;

/** What a filter of channels calls it. */
export const PENDING = 'pending';

/** The commit is known once the source is there; some sources have none. */
const COMMIT_WITHIN_MS = 60_000;

/** Whether all is known of a build's start that ever will be. */
const isTellable = ({ commit, startedAt }: StartedBuild, now: number): boolean =>
  commit !== undefined || now - startedAt >= COMMIT_WITHIN_MS;

/** Builds in progress whose start is neither reported nor over. */
const untold = (head: Head, running: readonly StartedBuild[]): readonly StartedBuild[] => {
  const told = new Set([...(head.started ?? []), ...head.builds.map(({ id }) => id)]);
  return running.filter(({ id }) => !told.has(id));
};

/** Whether a start is still to be reported, but not yet. */
export const awaitsStarts = (head: Head, running: readonly StartedBuild[]): boolean =>
  untold(head, running).length > 0;

/** Owes the reports of builds that began; the very same head where there are none. */
export const noteStarted = (head: Head, running: readonly StartedBuild[], now: number): Head => {
  const begun = untold(head, running).filter((build) => isTellable(build, now));
  if (begun.length === 0) return head;
  const isRunning = new Set(running.map(({ id }) => id));
  // What does not run any more has an end that is noted, or will be.
  const started = [...(head.started ?? []).filter((id) => isRunning.has(id)), ...begun.map(({ id }) => id)];
  const reports = begun.map(reportOf).map((report) => ({
    id: report.id,
    queue: 'post' as const,
    body: JSON.stringify(report),
  }));
  return { ...head, started, outbox: [...head.outbox, ...reports] };
};

const reportOf = ({ id, startedAt, commit, logUrl }: StartedBuild): StartReport => ({
  kind: 'start',
  id: `${id}/start`,
  build: id,
  startedAt,
  ...(commit === undefined ? {} : { commit }),
  ...(logUrl === undefined ? {} : { logUrl }),
});
