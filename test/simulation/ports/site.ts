/** The site port directly on the S3 model. */

import type { DeleteMarker, ObjectVersion } from '../../../shared/core/listing.ts';
import type { Site } from '../../../shared/ports.ts';
import { type S3, S3Error } from '../../world/s3.ts';

export const sitePort = (s3: S3, bucket: string): Site => ({
  list: async (prefix, next) => {
    const { objects, nextContinuationToken } = s3.listObjectsV2(bucket, {
      prefix,
      ...(next === undefined ? {} : { continuationToken: next }),
    });
    return { objects, ...(nextContinuationToken === undefined ? {} : { next: nextContinuationToken }) };
  },

  versions: async ({ prefix = '', keyMarker, versionIdMarker }) => {
    const { entries, next } = s3.listObjectVersions(bucket, {
      prefix,
      ...(keyMarker === undefined ? {} : { keyMarker }),
      ...(versionIdMarker === undefined ? {} : { versionIdMarker }),
    });
    const versions: ObjectVersion[] = [];
    const markers: DeleteMarker[] = [];
    for (const { kind: _kind, ...entry } of entries) {
      if ('etag' in entry) versions.push(entry);
      else markers.push(entry);
    }
    return {
      versions,
      markers,
      ...(next ? { next: { ...(prefix === '' ? {} : { prefix }), ...next } } : {}),
    };
  },

  headers: async (key, versionId) => {
    try {
      return s3.head(bucket, key, versionId).headers;
    } catch (error) {
      if (error instanceof S3Error && (error.status === 404 || error.status === 405)) return 'missing';
      throw error;
    }
  },
});
