/** The site port directly on the S3 model. */

import type { DeleteMarker, ObjectVersion } from '../../../shared/core/listing.ts';
import type { Site } from '../../../shared/ports.ts';
import { type S3, S3Error } from '../../world/s3.ts';

/** `originPath` as CloudFront has it ("/site"): the port's keys are relative to it. */
export const sitePort = (s3: S3, bucket: string, originPath = ''): Site => {
  const root = originPath.replace(/^\//, '').replace(/([^/])$/, '$1/');
  const bare = <T extends Readonly<{ key: string }>>(listed: T): T =>
    root === '' ? listed : { ...listed, key: listed.key.slice(root.length) };
  return {
    list: async (next) => {
      const page = s3.listObjectsV2(bucket, {
        prefix: root,
        ...(next === undefined ? {} : { continuationToken: next }),
      });
      const { objects, nextContinuationToken } = page;
      return {
        objects: objects.map(bare),
        ...(nextContinuationToken === undefined ? {} : { next: nextContinuationToken }),
      };
    },

    versions: async ({ prefix = '', keyMarker, versionIdMarker }) => {
      const { entries, next } = s3.listObjectVersions(bucket, {
        prefix: root + prefix,
        ...(keyMarker === undefined ? {} : { keyMarker: root + keyMarker }),
        ...(versionIdMarker === undefined ? {} : { versionIdMarker }),
      });
      const versions: ObjectVersion[] = [];
      const markers: DeleteMarker[] = [];
      for (const { kind: _kind, ...entry } of entries) {
        if ('etag' in entry) versions.push(bare(entry));
        else markers.push(bare(entry));
      }
      if (!next) return { versions, markers };
      const from = {
        ...(prefix === '' ? {} : { prefix }),
        keyMarker: next.keyMarker.slice(root.length),
        versionIdMarker: next.versionIdMarker,
      };
      return { versions, markers, next: from };
    },

    headers: async (key, versionId) => {
      try {
        return s3.head(bucket, root + key, versionId).headers;
      } catch (error) {
        if (error instanceof S3Error && (error.status === 404 || error.status === 405)) return 'missing';
        throw error;
      }
    },
  };
};
