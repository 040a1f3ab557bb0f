/** What was posted, as far as the status page tells it: a ring of builds and a ring of changes of health. */

import type { BuildReport } from './builds.ts';
import type { HealthReport } from './health-report.ts';
import { parseReport, type Report, timeOf } from './report.ts';

export type History = Readonly<{
  schema: 1;
  /** Newest first. */
  builds: readonly BuildReport[];
  health: readonly HealthReport[];
}>;

export const BUILDS_KEPT = 100;
export const HEALTH_KEPT = 100;

export const emptyHistory: History = { schema: 1, builds: [], health: [] };

/** Undefined for what is damaged or of another schema; a report in it that cannot be read is left out. */
export const parseHistory = (bytes: Uint8Array): History | undefined => {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Partial<History>;
    if (value.schema !== 1 || !Array.isArray(value.builds) || !Array.isArray(value.health)) return undefined;
    const reports = [...value.builds, ...value.health].flatMap((one) => parseReport(one) ?? []);
    return {
      schema: 1,
      builds: reports.filter((report) => report.kind === 'build'),
      health: reports.filter((report) => report.kind === 'health'),
    };
  } catch {
    return undefined;
  }
};

export const encodeHistory = (history: History): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(history));

/** The history with the report in its place; the very same one where it is there already, or too old to be kept. */
export const withReport = (history: History, report: Report): History => {
  const list: readonly Report[] = report.kind === 'build' ? history.builds : history.health;
  if (list.some(({ id }) => id === report.id)) return history;
  const next =
    report.kind === 'build'
      ? { ...history, builds: inserted(history.builds, report, BUILDS_KEPT) }
      : { ...history, health: inserted(history.health, report, HEALTH_KEPT) };
  const isKept = [...next.builds, ...next.health].includes(report);
  return isKept ? next : history;
};

/** By time, newest first, whatever order they arrive in. */
const inserted = <T extends Report>(reports: readonly T[], report: T, kept: number): readonly T[] =>
  [...reports, report].sort((a, b) => timeOf(b) - timeOf(a) || (a.id < b.id ? -1 : 1)).slice(0, kept);
