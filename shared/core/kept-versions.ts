/**
 * Which of a key's versions the judgement needs (`changes.ts`), decided as they are read.
 *
 * A bucket may hold hundreds of versions of each key, most of them the same bytes uploaded again by builds: all of
 * them together would not fit into memory. The judgement asks what is newest, whether anything since the recorded
 * version had other bytes, whether there was more than one, and which ids are listed that are known by name.
 */

import type { KeyVersions } from './changes.ts';
import type { Entry } from './entries.ts';
import { type DeleteMarker, hasNoId, type ObjectVersion, sameBytes } from './listing.ts';

/** `named` are all ids that events say were written: those that are listed are not lost. */
type Known = Readonly<{ entry: Entry | undefined; named: ReadonlySet<string> }>;

/** `kept` is what was kept of all that is newer. */
export const isVersionNeeded = ({ versions }: KeyVersions, version: ObjectVersion, known: Known): boolean => {
  const { entry } = known;
  if (isKnownId(version.versionId, known)) return true;
  // Without an id of its own the recorded version is no one's, so that older ones count as well.
  if (entry && !hasNoId(entry) && versions.some(({ versionId }) => versionId === entry.versionId))
    return false;
  const same = entry ?? versions[0] ?? version;
  return (
    versions.length < 2 ||
    hasNoId(version) ||
    (!sameBytes(version, same) && versions.every((one) => sameBytes(one, same)))
  );
};

export const isMarkerNeeded = ({ markers }: KeyVersions, marker: DeleteMarker, known: Known): boolean =>
  markers.length === 0 || hasNoId(marker) || isKnownId(marker.versionId, known);

const isKnownId = (id: string, { entry, named }: Known): boolean =>
  named.has(id) ||
  (entry !== undefined &&
    (id === entry.versionId || id === entry.marker || entry.past?.includes(id) === true));
