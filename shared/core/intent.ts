/** How an intent comes into being, goes on and is committed: each step from one head to the next. */

import { cover } from './builds.ts';
import type { Plan } from './compose.ts';
import type { Batch, Follow, Head, Intent } from './head.ts';
import { charge, cutIntoBatches, fitsInProgress, record, waitForRate } from './ledger.ts';

/** The items of an intent's plan in the order of its batches, as the plan blob holds them. */
export type PlannedBatches = readonly Readonly<{ items: readonly string[]; wildcards: number }>[];

export const batchesOf = ({ items }: Pick<Plan, 'items'>): PlannedBatches =>
  cutIntoBatches(items.map(({ item }) => item));

/** Every batch has a reference of its own, random: CloudFront answers a known one with the earlier invalidation. */
export const withReferences = (planned: PlannedBatches, reference: () => string): readonly Batch[] =>
  planned.map(({ items, wildcards }) => ({ reference: reference(), items: items.length, wildcards }));

/** The plan's items of the batches from `first` up to, not including, `end`. */
export const itemsOfBatches = (
  { batches }: Intent,
  first: number,
  end: number,
  items: readonly string[],
): readonly string[] => items.slice(countItems(batches.slice(0, first)), countItems(batches.slice(0, end)));

export const countItems = (batches: readonly Batch[]): number =>
  batches.reduce((sum, { items }) => sum + items, 0);

/** The head that holds a new intent, charged to the month's budget. */
export const withIntent = (head: Head, intent: Intent): Head => ({
  ...head,
  intent,
  ledger: charge(head.ledger, intent.at, countItems(intent.batches)),
});

/** Writes down, before the call, that `by` asks for the next batch now. */
export const withClaim = (head: Head, intent: Intent, by: string, now: number): Head => {
  const batch = intent.batches[intent.done];
  return {
    ...head,
    intent: { ...intent, claimedBy: by, claimedAt: now, claimed: intent.done },
    ledger: batch
      ? record(head.ledger, { at: now, by, items: batch.items, wildcards: batch.wildcards })
      : head.ledger,
  };
};

type Size = Readonly<{ items: number; wildcards: number }>;

/** What may be in progress at CloudFront. One that it never completes must not stop all that come after it. */
const openAt = (follows: readonly Follow[]): readonly Size[] =>
  follows.filter(({ completed, stuck }) => !completed && !stuck).map(({ open }) => open);

const added = (sizes: readonly Size[]): Size => ({
  items: sizes.reduce((sum, { items }) => sum + items, 0),
  wildcards: sizes.reduce((sum, { wildcards }) => sum + wildcards, 0),
});

/** Whether the next batch may be asked for now: `full` until something completes, else after `waitMs`. */
export type Turn = Readonly<{ kind: 'full' }> | Readonly<{ kind: 'free'; waitMs: number }>;

export const turnOf = (head: Head, intent: Intent, by: string, now: number): Turn => {
  const batch = intent.batches[intent.done] ?? { items: 0, wildcards: 0 };
  const inProgress = added([...openAt(head.follows), ...intent.batches.slice(0, intent.done)]);
  if (!fitsInProgress(inProgress, batch)) return { kind: 'full' };
  return { kind: 'free', waitMs: waitForRate(head.ledger, { at: now, by, ...batch }) };
};

/** The claim in the same write as the intent, where nothing has to be waited for. */
export const withClaimIfFree = (head: Head, by: string, now: number): Head => {
  if (!head.intent) return head;
  const turn = turnOf(head, head.intent, by, now);
  return turn.kind === 'free' && turn.waitMs === 0 ? withClaim(head, head.intent, by, now) : head;
};

/** The claimed batch was created. The window of the quota starts when CloudFront has answered at the latest. */
export const withCreated = (head: Head, intent: Intent, id: string, now: number): Head => {
  const request = head.ledger.recent.at(-1);
  const ledger = request
    ? { ...head.ledger, recent: [...head.ledger.recent.slice(0, -1), { ...request, at: now }] }
    : head.ledger;
  return { ...head, ledger, intent: { ...intent, done: intent.done + 1, ids: [...intent.ids, id] } };
};

/** A batch that was too large, as two with references of their own. */
export const withHalvedBatch = (
  intent: Intent,
  reference: () => string,
  wildcardsOf: (from: number, to: number) => number,
): Intent => {
  const index = intent.done;
  const batch = intent.batches[index];
  if (!batch || batch.items < 2) return intent;
  const start = countItems(intent.batches.slice(0, index));
  const half = Math.ceil(batch.items / 2);
  const part = (from: number, items: number): Batch => ({
    reference: reference(),
    items,
    wildcards: wildcardsOf(from, from + items),
  });
  const halves = [part(start, half), part(start + half, batch.items - half)];
  return {
    ...intent,
    batches: [...intent.batches.slice(0, index), ...halves, ...intent.batches.slice(index + 1)],
  };
};

const EARLIER_CHECKS_KEPT = 4;

/** What a committed intent leaves to be followed. */
const followOf = (head: Head, intent: Intent, id: string, now: number): Follow => {
  const contained = intent.whole ? head.follows : [];
  return {
    id,
    generation: head.generation + 1,
    at: now,
    ids: intent.ids,
    completed: intent.ids.length === 0,
    items: countItems(intent.batches),
    open: added([...openAt(contained), ...intent.batches]),
    whole: intent.whole,
    widens: intent.widens,
    changed: intent.changed,
    objects: intent.objects,
    settlesAt: Math.max(intent.settlesAt, ...contained.map(({ settlesAt }) => settlesAt)),
    plan: intent.plan,
    checks: [...contained.flatMap(({ checks }) => checks), intent.checks].slice(-EARLIER_CHECKS_KEPT),
    builds: [...contained.flatMap(({ builds }) => builds), ...intent.builds],
  };
};

/**
 * Every batch is created: what was listed before the first call is recorded now. An invalidation of everything
 * contains all earlier ones, so it takes over whoever waits for them.
 */
export const committed = (head: Head, intent: Intent, followId: string, now: number): Head => {
  const { intent: _intent, widen, ...rest } = head;
  const follow = followOf(head, intent, followId, now);
  const next: Head = {
    ...rest,
    ...(widen === undefined || intent.widens ? {} : { widen }),
    recorded: intent.goal,
    objects: intent.objects,
    fingerprint: intent.fingerprint,
    follows: intent.whole ? [follow] : [...head.follows, follow],
    outbox: [
      ...head.outbox,
      { id: follow.id, queue: 'follow', body: JSON.stringify({ kind: 'follow', id: follow.id }) },
    ],
  };
  return cover(next, intent.builds, follow.generation);
};
