/** One line that answers "is my build live, and is my API up?". */

import type { BuildReport } from './builds.ts';
import type { HealthReport } from './health-report.ts';
import type { Report } from './report.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** "6.2 s", "4 min 10 s", "2 h 5 min". */
export const durationText = (ms: number): string => {
  if (ms < MINUTE_MS) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min ${Math.round((ms % MINUTE_MS) / 1000)} s`;
  return `${Math.floor(ms / HOUR_MS)} h ${Math.floor((ms % HOUR_MS) / MINUTE_MS)} min`;
};

/** 1204 as "1,204", the same everywhere. */
export const numberText = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** A commit's first digits, or the end of the build's id where there is none. */
export const buildName = ({ commit, build }: Pick<BuildReport, 'commit' | 'build'>): string =>
  commit === undefined ? build.replace(/^.*:/, '').slice(0, 8) : commit.slice(0, 7);

const items = (n: number): string => `${numberText(n)} item${n === 1 ? '' : 's'}`;

const buildLine = (report: BuildReport): string => {
  const {
    outcome,
    because,
    changed,
    objects,
    items: count,
    itemsOfMonth,
    itemsPerMonth,
    tookMs,
    api,
  } = report;
  const parts = [
    changed === undefined || objects === undefined
      ? undefined
      : `${numberText(changed)} of ${numberText(objects)} objects changed`,
    count === undefined ? undefined : items(count),
    itemsOfMonth === undefined || itemsPerMonth === undefined
      ? undefined
      : `${numberText(itemsOfMonth)} of ${numberText(itemsPerMonth)} items this month`,
    tookMs === undefined ? undefined : `after ${durationText(tookMs)}`,
    because,
    api === undefined ? undefined : `API ${api.health}${api.health === 'healthy' ? '' : `: ${api.because}`}`,
  ];
  return `${outcome} ${buildName(report)}: ${parts.filter((part) => part !== undefined).join(', ')}`;
};

const healthLine = ({ from, to, because, outageMs }: HealthReport): string => {
  const isRecovery = outageMs !== undefined;
  const what = isRecovery ? `API recovered after ${durationText(outageMs)}` : `API ${to}, was ${from}`;
  return `${what}: ${because}`;
};

export const reportLine = (report: Report): string =>
  report.kind === 'build' ? buildLine(report) : healthLine(report);
