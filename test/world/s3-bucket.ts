/** One bucket's memory: for each key its versions and delete markers, newest first, and the keys in order. */

import { compareBytes } from '../../shared/core/bytes.ts';
import type { ObjectHeaders } from '../../shared/core/listing.ts';

export type Versioning = 'enabled' | 'suspended' | 'off';

/**
 * `versionId` is "null" where the bucket was not versioning. `sequence` orders all entries of a bucket by their
 * writing; `createdAt` is the ms of that, `lastModified` what S3 shows: whole seconds, a multipart upload's start.
 */
type Written = Readonly<{ versionId: string; sequence: number; createdAt: number; lastModified: number }>;

export type Version = Written &
  Readonly<{ kind: 'version'; etag: string; size: number; body: Uint8Array; headers: ObjectHeaders }>;

export type Marker = Written & Readonly<{ kind: 'marker' }>;

export type Entry = Version | Marker;

export type Bucket = {
  readonly name: string;
  eventBridge: boolean;
  versioning: Versioning;
  /** Newest first, never empty. A Map, because `__proto__` is a legal key. */
  readonly history: Map<string, readonly Entry[]>;
  /** Where removed entries stood: a listing may go on after one. */
  readonly removed: Map<string, number>;
  /** All keys of `history`; in byte order only while `inOrder`. */
  keys: string[];
  inOrder: boolean;
};

export const emptyBucket = (name: string, versioning: Versioning, eventBridge: boolean): Bucket => ({
  name,
  eventBridge,
  versioning,
  history: new Map(),
  removed: new Map(),
  keys: [],
  inOrder: true,
});

const nothing: readonly Entry[] = [];

export const entriesOf = ({ history }: Bucket, key: string): readonly Entry[] => history.get(key) ?? nothing;

/** The keys in byte order. Sorted when asked for: after a load of many keys that is once. */
export const sortedKeys = (bucket: Bucket): readonly string[] => {
  if (!bucket.inOrder) bucket.keys.sort(compareBytes);
  bucket.inOrder = true;
  return bucket.keys;
};

/** The first index in sorted `keys` whose key is not before `key`, or, with `after`, is behind it. */
export const indexOfKey = (keys: readonly string[], key: string, after: boolean): number => {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareBytes(keys[middle] ?? '', key);
    if (order < 0 || (after && order === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Puts an entry in front of a key's others; one of the same version id ("null") is overwritten. */
export const pushEntry = (bucket: Bucket, key: string, entry: Entry): void => {
  const before = bucket.history.get(key);
  if (!before) {
    const last = bucket.keys.at(-1);
    bucket.inOrder &&= last === undefined || compareBytes(last, key) < 0;
    bucket.keys.push(key);
  }
  const kept = (before ?? nothing).filter(({ versionId }) => versionId !== entry.versionId);
  bucket.history.set(key, [entry, ...kept]);
};

/** Takes entries away for good. */
export const removeEntries = (bucket: Bucket, key: string, gone: ReadonlySet<Entry>): void => {
  for (const entry of gone) bucket.removed.set(placeOf(key, entry.versionId), entry.sequence);
  const kept = entriesOf(bucket, key).filter((entry) => !gone.has(entry));
  if (kept.length > 0) {
    bucket.history.set(key, kept);
    return;
  }
  bucket.history.delete(key);
  bucket.keys.splice(indexOfKey(sortedKeys(bucket), key, false), 1);
};

/** The sequence of an entry that is or was there. */
export const sequenceOf = (bucket: Bucket, key: string, versionId: string): number | undefined =>
  entriesOf(bucket, key).find((entry) => entry.versionId === versionId)?.sequence ??
  bucket.removed.get(placeOf(key, versionId));

const placeOf = (key: string, versionId: string): string => `${versionId} ${key}`;
