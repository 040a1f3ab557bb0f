/** Listings of a bucket: current objects, and versions with their delete markers. */

import type { DeleteMarker, ListedObject, ObjectVersion } from '../../shared/core/listing.ts';
import { type Bucket, type Entry, entriesOf, indexOfKey, sequenceOf, sortedKeys } from './s3-bucket.ts';
import { invalidArgument } from './s3-error.ts';

export type ListObjectsInput = Readonly<{
  prefix?: string;
  continuationToken?: string;
  startAfter?: string;
  maxKeys?: number;
}>;

/** `nextContinuationToken` is opaque and there only when the page is truncated. */
export type ListObjectsOutput = Readonly<{
  objects: readonly ListedObject[];
  nextContinuationToken?: string;
}>;

export type ListVersionsInput = Readonly<{
  prefix?: string;
  keyMarker?: string;
  versionIdMarker?: string;
  maxKeys?: number;
}>;

export type ListedVersion =
  | (Readonly<{ kind: 'version' }> & ObjectVersion)
  | (Readonly<{ kind: 'marker' }> & DeleteMarker);

/** `next` is the last entry of a truncated page. */
export type ListVersionsOutput = Readonly<{
  entries: readonly ListedVersion[];
  next?: Readonly<{ keyMarker: string; versionIdMarker: string }>;
}>;

const tokenOf = (key: string): string => `1${Buffer.from(key).toString('base64url')}`;

const keyOfToken = (token: string): string => {
  const key = Buffer.from(token.slice(1), 'base64url').toString();
  if (tokenOf(key) !== token) throw invalidArgument('The continuation token provided is incorrect');
  return key;
};

/** Keys with the prefix, behind `after`. */
function* keysFrom(bucket: Bucket, prefix: string, after: string | undefined): Generator<string> {
  const keys = sortedKeys(bucket);
  const first = indexOfKey(keys, prefix, false);
  const start = after === undefined ? first : Math.max(first, indexOfKey(keys, after, true));
  for (let index = start; index < keys.length; index += 1) {
    const key = keys[index] ?? '';
    if (!key.startsWith(prefix)) return;
    yield key;
  }
}

/** A continuation token goes before `startAfter`, as in S3. */
export const listObjects = (bucket: Bucket, input: ListObjectsInput, max: number): ListObjectsOutput => {
  const { prefix = '', continuationToken, startAfter } = input;
  const after = continuationToken === undefined ? startAfter : keyOfToken(continuationToken);
  const objects: ListedObject[] = [];
  if (max === 0) return { objects };
  for (const key of keysFrom(bucket, prefix, after)) {
    const [latest] = entriesOf(bucket, key);
    if (latest?.kind !== 'version') continue;
    if (objects.length === max) return { objects, nextContinuationToken: tokenOf(objects.at(-1)?.key ?? '') };
    const { etag, size, lastModified } = latest;
    objects.push({ key, etag, size, lastModified });
  }
  return { objects };
};

/** Newest first within a key. A key marker alone skips its key; with a version id it goes on behind that one. */
export const listVersions = (bucket: Bucket, input: ListVersionsInput, max: number): ListVersionsOutput => {
  const entries: ListedVersion[] = [];
  if (max === 0) return { entries };
  for (const listed of versionsFrom(bucket, input)) {
    const last = entries.length === max ? entries.at(-1) : undefined;
    if (last) return { entries, next: { keyMarker: last.key, versionIdMarker: last.versionId } };
    entries.push(listed);
  }
  return { entries };
};

function* versionsFrom(bucket: Bucket, input: ListVersionsInput): Generator<ListedVersion> {
  const { prefix = '', keyMarker, versionIdMarker } = input;
  yield* restOfKey(bucket, keyMarker, versionIdMarker, prefix);
  for (const key of keysFrom(bucket, prefix, keyMarker)) {
    const entries = entriesOf(bucket, key);
    for (const [index, entry] of entries.entries()) yield listedVersion(key, entry, index === 0);
  }
}

function* restOfKey(
  bucket: Bucket,
  key: string | undefined,
  versionId: string | undefined,
  prefix: string,
): Generator<ListedVersion> {
  if (versionId === undefined) return;
  if (key === undefined) {
    throw invalidArgument('A version-id marker cannot be specified without a key marker.');
  }
  const sequence = sequenceOf(bucket, key, versionId);
  if (sequence === undefined) throw invalidArgument(`Invalid version id specified: ${versionId}`);
  if (!key.startsWith(prefix)) return;
  const entries = entriesOf(bucket, key);
  for (const entry of entries) {
    if (entry.sequence < sequence) yield listedVersion(key, entry, entry === entries[0]);
  }
}

const listedVersion = (key: string, entry: Entry, isLatest: boolean): ListedVersion => {
  const { kind, versionId, lastModified } = entry;
  return kind === 'marker'
    ? { kind, key, versionId, lastModified, isLatest }
    : { kind, key, etag: entry.etag, size: entry.size, lastModified, versionId, isLatest };
};
