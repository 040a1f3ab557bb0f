import {
  earlierThan,
  followById,
  isUnderWay,
  outcomeOf,
  settle,
  updated,
  withWidening,
} from '../../shared/core/follow.ts';
import { aBuild, aFollow, aHead, anIntent, now, owed } from './head-fixture.ts';

const first = aFollow('a', { generation: 3 });
const second = aFollow('b', { generation: 5 });
const head = aHead({ follows: [second, first] });

test('an invalidation is found by its id', () => {
  expect(followById(head, 'b')).toBe(second);
  expect(followById(head, 'x')).toBeUndefined();
});

test.each([
  ['the earlier one', first, undefined],
  ['the later one', second, first],
  ['one of the same commit', aFollow('c', { generation: 3 }), undefined],
  ['one behind both', aFollow('c', { generation: 6 }), second],
])('what %s has to wait for', (_case, follow, earlier) => {
  expect(earlierThan(head, follow)).toBe(earlier);
});

test.each([
  ['nothing is followed', aHead({ follows: [] }), false],
  ['an invalidation is followed', head, true],
  ['all that is followed is stuck', aHead({ follows: [{ ...first, stuck: true }] }), false],
  ['not all that is followed is stuck', aHead({ follows: [{ ...first, stuck: true }, second] }), true],
  ['one is about to be asked for', aHead({ follows: [], intent: anIntent() }), true],
])('where %s, whether a check is to come', (_case, before, expected) => {
  expect(isUnderWay(before)).toBe(expected);
});

test('an update changes one invalidation and nothing else', () => {
  expect(updated(head, 'a', { completed: true }).follows).toEqual([second, { ...first, completed: true }]);
  expect(updated(head, 'x', { completed: true })).toEqual(head);
});

test.each([
  ['an old copy', { of: 2, checked: 1, proved: 1, old: { path: '/', because: 'x' } }, 'stuck', 'old: / x'],
  ['a proof', { of: 2, checked: 2, proved: 1, pop: 'FRA1' }, 'live', 'proved 1 of 2 at FRA1'],
  ['fresh URLs without a proof', { of: 2, checked: 2, proved: 0, pop: 'FRA1' }, 'live-unproved', /^unproved/],
  ['no answer', { of: 2, checked: 0, proved: 0 }, 'live-unproved', /^unproved/],
  ['nothing to check', { of: 0, checked: 0, proved: 0 }, 'live-unproved', /^unproved/],
])('with %s a build is %s', (_case, summary, outcome, because) => {
  expect(outcomeOf(summary)).toEqual({ outcome, because: expect.stringMatching(because) });
});

describe('settling', () => {
  const follow = aFollow('f', { builds: ['a', 'b', 'c'], changed: 3, objects: 10, items: 4 });
  const builds = [aBuild('a', { outcome: 'superseded' }), aBuild('b'), aBuild('c'), aBuild('d')];
  const before = aHead({ follows: [first, follow], builds });
  const settled = { outcome: 'live', because: 'proved' } as const;

  test.each([
    ['unhealthy', 0, { isNew: true }],
    ['unhealthy', -1, {}],
    ['degraded', 0, {}],
    ['healthy', 0, {}],
  ] as const)('an API that is %s since %d ms after a build began', (health, afterMs, expected) => {
    const since = aBuild('b').startedAt + afterMs;
    const api = { health, because: 'status 503', since };
    const [report] = owed(settle(before, follow, settled, api, now, 1_000, true), 'post');
    expect(report).toMatchObject({ build: 'b', api: { health, because: 'status 503', ...expected } });
    expect(Object.hasOwn((report as { api: object }).api, 'isNew')).toBe('isNew' in expected);
  });

  test('gives each build that waits its outcome and figures, and ends the following', () => {
    const api = { health: 'healthy', because: '200', since: 1 } as const;
    const after = settle(before, follow, settled, api, now, 1_000, true);
    expect(after.builds.map(({ outcome }) => outcome)).toEqual(['superseded', 'live', 'live', undefined]);
    expect(after.follows).toEqual([first]);
    const figures = {
      changed: 3,
      objects: 10,
      items: 4,
      itemsOfMonth: 100,
      itemsPerMonth: 1_000,
      tookMs: 60_000,
      api: { health: 'healthy', because: '200' },
    };
    expect(owed(after, 'post')).toMatchObject([
      { ...figures, build: 'b', outcome: 'live', because: 'proved' },
      { ...figures, build: 'c' },
    ]);
  });

  test('goes on following where it is not done, and tells nobody twice', () => {
    const after = settle(before, follow, { outcome: 'stuck', because: 'late' }, undefined, now, 1_000, false);
    expect(after.follows).toEqual([first, follow]);
    expect(owed(after, 'post')).toHaveLength(2);
    const again = settle(after, follow, settled, undefined, now + 1, 1_000, true);
    expect(again).toEqual({ ...after, follows: [first] });
  });
});

test('widening asks for everything, marks the invalidation, and owes the message that wakes a pass', () => {
  const owes = { id: 'o', queue: 'post', body: '{}' } as const;
  const after = withWidening({ ...head, outbox: [owes] }, second, 'old: /');
  expect(after).toEqual({
    ...head,
    widen: 'old: /',
    follows: [{ ...second, widening: true }, first],
    outbox: [
      owes,
      { id: 'widen/b', queue: 'work', body: '{"kind":"look","because":"everything is to be invalidated"}' },
    ],
  });
});
