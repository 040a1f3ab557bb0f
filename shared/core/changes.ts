/**
 * What counts as changed: the recorded entries against what was listed.
 *
 * An entity tag alone cannot say: A -> B -> A between two looks leaves B at the edges. So a key is unchanged
 * only if every version since the recorded one has the same bytes and no delete marker stands in between.
 */

import { compareBytes } from './bytes.ts';
import { type Entry, type GoneEntry, type ObjectEntry, UNREAD_ID } from './entries.ts';
import type { KeyHint } from './hints.ts';
import { type DeleteMarker, hasNoId, type ListedObject, type ObjectVersion, sameBytes } from './listing.ts';

/** What is listed of one key, newest first: all of it, or all that the judgement needs (`kept-versions.ts`). */
export type KeyVersions = Readonly<{ versions: readonly ObjectVersion[]; markers: readonly DeleteMarker[] }>;

/**
 * What a pass does about a key. `changed` and `removed` are invalidated; `new` and `returned` were never
 * cached with other bytes, only an error may be; `expiring` is left to its time to live.
 */
export type Change = Readonly<{
  key: string;
  kind: 'changed' | 'removed' | 'new' | 'returned' | 'expiring';
  because: string;
  /** The bytes that a viewer must get, and the version that holds them; absent when the key is gone. */
  etag?: string;
  versionId?: string;
  /** The bytes that the edges may hold. */
  was?: string;
}>;

/** The judgement of one key: what to record (nothing: forget it), and what changed, if anything. */
export type KeyJudgement = Readonly<{ entry?: Entry; change?: Change }>;

export type ChangeRules = Readonly<{
  /** Says by its key that an object's bytes never change under this name. */
  isFingerprinted(key: string): boolean;
  purgeRemoved: boolean;
  /** When the listing began, ms since 1970. */
  listedAt: number;
  /** How long an edge may keep an object, ms. */
  maxTtlMs: number;
}>;

/** Clocks differ by less than this (an assumption of the protocol), and LastModified has whole seconds. */
const CLOCK_SKEW_MS = 5_000;
const LAST_MODIFIED_STEP_MS = 1_000;

/** Longer than S3 keeps the history of a key (a day) and than SQS keeps a late hint (four days). */
export const REMEMBER_GONE_MS = 7 * 86_400_000;

/**
 * The keys whose versions must be listed, in byte order: those that moved, that hints name, or whose recorded
 * second may hide another write. `recorded` and `listed` are in byte order.
 */
export const keysToLookUp = (
  recorded: readonly Entry[],
  listed: readonly ListedObject[],
  hinted: Iterable<string>,
): readonly string[] => {
  const keys = new Set<string>(hinted);
  for (const [entry, object] of pairs(recorded, listed)) {
    if (hasMoved(entry, object)) keys.add((entry ?? object)?.key ?? '');
  }
  return [...keys].sort(compareBytes);
};

const hasMoved = (entry: Entry | undefined, object: ListedObject | undefined): boolean => {
  if (!entry || entry.kind === 'gone') return object !== undefined;
  return (
    object === undefined ||
    entry.young === true ||
    entry.etag !== object.etag ||
    entry.size !== object.size ||
    entry.lastModified !== object.lastModified
  );
};

/** Both sides of a merge by key; a side is undefined where it lacks the key. */
export function* pairs<A extends { key: string }, B extends { key: string }>(
  left: readonly A[],
  right: readonly B[],
): Generator<readonly [A | undefined, B | undefined]> {
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const a = left[l];
    const b = right[r];
    const order = a === undefined ? 1 : b === undefined ? -1 : compareBytes(a.key, b.key);
    if (order <= 0) l += 1;
    if (order >= 0) r += 1;
    yield [order <= 0 ? a : undefined, order >= 0 ? b : undefined];
  }
}

/** The whole diff: the goal to record, in byte order, and the changes, in byte order. */
export const diff = (
  recorded: readonly Entry[],
  lookedUp: ReadonlyMap<string, KeyVersions>,
  hints: ReadonlyMap<string, KeyHint>,
  rules: ChangeRules,
): Readonly<{ goal: readonly Entry[]; changes: readonly Change[] }> => {
  const keys = [...lookedUp.keys()].sort(compareBytes).map((key) => ({ key }));
  const told = confirmed(hints, recorded, lookedUp);
  const goal: Entry[] = [];
  const changes: Change[] = [];
  for (const [entry, looked] of pairs(recorded, keys)) {
    if (!looked) {
      if (entry && !hasLapsed(entry, rules.listedAt)) goal.push(entry);
      continue;
    }
    const seen = lookedUp.get(looked.key) ?? { versions: [], markers: [] };
    const hint = told.get(looked.key);
    const judged = judgeKey(looked.key, entry, seen, hint, rules);
    if (judged.entry) goal.push(withPast(judged.entry, entry, seen, hint));
    if (judged.change) changes.push(judged.change);
  }
  return { goal, changes };
};

