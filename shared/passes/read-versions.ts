/** Reads the versions of the needed keys, and keeps of them what the judgement needs. */

import type { KeyVersions } from '../core/changes.ts';
import { type Entry, UNREAD_ID } from '../core/entries.ts';
import { isMarkerNeeded, isVersionNeeded } from '../core/kept-versions.ts';
import {
  advance,
  cutAt,
  isWithin,
  type KeyRange,
  type Reach,
  split,
  wholeRange,
} from '../core/key-ranges.ts';
import type { DeleteMarker, ObjectVersion, VersionsPage } from '../core/listing.ts';
import type { Instant, Ports } from '../ports.ts';

/** A page takes a tenth of a second or more: what is not done after so many is read in several places at once. */
const PAGES_ALONE = 10;
const AT_ONCE = 8;

/** `unread`: needed keys that are not among `lookedUp`, because the time was over before the reading was complete. */
export type VersionsRead = Readonly<{
  lookedUp: ReadonlyMap<string, KeyVersions>;
  unread: readonly string[];
  isComplete: boolean;
  pages: number;
}>;

/**
 * Uses all that a page holds: a build that uploaded every file costs as many calls as the bucket has pages, and a
 * single changed file costs one. `named` are ids that events tell of. No page is asked for after `until`.
 */
export const readVersions = async (
  { clock, site }: Pick<Ports, 'clock' | 'site'>,
  needed: readonly string[],
  reach: Reach,
  recorded: readonly Entry[],
  named: ReadonlySet<string>,
  until: Instant,
): Promise<VersionsRead> => {
  if (needed.length === 0 && !reach.whole)
    return { lookedUp: new Map(), unread: [], isComplete: true, pages: 0 };
  const kept = keeping(recorded, named, needed);
  let ranges: readonly KeyRange[] = [wholeRange(needed, reach)];
  let pages = 0;
  for (let round = 0; ranges.length > 0 && clock.now() < until; round += 1) {
    if (round === PAGES_ALONE) ranges = ranges.flatMap((range) => split(range, AT_ONCE, reach));
    // Round by round, so that nothing goes on reading behind a pass that failed.
    const read = await Promise.all(
      ranges.map(async (range) => ({ range, page: await site.versions(range.cursor) })),
    );
    pages += read.length;
    ranges = read.flatMap(({ range, page }) => {
      kept.add(range, page);
      const { read: complete, cut, rest } = advance(range, page.next, reach);
      for (const key of complete) kept.of(key);
      kept.drop(range, cut);
      return rest ? [rest] : [];
    });
  }
  for (const range of ranges) kept.drop(range, cutAt(range));
  const unread = ranges.flatMap((range) => range.needed);
  return { lookedUp: kept.found, unread, pages, isComplete: ranges.length === 0 };
};

type Found = { versions: ObjectVersion[]; markers: DeleteMarker[] };

/** What was kept so far, by key. */
const keeping = (recorded: readonly Entry[], named: ReadonlySet<string>, needed: readonly string[]) => {
  const entries = new Map(recorded.map((entry) => [entry.key, entry]));
  // Whatever was not read in time would count as changed once more, only because it stands near to what is needed.
  const left = new Set(recorded.filter(({ versionId }) => versionId === UNREAD_ID).map(({ key }) => key));
  for (const key of needed) left.delete(key);
  const isWanted = (range: KeyRange, key: string): boolean => isWithin(range, key) && !left.has(key);
  const found = new Map<string, Found>();
  const of = (key: string): Found => {
    const known = found.get(key) ?? { versions: [], markers: [] };
    found.set(key, known);
    return known;
  };
  const add = (range: KeyRange, { versions, markers }: VersionsPage): void => {
    for (const version of versions) {
      if (!isWanted(range, version.key)) continue;
      const seen = of(version.key);
      if (isVersionNeeded(seen, version, { entry: entries.get(version.key), named }))
        seen.versions.push(version);
    }
    for (const marker of markers) {
      if (!isWanted(range, marker.key)) continue;
      const seen = of(marker.key);
      if (isMarkerNeeded(seen, marker, { entry: entries.get(marker.key), named })) seen.markers.push(marker);
    }
  };
  /** A key that was read in part is as good as not read. */
  const drop = (range: KeyRange, key: string | undefined): void => {
    if (key !== undefined && isWithin(range, key)) found.delete(key);
  };
  return { found, of, add, drop };
};
