/** What clients ask of buckets before they come to the point, and what doctor asks of them. */

import { type S3, S3Error } from '../world/s3.ts';
import type { Target } from './s3-operations.ts';
import type { WireRequest, WireResponse } from './wire.ts';
import { textsOf, type Xml, xmlDocument } from './xml.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

type BucketAnswer = (s3: S3, target: Target, request: WireRequest) => WireResponse;

const xml = (body: string): WireResponse => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body,
});

const document = (name: string, content: Xml): WireResponse => xml(xmlDocument(name, content, NAMESPACE));

/** Throws NoSuchBucket. */
const mustBeThere = (s3: S3, { bucket }: Target): void => void s3.listObjectsV2(bucket, { maxKeys: 1 });

const bodyOf = ({ body }: WireRequest): string => new TextDecoder().decode(body);

/** A bucket that never versioned says nothing. */
const getVersioning: BucketAnswer = (s3, { bucket }) => {
  const { versioning } = s3.bucketOptions(bucket);
  const status = { enabled: 'Enabled', suspended: 'Suspended', off: undefined }[versioning];
  return document('VersioningConfiguration', { Status: status });
};

const putVersioning: BucketAnswer = (s3, { bucket }, request) => {
  const [status] = textsOf(bodyOf(request), 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') {
    throw new S3Error('MalformedXML', 400, `expected Enabled or Suspended, got ${status}`);
  }
  s3.putBucketVersioning(bucket, status === 'Enabled' ? 'enabled' : 'suspended');
  return { status: 200 };
};

const getNotification: BucketAnswer = (s3, { bucket }) =>
  document(
    'NotificationConfiguration',
    s3.bucketOptions(bucket).eventBridge ? { EventBridgeConfiguration: '' } : {},
  );

/** Replaces what is there, as S3 does. */
const putNotification: BucketAnswer = (s3, { bucket }, request) => {
  s3.putBucketNotification(bucket, bodyOf(request).includes('<EventBridgeConfiguration'));
  return { status: 200 };
};

/** S3 encrypts whatever nobody says more of. */
const getEncryption: BucketAnswer = (s3, target) => {
  mustBeThere(s3, target);
  const rule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
    BucketKeyEnabled: false,
  };
  return document('ServerSideEncryptionConfiguration', { Rule: rule });
};

const getPolicy =
  (policies: ReadonlyMap<string, string>): BucketAnswer =>
  (s3, target) => {
    mustBeThere(s3, target);
    const policy = policies.get(target.bucket);
    if (policy === undefined)
      throw new S3Error('NoSuchBucketPolicy', 404, 'The bucket policy does not exist');
    return { status: 200, headers: { 'content-type': 'application/json' }, body: policy };
  };

const getLifecycle =
  (lifecycles: ReadonlyMap<string, readonly Xml[]>): BucketAnswer =>
  (s3, target) => {
    mustBeThere(s3, target);
    const rules = lifecycles.get(target.bucket);
    if (rules === undefined)
      throw new S3Error('NoSuchLifecycleConfiguration', 404, 'The lifecycle configuration does not exist');
    return document('LifecycleConfiguration', { Rule: rules });
  };

/** `buckets` are those that ListBuckets shows; `policies` are JSON, `lifecycles` the rules, both by bucket. */
export const bucketAnswers = (
  buckets: readonly string[],
  policies: ReadonlyMap<string, string>,
  lifecycles: ReadonlyMap<string, readonly Xml[]>,
): ReadonlyMap<string, BucketAnswer> => {
  const shown = buckets.map((name) => ({ Name: name, CreationDate: new Date(0).toISOString() }));
  return new Map<string, BucketAnswer>([
    ['ListBuckets', () => document('ListAllMyBucketsResult', { Buckets: { Bucket: shown } })],
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
        return document('LocationConstraint', '');
      },
    ],
    ['GetBucketVersioning', getVersioning],
    ['PutBucketVersioning', putVersioning],
    ['GetBucketNotificationConfiguration', getNotification],
    ['PutBucketNotificationConfiguration', putNotification],
    ['GetBucketEncryption', getEncryption],
    ['GetBucketPolicy', getPolicy(policies)],
    ['GetBucketLifecycleConfiguration', getLifecycle(lifecycles)],
  ]);
};
