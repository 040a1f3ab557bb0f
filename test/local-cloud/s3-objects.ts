/** S3's operations on one object, on the wire. */

import { crc32 } from 'node:zlib';
import type { ObjectHeaders } from '../../shared/core/listing.ts';
import { type HeadOutput, type PutOptions, type S3, S3Error } from '../world/s3.ts';
import type { Target } from './s3-operations.ts';
import type { WireRequest, WireResponse } from './wire.ts';

export type ObjectAnswer = (s3: S3, target: Target, request: WireRequest) => WireResponse;

type Headers = Readonly<Record<string, string>>;

const versionIdOf = ({ query }: WireRequest): string | undefined =>
  new URLSearchParams(query).get('versionId') ?? undefined;

export const getObject: ObjectAnswer = (s3, { bucket, key }, request) => {
  const { body, ...head } = s3.get(bucket, key, versionIdOf(request));
  return { status: 200, headers: answerHeaders(head), body };
};

export const headObject: ObjectAnswer = (s3, { bucket, key }, request) => {
  const head = s3.head(bucket, key, versionIdOf(request));
  return { status: 200, headers: { ...answerHeaders(head), 'content-length': String(head.size) } };
};

export const putObject: ObjectAnswer = (s3, { bucket, key }, { headers, body }) => {
  mustMatchChecksum(headers, body);
  const { etag, versionId } = s3.put(bucket, key, body, putOptions(headers));
  return { status: 200, headers: { etag: `"${etag}"`, ...versionHeader(versionId) } };
};

export const deleteObject: ObjectAnswer = (s3, { bucket, key }, request) => {
  const { deleteMarker, versionId } = s3.delete(bucket, key, versionIdOf(request));
  const markerHeader = deleteMarker ? { 'x-amz-delete-marker': 'true' } : {};
  return { status: 204, headers: { ...versionHeader(versionId), ...markerHeader } };
};

const versionHeader = (versionId: string | undefined): Headers =>
  versionId === undefined ? {} : { 'x-amz-version-id': versionId };

/** The content headers by their names on the wire. */
const contentHeaders = {
  'content-type': 'contentType',
  'cache-control': 'cacheControl',
  'content-encoding': 'contentEncoding',
  'content-disposition': 'contentDisposition',
  'content-language': 'contentLanguage',
} as const satisfies Readonly<Record<string, keyof ObjectHeaders>>;

const metadataPrefix = 'x-amz-meta-';

const answerHeaders = ({ etag, lastModified, versionId, headers }: HeadOutput): Headers => {
  const answered: Record<string, string> = {
    etag: `"${etag}"`,
    'last-modified': new Date(lastModified).toUTCString(),
    'accept-ranges': 'bytes',
    ...versionHeader(versionId),
  };
  for (const [name, field] of Object.entries(contentHeaders)) {
    const value = headers[field];
    if (value !== undefined) answered[name] = value;
  }
  for (const [name, value] of Object.entries(headers.metadata)) answered[metadataPrefix + name] = value;
  return answered;
};

const putOptions = (headers: Headers): PutOptions => {
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

/** The checksum that the SDKs and the CLI send by default: four bytes, big-endian, base64. */
const mustMatchChecksum = (headers: Headers, body: Uint8Array): void => {
  const sent = headers['x-amz-checksum-crc32'];
  if (sent === undefined) return;
  const computed = Buffer.alloc(4);
  computed.writeUInt32BE(crc32(body));
  if (computed.toString('base64') === sent) return;
  throw new S3Error('BadDigest', 400, `The CRC32 you specified did not match: expected ${sent}`);
};
