import {
  batchesOf,
  committed,
  itemsOfBatches,
  turnOf,
  withClaim,
  withClaimIfFree,
  withCreated,
  withHalvedBatch,
  withIntent,
  withReferences,
} from '../../shared/core/intent.ts';
import { aBuild, aFollow, aHead, anIntent, now, owed } from './head-fixture.ts';

const counter = () => {
  let next = 0;
  return () => `ref-${next++}`;
};

test('a plan becomes batches of its items, each with a reference of its own', () => {
  const items = ['/a*', '/b', '/c*'].map((item) => ({ item, because: '' }));
  const planned = batchesOf({ items });
  expect(planned.map((batch) => batch.items)).toEqual([['/b', '/a*'], ['/c*']]);
  expect(withReferences(planned, counter())).toEqual([
    { reference: 'ref-0', items: 2, wildcards: 1 },
    { reference: 'ref-1', items: 1, wildcards: 1 },
  ]);
});

test.each([
  [0, 1, ['/a', '/b']],
  [1, 2, ['/c']],
  [2, 3, ['/d', '/e']],
  [0, 2, ['/a', '/b', '/c']],
  [0, 0, []],
  [0, 9, ['/a', '/b', '/c', '/d', '/e']],
])('the items of the batches from %d to %d', (first, end, items) => {
  const batches = [2, 1, 2].map((count) => ({ reference: '', items: count, wildcards: 0 }));
  expect(itemsOfBatches(anIntent({ batches }), first, end, ['/a', '/b', '/c', '/d', '/e'])).toEqual(items);
});

test('a new intent is charged once, in the month of its making', () => {
  const head = withIntent(aHead(), anIntent());
  expect(head.intent).toEqual(anIntent());
  expect(head.ledger).toMatchObject({ month: '2026-11', items: 253 });
  expect(withIntent(aHead(), anIntent({ at: Date.UTC(2026, 11, 1) })).ledger).toMatchObject({
    month: '2026-12',
    items: 153,
  });
});

test('a claim writes down who asks for which batch, and when', () => {
  const head = withClaim(aHead(), anIntent({ done: 1 }), 'me', now + 5);
  expect(head.intent).toMatchObject({ claimedBy: 'me', claimedAt: now + 5, claimed: 1, done: 1 });
  expect(head.ledger).toEqual({
    month: '2026-11',
    items: 100,
    recent: [{ at: now + 5, by: 'me', items: 3, wildcards: 1 }],
  });
});

test('a claim of an intent without a batch left asks for nothing', () => {
  expect(withClaim(aHead(), anIntent({ done: 2 }), 'me', now).ledger.recent).toEqual([]);
});

const wild = (wildcards: number, more = {}) =>
  aFollow(`f${wildcards}`, { items: wildcards, open: { items: wildcards, wildcards }, ...more });

test.each([
  ['nothing in progress', [], 0, 'free'],
  ['14 wildcards in progress', [wild(14)], 0, 'free'],
  ['15 wildcards in progress', [wild(15)], 0, 'full'],
  ['15 wildcards completed', [wild(15, { completed: true })], 0, 'free'],
  ['15 wildcards that CloudFront never completes', [wild(15, { stuck: true })], 0, 'free'],
  ['2,850 items in progress', [aFollow('f', { open: { items: 2_850, wildcards: 0 } })], 0, 'free'],
  ['2,851 items in progress', [aFollow('f', { open: { items: 2_851, wildcards: 0 } })], 0, 'full'],
  ['13 in progress and a batch of its own done', [wild(13)], 1, 'free'],
  ['14 in progress and a batch of its own done', [wild(14)], 1, 'full'],
])('with %s the next batch finds it %s', (_case, follows, done, kind) => {
  expect(turnOf(aHead({ follows }), anIntent({ done }), 'me', now).kind).toBe(kind);
});

test('a batch waits for the quota of a second, its own pass shorter than another', () => {
  const ledger = (by: string) => ({
    month: '2026-11',
    items: 0,
    recent: [{ at: now, by, items: 1, wildcards: 1 }],
  });
  const wait = (by: string) => turnOf(aHead({ ledger: ledger(by) }), anIntent(), 'me', now + 400);
  expect(wait('me')).toEqual({ kind: 'free', waitMs: 600 });
  expect(wait('other')).toEqual({ kind: 'free', waitMs: 10_600 });
});

test('the claim is in the same write as the intent where nothing has to be waited for', () => {
  const head = withIntent(aHead(), anIntent());
  expect(withClaimIfFree(head, 'me', now)).toEqual(withClaim(head, anIntent(), 'me', now));
  const busy = {
    ...head,
    ledger: { ...head.ledger, recent: [{ at: now, by: 'me', items: 1, wildcards: 1 }] },
  };
  expect(withClaimIfFree(busy, 'me', now)).toBe(busy);
  const full = { ...head, follows: [wild(15)] };
  expect(withClaimIfFree(full, 'me', now)).toBe(full);
  expect(withClaimIfFree(aHead(), 'me', now)).toEqual(aHead());
});

test('a created batch is done, and the window of the quota starts with its answer', () => {
  const earlier = { at: now - 900, by: 'other', items: 9, wildcards: 0 };
  const ledger = { month: '2026-11', items: 1, recent: [earlier] };
  const claimed = withClaim(aHead({ ledger }), anIntent(), 'me', now);
  const head = withCreated(claimed, claimed.intent ?? anIntent(), 'I-1', now + 700);
  expect(head.intent).toMatchObject({ done: 1, ids: ['I-1'] });
  expect(head.ledger.recent).toEqual([earlier, { at: now + 700, by: 'me', items: 150, wildcards: 1 }]);
  expect(withCreated(aHead(), anIntent({ ids: ['I-0'] }), 'I-1', now).intent?.ids).toEqual(['I-0', 'I-1']);
});

