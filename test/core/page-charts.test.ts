import { XMLValidator } from 'fast-xml-parser';
import type { Check } from '../../shared/core/check-history.ts';
import { latencyChart, quantile } from '../../shared/core/page-charts.ts';
import { NOON } from './report-fixture.ts';

const MINUTE_MS = 60_000;

/** `minute` of each check, and its latency; without one it is down. */
const checks = (...given: readonly (readonly [number, number?])[]): readonly Check[] =>
  given.map(([minute, directMs]) => ({
    at: NOON + minute * MINUTE_MS,
    ...(directMs === undefined ? { state: 'down' } : { state: 'up', directMs }),
  }));

const grounds = (chart: string): readonly number[] =>
  [...chart.matchAll(/<rect class="f-down"[^>]* width="(\d+)"/g)].map(([, width]) => Number(width));

test('an outage is red ground as long as it was seen, and not until somebody looked again hours later', () => {
  const [seen = 0] = grounds(latencyChart(checks([0, 50], [300], [305], [310, 50], [600, 50])));
  const [gap = 0] = grounds(latencyChart(checks([0, 50], [300], [590, 50], [600, 50])));
  expect(seen).toBeLessThan(10);
  expect(gap).toBeGreaterThan(0);
  expect(gap).toBeLessThanOrEqual(25);
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
