import { holdFor } from '../../shared/core/hold.ts';

const now = 1_000_000_000;
const rules = { quietMs: 3_000, holdMaxMs: 600_000 };
const hint = (kind: string, ageMs: number, sentAgeMs = ageMs) => ({
  kind,
  at: now - ageMs,
  sentAt: now - sentAgeMs,
});
const quiet = { now, building: false, hints: [] };

test.each([
  ['an object event of this ms', 0, 3],
  ['one 1 ms old', 1, 3],
  ['one 999 ms old', 999, 3],
  ['one 1,000 ms old', 1_000, 2],
  ['one 2,000 ms old', 2_000, 1],
  ['one 1 ms short of quiet', 2_999, 1],
  ['one that has been quiet just long enough', 3_000, undefined],
  ['an old one', 60_000, undefined],
  ['one that a clock 4 s ahead tells of', -4_000, 3],
])('%s holds for %s ms → %s s', (_case, ageMs, seconds) => {
  const hold = holdFor({ ...quiet, hints: [hint('object', ageMs, Math.max(0, ageMs))] }, rules);
  expect(hold?.seconds).toBe(seconds);
});

test('the youngest of several counts, wherever it stands', () => {
  const hints = [hint('object', 9_000), hint('object', 500), hint('object', 5_000)];
  expect(holdFor({ ...quiet, hints }, rules)).toEqual({
    seconds: 3,
    because: 'the latest change is younger than 3000 ms',
  });
});

test.each(['build', 'tick', 'look'])('a hint of kind %s is no change to wait for', (kind) => {
  expect(holdFor({ ...quiet, hints: [hint(kind, 0)] }, rules)).toBeUndefined();
});

test.each([
  [0, 3],
  [2_999, 1],
  [3_000, undefined],
])('without any event a listed change %d ms old holds for %s s', (ageMs, seconds) => {
  expect(holdFor({ ...quiet, youngestChangeAt: now - ageMs }, rules)?.seconds).toBe(seconds);
});

test('a listed change that is younger than the event counts', () => {
  const waiting = { ...quiet, hints: [hint('object', 10_000)], youngestChangeAt: now - 1_000 };
  expect(holdFor(waiting, rules)?.seconds).toBe(2);
});

test.each([['tick'], ['object'], ['build']])(
  'a build in progress holds a %s for 20 s, however quiet',
  (kind) => {
    expect(holdFor({ ...quiet, building: true, hints: [hint(kind, 60_000)] }, rules)).toEqual({
      seconds: 20,
      because: 'a build is in progress',
    });
  },
);

test.each([
  [599_999, 20],
  [600_000, undefined],
  [600_001, undefined],
])('with the oldest hint %d ms old a build in progress holds for %s s', (sentAgeMs, seconds) => {
  const hints = [hint('object', 0, 0), hint('object', 0, sentAgeMs), hint('tick', 0)];
  expect(holdFor({ ...quiet, building: true, hints }, rules)?.seconds).toBe(seconds);
});

test.each([
  [599_999, 3],
  [600_000, undefined],
])('with the oldest hint %d ms old a change of this ms holds for %s s', (sentAgeMs, seconds) => {
  const hints = [hint('object', 0, 0), hint('tick', sentAgeMs)];
  expect(holdFor({ ...quiet, hints }, rules)?.seconds).toBe(seconds);
});

test('how old a hint is counts from its sending: an event can tell of something long past', () => {
  const hints = [hint('object', 3_600_000, 1_000)];
  expect(holdFor({ ...quiet, building: true, hints }, rules)?.seconds).toBe(20);
});

test('without hints a build in progress is waited for', () => {
  expect(holdFor({ ...quiet, building: true }, rules)?.seconds).toBe(20);
});

test('without hints, builds and changes there is nothing to wait for', () => {
  expect(holdFor(quiet, rules)).toBeUndefined();
});

test('no wait is longer than quietMs, and none is shorter than a second', () => {
  const brief = { quietMs: 10, holdMaxMs: 600_000 };
  expect(holdFor({ ...quiet, hints: [hint('object', 0)] }, brief)?.seconds).toBe(1);
  const ahead = { ...quiet, youngestChangeAt: now + 3_600_000 };
  expect(holdFor(ahead, rules)?.seconds).toBe(3);
});

test('with quietMs 0 nothing but a build is waited for, with holdMaxMs 0 nothing at all', () => {
  const hints = [hint('object', 0)];
  expect(holdFor({ ...quiet, hints }, { quietMs: 0, holdMaxMs: 1 })).toBeUndefined();
  expect(holdFor({ ...quiet, hints, building: true }, { quietMs: 3_000, holdMaxMs: 0 })).toBeUndefined();
});