describe('a batch that was too large', () => {
  const items = ['/a', '/b', '/c', '/d*', '/e'];
  const wildcardsOf = (from: number, to: number): number =>
    items.slice(from, to).filter((item) => item.endsWith('*')).length;
  const batches = (...sizes: readonly (readonly [number, number])[]) =>
    sizes.map(([count, wildcards], at) => ({ reference: `r${at}`, items: count, wildcards }));

  test('becomes two with references of their own; the others stay', () => {
    const intent = anIntent({ batches: batches([1, 0], [3, 1], [1, 0]), done: 1, ids: ['I'] });
    expect(withHalvedBatch(intent, counter(), wildcardsOf)).toEqual({
      ...intent,
      batches: [
        { reference: 'r0', items: 1, wildcards: 0 },
        { reference: 'ref-0', items: 2, wildcards: 0 },
        { reference: 'ref-1', items: 1, wildcards: 1 },
        { reference: 'r2', items: 1, wildcards: 0 },
      ],
    });
  });

  test('of two items becomes two of one', () => {
    const halved = withHalvedBatch(anIntent({ batches: batches([2, 0]) }), counter(), wildcardsOf);
    expect(halved.batches.map((batch) => batch.items)).toEqual([1, 1]);
  });

  test('of one item cannot be halved, nor can one that is not there', () => {
    const one = anIntent({ batches: batches([1, 0]) });
    expect(withHalvedBatch(one, counter(), wildcardsOf)).toBe(one);
    const none = anIntent({ done: 2 });
    expect(withHalvedBatch(none, counter(), wildcardsOf)).toBe(none);
  });
});

describe('a commit', () => {
  const intent = anIntent({ done: 2, ids: ['I-1', 'I-2'], builds: ['b'] });

  test('records what was listed before the call, ends the intent, and owes the following of it', () => {
    const head = committed(aHead({ intent, builds: [aBuild('b')] }), intent, 'follow-1', now + 9);
    expect(head).toEqual(
      aHead({
        recorded: 'blobs/goal',
        objects: 12,
        fingerprint: 'f2',
        builds: [aBuild('b', { generation: 8 })],
        follows: [
          {
            id: 'follow-1',
            generation: 8,
            at: now + 9,
            ids: ['I-1', 'I-2'],
            completed: false,
            items: 153,
            open: { items: 153, wildcards: 2 },
            whole: false,
            widens: false,
            changed: 5,
            objects: 12,
            plan: 'blobs/plan',
            settlesAt: now + 12_000,
            checks: ['blobs/checks'],
            builds: ['b'],
          },
        ],
        outbox: [{ id: 'follow-1', queue: 'follow', body: '{"kind":"follow","id":"follow-1"}' }],
      }),
    );
  });

  test('without a call is completed at once', () => {
    const head = committed(aHead(), anIntent({ batches: [], ids: [] }), 'f', now);
    expect(head.follows).toMatchObject([{ completed: true, items: 0, open: { items: 0, wildcards: 0 } }]);
  });

  const earlier = [
    aFollow('e1', { builds: ['b1'], settlesAt: now + 50_000, checks: ['c1', 'c2'] }),
    aFollow('e2', { builds: ['b2'], checks: ['c3', 'c4'] }),
  ];
  const owes = { id: 'o', queue: 'post', body: '{}' } as const;

  test('of a part keeps the earlier invalidations, and what is owed', () => {
    const head = committed(aHead({ follows: earlier, outbox: [owes] }), intent, 'f', now);
    expect(head.follows.map(({ id }) => id)).toEqual(['e1', 'e2', 'f']);
    expect(head.follows.at(-1)).toMatchObject({ builds: ['b'], checks: ['blobs/checks'] });
    expect(head.outbox.map(({ id }) => id)).toEqual(['o', 'f']);
  });

  test('of everything takes over whoever waits for earlier ones, their settling and their latest checks', () => {
    const whole = anIntent({ ...intent, whole: true });
    const [follow, ...others] = committed(aHead({ follows: earlier }), whole, 'f', now).follows;
    expect(others).toEqual([]);
    expect(follow).toMatchObject({
      whole: true,
      ids: ['I-1', 'I-2'],
      builds: ['b1', 'b2', 'b'],
      settlesAt: now + 50_000,
      checks: ['c2', 'c3', 'c4', 'blobs/checks'],
    });
  });

  test.each([
    [undefined, false, undefined],
    ['old copy', false, 'old copy'],
    ['old copy', true, undefined],
  ])(
    'with widening asked for (%s) by an intent that widens (%s) leaves it asked for: %s',
    (widen, widens, left) => {
      const before = widen === undefined ? aHead() : aHead({ widen });
      expect(committed(before, anIntent({ widens }), 'f', now).widen).toBe(left);
    },
  );

  test('overtakes builds that waited for an earlier one', () => {
    const builds = [aBuild('b1', { generation: 5, endedAt: now - 90_000 }), aBuild('b')];
    const head = committed(aHead({ builds, follows: earlier }), intent, 'f', now);
    expect(head.builds.map(({ id, outcome, generation }) => [id, outcome, generation])).toEqual([
      ['b1', 'superseded', undefined],
      ['b', undefined, 8],
    ]);
    expect(owed(head, 'post')).toMatchObject([{ build: 'b1', outcome: 'superseded' }]);
  });
});
