/**
 * Drives an intent to its end: every batch is asked for with the reference that the head names, then what was
 * listed before the first call is recorded.
 *
 * A crash anywhere leaves an intent that any later pass can drive on: a reference that was used already gives
 * the invalidation that it made, and purges nothing twice.
 */

import type { Created } from '../core/answers.ts';
import { wholePlan } from '../core/compose.ts';
import type { Intent } from '../core/head.ts';
import {
  batchesOf,
  committed,
  countItems,
  itemsOfBatches,
  turnOf,
  withClaim,
  withCreated,
  withHalvedBatch,
  withReferences,
} from '../core/intent.ts';
import { charge, refund } from '../core/ledger.ts';
import { itemsOfPlan, planText } from '../core/plan-text.ts';
import type { Instant, Ports } from '../ports.ts';
import { readBlob, writeBlob } from './blobs.ts';
import { type Held, writeHead } from './held-head.ts';

export type Driven =
  | Readonly<{ kind: 'committed'; held: Held }>
  | Readonly<{ kind: 'waiting'; seconds: number; because: string }>
  | Readonly<{ kind: 'denied'; because: string }>
  | Readonly<{ kind: 'lost' }>;

const LOST: Driven = { kind: 'lost' };

type Step = Readonly<{ kind: 'go-on'; held: Held }> | Driven;

/** After so many refusals of one intent, everything is invalidated instead. */
const REFUSALS_MAX = 5;

/** How long a pass that claimed an intent is left to drive it before another takes over. */
const OTHERS_TURN_MS = 10_000;

const QUOTA_RETRY_SECONDS = 5;
const LATER_RETRY_SECONDS = 10;

export const driveIntent = async (
  ports: Ports,
  from: Held,
  writer: string,
  deadline: Instant,
): Promise<Driven> => {
  let step: Step = { kind: 'go-on', held: from };
  while (step.kind === 'go-on') {
    const held: Held = step.held;
    const intent: Intent | undefined = held.head.intent;
    if (!intent) return { kind: 'committed', held };
    step =
      intent.done < intent.batches.length
        ? await createNext(ports, held, intent, writer, deadline)
        : await commit(ports, held, intent, writer);
  }
  return step;
};

const commit = async (ports: Ports, held: Held, intent: Intent, writer: string): Promise<Step> => {
  const head = committed(held.head, intent, ports.random.id(), ports.clock.now());
  const next = await writeHead(ports, held, head, writer);
  if (next === 'lost') return LOST;
  ports.tell({ kind: 'committed', ids: intent.ids, changed: intent.changed, objects: intent.objects });
  return { kind: 'committed', held: next };
};

const createNext = async (
  ports: Ports,
  held: Held,
  intent: Intent,
  writer: string,
  deadline: Instant,
): Promise<Step> => {
  const items = await readPlan(ports, intent);
  if (!items) {
    return replaceByWhole(ports, held, intent, writer, [], 'its plan cannot be read', intent.done + 1);
  }
  const claimed = await claim(ports, held, intent, writer, deadline);
  if (claimed.kind !== 'go-on') return claimed;
  const batch = itemsOfBatches(intent, intent.done, intent.done + 1, items);
  const answer = await ports.cdn.create(intent.batches[intent.done]?.reference ?? '', batch);
  ports.tell({ kind: 'create-invalidation', answer, items: batch });
  return afterAnswer(ports, claimed.held, answer, items, writer);
};

const readPlan = async (ports: Ports, intent: Intent): Promise<readonly string[] | undefined> => {
  const text = await readBlob(ports, intent.plan);
  return text === undefined ? undefined : itemsOfPlan(text);
};

/** Writes down who asks, and when, before asking: the quotas are kept by this account alone. */
const claim = async (
  ports: Ports,
  held: Held,
  intent: Intent,
  writer: string,
  deadline: Instant,
): Promise<Step> => {
  if (intent.claimedBy === writer && intent.claimed === intent.done) return { kind: 'go-on', held };
  const now = ports.clock.now();
  if (intent.claimedBy !== writer && now - intent.claimedAt < OTHERS_TURN_MS) {
    return { kind: 'waiting', seconds: QUOTA_RETRY_SECONDS, because: 'another pass drives it' };
  }
  const turn = turnOf(held.head, intent, writer, now);
  if (turn.kind === 'full') {
    return { kind: 'waiting', seconds: QUOTA_RETRY_SECONDS, because: 'the quota in progress is used up' };
  }
  if (turn.waitMs > 0) {
    if (now + turn.waitMs > deadline) {
      return {
        kind: 'waiting',
        seconds: Math.ceil(turn.waitMs / 1000),
        because: 'the quota of a second is used up',
      };
    }
    await ports.clock.sleep(turn.waitMs);
  }
  const next = await writeHead(ports, held, withClaim(held.head, intent, writer, ports.clock.now()), writer);
  return next === 'lost' ? LOST : { kind: 'go-on', held: next };
};

