/**
 * Keys whose versions could not be read in time: each of them counts as changed.
 *
 * What is recorded of one has no version id, which no listing shows: whenever the key is looked at again it counts
 * as changed once more, and until then its ETag, size and time tell whether it has to be.
 */

import { compareBytes } from './bytes.ts';
import { type Change, type ChangeRules, isYoung, PAST_MAX, REMEMBER_GONE_MS } from './changes.ts';
import type { Entry } from './entries.ts';
import { UNREAD_ID } from './entries.ts';
import type { ListedObject } from './listing.ts';

/** By key, with its current object where there is one. */
export type Unread = ReadonlyMap<string, ListedObject | undefined>;

type Judged = Readonly<{ goal: readonly Entry[]; changes: readonly Change[] }>;

const BECAUSE = 'its versions could not be read in time';

/** Adds the unread keys to what was judged of all others; `recorded` is what was known of them. */
export const withUnread = (
  judged: Judged,
  recorded: readonly Entry[],
  unread: Unread,
  rules: Pick<ChangeRules, 'listedAt'>,
): Judged => {
  if (unread.size === 0) return judged;
  const before = new Map(recorded.map((entry) => [entry.key, entry]));
  const added = [...unread].map(([key, object]) => judgeUnread(key, before.get(key), object, rules));
  const read = judged.goal.filter(({ key }) => !unread.has(key));
  return {
    goal: [...read, ...added.map(({ entry }) => entry)].sort(byKey),
    changes: [...judged.changes, ...added.map(({ change }) => change)].sort(byKey),
  };
};

const byKey = (a: Readonly<{ key: string }>, b: Readonly<{ key: string }>): number =>
  compareBytes(a.key, b.key);

const judgeUnread = (
  key: string,
  entry: Entry | undefined,
  object: ListedObject | undefined,
  { listedAt }: Pick<ChangeRules, 'listedAt'>,
): Readonly<{ entry: Entry; change: Change }> => {
  const past = pastOf(entry);
  const was = entry?.etag ? { was: entry.etag } : {};
  if (object) {
    const { etag, size, lastModified } = object;
    const young = isYoung(object, listedAt) ? { young: true as const } : {};
    return {
      entry: { kind: 'object', key, etag, size, lastModified, versionId: UNREAD_ID, ...young, ...past },
      change: { key, kind: 'changed', because: BECAUSE, etag, ...was },
    };
  }
  const { etag = '', size = 0 } = entry ?? {};
  const until = listedAt + REMEMBER_GONE_MS;
  return {
    entry: { kind: 'gone', key, etag, size, versionId: UNREAD_ID, expiring: false, until, ...past },
    change: { key, kind: 'removed', because: BECAUSE, ...was },
  };
};

/** Late events of what was recorded before tell nothing new. */
const pastOf = (entry: Entry | undefined): Readonly<{ past?: readonly string[] }> => {
  const ids = [...(entry?.past ?? []), entry?.versionId ?? '', entry?.marker ?? ''];
  const past = [...new Set(ids)].filter((id) => id !== '' && id !== 'null').slice(-PAST_MAX);
  return past.length === 0 ? {} : { past };
};
