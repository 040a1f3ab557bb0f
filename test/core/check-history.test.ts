import fc from 'fast-check';
import {
  CHECKS_KEPT,
  type CheckHistory,
  type CheckState,
  DAYS_KEPT,
  daysUntil,
  emptyChecks,
  freshnessOf,
  HOURS_KEPT,
  isCheckHistory,
  isNewlyKept,
  uptimeOf,
  withCheck,
} from '../../shared/core/check-history.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOON = Date.UTC(2026, 10, 23, 12);

/** `letters`: u up, d down, o other; one each `everyMs`, which is no setting unless `due` says so. */
const after = (letters: string, everyMs = MINUTE_MS, from = NOON, due?: number): CheckHistory =>
  [...letters].reduce(
    (history, letter, index) =>
      withCheck(
        history,
        {
          at: from + index * everyMs,
          state: ({ u: 'up', d: 'down', o: 'other' } as Record<string, CheckState>)[letter] ?? 'other',
          ...(letter === 'u' ? { directMs: 100 + index, edgeMs: 200 } : {}),
        },
        due,
      ),
    emptyChecks,
  );

describe('a check', () => {
  test('counts from it to the next one', () => {
    const [hour] = after('uuddu').hours;
    expect(hour).toMatchObject({ at: NOON, upMs: 2 * MINUTE_MS, downMs: 2 * MINUTE_MS });
    expect(hour).toMatchObject({ answers: 3, totalMs: 100 + 101 + 104, mostMs: 104 });
  });

  test('is believed for ten minutes and no longer', () => {
    expect(after('uu', 10 * MINUTE_MS).hours[0]?.upMs).toBe(10 * MINUTE_MS);
    expect(after('uu', 11 * MINUTE_MS).hours[0]?.upMs).toBe(10 * MINUTE_MS);
  });

  test.each([
    [0, 10],
    [5, 10],
    [6, 12],
    [15, 30],
    [60, 120],
  ])('is believed for two intervals: with one each %d minutes for %d', (every, believed) => {
    const upAfter = (minutes: number): number =>
      after('uu', minutes * MINUTE_MS, NOON, every * MINUTE_MS).days.reduce(
        (sum, { upMs }) => sum + upMs,
        0,
      ) / MINUTE_MS;
    expect([upAfter(believed), upAfter(believed + 1), upAfter(600)]).toEqual([believed, believed, believed]);
  });

  test('that failed is believed for ten minutes, however rare the good ones are', () => {
    const downAfter = (minutes: number): number | undefined =>
      after('dd', minutes * MINUTE_MS, NOON, HOUR_MS).hours[0]?.downMs;
    expect([downAfter(10), downAfter(11)]).toEqual([10 * MINUTE_MS, 10 * MINUTE_MS]);
  });

  test('is believed by the interval of its own time, when another is set later', () => {
    const rare = withCheck(emptyChecks, { at: NOON, state: 'up' }, HOUR_MS);
    const often = withCheck(rare, { at: NOON + HOUR_MS, state: 'up' }, 5 * MINUTE_MS);
    expect(often.hours[0]?.upMs).toBe(HOUR_MS);
    const later = withCheck(often, { at: NOON + 2 * HOUR_MS, state: 'up' }, HOUR_MS);
    expect(later.hours[1]?.upMs).toBe(10 * MINUTE_MS);
  });

  test('of maintenance, a pause or a deployment counts for neither', () => {
    expect(uptimeOf(after('ooooo').days)).toBeUndefined();
    expect(uptimeOf(after('uoou').days)).toBe(1);
  });

  test('over midnight counts for both days', () => {
    const midnight = NOON + 12 * HOUR_MS;
    const { days } = after('uu', 4 * MINUTE_MS, midnight - MINUTE_MS);
    expect(days.map(({ at, upMs }) => [at, upMs])).toEqual([
      [midnight - DAY_MS, MINUTE_MS],
      [midnight, 3 * MINUTE_MS],
    ]);
  });

  test('is kept every five minutes, and when the state changes', () => {
    const kept = (letters: string): number[] =>
      after(letters).checks.map(({ at }) => (at - NOON) / MINUTE_MS);
    expect(kept('uuuuuuuuuuu')).toEqual([0, 5, 10]);
    expect(kept('uuduuuuuuu')).toEqual([0, 2, 3, 8]);
  });

  test('that is kept is new on the page', () => {
    expect(isNewlyKept(after('u'))).toBe(true);
    expect(isNewlyKept(after('uu'))).toBe(false);
    expect(isNewlyKept(after('ud'))).toBe(true);
    expect(isNewlyKept(emptyChecks)).toBe(false);
  });

  test('by a clock that went back takes no time, and loses nothing', () => {
    const before = after('uuu');
    const back = withCheck(before, { at: NOON - HOUR_MS, state: 'down' });
    expect(uptimeOf(back.days)).toBe(1);
    expect(uptimeOf(withCheck(back, { at: NOON - HOUR_MS, state: 'up' }).days)).toBe(1);
  });
});

test.each([5, 15, 60])(
  'ten days with an outage of six hours are an uptime of 97.5 %%, checked each %d minutes',
  (every) => {
    let history = emptyChecks;
    const outage = { from: 5 * DAY_MS, to: 5 * DAY_MS + 6 * HOUR_MS };
    for (let ms = 0; ms <= 10 * DAY_MS; ) {
      const isDown = ms >= outage.from && ms < outage.to;
      history = withCheck(history, { at: NOON + ms, state: isDown ? 'down' : 'up' }, every * MINUTE_MS);
      ms += isDown ? MINUTE_MS : every * MINUTE_MS;
    }
    expect(uptimeOf(history.days)).toBeCloseTo(0.975, 4);
  },
);

