import {
  type Deliveries,
  emptyDeliveries,
  encodeDeliveries,
  leaveFor,
  parseDeliveries,
  type Telling,
  withDelivered,
} from '../../shared/core/deliveries.ts';
import { NOON } from './report-fixture.ts';

const telling = (isStart: boolean, more: Partial<Telling> = {}): Telling => ({
  build: 'shop:1',
  channel: 'team',
  isStart,
  until: NOON + 60_000,
  ...more,
});
const [START, END] = [telling(true), telling(false)];

const begun = (deliveries: Deliveries, one: Telling, now = NOON): Deliveries => {
  const leave = leaveFor(deliveries, one, now);
  if (leave.kind !== 'go') throw new Error(`expected leave, got ${leave.kind}`);
  return leave.next;
};
const delivered = (deliveries: Deliveries, one: Telling, message?: string): Deliveries =>
  withDelivered(begun(deliveries, one), one, message);

test('a start, and then its end in the place of its message', () => {
  const started = delivered(emptyDeliveries, START, '1.1');
  expect(leaveFor(started, START, NOON)).toEqual({ kind: 'told' });
  expect(leaveFor(started, END, NOON)).toMatchObject({ kind: 'go', message: '1.1' });
});

test('a start after its end is not told', () => {
  expect(leaveFor(begun(emptyDeliveries, END), START, NOON)).toEqual({ kind: 'told' });
});

test.each([
  ['an end', END],
  ['the start again', START],
])('while nobody knows whether a start arrives, %s waits', (_what, one) => {
  const starting = begun(emptyDeliveries, START);
  expect(leaveFor(starting, one, NOON + 59_999)).toEqual({ kind: 'wait', ms: 1 });
  expect(leaveFor(starting, one, NOON + 60_000).kind).toBe('go');
});

test('an end that was not taken is told again at once, in the place of the same message', () => {
  const ending = begun(delivered(emptyDeliveries, START, '1.1'), END);
  expect(leaveFor(ending, END, NOON)).toMatchObject({ kind: 'go', message: '1.1' });
});

test('an end that was taken is not told again', () => {
  expect(leaveFor(delivered(emptyDeliveries, END), END, NOON)).toEqual({ kind: 'told' });
});

test('a start that is noted after its end was begun does not undo it', () => {
  const starting = begun(emptyDeliveries, START);
  const ending = begun(starting, END, NOON + 60_000);
  expect(leaveFor(withDelivered(ending, START, '1.1'), START, NOON)).toEqual({ kind: 'told' });
  const late = withDelivered(withDelivered(ending, END), START, '1.1');
  expect(leaveFor(late, END, NOON)).toEqual({ kind: 'told' });
});

test('builds and channels are told by themselves', () => {
  const ended = delivered(emptyDeliveries, END);
  expect(leaveFor(ended, telling(true, { channel: 'other' }), NOON).kind).toBe('go');
  expect(leaveFor(ended, telling(true, { build: 'shop:2' }), NOON).kind).toBe('go');
  const others = [telling(true, { channel: 'other' }), telling(true, { build: 'shop:2' })];
  const all = others.reduce((deliveries, one) => delivered(deliveries, one), ended);
  expect(leaveFor(all, START, NOON).kind).toBe('told');
  for (const one of others) expect(leaveFor(all, one, NOON).kind).toBe('told');
});

test('what adds nothing changes nothing', () => {
  const ended = delivered(emptyDeliveries, END, '1.2');
  expect(withDelivered(ended, END, '1.2')).toBe(ended);
  expect(withDelivered(ended, END)).toBe(ended);
});

test('it does not grow without limit, and the newest stay', () => {
  let all = emptyDeliveries;
  for (let build = 0; build < 500; build += 1)
    all = delivered(all, telling(false, { build: `shop:${build}` }), '1.1');
  expect(encodeDeliveries(all).length).toBeLessThan(25_000);
  expect(leaveFor(all, telling(true, { build: 'shop:499' }), NOON).kind).toBe('told');
});

test('it survives being stored', () => {
  const all = delivered(begun(emptyDeliveries, telling(true, { channel: 'other' })), START, '1.1');
  expect(parseDeliveries(encodeDeliveries(all))).toEqual(all);
});

test.each(['', 'null', '[]', '{"schema":2,"told":[]}', '{"schema":1,"told":{}}'])(
  '%j is as good as nothing',
  (text) => {
    expect(parseDeliveries(new TextEncoder().encode(text))).toEqual(emptyDeliveries);
  },
);

test('what another version wrote is as good as nothing', () => {
  const stored = { ...delivered(emptyDeliveries, END), schema: 2 };
  expect(parseDeliveries(new TextEncoder().encode(JSON.stringify(stored)))).toEqual(emptyDeliveries);
});

test('an entry that cannot be read is left out', () => {
  const good = { build: 'b', channel: 'c', phase: 'ended', until: 1 };
  const told = [null, { ...good, phase: 'x' }, { ...good, until: 'x' }, { ...good, message: 1 }, good];
  const stored = new TextEncoder().encode(JSON.stringify({ schema: 1, told }));
  expect(parseDeliveries(stored).told).toEqual([good]);
});
