/**
 * Messages of the work queue, read as hints: they say "look", and name keys to look at more closely.
 *
 * A message that cannot be read is still a hint to look at everything: the pass does not depend on what a
 * message says, so nothing is lost by a strange one.
 */

import { instantOf } from './calendar.ts';

/**
 * `at` is when the thing happened, in ms since 1970; `messageId` says what to acknowledge; `wrote` is the id of
 * the version or delete marker that came into being, `erased` of the one that was deleted for good.
 */
export type Hint = Readonly<{ messageId: string; at: number; sentAt: number }> &
  (
    | Readonly<{
        kind: 'object';
        key: string;
        etag?: string;
        deleted: boolean;
        wrote?: string;
        erased?: string;
      }>
    /** A build ended, or may have. */
    | Readonly<{ kind: 'build' }>
    /** A build began: nothing of the site changed. */
    | Readonly<{ kind: 'start' }>
    | Readonly<{ kind: 'tick' }>
    | Readonly<{ kind: 'look'; because: string }>
  );

type Incoming = Readonly<{ id: string; body: string; sentAt: number }>;

type Json = Readonly<Record<string, unknown>>;

const asRecord = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;

const parse = (body: string): Json | undefined => {
  try {
    return asRecord(JSON.parse(body));
  } catch {
    return undefined;
  }
};

/** Reads one message; `bucket` is the site bucket: another bucket's event names no key of ours. */
export const parseHint = ({ id, body, sentAt }: Incoming, bucket: string): Hint => {
  const base = { messageId: id, sentAt };
  const look = (because: string): Hint => ({ ...base, kind: 'look', at: sentAt, because });

  const event = parse(body);
  if (!event) return look('a message that is not a JSON object');
  if (event['kind'] === 'tick') return { ...base, kind: 'tick', at: sentAt };
  if (event['kind'] === 'look') return look(String(event['because'] ?? 'asked to'));

  const at = instantOf(event['time']);
  const happened = at === undefined ? sentAt : Math.min(at, sentAt);
  if (event['source'] === 'aws.codebuild') {
    const isStart = asRecord(event['detail'])?.['build-status'] === 'IN_PROGRESS';
    return { ...base, kind: isStart ? 'start' : 'build', at: happened };
  }
  if (event['source'] === 'aws.s3')
    return objectHint(event, { ...base, at: happened }, bucket) ?? look('an S3 event without a key');
  return look(`an event of an unknown source, ${String(event['source'])}`);
};

const objectHint = (
  event: Json,
  base: Readonly<{ messageId: string; at: number; sentAt: number }>,
  bucket: string,
): Hint | undefined => {
  const detail = asRecord(event['detail']);
  const object = asRecord(detail?.['object']);
  const key = object?.['key'];
  if (typeof key !== 'string') return undefined;
  if (asRecord(detail?.['bucket'])?.['name'] !== bucket) {
    return { ...base, kind: 'look', because: 'an event of another bucket' };
  }
  const etag = object?.['etag'];
  const versionId = object?.['version-id'];
  const isForGood = detail?.['deletion-type'] === 'Permanently Deleted';
  // The bucket's own rule for old versions: the rule of EventBridge leaves its events out, and so does this.
  const isExpiry = isForGood && detail?.['reason'] === 'Lifecycle Expiration';
  return {
    ...base,
    kind: 'object',
    key,
    deleted: event['detail-type'] !== 'Object Created',
    ...(typeof etag === 'string' ? { etag: etag.replaceAll('"', '') } : {}),
    ...(typeof versionId === 'string' && !isExpiry ? { [isForGood ? 'erased' : 'wrote']: versionId } : {}),
  };
};

/**
 * What the hints add to a key: the entity tags that were seen, and whether it was deleted. `untold`: a write
 * without an entity tag. `wrote`: the versions and delete markers that were written, `erased`: that were deleted for
 * good; `lost`: those that came and went and left no trace in the listing. `twins`: the other spellings of the key in
 * the event; `phantom`: only a twin exists.
 */
export type KeyHint = Readonly<{
  etags: ReadonlySet<string>;
  wrote: ReadonlySet<string>;
  erased: ReadonlySet<string>;
  lost: readonly string[];
  deleted: boolean;
  untold: boolean;
  twins: readonly string[];
  phantom: boolean;
}>;

/**
 * Hints by key. Whether the key in an event is URL-encoded is not known for certain, so a key that decodes to
 * another one names both; looking at a key too many costs a listing and nothing else.
 */
export const hintsByKey = (hints: readonly Hint[]): ReadonlyMap<string, KeyHint> => {
  const byKey = new Map<string, Gathered>();
  for (const hint of hints) {
    if (hint.kind !== 'object') continue;
    const keys = spellings(hint.key);
    for (const key of keys) {
      const known = byKey.get(key) ?? nothingGathered();
      if (hint.wrote !== undefined) known.wrote.add(hint.wrote);
      if (hint.erased !== undefined) known.erased.add(hint.erased);
      if (hint.deleted) known.deleted = true;
      else if (hint.etag === undefined) known.untold = true;
      else known.etags.add(hint.etag);
      for (const twin of keys) if (twin !== key) known.twins.add(twin);
      byKey.set(key, known);
    }
  }
  return new Map(
    [...byKey].map(([key, hint]) => [key, { ...hint, twins: [...hint.twins], phantom: false, lost: [] }]),
  );
};

type Gathered = {
  etags: Set<string>;
  wrote: Set<string>;
  erased: Set<string>;
  deleted: boolean;
  untold: boolean;
  twins: Set<string>;
};

const nothingGathered = (): Gathered => ({
  etags: new Set(),
  wrote: new Set(),
  erased: new Set(),
  deleted: false,
  untold: false,
  twins: new Set(),
});

const spellings = (key: string): readonly string[] => {
  try {
    const decoded = decodeURIComponent(key.replaceAll('+', ' '));
    return decoded === key ? [key] : [key, decoded];
  } catch {
    return [key];
  }
};
