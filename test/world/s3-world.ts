/** What all writes of the S3 model share: the clock, the order of writes, the events. */

import type { Bucket } from './s3-bucket.ts';
import { bridgeEvent, type ObjectEvent } from './s3-events.ts';
import type { S3Options } from './s3-types.ts';

/** `sequence` grows with each write. */
export type World = { readonly options: S3Options; readonly buckets: Map<string, Bucket>; sequence: number };

export const emit = ({ options, sequence }: World, bucket: Bucket, event: ObjectEvent): void => {
  if (!bucket.eventBridge || !options.onEvent) return;
  const { eventKeys = 'raw' } = options;
  options.onEvent(
    bridgeEvent(bucket.name, event, { id: options.id(), at: options.now(), sequence, eventKeys }),
  );
};

const wholeSeconds = (ms: number): number => ms - (ms % 1000);

/** What every new entry has; `null` is the id that a bucket which does not version overwrites in place. */
export const stamp = (world: World, bucket: Bucket, modifiedAt?: number) => {
  const createdAt = world.options.now();
  world.sequence += 1;
  return {
    versionId: bucket.versioning === 'enabled' ? world.options.id() : 'null',
    sequence: world.sequence,
    createdAt,
    lastModified: wholeSeconds(modifiedAt ?? createdAt),
  };
};

/** An unversioned bucket shows no version ids. */
export const shownId = (bucket: Bucket, versionId: string) =>
  bucket.versioning === 'off' ? {} : ({ versionId } as const);
