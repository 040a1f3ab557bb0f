/** What the status page of a site looks like after ninety days: drawn by chance, and the same in every run. */

import { createHash } from 'node:crypto';
import type { ApiNow } from '../../shared/core/api-now.ts';
import type { BuildReport } from '../../shared/core/builds.ts';
import { type CheckHistory, emptyChecks, withCheck } from '../../shared/core/check-history.ts';
import type { HealthReport } from '../../shared/core/health-report.ts';
import { emptyHistory, type History, withReport } from '../../shared/core/history.ts';
import type { Report } from '../../shared/core/report.ts';
import { type Random, randomOf } from '../simulation/random.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 90;

/** An outage begins on one of these days, so many minutes after the end of a build or at an hour of its own, and lasts. */
const OUTAGES = [
  { day: 12, minute: 615, lasts: 7 },
  { day: 41, minute: 184, lasts: 38 },
  { day: 77, minute: 902, lasts: 4 },
  { day: 85, minute: 740, lasts: 21 },
] as const;

const buildOf = (n: number, endedAt: number, items: number, random: Random): BuildReport => {
  const commit = createHash('sha1').update(`build ${n}`).digest('hex');
  const isFailed = n % 17 === 11;
  const build = `site:${commit.slice(0, 8)}`;
  const common = {
    kind: 'build' as const,
    id: `${build}/final`,
    build,
    commit,
    startedAt: endedAt - 95_000,
    endedAt,
  };
  if (isFailed) return { ...common, outcome: 'failed', because: 'the build failed in BUILD' };
  const checked = 3 + (n % 5);
  return {
    ...common,
    outcome: 'live',
    because: `proved ${checked - (n % 2)} of ${checked} at FRA56-P1`,
    changed: 2 + ((n * 7) % 31),
    objects: 1_204 + n,
    items: 2 + (n % 6),
    itemsOfMonth: items,
    itemsPerMonth: 1_000,
    tookMs: Math.round(8_000 + 9_000 * random.real() ** 2 + (n % 23 === 0 ? 14_000 : 0)),
    api: { health: 'healthy', because: 'status 200' },
    plan: `blobs/2026-11/${createHash('sha256').update(build).digest('hex')}`,
  };
};

const outageReports = (from: number, lastsMs: number): readonly HealthReport[] => [
  {
    kind: 'health',
    id: `health/${from}`,
    at: from,
    from: 'healthy',
    to: 'unhealthy',
    because: 'status 503, 3 times in a row',
    cause: { kind: 'status', status: 503 },
  },
  {
    kind: 'health',
    id: `health/${from + lastsMs}`,
    at: from + lastsMs,
    from: 'unhealthy',
    to: 'healthy',
    because: 'status 200',
    cause: { kind: 'status', status: 200 },
    outageMs: lastsMs,
  },
];

/** A site as it is at `now`, ms since 1970. */
export const ninetyDays = (now: number): Readonly<{ history: History; api: ApiNow }> => {
  const random = randomOf(90, 'page');
  const begin = now - (DAYS - 1) * DAY_MS;
  const outages = OUTAGES.map(({ day, minute, lasts }) => ({
    from: begin + day * DAY_MS - (begin % DAY_MS) + minute * MINUTE_MS,
    lastsMs: lasts * MINUTE_MS,
  }));
  const reports: Report[] = outages.flatMap(({ from, lastsMs }) => [...outageReports(from, lastsMs)]);
  for (let n = 0; n < 110; n += 1) {
    const endedAt = now - 2 * HOUR_MS - (110 - n) * 0.8 * DAY_MS + Math.round(random.real() * 5 * HOUR_MS);
    reports.push(buildOf(n, endedAt, 40 + n, random));
  }
  // What an outage followed is told with it.
  reports.push(buildOf(200, (outages.at(-1)?.from ?? now) - 9 * MINUTE_MS, 150, random));
  let checks: CheckHistory = emptyChecks;
  for (let at = begin; at <= now; at += 5 * MINUTE_MS) {
    const isDown = outages.some(({ from, lastsMs }) => at >= from && at < from + lastsMs);
    const wave = 40 + 14 * Math.sin((at / DAY_MS) * 2 * Math.PI);
    checks = withCheck(
      checks,
      isDown
        ? { at, state: 'down' }
        : {
            at,
            state: 'up',
            directMs: Math.round(wave + 12 * random.real()),
            edgeMs: Math.round(wave + 22 + 18 * random.real()),
          },
    );
  }
  const since = (outages.at(-1)?.from ?? begin) + (outages.at(-1)?.lastsMs ?? 0);
  return {
    history: reports.reduce(withReport, emptyHistory),
    api: { health: 'healthy', since, checks },
  };
};
