/** What goes into the S3 model and what comes out. */

import type { ObjectHeaders } from '../../shared/core/listing.ts';
import type { Memory } from './memory.ts';
import type { Versioning } from './s3-bucket.ts';
import type { BridgeEvent } from './s3-events.ts';
import type {
  ListObjectsInput,
  ListObjectsOutput,
  ListVersionsInput,
  ListVersionsOutput,
} from './s3-list.ts';

export type S3Options = Readonly<{
  /** ms since 1970. */
  now(): number;
  /** A fresh id at each call, for versions and events. */
  id(): string;
  /** Called within the write, for buckets with `eventBridge`. */
  onEvent?(event: BridgeEvent): void;
  /** Whether event keys are URL-encoded is not documented; `raw` by default. */
  eventKeys?: 'raw' | 'encoded';
  /** True makes this conditional write one that another was under way with: 409. */
  conflict?(bucket: string, key: string): boolean;
  /** Entries in one page of a listing, 1,000 by default. */
  pageKeysMax?: number;
}>;

export type BucketOptions = Readonly<{ versioning: Versioning; eventBridge: boolean }>;

/** Metadata keys in any case; without a content type S3 gives `binary/octet-stream`. */
export type PutHeaders = Partial<ObjectHeaders>;

/** Entity tags with or without quotes. `reason` goes into the event: "PutObject" by default. */
export type PutOptions = PutHeaders & Readonly<{ ifMatch?: string; ifNoneMatch?: string; reason?: string }>;

/** `initiatedAt` (ms since 1970; now by default) becomes LastModified. */
export type MultipartOptions = PutHeaders & Readonly<{ initiatedAt?: number }>;

/** `versionId` is absent in a bucket that never versioned. */
export type PutOutput = Readonly<{ etag: string; versionId?: string }>;

/** `lastModified` in ms since 1970, whole seconds; `etag` without quotes. */
export type HeadOutput = Readonly<{
  etag: string;
  size: number;
  lastModified: number;
  versionId?: string;
  headers: ObjectHeaders;
}>;

export type GetOutput = HeadOutput & Readonly<{ body: Uint8Array }>;

export type DeleteOutput = Readonly<{ deleteMarker: boolean; versionId?: string }>;

/** The current object as an origin serves it. */
export type CurrentObject = ObjectHeaders & Omit<GetOutput, 'headers'>;

/** All of it throws S3Error: NoSuchBucket, and what each says. */
export type S3 = Readonly<{
  memory: Memory;
  createBucket(name: string, options: BucketOptions): void;
  /** With all that is in it: whether it is empty is for the caller to see. */
  removeBucket(name: string): void;
  putBucketVersioning(bucket: string, versioning: 'enabled' | 'suspended'): void;
  /** Whether EventBridge hears of its objects. */
  putBucketNotification(bucket: string, eventBridge: boolean): void;
  bucketOptions(bucket: string): BucketOptions;
  /** KeyTooLongError; with a condition PreconditionFailed, ConditionalRequestConflict, NoSuchKey. */
  put(bucket: string, key: string, body: Uint8Array, options?: PutOptions): PutOutput;
  putMultipart(
    bucket: string,
    key: string,
    parts: readonly Uint8Array[],
    options?: MultipartOptions,
  ): PutOutput;
  /** NoSuchKey, NoSuchVersion, and MethodNotAllowed for a delete marker's version id. */
  get(bucket: string, key: string, versionId?: string): GetOutput;
  head(bucket: string, key: string, versionId?: string): HeadOutput;
  /** `get` without errors: undefined where nothing is current. */
  current(bucket: string, key: string): CurrentObject | undefined;
  delete(bucket: string, key: string, versionId?: string): DeleteOutput;
  listObjectsV2(bucket: string, input?: ListObjectsInput): ListObjectsOutput;
  listObjectVersions(bucket: string, input?: ListVersionsInput): ListVersionsOutput;
  /** Lifecycle: what has not been current for `olderThanMs`, then markers left alone. Gives how many went. */
  expireNoncurrent(bucket: string, olderThanMs: number): number;
}>;