/**
 * Hints against what is listed. A key that nothing is known of is no key but the spelling of one, where its twin is
 * known and lists what was written. What is not listed under any spelling was deleted for good.
 */
const confirmed = (
  hints: ReadonlyMap<string, KeyHint>,
  recorded: readonly Entry[],
  lookedUp: ReadonlyMap<string, KeyVersions>,
): ReadonlyMap<string, KeyHint> => {
  if (hints.size === 0) return hints;
  // Only where it hid the object did the marker's end show it again.
  const recordedMarkers = new Map(
    recorded.flatMap((entry) => (entry.kind === 'gone' ? [[entry.key, entry.marker] as const] : [])),
  );
  const known = new Map(
    recorded.map((entry) => [entry.key, new Set([entry.versionId, entry.marker, ...(entry.past ?? [])])]),
  );
  for (const [key, { versions, markers }] of lookedUp) {
    const ids = [...versions, ...markers].map(({ versionId }) => versionId);
    if (ids.length > 0) known.set(key, new Set([...(known.get(key) ?? []), ...ids]));
  }
  return new Map(
    [...hints].map(([key, hint]) => {
      const spellings = [key, ...hint.twins];
      const lost = [...hint.wrote].filter(
        (id) => !spellings.some((spelling) => known.get(spelling)?.has(id)),
      );
      const hasKnownTwin = !known.has(key) && hint.twins.some((twin) => known.has(twin));
      // Whose the lost one was nobody can tell any more: both may be at the edges.
      const phantom = hasKnownTwin && lost.length === 0;
      const marker = recordedMarkers.get(key);
      if (marker !== undefined && hint.erased.has(marker)) lost.push(marker);
      return [key, { ...hint, phantom, lost }];
    }),
  );
};

/** Ids remembered of a key; a late event of an older one costs an item and nothing else. */
const PAST_MAX = 16;

/** Remembers the ids that are judged now and listed no longer, so that a late copy of their events says nothing new. */
export const withPast = (
  next: Entry,
  entry: Entry | undefined,
  { versions, markers }: KeyVersions,
  hint: KeyHint | undefined,
): Entry => {
  const listed = new Set([...versions, ...markers].map(({ versionId }) => versionId));
  const ids = [...(entry?.past ?? []), entry?.versionId ?? '', entry?.marker ?? '', ...(hint?.lost ?? [])];
  const past = [...new Set(ids)]
    .filter((id) => id !== '' && id !== 'null' && !listed.has(id))
    .slice(-PAST_MAX);
  return past.length === 0 ? next : { ...next, past };
};

const hasLapsed = (entry: Entry, now: number): boolean => entry.kind === 'gone' && entry.until < now;

/** Judges one key that was looked up. */
export const judgeKey = (
  key: string,
  entry: Entry | undefined,
  seen: KeyVersions,
  hint: KeyHint | undefined,
  rules: ChangeRules,
): KeyJudgement => {
  const latest = seen.versions[0];
  const current = latest?.isLatest ? latest : undefined;
  if (!current) return judgeAbsent(key, entry, seen, hint, rules);
  if (entry?.kind === 'object') return judgeObject(entry, current, seen, hint, rules);
  return judgeAppeared(entry, current, seen, hint, rules);
};

const judgeObject = (
  entry: ObjectEntry,
  current: ObjectVersion,
  seen: KeyVersions,
  hint: KeyHint | undefined,
  rules: ChangeRules,
): KeyJudgement => {
  const because = whyChanged(entry, seen, hint);
  if (because === undefined)
    return { entry: { ...fresh(current, seen, rules), ...headersKept(entry, current) } };
  return {
    entry: fresh(current, seen, rules),
    change: {
      key: entry.key,
      kind: 'changed',
      because,
      etag: current.etag,
      versionId: current.versionId,
      was: entry.etag,
    },
  };
};

/** Why a recorded object may stand at the edges with other bytes, or undefined when it cannot. */
const whyChanged = (entry: ObjectEntry, seen: KeyVersions, hint: KeyHint | undefined): string | undefined => {
  const at = seen.versions.findIndex(({ versionId }) => versionId === entry.versionId);
  if (at < 0 && entry.versionId === UNREAD_ID) return 'its versions could not be read the last time';
  if (at < 0) return 'the recorded version is gone';
  const since = seen.versions.slice(0, at + 1);
  if (!since.every((version) => sameBytes(version, entry))) {
    return seen.versions[0]?.etag === entry.etag ? 'was another object in between' : 'ETag';
  }
  const marker = seen.markers[0];
  if (marker !== undefined && marker.versionId !== entry.marker) return 'was deleted in between';
  return whyHintsDiffer(entry.etag, since, hint);
};

