/** What was posted, as far as the status page tells it: rings of builds, of changes of health, and of what is on its way. */

import type { BuildReport } from './builds.ts';
import type { HealthReport } from './health-report.ts';
import { parseReport, type Report, timeOf } from './report.ts';
import type { StartReport } from './starts.ts';

export type History = Readonly<{
  schema: 1;
  /** Newest first. */
  builds: readonly BuildReport[];
  health: readonly HealthReport[];
  /** Builds that began and whose end is not told yet, newest first. */
  started: readonly StartReport[];
}>;

export const BUILDS_KEPT = 100;
export const HEALTH_KEPT = 100;
export const STARTED_KEPT = 5;

/** No build of CodeBuild's takes longer. */
const BUILD_MOST_MS = 36 * 3_600_000;

/** Whether a build may still run at `now`: one that began long before has ended, and its end will not be told any more. */
export const mayRun = ({ startedAt }: StartReport, now: number): boolean => now - startedAt < BUILD_MOST_MS;

export const emptyHistory: History = { schema: 1, builds: [], health: [], started: [] };

/** When the newest of it happened, ms since 1970; 0 before anything did. */
export const newestAt = ({ builds, health, started }: History): number =>
  [...builds, ...health, ...started].map(timeOf).reduce((a, b) => Math.max(a, b), 0);

/** Undefined for what is damaged or of another schema; a report in it that cannot be read is left out. */
export const parseHistory = (bytes: Uint8Array): History | undefined => {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Partial<History>;
    if (value.schema !== 1 || !Array.isArray(value.builds) || !Array.isArray(value.health)) return undefined;
    const { started = [] } = value;
    const reports = [...value.builds, ...value.health, ...started].flatMap((one) => parseReport(one) ?? []);
    return {
      schema: 1,
      builds: reports.filter((report) => report.kind === 'build'),
      health: reports.filter((report) => report.kind === 'health'),
      started: reports.filter((report) => report.kind === 'start'),
    };
  } catch {
    return undefined;
  }
};

export const encodeHistory = (history: History): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(history));

/** The history with the report in its place; the very same one where it is there already, or too old to be kept. */
export const withReport = (history: History, report: Report): History => {
  switch (report.kind) {
    case 'build':
      return withEnd(history, report);
    case 'start':
      return withStart(history, report);
    case 'health': {
      const health = inserted(history.health, report, HEALTH_KEPT);
      return health === history.health ? history : { ...history, health };
    }
  }
};

const withEnd = (history: History, report: BuildReport): History => {
  const builds = inserted(history.builds, report, BUILDS_KEPT);
  if (builds === history.builds) return history;
  const isOpen = (start: StartReport): boolean =>
    start.build !== report.build && mayRun(start, report.endedAt);
  return { ...history, builds, started: history.started.filter(isOpen) };
};

/** A start that arrives after its end is none any more. */
const withStart = (history: History, report: StartReport): History => {
  if (history.builds.some(({ build }) => build === report.build)) return history;
  const started = inserted(history.started, report, STARTED_KEPT);
  return started === history.started ? history : { ...history, started };
};

/** By time, newest first, whatever order they arrive in; the very same list where the report changes nothing. */
const inserted = <T extends Report>(reports: readonly T[], report: T, kept: number): readonly T[] => {
  if (reports.some(({ id }) => id === report.id)) return reports;
  const next = [...reports, report]
    .sort((a, b) => timeOf(b) - timeOf(a) || (a.id < b.id ? -1 : 1))
    .slice(0, kept);
  return next.includes(report) ? next : reports;
};
