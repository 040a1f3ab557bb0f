/**
 * The head: the one object that says how far the invalidation of a site has come.
 *
 * It is written with a condition only, so that of two passes one goes on and the other looks again. Facts and
 * the messages that tell them are one write (the outbox). What is large is a blob that the head names.
 */

import type { Ledger } from './ledger.ts';

/** One CreateInvalidation of an intent. `reference` is random; the items stand in the plan blob, in order. */
export type Batch = Readonly<{ reference: string; items: number; wildcards: number }>;

/**
 * An invalidation that is decided, maybe not yet created. `goal` is the table of what was listed before the
 * first call; `done` batches were created with `ids`; `claimedBy` is the pass that drives it.
 */
export type Intent = Readonly<{
  at: number;
  goal: string;
  objects: number;
  plan: string;
  batches: readonly Batch[];
  done: number;
  ids: readonly string[];
  claimedBy: string;
  claimedAt: number;
  /** The index of the batch that it asks for; -1 when none is. */
  claimed: number;
  refusals: number;
  /** Everything is invalidated: every earlier invalidation is contained in this one. */
  whole: boolean;
  widens: boolean;
  fingerprint: string;
  changed: number;
  collateral: number;
  /** When every error that may be cached for a new key has expired. */
  settlesAt: number;
  checks: string;
  builds: readonly string[];
}>;

/** An invalidation that was created and is not yet known to be at every edge, and checked there. */
export type Follow = Readonly<{
  id: string;
  generation: number;
  at: number;
  ids: readonly string[];
  completed: boolean;
  items: number;
  /** What of it, and of the invalidations that it contains, may be in progress at CloudFront until `completed`. */
  open: Readonly<{ items: number; wildcards: number }>;
  whole: boolean;
  widens: boolean;
  changed: number;
  objects: number;
  settlesAt: number;
  /** The blob of the plan, which says what was changed and why. */
  plan?: string;
  /** Blobs of URLs to check at the edge; more than one where a whole invalidation took over another. */
  checks: readonly string[];
  builds: readonly string[];
  /** An old copy was proved, or it never completed: everything is to be invalidated. */
  widening?: true;
  /** Its deadline passed; whoever waits for it cannot be called live. */
  stuck?: true;
}>;

export type Outcome =
  | 'live'
  | 'live-unproved'
  | 'failed'
  | 'stopped'
  | 'superseded'
  | 'stuck'
  | 'before-bootstrap';

/** An ended build; `outcome` is final once it is there. `generation` is the commit that covered its end. */
export type BuildRecord = Readonly<{
  id: string;
  endedAt: number;
  startedAt: number;
  succeeded: boolean;
  commit?: string;
  logUrl?: string;
  generation?: number;
  outcome?: Outcome;
}>;

/** A message that a fact owes; it leaves the outbox once the queue has taken it. */
export type Owed = Readonly<{ id: string; queue: 'work' | 'follow' | 'post'; body: string }>;

export type Head = Readonly<{
  schema: 1;
  /** Whose state this is (`siteId`): of another bucket or distribution it says nothing. */
  site: string;
  generation: number;
  writer: string;
  bootstrappedAt: number;
  /** The table of what is recorded; undefined until the bootstrap's invalidation is committed. */
  recorded?: string;
  objects: number;
  fingerprint: string;
  intent?: Intent;
  follows: readonly Follow[];
  builds: readonly BuildRecord[];
  /** Builds in progress whose start was reported. */
  started?: readonly string[];
  outbox: readonly Owed[];
  ledger: Ledger;
  /** Why everything is to be invalidated by the next plan. */
  widen?: string;
}>;

export const SCHEMA = 1;

/** S3 takes far more, but a head that grows past this holds something that it should not. */
export const HEAD_BYTES_MAX = 65_536;

export type ParsedHead =
  | Readonly<{ kind: 'head'; head: Head }>
  | Readonly<{ kind: 'unreadable'; because: string }>;

export const encodeHead = (head: Head): Uint8Array => new TextEncoder().encode(JSON.stringify(head));

/** A head of another site than `site` is as good as none. */
export const ofSite = (parsed: ParsedHead, site: string): ParsedHead =>
  parsed.kind === 'unreadable' || parsed.head.site === site
    ? parsed
    : { kind: 'unreadable', because: `expected the state of "${site}", got that of "${parsed.head.site}"` };

/** Reads a head; one that is damaged or of a newer schema is `unreadable`, with the reason. */
export const parseHead = (bytes: Uint8Array): ParsedHead => {
  const unreadable = (because: string): ParsedHead => ({ kind: 'unreadable', because });
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return unreadable(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const fault = headFault(value);
  return fault === undefined ? { kind: 'head', head: value as Head } : unreadable(fault);
};

type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isString: Check = (value) => typeof value === 'string';
const isBoolean: Check = (value) => typeof value === 'boolean';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const shape =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(fields).every(([name, check]) => check(value[name]));

const intentFields: Readonly<Record<keyof Intent, Check>> = {
  at: isNumber,
  goal: isString,
  objects: isNumber,
  plan: isString,
  batches: listOf(shape({ reference: isString, items: isNumber, wildcards: isNumber })),
  done: isNumber,
  ids: listOf(isString),
  claimedBy: isString,
  claimedAt: isNumber,
  claimed: isNumber,
  refusals: isNumber,
  whole: isBoolean,
  widens: isBoolean,
  fingerprint: isString,
  changed: isNumber,
  collateral: isNumber,
  settlesAt: isNumber,
  checks: isString,
  builds: listOf(isString),
};

const followFields: Readonly<Record<keyof Follow, Check>> = {
  id: isString,
  generation: isNumber,
  at: isNumber,
  ids: listOf(isString),
  completed: isBoolean,
  items: isNumber,
  open: shape({ items: isNumber, wildcards: isNumber }),
  whole: isBoolean,
  widens: isBoolean,
  changed: isNumber,
  objects: isNumber,
  settlesAt: isNumber,
  plan: optional(isString),
  checks: listOf(isString),
  builds: listOf(isString),
  widening: optional(isBoolean),
  stuck: optional(isBoolean),
};

const buildFields: Readonly<Record<keyof BuildRecord, Check>> = {
  id: isString,
  endedAt: isNumber,
  startedAt: isNumber,
  succeeded: isBoolean,
  commit: optional(isString),
  logUrl: optional(isString),
  generation: optional(isNumber),
  outcome: optional(isString),
};

const headFields: Readonly<Record<Exclude<keyof Head, 'schema'>, Check>> = {
  site: isString,
  generation: isNumber,
  writer: isString,
  bootstrappedAt: isNumber,
  recorded: optional(isString),
  objects: isNumber,
  fingerprint: isString,
  intent: optional(shape(intentFields)),
  follows: listOf(shape(followFields)),
  builds: listOf(shape(buildFields)),
  started: optional(listOf(isString)),
  outbox: listOf(shape({ id: isString, queue: isString, body: isString })),
  ledger: shape({
    month: isString,
    items: isNumber,
    recent: listOf(shape({ at: isNumber, by: isString, items: isNumber, wildcards: isNumber })),
  }),
  widen: optional(isString),
};

const headFault = (value: unknown): string | undefined => {
  if (!isRecord(value)) return 'expected an object';
  if (value['schema'] !== SCHEMA) return `expected schema ${SCHEMA}, got ${JSON.stringify(value['schema'])}`;
  const wrong = Object.entries(headFields).find(([name, check]) => !check(value[name]));
  return wrong && `the field "${wrong[0]}" is not what schema ${SCHEMA} says`;
};
