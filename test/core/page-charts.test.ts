import { XMLValidator } from 'fast-xml-parser';
import type { CheckHistory } from '../../shared/core/check-history.ts';
import { daysBar, latencyChart, quantile } from '../../shared/core/page-charts.ts';
import { NOON } from './report-fixture.ts';

const MINUTE_MS = 60_000;

/** `minute` of each check, and its latency; without one it is down. */
const checks = (
  ...given: readonly (readonly [number, number?])[]
): Pick<CheckHistory, 'checks' | 'everyMs'> => ({
  checks: given.map(([minute, directMs]) => ({
    at: NOON + minute * MINUTE_MS,
    ...(directMs === undefined ? { state: 'down' } : { state: 'up', directMs }),
  })),
});

/** The pieces that the line of the direct route consists of. */
const pieces = (chart: string): number =>
  [...(/class="l-direct" d="([^"]*)"/.exec(chart)?.[1] ?? '').matchAll(/M/g)].length;

const grounds = (chart: string): readonly number[] =>
  [...chart.matchAll(/<rect class="f-down"[^>]* width="(\d+)"/g)].map(([, width]) => Number(width));

test('an outage is red ground as long as it was seen, and not until somebody looked again hours later', () => {
  const [seen = 0] = grounds(latencyChart(checks([0, 50], [300], [305], [310, 50], [600, 50])));
  const [gap = 0] = grounds(latencyChart(checks([0, 50], [300], [590, 50], [600, 50])));
  expect(seen).toBeLessThan(10);
  expect(gap).toBeGreaterThan(0);
  expect(gap).toBeLessThanOrEqual(25);
});

test('a line is broken where nobody looked, by the interval of the checks', () => {
  const hourly = { ...checks([0, 50], [61, 50], [122, 50]), everyMs: 60 * MINUTE_MS };
  expect(pieces(latencyChart(hourly))).toBe(1);
  expect(pieces(latencyChart({ ...hourly, everyMs: 5 * MINUTE_MS }))).toBe(3);
  expect(pieces(latencyChart(checks([0, 50], [15, 50])))).toBe(1);
  expect(pieces(latencyChart(checks([0, 50], [16, 50])))).toBe(2);
});

test('an outage is red for as long as failing checks are believed, whatever the interval of good ones', () => {
  const rare = { ...checks([0, 50], [100], [200, 50]), everyMs: 60 * MINUTE_MS };
  expect(grounds(latencyChart(rare))).toEqual(grounds(latencyChart({ ...rare, everyMs: 5 * MINUTE_MS })));
});

test.each([
  ['no check', checks()],
  ['one check', checks([0, 50])],
  ['no answer', checks([0], [5], [10])],
  ['one answer', checks([0, 50], [5])],
])('of %s nothing is drawn', (_case, given) => {
  expect(latencyChart(given)).toBe('');
});

test('a chart is well formed', () => {
  expect(XMLValidator.validate(latencyChart(checks([0, 50], [5], [10, 70_000], [60, 3])))).toBe(true);
});

test.each([
  [0.5, [1], 1],
  [0.5, [1, 2], 1],
  [0.5, [1, 2, 3], 2],
  [0.95, Array.from({ length: 20 }, (_, n) => n + 1), 19],
  [0.95, Array.from({ length: 21 }, (_, n) => n + 1), 20],
  [1, [1, 2], 2],
])('the value at %d of %j is %d', (share, sorted, expected) => {
  expect(quantile(sorted, share)).toBe(expected);
});

test('the worse a day was the higher is its bar: whoever sees no colours sees that', () => {
  const DAY_MS = 86_400_000;
  const dayOf = (ago: number, upMs: number, downMs: number) => ({
    at: Math.floor(NOON / DAY_MS) * DAY_MS - ago * DAY_MS,
    upMs,
    downMs,
    answers: 0,
    totalMs: 0,
    mostMs: 0,
  });
  const drawn = daysBar([dayOf(3, 100, 0), dayOf(2, 995, 5), dayOf(1, 989, 11)], NOON);
  const bars = [...drawn.matchAll(/<rect class="([\w-]+)"[^>]* height="(\d+)"/g)].slice(-4);
  const heights = bars.map(([, , height]) => Number(height));
  expect(bars.map(([, kind]) => kind)).toEqual(['f-up', 'f-some', 'f-down', 'f-none']);
  const [up = 0, some = 0, down = 0, none = 0] = heights;
  expect([none < up, up < some, some < down]).toEqual([true, true, true]);
});
