import {
  emptyDeliveries,
  encodeDeliveries,
  parseDeliveries,
  withHealthTold,
} from '../../shared/core/deliveries.ts';
import { type HealthTold, leaveForHealth } from '../../shared/core/health-order.ts';
import type { HealthReport } from '../../shared/core/health-report.ts';
import { aHealthReport, NOON } from './report-fixture.ts';

const UNTIL = NOON + 60_000;
const outage = aHealthReport({ id: 'health/1', at: NOON, generation: 7 });
const recovery = aHealthReport({
  id: 'health/2',
  at: NOON + 1_000,
  generation: 9,
  to: 'healthy',
  outageMs: 1_000,
});

const told = (report: HealthReport, phase: HealthTold['phase'] = 'told'): HealthTold => {
  const leave = leaveForHealth(undefined, report, 'ops', NOON, UNTIL);
  if (leave.kind !== 'go') throw new Error(`expected leave, got ${leave.kind}`);
  return { ...leave.next, phase };
};
const leaveAfter = (known: HealthTold | undefined, report: HealthReport, now = NOON) =>
  leaveForHealth(known, report, 'ops', now, UNTIL);

test('an outage, and then its end', () => {
  expect(leaveAfter(undefined, outage).kind).toBe('go');
  expect(leaveAfter(told(outage), recovery).kind).toBe('go');
});

test('an outage is not told after its end, nor while its end is told', () => {
  expect(leaveAfter(told(recovery), outage)).toEqual({ kind: 'overtaken' });
  expect(leaveAfter(told(recovery, 'telling'), outage)).toEqual({ kind: 'overtaken' });
});

test('the end waits while nobody knows whether the outage still arrives', () => {
  expect(leaveAfter(told(outage, 'telling'), recovery, UNTIL - 1)).toEqual({ kind: 'wait', ms: 1 });
  expect(leaveAfter(told(outage, 'telling'), recovery, UNTIL).kind).toBe('go');
});

test('a report that was not taken is told again at once, one that was taken is not', () => {
  expect(leaveAfter(told(outage, 'telling'), outage).kind).toBe('go');
  expect(leaveAfter(told(outage), outage)).toEqual({ kind: 'told' });
});

test.each([
  ['a clock that went back', { at: NOON - 60_000 }],
  ['a state that was lost and begins anew', { generation: 1 }],
  ['a state that has no number', { at: NOON - 60_000, generation: 10 }],
])('%s keeps no end of an outage back', (_what, more) => {
  expect(leaveAfter(told(outage), { ...recovery, ...more }).kind).toBe('go');
});

test('of reports without a number, as an older version wrote them, the clock says which is newer', () => {
  const { generation: _one, ...older } = outage;
  const { generation: _other, ...newer } = recovery;
  expect(leaveAfter(told(newer), older)).toEqual({ kind: 'overtaken' });
  expect(leaveAfter(told(older), newer).kind).toBe('go');
});

test('where only one of them has a number, the clock says it, too', () => {
  const { generation: _one, ...older } = outage;
  const { generation: _other, ...newer } = recovery;
  expect(leaveAfter(told(recovery), older)).toEqual({ kind: 'overtaken' });
  expect(leaveAfter(told(newer), outage)).toEqual({ kind: 'overtaken' });
});

test('of what was told at the same time nothing is kept back', () => {
  expect(leaveAfter(told(recovery), { ...outage, at: recovery.at }).kind).toBe('go');
  expect(leaveAfter(told(recovery), { ...outage, generation: recovery.generation ?? 0 }).kind).toBe('go');
});

test('it survives being stored, one for each channel', () => {
  const both = withHealthTold(withHealthTold(emptyDeliveries, told(outage)), told(recovery));
  expect(both.healths).toEqual([told(recovery)]);
  expect(parseDeliveries(encodeDeliveries(both))).toEqual(both);
  const other = withHealthTold(both, { ...told(outage), channel: 'other' });
  expect(other.healths.map(({ channel }) => channel)).toEqual(['other', 'ops']);
});

test('it does not grow without limit', () => {
  let all = emptyDeliveries;
  for (let n = 0; n < 500; n += 1) all = withHealthTold(all, { ...told(outage), channel: `c${n}` });
  expect(all.healths).toHaveLength(50);
  expect(all.healths[0]?.channel).toBe('c499');
});

test('an entry that cannot be read is left out, and an older version knew none', () => {
  const good = told(outage);
  const wrong = [
    null,
    1,
    { ...good, phase: 'x' },
    { ...good, at: 'x' },
    { ...good, generation: 'x' },
    { ...good, id: 1 },
  ];
  const stored = (healths: unknown) =>
    new TextEncoder().encode(JSON.stringify({ schema: 1, told: [], healths }));
  expect(parseDeliveries(stored([...wrong, good])).healths).toEqual([good]);
  expect(parseDeliveries(stored(undefined)).healths).toEqual([]);
});