const afterAnswer = async (
  ports: Ports,
  held: Held,
  answer: Created,
  items: readonly string[],
  writer: string,
): Promise<Step> => {
  const { intent } = held.head;
  if (!intent) return LOST;
  switch (answer.kind) {
    case 'created':
      return {
        kind: 'go-on',
        held: { ...held, head: withCreated(held.head, intent, answer.id, ports.clock.now()) },
      };
    case 'later':
      return { kind: 'waiting', seconds: LATER_RETRY_SECONDS, because: answer.because };
    case 'denied':
      ports.tell({ kind: 'invalidation-denied', alarm: true, because: answer.because });
      return { kind: 'denied', because: answer.because };
    case 'rejected':
      ports.tell({ kind: 'invalidation-rejected', alarm: true, because: answer.because, items });
      if (intent.whole) return { kind: 'denied', because: answer.because };
      return replaceByWhole(
        ports,
        held,
        intent,
        writer,
        items,
        `CloudFront rejected an item: ${answer.because}`,
        intent.done,
      );
    case 'too-large':
    case 'reference-taken':
      return refused(ports, held, intent, answer, items, writer);
  }
};

const refused = async (
  ports: Ports,
  held: Held,
  intent: Intent,
  answer: Extract<Created, { kind: 'too-large' | 'reference-taken' }>,
  items: readonly string[],
  writer: string,
): Promise<Step> => {
  const refusals = intent.refusals + 1;
  if (refusals >= REFUSALS_MAX && !intent.whole) {
    const because = `refused ${refusals} times: ${answer.because}`;
    return replaceByWhole(ports, held, intent, writer, items, because, intent.done + 1);
  }
  const wildcardsOf = (from: number, to: number): number =>
    items.slice(from, to).filter((item) => item.endsWith('*')).length;
  const changed =
    answer.kind === 'too-large'
      ? withHalvedBatch(intent, ports.random.id, wildcardsOf)
      : {
          ...intent,
          batches: intent.batches.map((batch, index) =>
            index === intent.done ? { ...batch, reference: ports.random.id() } : batch,
          ),
        };
  const head = { ...held.head, intent: { ...changed, refusals, claimed: -1 } };
  const next = await writeHead(ports, held, head, writer);
  return next === 'lost' ? LOST : { kind: 'go-on', held: next };
};

/**
 * The same goal, with everything invalidated: it is one item and repairs everything. The batches from `unsent` on
 * were certainly never created, and the month has their items back; one whose call had no reply may have been.
 */
const replaceByWhole = async (
  ports: Ports,
  held: Held,
  intent: Intent,
  writer: string,
  items: readonly string[],
  because: string,
  unsent: number,
): Promise<Step> => {
  // What was created is never sent again: where the plan is lost its items are unknown, and only their number counts.
  const count = countItems(intent.batches.slice(0, intent.done));
  const created = Array.from({ length: count }, (_, index) => items[index] ?? '');
  const whole = batchesOf(wholePlan(because, []));
  const everything = whole.flatMap((batch) => batch.items);
  const replaced: Intent = {
    ...intent,
    plan: await writeBlob(ports, planText([...created, ...everything], wholePlan(because, []).items, [])),
    batches: [...intent.batches.slice(0, intent.done), ...withReferences(whole, ports.random.id)],
    claimed: -1,
    refusals: 0,
    whole: true,
  };
  ports.tell({ kind: 'replaced-by-everything', alarm: true, because });
  const givenBack = refund(held.head.ledger, intent.at, countItems(intent.batches.slice(unsent)));
  const ledger = charge(givenBack, ports.clock.now(), everything.length);
  const next = await writeHead(ports, held, { ...held.head, ledger, intent: replaced }, writer);
  return next === 'lost' ? LOST : { kind: 'go-on', held: next };
};
