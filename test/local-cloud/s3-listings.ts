/** S3's listings on the wire. */

import { type ListedVersion, S3Error, urlEncoded } from '../world/s3.ts';
import type { ObjectAnswer } from './s3-objects.ts';
import type { WireResponse } from './wire.ts';
import { type Xml, xmlDocument } from './xml.ts';

/** Source: Amazon S3 API reference, "ListObjectsV2". */
export const listObjectsV2: ObjectAnswer = (s3, { bucket }, { query }) => {
  const asked = askedOf(query);
  const continuationToken = asked.text('continuation-token');
  const startAfter = asked.text('start-after');
  const page = s3.listObjectsV2(bucket, {
    ...asked.common,
    ...(continuationToken === undefined ? {} : { continuationToken }),
    ...(startAfter === undefined ? {} : { startAfter }),
  });
  return listing('ListBucketResult', {
    Name: bucket,
    Prefix: asked.encode(asked.common.prefix ?? ''),
    KeyCount: page.objects.length,
    MaxKeys: asked.common.maxKeys ?? 1000,
    EncodingType: asked.text('encoding-type'),
    ContinuationToken: continuationToken,
    StartAfter: startAfter === undefined ? undefined : asked.encode(startAfter),
    IsTruncated: page.nextContinuationToken !== undefined,
    NextContinuationToken: page.nextContinuationToken,
    Contents: page.objects.map(({ key, lastModified, etag, size }) => ({
      Key: asked.encode(key),
      LastModified: new Date(lastModified).toISOString(),
      ETag: `"${etag}"`,
      Size: size,
      StorageClass: 'STANDARD',
    })),
  });
};

/** Source: Amazon S3 API reference, "ListObjectVersions". */
export const listObjectVersions: ObjectAnswer = (s3, { bucket }, { query }) => {
  const asked = askedOf(query);
  const keyMarker = asked.text('key-marker');
  const versionIdMarker = asked.text('version-id-marker');
  const page = s3.listObjectVersions(bucket, {
    ...asked.common,
    ...(keyMarker === undefined ? {} : { keyMarker }),
    ...(versionIdMarker === undefined ? {} : { versionIdMarker }),
  });
  const next = page.next && {
    NextKeyMarker: asked.encode(page.next.keyMarker),
    NextVersionIdMarker: page.next.versionIdMarker,
  };
  return listing('ListVersionsResult', {
    Name: bucket,
    Prefix: asked.encode(asked.common.prefix ?? ''),
    KeyMarker: asked.encode(keyMarker ?? ''),
    VersionIdMarker: versionIdMarker ?? '',
    MaxKeys: asked.common.maxKeys ?? 1000,
    EncodingType: asked.text('encoding-type'),
    IsTruncated: page.next !== undefined,
    ...next,
    Version: page.entries.flatMap((one) => (one.kind === 'version' ? [versionXml(one, asked.encode)] : [])),
    DeleteMarker: page.entries.flatMap((one) => (one.kind === 'marker' ? [entryXml(one, asked.encode)] : [])),
  });
};

type Encode = (text: string) => string;

const entryXml = ({ key, versionId, isLatest, lastModified }: ListedVersion, encode: Encode) => ({
  Key: encode(key),
  VersionId: versionId,
  IsLatest: isLatest,
  LastModified: new Date(lastModified).toISOString(),
});

const versionXml = (version: Extract<ListedVersion, { kind: 'version' }>, encode: Encode): Xml => ({
  ...entryXml(version, encode),
  ETag: `"${version.etag}"`,
  Size: version.size,
  StorageClass: 'STANDARD',
});

/** What both listings are asked for; an empty parameter is one that was not sent. */
const askedOf = (query: string) => {
  const parameters = new URLSearchParams(query);
  const text = (name: string): string | undefined => parameters.get(name) || undefined;
  if (text('delimiter') !== undefined) {
    throw new S3Error('NotImplemented', 501, 'Listings with a delimiter are not part of the local cloud.');
  }
  const prefix = text('prefix');
  const maxKeys = text('max-keys');
  if (maxKeys !== undefined && !/^\d{1,9}$/.test(maxKeys)) {
    throw new S3Error('InvalidArgument', 400, `Expected max-keys to be a whole number, got ${maxKeys}`);
  }
  const isUrl = text('encoding-type') === 'url';
  return {
    text,
    encode: (key: string): string => (isUrl ? urlEncoded(key) : key),
    common: {
      ...(prefix === undefined ? {} : { prefix }),
      ...(maxKeys === undefined ? {} : { maxKeys: Number(maxKeys) }),
    },
  };
};

const listing = (name: string, content: Xml): WireResponse => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: xmlDocument(name, content, 'http://s3.amazonaws.com/doc/2006-03-01/'),
});