/**
 * What only the events tell of: a write that was deleted for good between two looks, and, where versions have no
 * ids, any write.
 */
const whyHintsDiffer = (
  etag: string,
  since: readonly ObjectVersion[],
  hint: KeyHint | undefined,
): string | undefined => {
  if (!hint) return undefined;
  if (hint.lost.length > 0) return 'an event names a version that is gone';
  if (!since.some(hasNoId)) return undefined;
  if (hint.deleted) return 'an event says that it was deleted in between';
  return namesOtherBytes(hint, etag) ? 'an event names another ETag' : undefined;
};

/** A key that was not recorded as an object: never seen, removed earlier, or left to expire. */
const judgeAppeared = (
  entry: GoneEntry | undefined,
  current: ObjectVersion,
  seen: KeyVersions,
  hint: KeyHint | undefined,
  rules: ChangeRules,
): KeyJudgement => {
  const { key, etag } = current;
  const recorded = fresh(current, seen, rules);
  const judged = (kind: Change['kind'], because: string): KeyJudgement => ({
    entry: recorded,
    change: {
      key,
      kind,
      because,
      etag,
      versionId: current.versionId,
      ...(entry?.expiring ? { was: entry.etag } : {}),
    },
  });

  const known = entry ? positionOf(entry, seen) : -1;
  if (isUndone(entry, known, seen)) return judged('changed', 'is back: its removal was undone');
  const since = known < 0 ? seen.versions : seen.versions.slice(0, known);
  const marker = seen.markers[0];
  if (marker !== undefined && marker.versionId !== entry?.marker) {
    return judged('changed', 'was deleted and is back');
  }
  // Even with the same bytes each time: the headers may have been others.
  if (since.length > 1) return judged('changed', 'was written more than once since it was last listed');
  const differs = whyHintsDiffer(etag, since, hint);
  if (differs !== undefined) return judged('changed', differs);
  if (!entry?.expiring)
    return judged('new', entry ? 'is back after its removal was invalidated' : 'never listed before');
  return sameBytes(entry, current)
    ? judged('returned', 'is back with the bytes that were left to expire')
    : judged('changed', 'is back with other bytes than were left to expire');
};

/** Where the recorded version stands. Without an id it is no one's: what is listed under it may be another. */
const positionOf = (entry: Entry, { versions }: KeyVersions): number =>
  hasNoId(entry) ? -1 : versions.findIndex(({ versionId }) => versionId === entry.versionId);

/** The recorded version was current once more: its marker is gone while it is still there. */
const isUndone = (entry: GoneEntry | undefined, known: number, { markers }: KeyVersions): boolean =>
  known === 0 ||
  (known > 0 && entry?.marker !== undefined && !markers.some(({ versionId }) => versionId === entry.marker));

/** A key without a current object. */
const judgeAbsent = (
  key: string,
  entry: Entry | undefined,
  seen: KeyVersions,
  hint: KeyHint | undefined,
  rules: ChangeRules,
): KeyJudgement => {
  const version = seen.versions[0];
  const marker = seen.markers[0];
  if (!entry && !mayHaveBeenCached(hint) && !(marker ? isRecent(marker, rules) : version)) return {};
  if (entry?.kind === 'gone' && isSameAbsence(entry, seen, hint)) {
    if (hasLapsed(entry, rules.listedAt)) return {};
    if (marker === undefined || marker.versionId === entry.marker) return { entry };
    const until = Math.max(entry.until, rules.listedAt + REMEMBER_GONE_MS);
    return { entry: { ...entry, marker: marker.versionId, until } };
  }
  const etag = entry?.etag ?? version?.etag ?? '';
  const expiring = rules.isFingerprinted(key) && !rules.purgeRemoved && hadOneContent(entry, seen, hint);
  const gone: GoneEntry = {
    kind: 'gone',
    key,
    etag,
    size: version?.size ?? entry?.size ?? 0,
    versionId: version?.versionId ?? entry?.versionId ?? hint?.lost.findLast((id) => id !== 'null') ?? '',
    ...(marker ? { marker: marker.versionId } : {}),
    expiring,
    until: rules.listedAt + (expiring ? Math.max(rules.maxTtlMs, REMEMBER_GONE_MS) : REMEMBER_GONE_MS),
  };
  if (!entry && !version && !mayHaveBeenCached(hint)) return { entry: gone };
  const because = entry?.kind === 'object' ? 'removed' : 'came and went since it was last listed';
  return {
    entry: gone,
    change: { key, kind: expiring ? 'expiring' : 'removed', because, ...(etag ? { was: etag } : {}) },
  };
};

