/** What clients ask of buckets before they come to the point. */

import { type S3, S3Error } from '../world/s3.ts';
import type { Target } from './s3-operations.ts';
import type { WireResponse } from './wire.ts';
import { xmlDocument } from './xml.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

const xml = (body: string): WireResponse => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body,
});

/** Throws NoSuchBucket. */
const mustBeThere = (s3: S3, { bucket }: Target): void => void s3.listObjectsV2(bucket, { maxKeys: 1 });

export const bucketAnswers = (
  buckets: readonly string[],
): ReadonlyMap<string, (s3: S3, target: Target) => WireResponse> => {
  const shown = buckets.map((name) => ({ Name: name, CreationDate: new Date(0).toISOString() }));
  return new Map<string, (s3: S3, target: Target) => WireResponse>([
    [
      'ListBuckets',
      () => xml(xmlDocument('ListAllMyBucketsResult', { Buckets: { Bucket: shown } }, NAMESPACE)),
    ],
    [
      'HeadBucket',
      (s3, target) => {
        mustBeThere(s3, target);
        return { status: 200, headers: { 'x-amz-bucket-region': 'us-east-1' } };
      },
    ],
    [
      'GetBucketLocation',
      (s3, target) => {
        mustBeThere(s3, target);
        // The oldest region goes by no name.
        return xml(xmlDocument('LocationConstraint', '', NAMESPACE));
      },
    ],
    [
      'GetBucketVersioning',
      (s3, target) => {
        mustBeThere(s3, target);
        if (!buckets.includes(target.bucket)) throw new S3Error('NoSuchBucket', 404, target.bucket);
        return xml(xmlDocument('VersioningConfiguration', { Status: 'Enabled' }, NAMESPACE));
      },
    ],
  ]);
};
