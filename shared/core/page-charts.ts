/** Charts of the status page, as SVG that needs no script: each says in words what it shows. */

import { dayOf, isoOf } from './calendar.ts';
import type { CheckHistory, Rollup } from './check-history.ts';
import { DAYS_KEPT, daysUntil, keptForMs, uptimeOf } from './check-history.ts';
import { percentText } from './page-text.ts';
import { numberText } from './report-line.ts';

const DAY_MS = 86_400_000;

const BAR = { width: 6, gap: 2, height: 32 };

/** Less than this of a day down is a day with a fault; none is one without. */
const FAULTY_BELOW = 0.99;

const dayClass = (share: number | undefined): string => {
  if (share === undefined) return 'f-none';
  if (share === 1) return 'f-up';
  return share < FAULTY_BELOW ? 'f-down' : 'f-some';
};

/** One bar a day, the last is that of `now`; a day of which nothing is known is grey. */
export const daysBar = (days: readonly Rollup[], now: number): string => {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const byDay = new Map(days.map((day) => [day.at, day]));
  const bars = Array.from({ length: DAYS_KEPT }, (_, index) => {
    const at = today - (DAYS_KEPT - 1 - index) * DAY_MS;
    const day = byDay.get(at);
    const share = day && uptimeOf([day]);
    const told = share === undefined ? 'nothing is known' : `${percentText(share)} up`;
    return `<rect class="${dayClass(share)}" x="${index * (BAR.width + BAR.gap)}" width="${BAR.width}" height="${BAR.height}"><title>${dayOf(at)}: ${told}</title></rect>`;
  });
  const share = uptimeOf(daysUntil(now, days));
  const label = `The last ${DAYS_KEPT} days of the API: ${share === undefined ? 'nothing is known yet' : `${percentText(share)} up`}`;
  const width = DAYS_KEPT * (BAR.width + BAR.gap) - BAR.gap;
  return `<svg role="img" aria-label="${label}" viewBox="0 0 ${width} ${BAR.height}" width="${width}" height="${BAR.height}">${bars.join('')}</svg>`;
};

const CHART = { width: 720, height: 140, left: 56, bottom: 20, top: 8 };

/** Round numbers that a reader can divide by. */
const SCALES_MS = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 60_000];

/** `until`: a point that comes later is not joined to it, since nobody looked in between. */
type Point = Readonly<{ at: number; ms: number; until: number }>;

const pointsOf = ({ checks, everyMs }: Checks, route: 'directMs' | 'edgeMs'): readonly Point[] =>
  checks.flatMap(({ at, state, [route]: ms }) =>
    ms === undefined ? [] : [{ at, ms, until: at + keptForMs(state, everyMs) }],
  );

type Checks = Pick<CheckHistory, 'checks' | 'everyMs'>;

/** The latencies of both routes over the kept checks, with outages as red ground; nothing without two answers. */
export const latencyChart = (history: Checks): string => {
  const { checks } = history;
  const [direct, edge] = [pointsOf(history, 'directMs'), pointsOf(history, 'edgeMs')];
  const first = checks[0];
  const last = checks.at(-1);
  if (!first || !last || last.at <= first.at || direct.length + edge.length < 2) return '';
  const most = [...direct, ...edge].reduce((max, { ms }) => Math.max(max, ms), 0);
  const scale = SCALES_MS.find((one) => one >= most) ?? most;
  const inner = { width: CHART.width - CHART.left, height: CHART.height - CHART.bottom - CHART.top };
  const x = (at: number): number =>
    Math.round(CHART.left + ((at - first.at) / (last.at - first.at)) * inner.width);
  const y = (ms: number): number => Math.round(CHART.top + (1 - Math.min(1, ms / scale)) * inner.height);
  const lines = [0, 0.5, 1].map((share) => {
    const at = y(share * scale);
    return `<path d="M${CHART.left} ${at}H${CHART.width}" stroke="var(--line)"/><text class="t" x="0" y="${at + 4}">${numberText(Math.round(share * scale))} ms</text>`;
  });
  const label = `Latency of the last ${durationOf(last.at - first.at)}: ${summaryOf('directly', direct)}; ${summaryOf('through the distribution', edge)}`;
  return `<svg role="img" aria-label="${label}" viewBox="0 0 ${CHART.width} ${CHART.height}" width="${CHART.width}" height="${CHART.height}">${lines.join('')}${downOf(history, x, inner.height)}<path class="l-direct" d="${pathOf(direct, x, y)}"/><path class="l-edge" d="${pathOf(edge, x, y)}"/><text class="t" x="${CHART.left}" y="${CHART.height - 4}">${isoOf(first.at).slice(5, 16).replace('T', ' ')}</text><text class="t" x="${CHART.width}" y="${CHART.height - 4}" text-anchor="end">${isoOf(last.at).slice(5, 16).replace('T', ' ')} UTC</text></svg>`;
};

const durationOf = (ms: number): string => {
  const hours = Math.round(ms / 3_600_000);
  return hours < 1 ? 'minutes' : hours === 1 ? 'hour' : `${hours} hours`;
};

const summaryOf = (route: string, points: readonly Point[]): string => {
  if (points.length === 0) return `${route} no answer`;
  const sorted = points.map(({ ms }) => ms).sort((a, b) => a - b);
  return `${route} ${numberText(quantile(sorted, 0.5))} ms in the middle, ${numberText(sorted.at(-1) ?? 0)} at most`;
};

/** The value at a share of sorted values, by the nearest rank. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;

const pathOf = (points: readonly Point[], x: (at: number) => number, y: (ms: number) => number): string =>
  points
    .map(({ at, ms }, index) => {
      const before = points[index - 1];
      const joins = before !== undefined && at <= before.until;
      return `${joins ? 'L' : 'M'}${x(at)} ${y(ms)}`;
    })
    .join('');

/** An outage was seen for no longer after a check than that stands for. */
const downOf = ({ checks, everyMs }: Checks, x: (at: number) => number, height: number): string =>
  checks
    .flatMap(({ at, state }, index) => {
      const next = checks[index + 1];
      if (state !== 'down' || !next) return [];
      const width = Math.max(1, x(Math.min(next.at, at + keptForMs(state, everyMs))) - x(at));
      return [
        `<rect class="f-down" opacity=".25" x="${x(at)}" y="${CHART.top}" width="${width}" height="${height}"/>`,
      ];
    })
    .join('');
