/**
 * Keys whose versions could not be read in time: each of them counts as changed.
 *
 * What is recorded of one has no version id, which no listing shows: whenever the key is looked at again it counts
 * as changed once more, and until then its ETag, size and time tell whether it has to be.
 */

import { compareBytes } from './bytes.ts';
import {
  type Change,
  type ChangeRules,
  fresh,
  type KeyVersions,
  REMEMBER_GONE_MS,
  withPast,
} from './changes.ts';
import { type Entry, UNREAD_ID } from './entries.ts';
import type { ListedObject } from './listing.ts';

/** By key, with its current object where there is one. */
export type Unread = ReadonlyMap<string, ListedObject | undefined>;

type Judged = Readonly<{ goal: readonly Entry[]; changes: readonly Change[] }>;

const NOTHING_READ: KeyVersions = { versions: [], markers: [] };

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
  rules: Pick<ChangeRules, 'listedAt'>,
): Readonly<{ entry: Entry; change: Change }> => {
  const was = entry?.etag ? { was: entry.etag } : {};
  // Late events of what was recorded before tell nothing new.
  const remembering = (next: Entry): Entry => withPast(next, entry, NOTHING_READ, undefined);
  if (object) {
    return {
      entry: remembering(fresh({ ...object, versionId: UNREAD_ID }, NOTHING_READ, rules)),
      change: { key, kind: 'changed', because: BECAUSE, etag: object.etag, ...was },
    };
  }
  const { etag = '', size = 0 } = entry ?? {};
  const until = rules.listedAt + REMEMBER_GONE_MS;
  return {
    entry: remembering({ kind: 'gone', key, etag, size, versionId: UNREAD_ID, expiring: false, until }),
    change: { key, kind: 'removed', because: BECAUSE, ...was },
  };
};
