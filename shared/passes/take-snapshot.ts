/** Lists the site: current objects first, then the versions of just the keys that may have changed. */

import { compareBytes } from '../core/bytes.ts';
import { type KeyVersions, keysToLookUp } from '../core/changes.ts';
import type { Entry } from '../core/entries.ts';
import type { KeyHint } from '../core/hints.ts';
import type { Reach } from '../core/key-ranges.ts';
import type { ListedObject } from '../core/listing.ts';
import type { Unread } from '../core/unread.ts';
import type { Instant, Ports } from '../ports.ts';
import { readVersions } from './read-versions.ts';

/**
 * `listedAt` is before the first listing. `lookedUp` holds what the judgement needs of a key, newest first; the
 * versions of `unread` were to be looked up as well, and could not be in time.
 */
export type Snapshot = Readonly<{
  listedAt: number;
  lookedUp: ReadonlyMap<string, KeyVersions>;
  unread: Unread;
}>;

type ListingPorts = Pick<Ports, 'clock' | 'site' | 'tell'>;

/**
 * Versions are read for half of the time that is left, so that the other half is there to act; and for so long where
 * hardly any is, since a pass that is stopped is repeated, and one that read nothing would invalidate too much.
 */
const READ_SHARE = 0.5;
const READ_AT_LEAST_MS = 20_000;

/**
 * Not a point in time, and need not be one: what changes later brings its own hint. With nothing recorded the
 * whole history is listed, so that deletions from before are not taken for new ones later; where it is too long,
 * they are, which invalidates more. Keys that do not begin with `prefix` are none of the site's, whatever a hint says.
 */
export const takeSnapshot = async (
  ports: ListingPorts,
  recorded: readonly Entry[],
  hints: ReadonlyMap<string, Pick<KeyHint, 'wrote'>>,
  prefix: string,
  deadline: Instant,
): Promise<Snapshot> => {
  const listedAt = ports.clock.now();
  const listed = await listObjects(ports, prefix);
  const inside = [...hints.keys()].filter((key) => key.startsWith(prefix));
  const needed = keysToLookUp(recorded, listed, inside);
  const known = [...new Set([...recorded, ...listed].map(({ key }) => key))].sort(compareBytes);
  const reach: Reach = { known, prefix, whole: recorded.length === 0 };
  const named = new Set([...hints.values()].flatMap(({ wrote }) => [...wrote]));
  const readFrom = ports.clock.now();
  const readUntil = readFrom + Math.max(READ_AT_LEAST_MS, (deadline - readFrom) * READ_SHARE);
  const read = await readVersions(ports, needed, reach, recorded, named, readUntil);
  const { lookedUp, unread, pages, isComplete } = read;
  if (!isComplete) {
    const because = 'old versions are too many to be listed in time: let them expire';
    ports.tell({
      kind: 'versions-unread',
      alarm: true,
      keys: unread.length,
      of: needed.length,
      pages,
      because,
    });
  }
  const objects = new Map(isComplete ? [] : listed.map((object) => [object.key, object]));
  return { listedAt, lookedUp, unread: new Map(unread.map((key) => [key, objects.get(key)])) };
};

const listObjects = async (
  { site }: Pick<Ports, 'site'>,
  prefix: string,
): Promise<readonly ListedObject[]> => {
  const objects: ListedObject[] = [];
  let next: string | undefined;
  do {
    const page = await site.list(prefix, next);
    for (const object of page.objects) objects.push(object);
    next = page.next;
  } while (next !== undefined);
  return objects;
};
