/** One line that answers "is my build live, and is my API up?". */

import type { BuildReport } from './builds.ts';
import type { HealthReport } from './health-report.ts';
import { itemsCost } from './prices.ts';
import type { Report } from './report.ts';
import { PENDING } from './starts.ts';

/** "6.2 s", "4 min 10 s", "2 h 5 min". Rounded before it is split: there is no "1 min 60 s". */
export const durationText = (ms: number): string => {
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
};

/** 1204 as "1,204", the same everywhere. */
export const numberText = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** A commit's first digits, or the end of the build's id where there is none. */
export const buildName = ({ commit, build }: Readonly<{ commit?: string; build: string }>): string =>
  commit === undefined ? build.replace(/^.*:/, '').slice(0, 8) : commit.slice(0, 7);

export const itemsText = (n: number): string => `${numberText(n)} item${n === 1 ? '' : 's'}`;

/** " ($5.00)" behind the items of a month that cost something, and nothing behind those that do not. */
export const priceText = (itemsOfMonth: number): string => {
  const { price } = itemsCost(itemsOfMonth);
  return price === undefined ? '' : ` (${price})`;
};

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
    count === undefined ? undefined : itemsText(count),
    itemsOfMonth === undefined || itemsPerMonth === undefined
      ? undefined
      : `${numberText(itemsOfMonth)} of ${numberText(itemsPerMonth)} items this month${priceText(itemsOfMonth)}`,
    tookMs === undefined ? undefined : `after ${durationText(tookMs)}`,
    because,
    api === undefined ? undefined : `API ${api.health}${api.health === 'healthy' ? '' : `: ${api.because}`}`,
  ];
  return `${outcome} ${buildName(report)}: ${parts.filter((part) => part !== undefined).join(', ')}`;
};

const healthLine = ({ from, to, because, outageMs }: HealthReport): string => {
  const change = from === to ? `API still ${to}` : `API ${to}, was ${from}`;
  // It may answer again and not be well.
  const rest = to === 'healthy' ? '' : `, and is ${to}`;
  const what = outageMs === undefined ? change : `API recovered after ${durationText(outageMs)}${rest}`;
  return `${what}: ${because}`;
};

/** Reasons quote what others sent: a line break or an escape sequence in one must not reach a terminal. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');

const lineOf = (report: Report): string => {
  switch (report.kind) {
    case 'build':
      return buildLine(report);
    case 'start':
      return `${PENDING} ${buildName(report)}: the build has begun`;
    case 'health':
      return healthLine(report);
  }
};

export const reportLine = (report: Report): string => oneLine(lineOf(report));
