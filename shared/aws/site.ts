/** The site port over S3's API. */

import {
  type _Object,
  type DeleteMarkerEntry,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ObjectVersion as ObjectVersionEntry,
  type S3Client,
} from '@aws-sdk/client-s3';
import { refusalOf } from '../core/answers.ts';
import type { DeleteMarker, ListedObject, ObjectHeaders, ObjectVersion } from '../core/listing.ts';
import type { Site } from '../ports.ts';

/** Throws the SDK's errors, and an Error where a listing lacks what S3 always gives. */
export const siteAdapter = (client: S3Client, bucket: string): Site => {
  const keyOf = (encoded: string | undefined): string => decoded(given(encoded, 'Key'));
  return {
    list: async (prefix, next) => {
      const page = await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          EncodingType: 'url',
          Prefix: prefix,
          ContinuationToken: next,
        }),
      );
      const objects = (page.Contents ?? []).map((one) => listedObject(keyOf(one.Key), one));
      const { NextContinuationToken: token } = page;
      return page.IsTruncated ? { objects, next: given(token, 'NextContinuationToken') } : { objects };
    },

    versions: async ({ prefix = '', keyMarker, versionIdMarker }) => {
      const page = await client.send(
        new ListObjectVersionsCommand({
          Bucket: bucket,
          EncodingType: 'url',
          Prefix: prefix,
          KeyMarker: keyMarker,
          VersionIdMarker: versionIdMarker,
        }),
      );
      const versions = (page.Versions ?? []).map((one) => objectVersion(keyOf(one.Key), one));
      const markers = (page.DeleteMarkers ?? []).map((one) => deleteMarker(keyOf(one.Key), one));
      if (!page.IsTruncated) return { versions, markers };
      const next = {
        ...(prefix === '' ? {} : { prefix }),
        keyMarker: keyOf(page.NextKeyMarker),
        versionIdMarker: given(page.NextVersionIdMarker, 'NextVersionIdMarker'),
      };
      return { versions, markers, next };
    },

    headers: async (key, versionId) => {
      try {
        const command = new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
        return objectHeaders(await client.send(command));
      } catch (error) {
        // 405: the version is a delete marker. An answer to HEAD has no body, and so no error code.
        const { status } = refusalOf(error);
        if (status === 404 || status === 405) return 'missing';
        // 403: no permission, for the object or for its KMS key; 400: its key is the customer's (SSE-C).
        if (status === 403 || status === 400) return 'refused';
        throw error;
      }
    },
  };
};

/** Listings are form-encoded: a plus sign is a space. */
const decoded = (encoded: string): string => decodeURIComponent(encoded.replaceAll('+', ' '));

const given = <T>(value: T | undefined, field: string): T => {
  if (value === undefined) throw new Error(`expected ${field} in S3's answer, got none`);
  return value;
};

const listedObject = (key: string, one: _Object): ListedObject => ({
  key,
  etag: given(one.ETag, 'ETag').replaceAll('"', ''),
  size: given(one.Size, 'Size'),
  lastModified: given(one.LastModified, 'LastModified').getTime(),
});

const objectVersion = (key: string, one: ObjectVersionEntry): ObjectVersion => ({
  ...listedObject(key, one as _Object),
  versionId: given(one.VersionId, 'VersionId'),
  isLatest: given(one.IsLatest, 'IsLatest'),
});

const deleteMarker = (key: string, one: DeleteMarkerEntry): DeleteMarker => ({
  key,
  versionId: given(one.VersionId, 'VersionId'),
  lastModified: given(one.LastModified, 'LastModified').getTime(),
  isLatest: given(one.IsLatest, 'IsLatest'),
});

const objectHeaders = (head: HeadObjectCommandOutput): ObjectHeaders => ({
  ...(head.ContentType === undefined ? {} : { contentType: head.ContentType }),
  ...(head.CacheControl === undefined ? {} : { cacheControl: head.CacheControl }),
  ...(head.ContentEncoding === undefined ? {} : { contentEncoding: head.ContentEncoding }),
  ...(head.ContentDisposition === undefined ? {} : { contentDisposition: head.ContentDisposition }),
  ...(head.ContentLanguage === undefined ? {} : { contentLanguage: head.ContentLanguage }),
  metadata: head.Metadata ?? {},
});
