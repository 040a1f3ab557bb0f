import fc from 'fast-check';
import {
  BATCH_ITEMS_MAX,
  BATCH_WILDCARDS_MAX,
  charge,
  cutIntoBatches,
  emptyLedger,
  fitsInProgress,
  itemsLeft,
  type Ledger,
  type Request,
  record,
  refund,
  waitForRate,
} from '../../shared/core/ledger.ts';

const november = Date.UTC(2026, 10, 15);
const december = Date.UTC(2026, 11, 1);

describe('the budget of a month', () => {
  const spent = (items: number): Ledger => charge(emptyLedger(november), november, items);

  test.each([
    [0, 1_000, 1_000],
    [999, 1_000, 1],
    [1_000, 1_000, 0],
    [1_001, 1_000, 0],
    [5, 0, 0],
  ])('with %d items spent of %s there are %s left', (items, ofMonth, left) => {
    expect(itemsLeft(spent(items), november, ofMonth)).toBe(left);
  });

  test('is spent until the last ms of the month, in UTC, and is full again in the next', () => {
    expect(itemsLeft(spent(10), december - 1, 1_000)).toBe(990);
    expect(itemsLeft(spent(10), december, 1_000)).toBe(1_000);
    expect(itemsLeft(spent(10), Date.UTC(2027, 10, 15), 1_000)).toBe(1_000);
  });

  test('adds up within a month and starts anew with the next', () => {
    expect(charge(spent(10), december - 1, 5)).toMatchObject({ month: '2026-11', items: 15 });
    expect(charge(spent(10), december, 5)).toMatchObject({ month: '2026-12', items: 5 });
  });

  test('goes on where a pass with a slower clock comes after the first of the new month', () => {
    const early = charge(spent(10), december, 5);
    expect(itemsLeft(early, december - 1, 1_000)).toBe(995);
    expect(charge(early, december - 1, 2)).toMatchObject({ month: '2026-12', items: 7 });
  });

  test('keeps the requests of the last seconds over the end of the month', () => {
    const request = { at: december - 1, by: 'a', items: 150, wildcards: 1 };
    expect(charge(record(spent(10), request), december, 5).recent).toEqual([request]);
  });

  test.each([
    ['the same month', november, 10, 6],
    ['more than was spent', november, 3, 0],
    ['another month', december, 10, 10],
    ['a month before', november - 31 * 86_400_000, 10, 10],
  ])('what was not asked for comes back, of %s', (_case, chargedAt, items, left) => {
    expect(refund(spent(items), chargedAt, 4).items).toBe(left);
  });

  test('is never below zero and never more than it is, whatever is charged and when', () => {
    const charges = fc.array(fc.tuple(fc.integer({ min: 0, max: 90 * 86_400_000 }), fc.nat({ max: 400 })));
    fc.assert(
      fc.property(charges, fc.nat({ max: 1_000 }), (spending, ofMonth) => {
        let ledger = emptyLedger(november);
        for (const [after, items] of spending) {
          const left = itemsLeft(ledger, november + after, ofMonth);
          ledger = charge(ledger, november + after, Math.min(items, left));
          expect(left).toBeGreaterThanOrEqual(0);
          expect(ledger.items).toBeLessThanOrEqual(ofMonth);
        }
      }),
    );
  });
});

