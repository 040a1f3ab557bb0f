import fc from 'fast-check';
import { type HistoryOptions, type Looked, play, type Step } from './history.ts';

const put = fc
  .constantFrom('A' as const, 'B' as const, 'C' as const)
  .map((content) => ({ kind: 'put' as const, content }));
const remove = fc.constant({ kind: 'delete' as const });
const undo = fc.constant({ kind: 'undo' as const });
const look = fc.constant({ kind: 'look' as const });
const glance = fc.constant({ kind: 'glance' as const });
const wait = fc.integer({ min: 1, max: 8_000 }).map((ms) => ({ kind: 'wait' as const, ms }));
const versioning = fc
  .constantFrom('enabled' as const, 'suspended' as const)
  .map((to) => ({ kind: 'versioning' as const, to }));

const stepsOf = (...kinds: fc.Arbitrary<Step>[]) => fc.array(fc.oneof(...kinds), { maxLength: 14 });
const anyStep = stepsOf(put, put, remove, undo, look, wait);

/** Why a look is wrong about what the edges may hold, or undefined when it is right. */
const faultOf = (
  { change, served, held, wasExpiring }: Looked,
  fingerprinted: boolean,
): string | undefined => {
  const now = served.at(-1);
  const before = served[0];
  const kind = change?.kind;
  if (kind === 'changed' || kind === 'removed') return undefined;
  const stale = [...held].filter((content) => content !== now);
  if (stale.length > 0) {
    const isLeftToExpire =
      fingerprinted &&
      now === '-' &&
      held.size === 1 &&
      (kind === 'expiring' || (kind === undefined && wasExpiring));
    return isLeftToExpire ? undefined : `${kind}: leaves ${stale} at the edges`;
  }
  const wasAway = served.slice(1).includes('-');
  if (before !== '-' && now !== '-' && wasAway) return `${kind}: leaves an error at the edges`;
  if (before === '-' && now !== '-' && kind === undefined) return 'says nothing of a key that appeared';
  return undefined;
};

/** Why a look invalidates for nothing: the key served the same all along. */
const wasteOf = ({ change, served }: Looked): string | undefined =>
  new Set(served).size === 1 && change !== undefined ? `${change.kind}: ${change.because}` : undefined;

/** Why a look at which nothing happened since the last one says anything. */
const repeatOf = ({ change, served }: Looked): string | undefined =>
  served.length === 1 && change !== undefined ? `${change.kind}: ${change.because}` : undefined;

const check = (
  steps: fc.Arbitrary<readonly Step[]>,
  options: Omit<HistoryOptions, 'isFingerprinted' | 'key'>,
  fault: (looked: Looked, fingerprinted: boolean) => string | undefined,
): void => {
  const key = fc.constantFrom('index.html', '__proto__', 'a+b', 'a b', '100%', '%C3%A9', '😀"\n');
  fc.assert(
    fc.property(steps, fc.boolean(), key, (history, isFingerprinted, name) => {
      const looks = play(history, { ...options, isFingerprinted, key: name });
      expect(looks.flatMap((looked) => fault(looked, isFingerprinted) ?? [])).toEqual([]);
    }),
    { numRuns: 400 },
  );
};

test('whatever the edges may hold of another content is purged or left to expire, by listings alone', () => {
  check(anyStep, { versioning: 'enabled', events: 'lost' }, faultOf);
});

test('also what came and went between two looks, by the events', () => {
  check(anyStep, { versioning: 'enabled', events: 'twice' }, faultOf);
});

test('late copies of all events change nothing more, whatever came and went', () => {
  const quiet = fc.array(fc.oneof(put, remove, undo, wait), { maxLength: 10 });
  const looks = fc.constant([{ kind: 'look' as const }, { kind: 'look' as const }]);
  check(
    fc.tuple(quiet, looks).map(([steps, again]) => [...steps, ...again]),
    { versioning: 'enabled', events: 'again' },
    repeatOf,
  );
});

test('also in a bucket without versions, by the events', () => {
  check(stepsOf(put, put, remove, look, wait), { versioning: 'off', events: 'twice' }, faultOf);
});

test('also where versioning is suspended and enabled again', () => {
  check(
    stepsOf(put, put, remove, undo, look, wait, versioning),
    { versioning: 'enabled', events: 'twice' },
    faultOf,
  );
});

test.each(['lost', 'twice', 'again'] as const)(
  'a key that served the same all along is no change, with events %s',
  (events) => {
    check(stepsOf(put, put, remove, look, wait), { versioning: 'enabled', events }, wasteOf);
  },
);

test('a key that served the same all along is no change in a bucket without versions', () => {
  const samePuts = stepsOf(fc.constant({ kind: 'put' as const, content: 'A' as const }), look, wait);
  check(samePuts, { versioning: 'off', events: 'again' }, wasteOf);
  check(stepsOf(put, remove, look, wait), { versioning: 'off', events: 'lost' }, wasteOf);
});

test.each(['enabled', 'off'] as const)(
  'what is not read in time is purged, and nothing that is judged later is missed, versioning %s',
  (versioning) => {
    const undoing = versioning === 'enabled' ? [undo] : [];
    const events = versioning === 'enabled' ? 'lost' : 'twice';
    check(stepsOf(put, put, remove, ...undoing, look, glance, wait), { versioning, events }, faultOf);
    check(
      stepsOf(put, put, remove, ...undoing, look, glance, wait),
      { versioning, events: 'twice' },
      faultOf,
    );
  },
);

test('what is not read in time is purged once, and not again at every look', () => {
  const twice = fc.constant([
    { kind: 'glance' as const },
    { kind: 'look' as const },
    { kind: 'look' as const },
  ]);
  // Older than a write that may carry the same second.
  const later = fc.constant([{ kind: 'wait' as const, ms: 10_000 }]);
  check(
    fc.tuple(stepsOf(put, remove, undo, wait), later, twice).map((steps) => steps.flat()),
    { versioning: 'enabled', events: 'twice' },
    repeatOf,
  );
});

test('the judgement is the same whether all versions are kept or those that are needed', () => {
  const steps = fc.array(fc.oneof(put, put, put, remove, undo, look, wait, versioning), { maxLength: 30 });
  const options = fc.record({
    versioning: fc.constantFrom('enabled' as const, 'suspended' as const, 'off' as const),
    key: fc.constantFrom('index.html', 'a+b', '%C3%A9'),
    isFingerprinted: fc.boolean(),
    events: fc.constantFrom('lost' as const, 'twice' as const, 'again' as const),
  });
  fc.assert(
    fc.property(steps, options, (history, chosen) => {
      expect(play(history, chosen)).toEqual(play(history, { ...chosen, keepsAll: true }));
    }),
    { numRuns: 2_000 },
  );
});