/** An older marker of a key that is not recorded was judged long ago: its entry has lapsed, S3 keeps the marker. */
const isRecent = ({ lastModified }: DeleteMarker, { listedAt }: ChangeRules): boolean =>
  lastModified + REMEMBER_GONE_MS >= listedAt;

/** An object that came and went without a trace in the listing: only its creation event tells of it. */
const mayHaveBeenCached = (hint: KeyHint | undefined): boolean =>
  hint !== undefined && !hint.phantom && (hint.untold || hint.etags.size > 0);

/** All that the edges may hold of a gone key is one content, so that its return can be judged by its bytes. */
const hadOneContent = (entry: Entry | undefined, seen: KeyVersions, hint: KeyHint | undefined): boolean => {
  const known = entry ? seen.versions.findIndex(({ versionId }) => versionId === entry.versionId) : -1;
  const since = known < 0 ? seen.versions : seen.versions.slice(0, known);
  const first = entry ?? seen.versions[0];
  if (!first || !since.every((version) => sameBytes(version, first))) return false;
  // Without versions nothing is listed of a gone key; where there are some, what stood behind may have been served.
  const isVersioned = entry?.versionId !== 'null' || (hint !== undefined && hint.erased.size > 0);
  if (entry?.kind === 'object' && known < 0 && isVersioned) return false;
  const isListingBlind = (hint && hint.lost.length > 0) || [first, ...since, ...seen.markers].some(hasNoId);
  return !(isListingBlind && hint && namesOtherBytes(hint, first.etag));
};

const namesOtherBytes = ({ untold, etags }: KeyHint, etag: string): boolean =>
  untold || [...etags].some((seen) => seen !== etag);

/** Nothing was written or deleted under this key since its absence was recorded. */
const isSameAbsence = (
  entry: GoneEntry,
  { versions, markers }: KeyVersions,
  hint: KeyHint | undefined,
): boolean => {
  const [version] = versions;
  const [marker] = markers;
  if (version !== undefined && version.versionId !== entry.versionId) return false;
  // Deleting what is gone adds a marker and changes nothing, as long as the recorded one was not undone.
  const isMarkerLeft = entry.marker
    ? markers.some(({ versionId }) => versionId === entry.marker)
    : version === undefined;
  if (marker !== undefined && !isMarkerLeft) return false;
  if (!hint) return true;
  // What was written since and is gone: an event is all there is. What was purged may be cached again.
  const hasIdsTold = hint.wrote.size > 0 && !hint.wrote.has('null');
  const isListingBlind = !(entry.versionId === '' && hasIdsTold) && [entry, ...markers].some(hasNoId);
  const isCachedAgain = entry.expiring
    ? namesOtherBytes(hint, entry.etag)
    : hint.untold || hint.etags.size > 0;
  // A marker that was undone shows again what stood behind it: of a key that never was, that is nothing.
  const mayHaveShown = version !== undefined || entry.etag !== '' || mayHaveBeenCached(hint);
  return !((hint.lost.length > 0 && mayHaveShown) || (isListingBlind && isCachedAgain));
};

/** What to record of a current object. Another write after the listing may carry the same second: then it is young. */
export const fresh = (
  current: Omit<ObjectVersion, 'isLatest'>,
  { markers }: Pick<KeyVersions, 'markers'>,
  { listedAt }: Pick<ChangeRules, 'listedAt'>,
): ObjectEntry => {
  const marker = markers[0]?.versionId;
  const young = current.lastModified + LAST_MODIFIED_STEP_MS + CLOCK_SKEW_MS > listedAt;
  return {
    kind: 'object',
    key: current.key,
    etag: current.etag,
    size: current.size,
    lastModified: current.lastModified,
    versionId: current.versionId,
    ...(marker === undefined ? {} : { marker }),
    ...(young ? { young: true as const } : {}),
  };
};

/** The same bytes under another version: the edges may hold the old version's headers. */
const headersKept = (entry: ObjectEntry, current: ObjectVersion): Pick<ObjectEntry, 'base' | 'headers'> => {
  const base = entry.base ?? entry.versionId;
  return {
    ...(base === current.versionId ? {} : { base }),
    ...(entry.headers === undefined ? {} : { headers: entry.headers }),
  };
};