test('of a checker that is dead nothing is known, neither up nor down', () => {
  const dead = after('uu', 3 * DAY_MS, NOON, HOUR_MS);
  const known = dead.days.reduce((sum, { upMs, downMs }) => sum + upMs + downMs, 0);
  expect(known).toBe(2 * HOUR_MS);
});

test('checks that were stored without an interval go on as ones each five minutes', () => {
  const { everyMs: _absent, ...stored } = after('u');
  expect(isCheckHistory(JSON.parse(JSON.stringify(stored)))).toBe(true);
  const next = withCheck(stored, { at: NOON + 11 * MINUTE_MS, state: 'up' }, HOUR_MS);
  expect(next.hours[0]?.upMs).toBe(10 * MINUTE_MS);
  expect(next.everyMs).toBe(HOUR_MS);
  expect(freshnessOf(stored)).toEqual(freshnessOf(after('u')));
});

test.each<[string, number, number, number]>([
  ['u', 0, 5, 30],
  ['u', 5, 5, 30],
  ['u', 15, 15, 35],
  ['u', 60, 60, 125],
  ['d', 60, 5, 30],
])(
  'after %s, with a check each %d minutes, one is due within %d, and old are they after %d',
  (state, every, due, old) => {
    expect(freshnessOf(after(state, 0, NOON, every * MINUTE_MS))).toEqual({
      dueMs: due * MINUTE_MS,
      oldMs: old * MINUTE_MS,
    });
  },
);

test.each([
  [0, 0, undefined],
  [1, 0, 1],
  [0, 1, 0],
  [3, 1, 0.75],
  [1, 1, 0.5],
])('%d ms up and %d ms down are an uptime of %p', (upMs, downMs, expected) => {
  expect(uptimeOf([{ upMs, downMs }])).toBe(expected);
});

test('what the page tells of is the last ninety days, today among them', () => {
  const midnight = Math.floor(NOON / DAY_MS) * DAY_MS;
  const days = Array.from({ length: 120 }, (_, back) => ({
    at: midnight - (119 - back) * DAY_MS,
    upMs: 1,
    downMs: 0,
    answers: 0,
    totalMs: 0,
    mostMs: 0,
  }));
  const shown = daysUntil(NOON, days).map(({ at }) => at);
  expect([shown.length, shown[0], shown.at(-1)]).toEqual([90, midnight - 89 * DAY_MS, midnight]);
});

test('a year of checks each minute takes no more room than ninety days do', () => {
  // Each quarter of an hour of a year, in the same order as all minutes: the rollups are as many.
  let history = emptyChecks;
  let sizeAt90 = 0;
  for (let day = 0; day < 365; day += 1) {
    for (let hour = 0; hour < 24; hour += 1) {
      const at = NOON + day * DAY_MS + hour * HOUR_MS;
      history = withCheck(history, { at, state: 'up', directMs: 123, edgeMs: 456 });
    }
    if (day === DAYS_KEPT) sizeAt90 = JSON.stringify(history).length;
  }
  expect([history.checks.length, history.hours.length, history.days.length]).toEqual([
    CHECKS_KEPT,
    HOURS_KEPT,
    DAYS_KEPT,
  ]);
  expect(JSON.stringify(history).length).toBeLessThanOrEqual(sizeAt90 + 1_000);
  expect(JSON.stringify(history).length).toBeLessThan(64_000);
});

test('whatever comes, the time up and down is never more than has passed, and nothing grows over its limit', () => {
  const state = fc.constantFrom<CheckState>('up', 'down', 'other');
  fc.assert(
    fc.property(
      fc.array(fc.record({ step: fc.integer({ min: -HOUR_MS, max: 3 * HOUR_MS }), state }), {
        maxLength: 60,
      }),
      (steps) => {
        let at = NOON;
        let passed = 0;
        let history = emptyChecks;
        for (const { step, state: next } of steps) {
          at += step;
          passed += Math.max(0, step);
          history = withCheck(history, { at, state: next });
        }
        const total = history.days.reduce((sum, { upMs, downMs }) => sum + upMs + downMs, 0);
        expect(total).toBeLessThanOrEqual(passed);
        expect(isCheckHistory(JSON.parse(JSON.stringify(history)))).toBe(true);
        const starts = history.hours.map((hour) => hour.at);
        expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
      },
    ),
  );
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['no lists', {}],
  ['a list of nothing', { checks: [null], hours: [], days: [] }],
  ['a state that is none', { checks: [{ at: 1, state: 'fine' }], hours: [], days: [] }],
  [
    'a latency that is none',
    { checks: [{ at: 1, state: 'up', directMs: '5', edgeMs: 5 }], hours: [], days: [] },
  ],
  ['a time that is none', { checks: [{ at: '1', state: 'up' }], hours: [], days: [] }],
  ['a rollup without its times', { checks: [], hours: [{ at: 1 }], days: [] }],
  ['an interval that is none', { everyMs: '5', checks: [], hours: [], days: [] }],
  ['a last check that is none', { last: {}, checks: [], hours: [], days: [] }],
])('%s is no history of checks', (_case, value) => {
  expect(isCheckHistory(value)).toBe(false);
});
