/** S3's listings on the wire. */

import { type ListedVersion, S3Error, urlEncoded } from '../world/s3.ts';
import type { ObjectAnswer } from './s3-objects.ts';
import type { WireResponse } from './wire.ts';
import { type Xml, xmlDocument } from './xml.ts';

/** Source: Amazon S3 API reference, "ListObjectsV2". */
export const listObjectsV2: ObjectAnswer = (s3, { bucket }, { query }) => {
  const asked = askedOf(query);
  const delimiter = asked.text('delimiter');
  if (delimiter !== undefined) return listOneLevel(s3, bucket, delimiter, asked);
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
    Contents: page.objects.map((object) => objectXml(object, asked.encode)),
  });
};

const objectXml = ({ key, lastModified, etag, size }: ListedObject, encode: Encode): Xml => ({
  Key: encode(key),
  LastModified: new Date(lastModified).toISOString(),
  ETag: `"${etag}"`,
  Size: size,
  StorageClass: 'STANDARD',
});

type S3 = Parameters<ObjectAnswer>[0];
type ListedObject = ReturnType<S3['listObjectsV2']>['objects'][number];

/** What lies right below a prefix, as a person lists a bucket: all of it in one page, however much that is. */
const listOneLevel = (
  s3: S3,
  bucket: string,
  delimiter: string,
  { common: { prefix = '' }, encode, text }: Asked,
): WireResponse => {
  const objects: ListedObject[] = [];
  const prefixes = new Set<string>();
  let token: string | undefined;
  do {
    const page = s3.listObjectsV2(bucket, { prefix, ...(token ? { continuationToken: token } : {}) });
    for (const object of page.objects) {
      const end = object.key.indexOf(delimiter, prefix.length);
      if (end < 0) objects.push(object);
      else prefixes.add(object.key.slice(0, end + delimiter.length));
    }
    token = page.nextContinuationToken;
  } while (token !== undefined);
  return listing('ListBucketResult', {
    Name: bucket,
    Prefix: encode(prefix),
    Delimiter: encode(delimiter),
    KeyCount: objects.length + prefixes.size,
    MaxKeys: 1000,
    EncodingType: text('encoding-type'),
    IsTruncated: false,
    Contents: objects.map((object) => objectXml(object, encode)),
    CommonPrefixes: [...prefixes].map((common) => ({ Prefix: encode(common) })),
  });
};

/** Source: Amazon S3 API reference, "ListObjectVersions". */
export const listObjectVersions: ObjectAnswer = (s3, { bucket }, { query }) => {
  const asked = askedOf(query);
  if (asked.text('delimiter') !== undefined) {
    throw new S3Error('NotImplemented', 501, 'Versions with a delimiter are not part of the local cloud.');
  }
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

type Asked = ReturnType<typeof askedOf>;

/** What both listings are asked for; an empty parameter is one that was not sent. */
const askedOf = (query: string) => {
  const parameters = new URLSearchParams(query);
  const text = (name: string): string | undefined => parameters.get(name) || undefined;
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
