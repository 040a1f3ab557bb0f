/** The conditions of a read, and those on the source of a copy. */

import type { HeadOutput } from '../world/s3.ts';
import type { Headers } from './s3-requests.ts';

export type Verdict =
  | Readonly<{ kind: 'holds' }>
  /** A reader has it already: 304 to a read, 412 to a copy. */
  | Readonly<{ kind: 'not-modified'; condition: string }>
  | Readonly<{ kind: 'failed'; condition: string }>;

/** Source: S3 API reference, CopyObject: the same conditions, by longer names. */
export const COPY_SOURCE_PREFIX = 'x-amz-copy-source-';

/**
 * An entity tag counts for more than a time that is sent with it; a time that cannot be read counts for nothing.
 * Source: S3 API reference, GetObject, "Request Headers"; RFC 9110, 13.2.2.
 */
export const judgeConditions = (
  headers: Headers,
  { etag, lastModified }: Pick<HeadOutput, 'etag' | 'lastModified'>,
  prefix = '',
): Verdict => {
  const asked = (name: string): string | undefined => headers[prefix + name];
  const failed = (condition: string): Verdict => ({ kind: 'failed', condition });
  const notModified = (condition: string): Verdict => ({ kind: 'not-modified', condition });

  const wanted = asked('if-match');
  if (wanted !== undefined) {
    if (!names(wanted, etag)) return failed('If-Match');
  } else if (lastModified > timeOf(asked('if-unmodified-since'), Number.POSITIVE_INFINITY)) {
    return failed('If-Unmodified-Since');
  }

  const known = asked('if-none-match');
  if (known !== undefined) return names(known, etag) ? notModified('If-None-Match') : { kind: 'holds' };
  return lastModified <= timeOf(asked('if-modified-since'), Number.NEGATIVE_INFINITY)
    ? notModified('If-Modified-Since')
    : { kind: 'holds' };
};

/** One tag or several, with or without quotes, weak or strong; a star is any. */
const names = (list: string, etag: string): boolean =>
  list
    .split(',')
    .map((one) => one.trim().replace(/^W\//, '').replaceAll('"', ''))
    .some((one) => one === '*' || one === etag);

const timeOf = (header: string | undefined, otherwise: number): number => {
  const at = Date.parse(header ?? '');
  return Number.isNaN(at) ? otherwise : at;
};
