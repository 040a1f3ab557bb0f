import fc from 'fast-check';
import {
  concluded,
  cover,
  type EndedBuild,
  noteEnded,
  uncovered,
  waitingBuilds,
} from '../../shared/core/builds.ts';
import { aBuild, aFollow, aHead, now, owed } from './head-fixture.ts';

const ended = (id: string, more: Partial<EndedBuild> = {}): EndedBuild => ({
  id,
  status: 'succeeded',
  startedAt: now - 120_000,
  endedAt: now - 60_000,
  ...more,
});

describe('an ended build', () => {
  test('that succeeded waits for its outcome, with all that is known of it', () => {
    const head = noteEnded(aHead(), [ended('b', { commit: 'c0ffee', logUrl: 'https://log' })]);
    expect(head.builds).toEqual([aBuild('b', { commit: 'c0ffee', logUrl: 'https://log' })]);
    expect(head.outbox).toEqual([]);
    expect(uncovered(head).map(({ id }) => id)).toEqual(['b']);
  });

  test.each(['failed', 'stopped'] as const)('that %s is final at once, and its report owed', (status) => {
    const head = noteEnded(aHead(), [ended('b', { status, commit: 'c0ffee', logUrl: 'https://log' })]);
    expect(head.builds).toMatchObject([{ id: 'b', outcome: status, succeeded: false }]);
    expect(head.outbox.map(({ id, queue }) => [id, queue])).toEqual([['b/final', 'post']]);
    expect(owed(head, 'post')).toEqual([
      {
        kind: 'build',
        id: 'b/final',
        build: 'b',
        outcome: status,
        because: status === 'failed' ? 'the build failed' : 'the build was stopped',
        startedAt: now - 120_000,
        endedAt: now - 60_000,
        commit: 'c0ffee',
        logUrl: 'https://log',
      },
    ]);
    expect(uncovered(head)).toEqual([]);
  });

  test('a build that failed is told with why, as far as it is known', () => {
    const head = noteEnded(aHead(), [ended('b', { status: 'failed', why: 'the build timed out in BUILD' })]);
    expect(owed(head, 'post')).toMatchObject([
      { outcome: 'failed', because: 'the build timed out in BUILD' },
    ]);
  });

  test.each([
    [-1, 'before-bootstrap'],
    [0, 'before-bootstrap'],
    [1, undefined],
  ])('%d ms after the bootstrap is %s', (afterMs, outcome) => {
    const bootstrappedAt = now - 60_000 - afterMs;
    for (const status of ['succeeded', 'failed', 'stopped'] as const) {
      const head = noteEnded(aHead({ bootstrappedAt }), [ended('b', { status })]);
      const whenLater = status === 'succeeded' ? undefined : status;
      expect(head.builds[0]?.outcome).toBe(outcome ?? whenLater);
      expect(head.outbox).toHaveLength(outcome === undefined && status !== 'succeeded' ? 1 : 0);
    }
  });

  test('that is known changes nothing, whatever became of it since', () => {
    const builds = [aBuild('b', { outcome: 'live' }), aBuild('c', { generation: 3 }), aBuild('d')];
    const head = aHead({ builds });
    expect(noteEnded(head, [ended('b'), ended('c', { status: 'failed' }), ended('d')])).toBe(head);
    expect(noteEnded(head, [])).toBe(head);
  });

  test('that has its outcome is kept in few bytes, and its report with all that is known', () => {
    const full = { commit: 'c0ffee', logUrl: 'https://log', generation: 3 };
    const concludedOne = aBuild('a', { ...full, outcome: 'live' });
    const before = aHead({ builds: [concludedOne, aBuild('b', full)] });
    const head = noteEnded(before, [ended('c', { ...full, status: 'failed' })]);
    expect(head.builds).toEqual([
      aBuild('a', { outcome: 'live' }),
      aBuild('b', full),
      aBuild('c', { outcome: 'failed', succeeded: false }),
    ]);
    expect(concluded(head, 'b', 'live', 'why', {}).builds[1]).toEqual(aBuild('b', { outcome: 'live' }));
    expect(owed(head, 'post')).toMatchObject([{ build: 'c', commit: 'c0ffee', logUrl: 'https://log' }]);
  });

  test('is kept among the 110 newest by start, and longer while it has no outcome', () => {
    const known = Array.from({ length: 110 }, (_, n) =>
      aBuild(`b${n}`, { startedAt: now - n, outcome: 'live' }),
    );
    const waiting = aBuild('waits', { startedAt: 0 });
    const head = noteEnded(aHead({ builds: [waiting, ...known.toReversed()] }), [
      ended('new', { startedAt: now + 1 }),
    ]);
    const ids = head.builds.map(({ id }) => id);
    expect(ids).toHaveLength(111);
    expect(ids).toEqual(expect.arrayContaining(['waits', 'new', 'b0', 'b108']));
    expect(ids).not.toContain('b109');
  });
});

