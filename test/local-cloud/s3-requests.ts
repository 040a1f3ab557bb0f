/** What S3's requests say of an object: its headers, its checksum, a range, the source of a copy. */

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ObjectHeaders } from '../../shared/core/listing.ts';
import { type PutOptions, S3Error } from '../world/s3.ts';
import { type Target, targetOf } from './s3-operations.ts';

export type Headers = Readonly<Record<string, string>>;

/** The content headers by their names on the wire. */
export const contentHeaders = {
  'content-type': 'contentType',
  'cache-control': 'cacheControl',
  'content-encoding': 'contentEncoding',
  'content-disposition': 'contentDisposition',
  'content-language': 'contentLanguage',
} as const satisfies Readonly<Record<string, keyof ObjectHeaders>>;

export const metadataPrefix = 'x-amz-meta-';

export const putOptions = (headers: Headers): PutOptions => {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  const content = Object.entries(contentHeaders).flatMap(([name, field]) => {
    const value = headers[name];
    return value === undefined ? [] : [[field, value]];
  });
  const metadata = Object.entries(headers)
    .filter(([name]) => name.startsWith(metadataPrefix))
    .map(([name, value]) => [name.slice(metadataPrefix.length), value]);
  return {
    ...Object.fromEntries(content),
    metadata: Object.fromEntries(metadata),
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  };
};

const big32 = (value: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString('base64');
};

/** The checksums that are looked at; the SDKs and the CLI send CRC32 unless they are told otherwise. */
const CHECKSUMS: Readonly<Record<string, (body: Uint8Array) => string>> = {
  'content-md5': (body) => createHash('md5').update(body).digest('base64'),
  'x-amz-checksum-crc32': (body) => big32(crc32(body)),
  'x-amz-checksum-sha1': (body) => createHash('sha1').update(body).digest('base64'),
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest('base64'),
};

/** Throws BadDigest for a body that is not what its sender says. */
export const mustMatchChecksum = (headers: Headers, body: Uint8Array): void => {
  for (const [name, computed] of Object.entries(CHECKSUMS)) {
    const sent = headers[name];
    if (sent === undefined || sent === computed(body)) continue;
    throw new S3Error('BadDigest', 400, `The ${name} you specified did not match: expected ${sent}`);
  }
};

/** The first and the last byte of `bytes=0-99`, `bytes=100-` or `bytes=-5`; undefined for anything else. */
export const rangeOf = (
  header: string | undefined,
  size: number,
): Readonly<{ from: number; to: number }> | undefined => {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (from <= to) return { from, to };
  throw new S3Error('InvalidRange', 416, 'The requested range is not satisfiable');
};

/** `bucket/key?versionId=...`, percent-encoded, with or without a leading slash. */
export const copySourceOf = (headers: Headers): Target & Readonly<{ versionId?: string }> => {
  const [path = '', versionId] = (headers['x-amz-copy-source'] ?? '').split('?versionId=');
  return { ...targetOf(path.startsWith('/') ? path : `/${path}`), ...(versionId ? { versionId } : {}) };
};