describe('the rate', () => {
  const at = 1_000_000;
  const ledgerOf = (...recent: Ledger['recent']): Ledger => ({ month: '2026-11', items: 0, recent });
  const request = (ageMs: number, items: number, wildcards: number, by = 'a') => ({
    at: at - ageMs,
    by,
    items,
    wildcards,
  });
  const next = (items: number, wildcards: number) => ({ at, by: 'a', items, wildcards });

  test.each([
    ['nothing before', [], next(150, 1), 0],
    ['room for its items', [request(0, 100, 0)], next(50, 1), 0],
    ['one item too many', [request(0, 100, 0)], next(51, 0), 1_000],
    ['a wildcard before', [request(0, 1, 1)], next(1, 1), 1_000],
    ['a wildcard before, and none of its own', [request(0, 1, 1)], next(149, 0), 0],
    ['a wildcard 999 ms ago', [request(999, 1, 1)], next(1, 1), 1],
    ['a wildcard 1,000 ms ago', [request(1_000, 1, 1)], next(1, 1), 0],
    ['another pass’s wildcard', [request(0, 1, 1, 'b')], next(1, 1), 11_000],
    ['another pass’s wildcard 10,999 ms ago', [request(10_999, 1, 1, 'b')], next(1, 1), 1],
    ['another pass’s wildcard 11,000 ms ago', [request(11_000, 1, 1, 'b')], next(1, 1), 0],
    ['a wildcard by a clock that is ahead', [request(-3_000, 1, 1, 'b')], next(1, 1), 14_000],
    [
      'two before, of which the older has to go',
      [request(900, 100, 0), request(100, 50, 0)],
      next(100, 0),
      100,
    ],
    ['two before, of which both have to go', [request(100, 50, 0), request(900, 100, 0)], next(101, 0), 900],
    ['its own before and another’s', [request(0, 100, 0), request(5_000, 50, 0, 'b')], next(100, 0), 1_000],
  ])('waits with %s', (_case, recent, asked, wait) => {
    expect(waitForRate(ledgerOf(...recent), asked)).toBe(wait);
  });

  test('requests are remembered for as long as they count for anyone, by any clock', () => {
    const old = { at: 0, by: 'b', items: 1, wildcards: 1 };
    const recorded = (now: number) =>
      record(ledgerOf(old), { at: now, by: 'a', items: 1, wildcards: 0 }).recent;
    // 1 s of window, 5 s of clock and 5 s of call, seen by a clock that is 5 s behind the one that records.
    expect(recorded(16_000)).toHaveLength(2);
    expect(recorded(60_000)).toHaveLength(1);
  });

  type Clock = 'a' | 'b';
  type Asked = Readonly<{ clock: Clock; items: number; wildcards: number; pauseMs: number; callMs: number }>;
  const asked: fc.Arbitrary<Asked> = fc.record({
    clock: fc.constantFrom('a' as const, 'b' as const),
    items: fc.integer({ min: 1, max: BATCH_ITEMS_MAX }),
    wildcards: fc.integer({ min: 0, max: BATCH_WILDCARDS_MAX }),
    pauseMs: fc.nat({ max: 3_000 }),
    callMs: fc.nat({ max: 5_000 }),
  });

  /**
   * When each request reaches CloudFront: a pass writes it down first, by its own clock, and calls then. It goes
   * on when it has its answer, and notes that the window starts then. Where another pass writes, it is over.
   */
  const arrivals = (requests: readonly Asked[], skewMs: Readonly<Record<Clock, number>>) => {
    let now = at;
    let ledger = ledgerOf();
    let pass = 0;
    const arrived: { at: number; items: number; wildcards: number }[] = [];
    for (const [index, { clock, items, wildcards, pauseMs, callMs }] of requests.entries()) {
      const isSamePass = requests[index - 1]?.clock === clock;
      if (!isSamePass) pass += 1;
      now += pauseMs;
      const mine = (): Request => ({ at: now + skewMs[clock], by: `${clock}${pass}`, items, wildcards });
      now += waitForRate(ledger, mine());
      ledger = record(ledger, mine());
      arrived.push({ at: now + callMs, items, wildcards });
      if (requests[index + 1]?.clock !== clock) continue;
      now += callMs;
      ledger = { ...ledger, recent: [...ledger.recent.slice(0, -1), mine()] };
    }
    return arrived;
  };

  const mostInWindow = (arrived: ReturnType<typeof arrivals>, count: 'items' | 'wildcards'): number =>
    Math.max(
      0,
      ...arrived.map((first) =>
        arrived
          .filter((other) => other.at >= first.at && other.at < first.at + 1_000)
          .reduce((sum, other) => sum + other[count], 0),
      ),
    );

  const keepsRate = (requests: readonly Asked[], skewMs: Readonly<Record<Clock, number>>): void => {
    const arrived = arrivals(requests, skewMs);
    expect(mostInWindow(arrived, 'items')).toBeLessThanOrEqual(150);
    expect(mostInWindow(arrived, 'wildcards')).toBeLessThanOrEqual(1);
  };

  test('one pass never asks for more than 150 items or 1 wildcard within any 1,000 ms', () => {
    fc.assert(
      fc.property(fc.array(asked), (requests) => {
        keepsRate(
          requests.map((one) => ({ ...one, clock: 'a' })),
          { a: 0, b: 0 },
        );
      }),
      { numRuns: 300 },
    );
  });

  test('nor do two passes whose clocks differ by less than 5 s', () => {
    fc.assert(
      fc.property(fc.array(asked), fc.integer({ min: -4_999, max: 4_999 }), (requests, b) => {
        keepsRate(requests, { a: 0, b });
      }),
      { numRuns: 300 },
    );
  });

  test('after the wait that it says a request fits, and 1 ms earlier it does not', () => {
    fc.assert(
      fc.property(fc.array(asked), asked, (requests, last) => {
        const ledger = requests.reduce(
          (known, { clock: by, items, wildcards }, index) =>
            record(known, { at: at + index * 100, by, items, wildcards }),
          ledgerOf(),
        );
        const now = at + requests.length * 100;
        const wait = waitForRate(ledger, { ...last, by: last.clock, at: now });
        expect(waitForRate(ledger, { ...last, by: last.clock, at: now + wait })).toBe(0);
        if (wait > 0) expect(waitForRate(ledger, { ...last, by: last.clock, at: now + wait - 1 })).toBe(1);
      }),
    );
  });
});