describe('a commit that covers builds', () => {
  const outcomes = (head: ReturnType<typeof aHead>) =>
    Object.fromEntries(head.builds.map(({ id, outcome, generation }) => [id, outcome ?? generation]));

  test.each([
    [
      'the last to end can be checked, the others are overtaken',
      [aBuild('a', { endedAt: 1 }), aBuild('b', { endedAt: 3 }), aBuild('c', { endedAt: 2 })],
      ['a', 'b', 'c'],
      { a: 'superseded', b: 8, c: 'superseded' },
    ],
    [
      'of two that ended at once the later to start is the last',
      [aBuild('a', { startedAt: 2 }), aBuild('b', { startedAt: 1 })],
      ['a', 'b'],
      { a: 8, b: 'superseded' },
    ],
    [
      'one that waits in an earlier commit is overtaken',
      [aBuild('a', { endedAt: 1, generation: 3 }), aBuild('b', { endedAt: 2 })],
      ['b'],
      { a: 'superseded', b: 8 },
    ],
    [
      'one that was told of late is overtaken by the one that waits',
      [aBuild('a', { endedAt: 2, generation: 3 }), aBuild('b', { endedAt: 1 })],
      ['b'],
      { a: 3, b: 'superseded' },
    ],
    [
      'builds that are not covered yet are let alone',
      [aBuild('a', { endedAt: 1 }), aBuild('b', { endedAt: 2 })],
      ['b'],
      { a: undefined, b: 8 },
    ],
    [
      'builds that have their outcome keep it',
      [aBuild('a', { endedAt: 1, generation: 3, outcome: 'live' }), aBuild('b', { endedAt: 2 })],
      ['b'],
      { a: 'live', b: 8 },
    ],
    ['a build that is not known is none', [aBuild('a', { generation: 3 })], ['x'], { a: 3 }],
  ])('%s', (_case, builds, ids, expected) => {
    expect(outcomes(cover(aHead({ builds }), ids, 8))).toEqual(expected);
  });

  test('without builds changes nothing', () => {
    const head = aHead({ builds: [aBuild('a', { generation: 3 }), aBuild('b', { generation: 4 })] });
    expect(cover(head, [], 8)).toBe(head);
  });

  test('owes one report of each that is overtaken, which names the one that overtook it', () => {
    const builds = [aBuild('a', { endedAt: 1 }), aBuild('b', { endedAt: 2 })];
    const head = cover(aHead({ builds }), ['a', 'b'], 8);
    expect(owed(head, 'post')).toEqual([
      {
        kind: 'build',
        id: 'a/final',
        build: 'a',
        outcome: 'superseded',
        because: 'overtaken by b',
        startedAt: now - 120_000,
        endedAt: 1,
      },
    ]);
    expect(cover(head, ['a', 'b'], 9).outbox).toEqual(head.outbox);
  });
});

describe('an outcome', () => {
  const head = aHead({ builds: [aBuild('a', { commit: 'c0ffee' }), aBuild('b')] });

  test('is written down and its report is owed in the same step, with the figures', () => {
    const next = concluded(head, 'a', 'live', 'proved 1 of 1', { items: 3, tookMs: 9_000 });
    expect(next.builds.map(({ outcome }) => outcome)).toEqual(['live', undefined]);
    expect(owed(next, 'post')).toEqual([
      {
        kind: 'build',
        id: 'a/final',
        build: 'a',
        outcome: 'live',
        because: 'proved 1 of 1',
        startedAt: now - 120_000,
        endedAt: now - 60_000,
        commit: 'c0ffee',
        items: 3,
        tookMs: 9_000,
      },
    ]);
  });

  test('is final: a second one changes nothing, nor does one of a build that is not known', () => {
    const next = concluded(head, 'a', 'live', '', {});
    expect(concluded(next, 'a', 'stuck', '', {})).toBe(next);
    expect(concluded(next, 'x', 'live', '', {})).toBe(next);
  });
});

test('builds of an invalidation wait for it until they have their outcome', () => {
  const builds = [aBuild('a', { outcome: 'live' }), aBuild('b'), aBuild('c')];
  const follow = aFollow('f', { builds: ['a', 'b', 'x'] });
  expect(waitingBuilds(aHead({ builds }), follow).map(({ id }) => id)).toEqual(['b']);
});

test('whatever happens and however often, a build gets one report under one id, and keeps its outcome', () => {
  const id = fc.constantFrom('a', 'b', 'c');
  const status = fc.constantFrom('succeeded' as const, 'failed' as const, 'stopped' as const);
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('ended' as const),
      id,
      status,
      endedAt: fc.integer({ min: now, max: now + 9 }),
    }),
    fc.record({ kind: fc.constant('commit' as const) }),
    fc.record({
      kind: fc.constant('conclude' as const),
      id,
      outcome: fc.constantFrom('live' as const, 'stuck' as const),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let head = aHead();
      const first = new Map<string, string>();
      for (const [at, one] of steps.entries()) {
        if (one.kind === 'ended') head = noteEnded(head, [ended(one.id, one)]);
        if (one.kind === 'commit')
          head = cover(
            head,
            uncovered(head).map((build) => build.id),
            at,
          );
        if (one.kind === 'conclude') head = concluded(head, one.id, one.outcome, '', {});
        for (const { id: build, outcome } of head.builds) {
          if (outcome !== undefined) expect(outcome).toBe(first.get(build) ?? outcome);
          if (outcome !== undefined) first.set(build, outcome);
        }
      }
      const reports = owed(head, 'post').map(({ id: report, outcome }) => [report, outcome]);
      expect(reports.sort()).toEqual(
        [...first].map(([build, outcome]) => [`${build}/final`, outcome]).sort(),
      );
      // At most one build waits to be checked: all before it are overtaken.
      const open = head.builds.filter(({ outcome, generation }) => !outcome && generation !== undefined);
      expect(open.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 300 },
  );
});
