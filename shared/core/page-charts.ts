/** Charts of the status page, as SVG that needs no script: each says in words what it shows. */

import { dayOf } from './calendar.ts';
import type { CheckHistory, Rollup } from './check-history.ts';
import { DAYS_KEPT, daysUntil, keptForMs, uptimeOf } from './check-history.ts';
import { percentText, timeText } from './page-text.ts';
import { durationText, numberText } from './report-line.ts';

const DAY_MS = 86_400_000;

/** In the units of the drawing, which is stretched to the page. */
const BAR = { width: 6, gap: 2, height: 32 };

const barX = (index: number): number => index * (BAR.width + BAR.gap);

const barsWidth = (count: number): number => barX(count) - BAR.gap;

/** Less than this of a day up is a day that was down; none is one without a fault. */
const FAULTY_BELOW = 0.99;

type Day = Readonly<{ kind: 'f-none' | 'f-up' | 'f-some' | 'f-down'; height: number }>;

/** The worse the higher: whoever sees no colours sees that. */
const dayOfShare = (share: number | undefined): Day => {
  if (share === undefined) return { kind: 'f-none', height: 4 };
  if (share === 1) return { kind: 'f-up', height: 18 };
  return share < FAULTY_BELOW ? { kind: 'f-down', height: BAR.height } : { kind: 'f-some', height: 25 };
};

/** A drawing that is as wide as the page, and what stands below it at both its ends. */
const figure = (svg: string, from: string, to: string, above = ''): string =>
  `<figure>${above}${svg}<div class="axis"><span>${from}</span><span>${to}</span></div></figure>`;

const stretched = (kind: string, label: string, width: number, height: number, drawn: string): string =>
  `<svg class="chart ${kind}" role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">${drawn}</svg>`;

/** One bar a day, the last is that of `now`; a day of which nothing is known is a grey stump. */
export const daysBar = (days: readonly Rollup[], now: number): string => {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const byDay = new Map(days.map((day) => [day.at, day]));
  const bars = Array.from({ length: DAYS_KEPT }, (_, index) => {
    const at = today - (DAYS_KEPT - 1 - index) * DAY_MS;
    const day = byDay.get(at);
    const share = day && uptimeOf([day]);
    const told = share === undefined ? 'nothing is known' : `${percentText(share)} up`;
    const { kind, height } = dayOfShare(share);
    return `<rect class="${kind}" x="${barX(index)}" y="${BAR.height - height}" width="${BAR.width}" height="${height}"><title>${dayOf(at)}: ${told}</title></rect>`;
  });
  const share = uptimeOf(daysUntil(now, days));
  const label = `The last ${DAYS_KEPT} days of the API: ${share === undefined ? 'nothing is known yet' : `${percentText(share)} up`}`;
  const width = barsWidth(DAYS_KEPT);
  return figure(stretched('days', label, width, BAR.height, bars.join('')), `${DAYS_KEPT} days ago`, 'today');
};

/** What AWS says of an invalidation alone, ms. */
const AWS_MS = [5_000, 25_000];

/** How long each build took from its end until it was live, ms, oldest first. */
export const tookChart = (took: readonly number[]): string => {
  if (took.length < 2) return '';
  const scale = [...took, 30_000].reduce((a, b) => Math.max(a, b));
  const height = 60;
  const y = (ms: number): number => Math.round(height * (1 - ms / scale));
  const bars = took.map((ms, index) => {
    const top = Math.min(height - 1, y(ms));
    return `<rect class="f-up" x="${barX(index)}" y="${top}" width="${BAR.width}" height="${height - top}"/>`;
  });
  const width = barsWidth(took.length);
  const limits = AWS_MS.map((ms) => `<path class="l-limit" d="M0 ${y(ms)}H${width}"/>`);
  const label = `How long each of ${numberText(took.length)} builds took until it was live, the oldest first`;
  return figure(
    stretched('took', label, width, height, bars.join('') + limits.join('')),
    `the oldest of ${numberText(took.length)}; up to ${durationText(scale)}`,
    'the newest',
  );
};

const CHART = { width: 720, height: 120 };

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
  const x = (at: number): number => Math.round(((at - first.at) / (last.at - first.at)) * CHART.width);
  const y = (ms: number): number => Math.round((1 - Math.min(1, ms / scale)) * CHART.height);
  const lines = [0, 0.5, 1].map((share) => `<path class="grid" d="M0 ${y(share * scale)}H${CHART.width}"/>`);
  const label = `Latency of the last ${spanOf(last.at - first.at)}: ${summaryOf('directly', direct)}; ${summaryOf('through the distribution', edge)}`;
  const drawn = `${lines.join('')}${downOf(history, x, CHART.height)}<path class="l-direct" d="${pathOf(direct, x, y)}"/><path class="l-edge" d="${pathOf(edge, x, y)}"/>`;
  return figure(
    stretched('latency', label, CHART.width, CHART.height, drawn),
    timeText(first.at),
    timeText(last.at),
    `<figcaption>Latency up to ${numberText(Math.round(scale))} ms, asked directly (solid) and through the distribution (dashed)${checks.some(({ state }) => state === 'down') ? ', and red ground where it was down' : ''}:</figcaption>`,
  );
};

const spanOf = (ms: number): string => {
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
      return [`<rect class="f-down" opacity=".25" x="${x(at)}" y="0" width="${width}" height="${height}"/>`];
    })
    .join('');