test.each([
  [0, 0, 150, 1, true],
  [2_850, 0, 150, 1, true],
  [2_851, 0, 150, 1, false],
  [3_000, 0, 0, 0, true],
  [15, 14, 1, 1, true],
  [15, 15, 1, 1, false],
  [15, 15, 150, 0, true],
])('beside %d items and %d wildcards in progress %d and %d fit: %s', (items, wildcards, more, wild, fits) => {
  expect(fitsInProgress({ items, wildcards }, { items: more, wildcards: wild })).toBe(fits);
});

describe('batches', () => {
  const exact = (count: number): string[] => Array.from({ length: count }, (_, n) => `/f${n}`);
  const wild = (count: number): string[] => Array.from({ length: count }, (_, n) => `/w${n}*`);

  test.each([
    ['no items', [], []],
    ['everything', ['/*'], [[1, 1]]],
    ['150 paths', exact(150), [[150, 0]]],
    [
      '151 paths',
      exact(151),
      [
        [150, 0],
        [1, 0],
      ],
    ],
    ['149 paths and a wildcard', [...exact(149), ...wild(1)], [[150, 1]]],
    [
      '150 paths and a wildcard',
      [...wild(1), ...exact(150)],
      [
        [150, 1],
        [1, 0],
      ],
    ],
    [
      '3 wildcards and a path',
      [...wild(3), '/x'],
      [
        [2, 1],
        [1, 1],
        [1, 1],
      ],
    ],
    ['a path with a star that is none at its end', ['/a*b'], [[1, 0]]],
  ])('of %s', (_case, items, sizes) => {
    expect(cutIntoBatches(items).map((batch) => [batch.items.length, batch.wildcards])).toEqual(sizes);
  });

  test('hold every item once, in order within its kind, and each fits the quotas of a second', () => {
    fc.assert(
      fc.property(fc.nat({ max: 500 }), fc.nat({ max: 20 }), fc.boolean(), (paths, wildcards, wildFirst) => {
        const items = wildFirst
          ? [...wild(wildcards), ...exact(paths)]
          : [...exact(paths), ...wild(wildcards)];
        const batches = cutIntoBatches(items);
        const all = batches.flatMap((batch) => batch.items);
        expect(all.filter((item) => item.endsWith('*'))).toEqual(wild(wildcards));
        expect(all.filter((item) => !item.endsWith('*'))).toEqual(exact(paths));
        for (const batch of batches) {
          expect(batch.items.length).toBeGreaterThan(0);
          expect(batch.items.length).toBeLessThanOrEqual(150);
          expect(batch.wildcards).toBe(batch.items.filter((item) => item.endsWith('*')).length);
          expect(batch.wildcards).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('do not change the list they are cut from', () => {
    const items = Object.freeze([...wild(2), ...exact(2)]);
    expect(cutIntoBatches(items)).toHaveLength(2);
  });
});
