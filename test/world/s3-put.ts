/** Writing objects to the S3 model. */

import { createHash } from 'node:crypto';
import { type Bucket, entriesOf, pushEntry, type Version } from './s3-bucket.ts';
import {
  conditionalConflict,
  invalidArgument,
  keyBytesMax,
  keyTooLong,
  noSuchKey,
  preconditionFailed,
} from './s3-error.ts';
import type { MultipartOptions, PutHeaders, PutOptions, PutOutput } from './s3-types.ts';
import { emit, shownId, stamp, type World } from './s3-world.ts';

export const put = (
  world: World,
  bucket: Bucket,
  key: string,
  body: Uint8Array,
  options: PutOptions = {},
): PutOutput => {
  mustBeAKey(key);
  mustHold(world, bucket, key, options);
  const etag = createHash('md5').update(body).digest('hex');
  return store(
    world,
    bucket,
    key,
    { body, etag, headers: headersOf(options) },
    options.reason ?? 'PutObject',
  );
};

export const putMultipart = (
  world: World,
  bucket: Bucket,
  key: string,
  parts: readonly Uint8Array[],
  options: MultipartOptions = {},
): PutOutput => {
  mustBeAKey(key);
  const ofParts = createHash('md5');
  for (const part of parts) ofParts.update(createHash('md5').update(part).digest());
  const content = {
    body: Buffer.concat(parts),
    etag: `${ofParts.digest('hex')}-${parts.length}`,
    headers: headersOf(options),
  };
  return store(world, bucket, key, content, 'CompleteMultipartUpload', options.initiatedAt);
};

const mustBeAKey = (key: string): void => {
  if (key === '') throw invalidArgument('Expected a key, got an empty one.');
  const bytes = Buffer.byteLength(key);
  if (bytes > keyBytesMax) throw keyTooLong(bytes);
};

const bare = (etag: string): string => etag.replaceAll('"', '');

/** A delete marker counts as no object. */
const mustHold = ({ options }: World, bucket: Bucket, key: string, condition: PutOptions): void => {
  const { ifMatch, ifNoneMatch } = condition;
  if (ifMatch === undefined && ifNoneMatch === undefined) return;
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw invalidArgument(`Expected If-None-Match to be *, got ${ifNoneMatch}`);
  }
  if (options.conflict?.(bucket.name, key)) throw conditionalConflict(key);
  const [latest] = entriesOf(bucket, key);
  const current = latest?.kind === 'version' ? latest : undefined;
  if (ifNoneMatch !== undefined && current) throw preconditionFailed('If-None-Match');
  if (ifMatch === undefined) return;
  if (!current) throw noSuchKey(key);
  if (bare(ifMatch) !== current.etag) throw preconditionFailed('If-Match');
};

const headersOf = ({ contentType = 'binary/octet-stream', metadata = {}, ...rest }: PutHeaders) => {
  const { cacheControl, contentEncoding, contentDisposition, contentLanguage } = rest;
  return {
    contentType,
    ...(cacheControl === undefined ? {} : { cacheControl }),
    ...(contentEncoding === undefined ? {} : { contentEncoding }),
    ...(contentDisposition === undefined ? {} : { contentDisposition }),
    ...(contentLanguage === undefined ? {} : { contentLanguage }),
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]),
    ),
  };
};

const store = (
  world: World,
  bucket: Bucket,
  key: string,
  content: Pick<Version, 'body' | 'etag' | 'headers'>,
  reason: string,
  modifiedAt?: number,
): PutOutput => {
  const size = content.body.byteLength;
  const version: Version = { kind: 'version', ...content, size, ...stamp(world, bucket, modifiedAt) };
  pushEntry(bucket, key, version);
  const shown = shownId(bucket, version.versionId);
  const { etag } = content;
  emit(world, bucket, { kind: 'created', reason, object: { key, size, etag, ...shown } });
  return { etag, ...shown };
};
