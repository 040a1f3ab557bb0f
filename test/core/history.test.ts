import fc from 'fast-check';
import {
  BUILDS_KEPT,
  emptyHistory,
  encodeHistory,
  HEALTH_KEPT,
  parseHistory,
  STARTED_KEPT,
  withReport,
} from '../../shared/core/history.ts';
import type { Report } from '../../shared/core/report.ts';
import { timeOf } from '../../shared/core/report.ts';
import { aBuildReport, aHealthReport, aStartReport, NOON } from './report-fixture.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const of = (reports: readonly Report[]) => reports.reduce(withReport, emptyHistory);
const build = (n: number, at = n) => aBuildReport({ id: `b${n}`, endedAt: NOON + at, tookMs: 0 });
const health = (n: number, at = n) => aHealthReport({ id: `h${n}`, at: NOON + at });

test('a history survives being stored', () => {
  const history = of([build(1), health(2)]);
  expect(parseHistory(encodeHistory(history))).toEqual(history);
  expect(parseHistory(encodeHistory(emptyHistory))).toEqual(emptyHistory);
});

test.each([
  ['nothing', ''],
  ['no JSON', '{"schema":1'],
  ['null', 'null'],
  ['another schema', '{"schema":2,"builds":[],"health":[]}'],
  ['no schema', '{"builds":[],"health":[]}'],
  ['no builds', '{"schema":1,"health":[]}'],
  ['a health that is no list', '{"schema":1,"builds":[],"health":{}}'],
])('%s is no history', (_case, text) => {
  expect(parseHistory(bytes(text))).toBeUndefined();
});

test('bytes that are no text are no history', () => {
  expect(
    parseHistory(Uint8Array.of(...bytes('{"schema":1,"builds":[],"health":[],"x":"'), 0xff, 0x22, 0x7d)),
  ).toBeUndefined();
});

test('a report that cannot be read is left out, and takes no other with it', () => {
  const stored = {
    schema: 1,
    builds: [null, build(1), { ...build(2), outcome: '<b>' }],
    health: ['x', health(3)],
  };
  expect(parseHistory(bytes(JSON.stringify(stored)))).toEqual({
    schema: 1,
    builds: [build(1)],
    health: [health(3)],
    started: [],
  });
});

describe('a start', () => {
  const start = (n: number) => aStartReport({ id: `s${n}`, build: `shop:${n}`, startedAt: NOON + n });
  const end = (n: number, at = n) => aBuildReport({ id: `b${n}`, build: `shop:${n}`, endedAt: NOON + at });

  test('stays until the end of its build, and survives being stored', () => {
    const history = of([start(1), start(2)]);
    expect(history.started).toEqual([start(2), start(1)]);
    expect(parseHistory(encodeHistory(history))).toEqual(history);
    expect(withReport(history, start(1))).toBe(history);
    expect(withReport(history, end(1)).started).toEqual([start(2)]);
  });

  test('that comes after the end of its build is none any more', () => {
    const history = of([end(1)]);
    expect(withReport(history, start(1))).toBe(history);
  });

  test('whose end was never told goes after as long as a build may take', () => {
    const hours = (n: number) => n * 3_600_000;
    expect(of([start(1), end(2, hours(35))]).started).toEqual([start(1)]);
    expect(of([start(1), end(2, hours(36) + 1)]).started).toEqual([]);
  });

  test('is one of five at most', () => {
    expect(of([1, 2, 3, 4, 5, 6].map(start)).started).toHaveLength(STARTED_KEPT);
  });
});

test('a report that is there already changes nothing at all', () => {
  const history = of([build(1), health(1)]);
  expect(withReport(history, build(1))).toBe(history);
  expect(withReport(history, health(1))).toBe(history);
});

test('a build and a health of one id do not hide each other', () => {
  const history = of([aBuildReport({ id: 'same' }), aHealthReport({ id: 'same' })]);
  expect([history.builds.length, history.health.length]).toEqual([1, 1]);
});

test.each([
  ['builds', build, BUILDS_KEPT],
  ['health', health, HEALTH_KEPT],
] as const)('of %s the newest are kept, up to the limit', (list, make, kept) => {
  const full = of(Array.from({ length: kept }, (_, n) => make(n)));
  expect(full[list].length).toBe(kept);
  const newer = withReport(full, make(kept));
  expect(newer[list].map(({ id }) => id)).toEqual(Array.from({ length: kept }, (_, n) => make(kept - n).id));
  expect(withReport(full, make(-1))).toBe(full);
});

test('whatever order reports come in, and however often, the history is the same, newest first', () => {
  const reports = [
    ...Array.from({ length: 12 }, (_, n) => build(n, n % 4)),
    ...Array.from({ length: 8 }, (_, n) => health(n, n % 3)),
  ];
  const expected = of(reports);
  for (const list of [expected.builds, expected.health]) {
    expect(list.map(timeOf)).toEqual(list.map(timeOf).sort((a, b) => b - a));
  }
  fc.assert(
    fc.property(fc.shuffledSubarray([...reports, ...reports], { minLength: 2 * reports.length }), (order) => {
      expect(encodeHistory(of(order))).toEqual(encodeHistory(expected));
    }),
  );
});
