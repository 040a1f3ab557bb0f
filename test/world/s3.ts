/**
 * A model of S3's buckets: versions, delete markers, conditional writes, listings, lifecycle, events.
 *
 * Pure and synchronous: clock and ids are injected. Every write is visible to the next read, as in S3. Bodies
 * are kept by reference and must not be changed by the caller.
 */

import { type Bucket, emptyBucket, entriesOf, type Version, type Versioning } from './s3-bucket.ts';
import { expireNoncurrent, remove } from './s3-delete.ts';
import { isDeleteMarker, noSuchBucket, noSuchKey, noSuchVersion } from './s3-error.ts';
import { type ListObjectsInput, type ListVersionsInput, listObjects, listVersions } from './s3-list.ts';
import { put, putMultipart } from './s3-put.ts';
import type { HeadOutput, S3, S3Options } from './s3-types.ts';
import { shownId, type World } from './s3-world.ts';

export type { Versioning } from './s3-bucket.ts';
export { S3Error } from './s3-error.ts';
export type { BridgeEvent } from './s3-events.ts';
export type {
  ListedVersion,
  ListObjectsInput,
  ListObjectsOutput,
  ListVersionsInput,
  ListVersionsOutput,
} from './s3-list.ts';
export type * from './s3-types.ts';
export { urlEncoded } from './s3-url-encoding.ts';

export const createS3 = (options: S3Options): S3 => {
  const world: World = { options, buckets: new Map(), sequence: 0 };
  const { pageKeysMax = 1000 } = options;
  const inBucket =
    <A extends unknown[], R>(act: (world: World, bucket: Bucket, ...rest: A) => R) =>
    (name: string, ...rest: A): R =>
      act(world, bucketOf(world, name), ...rest);
  const pageOf = ({ maxKeys = pageKeysMax }: { maxKeys?: number }): number => Math.min(maxKeys, pageKeysMax);
  return {
    memory: {
      save: () => ({ sequence: world.sequence, buckets: world.buckets }),
      load: (saved) => {
        const { sequence, buckets } = saved as Pick<World, 'sequence' | 'buckets'>;
        world.sequence = sequence;
        for (const [name, bucket] of buckets) world.buckets.set(name, bucket);
      },
    },
    removeBucket: (name) => void world.buckets.delete(name),
    createBucket: (name, { versioning, eventBridge }) => {
      world.buckets.set(name, emptyBucket(name, versioning, eventBridge));
    },
    putBucketVersioning: inBucket((_world, bucket, versioning: Versioning) => {
      bucket.versioning = versioning;
    }),
    putBucketNotification: inBucket((_world, bucket, eventBridge: boolean) => {
      bucket.eventBridge = eventBridge;
    }),
    bucketOptions: inBucket((_world, { versioning, eventBridge }) => ({ versioning, eventBridge })),
    put: inBucket(put),
    putMultipart: inBucket(putMultipart),
    get: inBucket((_world, bucket, key: string, versionId?: string) => {
      const version = find(bucket, key, versionId);
      return { ...headOf(bucket, version), body: version.body };
    }),
    head: inBucket((_world, bucket, key: string, versionId?: string) =>
      headOf(bucket, find(bucket, key, versionId)),
    ),
    current: inBucket((_world, bucket, key: string) => {
      const [latest] = entriesOf(bucket, key);
      if (latest?.kind !== 'version') return undefined;
      const { headers, ...head } = headOf(bucket, latest);
      return { ...headers, ...head, body: latest.body };
    }),
    delete: inBucket(remove),
    listObjectsV2: inBucket((_world, bucket, input: ListObjectsInput = {}) =>
      listObjects(bucket, input, pageOf(input)),
    ),
    listObjectVersions: inBucket((_world, bucket, input: ListVersionsInput = {}) =>
      listVersions(bucket, input, pageOf(input)),
    ),
    expireNoncurrent: inBucket(expireNoncurrent),
  };
};

const bucketOf = ({ buckets }: World, name: string): Bucket => {
  const bucket = buckets.get(name);
  if (!bucket) throw noSuchBucket(name);
  return bucket;
};

const find = (bucket: Bucket, key: string, versionId: string | undefined): Version => {
  const entries = entriesOf(bucket, key);
  if (versionId === undefined) {
    const [latest] = entries;
    if (latest?.kind === 'version') return latest;
    throw noSuchKey(key, latest?.versionId);
  }
  const entry = entries.find((one) => one.versionId === versionId);
  if (!entry) throw noSuchVersion(key, versionId);
  if (entry.kind === 'marker') throw isDeleteMarker(versionId);
  return entry;
};

const headOf = (bucket: Bucket, { etag, size, lastModified, versionId, headers }: Version): HeadOutput => ({
  etag,
  size,
  lastModified,
  ...shownId(bucket, versionId),
  headers,
});
