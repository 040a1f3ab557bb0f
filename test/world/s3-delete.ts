/** Taking objects and versions away from the S3 model. */

import { type Bucket, type Entry, entriesOf, pushEntry, removeEntries } from './s3-bucket.ts';
import type { DeleteOutput } from './s3-types.ts';
import { emit, shownId, stamp, type World } from './s3-world.ts';

export const remove = (world: World, bucket: Bucket, key: string, versionId?: string): DeleteOutput => {
  if (versionId !== undefined) return removeVersion(world, bucket, key, versionId);
  if (bucket.versioning !== 'off') return addMarker(world, bucket, key);
  const [current] = entriesOf(bucket, key);
  if (current) removeForGood(world, bucket, key, new Set([current]), 'DeleteObject');
  return { deleteMarker: false };
};

/** S3 answers the deletion of what is not there as it answers any other. */
const removeVersion = (world: World, bucket: Bucket, key: string, versionId: string): DeleteOutput => {
  const entry = entriesOf(bucket, key).find((one) => one.versionId === versionId);
  if (entry) removeForGood(world, bucket, key, new Set([entry]), 'DeleteObject');
  return { deleteMarker: entry?.kind === 'marker', versionId };
};

/** Also for a key that never was. */
const addMarker = (world: World, bucket: Bucket, key: string): DeleteOutput => {
  const written = stamp(world, bucket);
  pushEntry(bucket, key, { kind: 'marker', ...written });
  const { versionId } = written;
  const object = { key, etag: emptyMd5, versionId };
  emit(world, bucket, {
    kind: 'deleted',
    reason: 'DeleteObject',
    deletionType: 'Delete Marker Created',
    object,
  });
  return { deleteMarker: true, versionId };
};

/** The entity tag that delete markers have in events. */
const emptyMd5 = 'd41d8cd98f00b204e9800998ecf8427e';

const removeForGood = (
  world: World,
  bucket: Bucket,
  key: string,
  gone: ReadonlySet<Entry>,
  reason: string,
): void => {
  removeEntries(bucket, key, gone);
  for (const entry of gone) {
    world.sequence += 1;
    const etag = entry.kind === 'version' ? entry.etag : emptyMd5;
    const object = { key, etag, ...shownId(bucket, entry.versionId) };
    emit(world, bucket, { kind: 'deleted', reason, deletionType: 'Permanently Deleted', object });
  }
};

/**
 * Lifecycle; gives how many entries went. An entry stopped being current when the one before it in the list was written.
 */
export const expireNoncurrent = (world: World, bucket: Bucket, olderThanMs: number): number => {
  const writtenBefore = world.options.now() - olderThanMs;
  let count = 0;
  for (const [key, entries] of [...bucket.history]) {
    const expired = new Set(
      entries.filter((_entry, index) => {
        const successor = entries[index - 1];
        return successor !== undefined && successor.createdAt <= writtenBefore;
      }),
    );
    const isMarkerLeftAlone = entries[0]?.kind === 'marker' && expired.size === entries.length - 1;
    if (isMarkerLeftAlone && entries[0]) expired.add(entries[0]);
    if (expired.size > 0) removeForGood(world, bucket, key, expired, 'Lifecycle Expiration');
    count += expired.size;
  }
  return count;
};
