/** Lists the site: current objects first, then the versions of just the keys that may have changed. */

import { compareBytes } from '../core/bytes.ts';
import { type KeyVersions, keysToLookUp } from '../core/changes.ts';
import type { Entry } from '../core/entries.ts';
import type { DeleteMarker, ListedObject, ObjectVersion, VersionsCursor } from '../core/listing.ts';
import type { Ports } from '../ports.ts';

/** `listedAt` is before the first listing. `lookedUp` holds all that is listed of a key, newest first. */
export type Snapshot = Readonly<{ listedAt: number; lookedUp: ReadonlyMap<string, KeyVersions> }>;

type ListingPorts = Pick<Ports, 'clock' | 'site'>;

/**
 * Not a point in time, and need not be one: what changes later brings its own hint. With nothing recorded the
 * whole history is listed, so that deletions from before are not taken for new ones later. Keys that do not begin
 * with `prefix` are none of the site's, whatever a hint says.
 */
export const takeSnapshot = async (
  ports: ListingPorts,
  recorded: readonly Entry[],
  hinted: Iterable<string>,
  prefix: string,
): Promise<Snapshot> => {
  const listedAt = ports.clock.now();
  const listed = await listObjects(ports, prefix);
  const inside = [...hinted].filter((key) => key.startsWith(prefix));
  const needed = keysToLookUp(recorded, listed, inside);
  const known = [...new Set([...recorded, ...listed].map(({ key }) => key))].sort(compareBytes);
  const lookedUp = await lookUp(ports, needed, known, prefix, recorded.length === 0);
  return { listedAt, lookedUp };
};

const listObjects = async ({ site }: ListingPorts, prefix: string): Promise<readonly ListedObject[]> => {
  const objects: ListedObject[] = [];
  let next: string | undefined;
  do {
    const page = await site.list(prefix, next);
    for (const object of page.objects) objects.push(object);
    next = page.next;
  } while (next !== undefined);
  return objects;
};

/**
 * Lists versions from just before each needed key, and uses all that a page holds: a build that uploaded every
 * file costs as many calls as the bucket has pages, and a single changed file costs one.
 */
const lookUp = async (
  { site }: ListingPorts,
  needed: readonly string[],
  known: readonly string[],
  prefix: string,
  toTheEnd: boolean,
): Promise<ReadonlyMap<string, KeyVersions>> => {
  const found = new Map<string, { versions: ObjectVersion[]; markers: DeleteMarker[] }>();
  const of = (key: string) => {
    const entry = found.get(key) ?? { versions: [], markers: [] };
    found.set(key, entry);
    return entry;
  };
  const inPrefix = prefix === '' ? {} : { prefix };
  let at = 0;
  while (at < needed.length || toTheEnd) {
    const key = needed[at];
    let cursor: VersionsCursor | undefined = { ...inPrefix, ...startBefore(key, known) };
    while (cursor) {
      const page = await site.versions(cursor);
      for (const version of page.versions) of(version.key).versions.push(version);
      for (const marker of page.markers) of(marker.key).markers.push(marker);
      cursor = page.next;
      // The marker's key may go on over the next page; all before it are complete.
      const completeBefore = cursor?.keyMarker;
      while (at < needed.length && (completeBefore === undefined || isBefore(needed[at], completeBefore))) {
        of(needed[at] ?? '');
        at += 1;
      }
      const upcoming = needed[at];
      const worthTheNextPage =
        toTheEnd || (upcoming !== undefined && !isFarFrom(upcoming, completeBefore, known));
      if (!worthTheNextPage) {
        if (completeBefore !== undefined && (upcoming === undefined || isBefore(completeBefore, upcoming))) {
          found.delete(completeBefore);
        }
        break;
      }
    }
    if (cursor === undefined && toTheEnd) break;
  }
  return found;
};

const isBefore = (a: string | undefined, b: string): boolean => a !== undefined && compareBytes(a, b) < 0;

/** The cursor after the last known key before `key`: a listing cannot start at a key, only after one. */
const startBefore = (key: string | undefined, known: readonly string[]): VersionsCursor => {
  const before = key === undefined ? undefined : known[countBefore(known, key) - 1];
  return before === undefined ? {} : { keyMarker: before };
};

/** How many of the sorted keys stand before `key`. */
const countBefore = (known: readonly string[], key: string): number => {
  let low = 0;
  let high = known.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(known[middle], key)) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** A jump pays when a page's worth of keys lies between. */
const PAGE_KEYS = 1_000;

const isFarFrom = (key: string, position: string | undefined, known: readonly string[]): boolean =>
  position !== undefined && countBefore(known, key) - countBefore(known, position) > PAGE_KEYS;
