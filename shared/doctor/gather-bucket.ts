/** What S3 says of a bucket. */

import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Fact } from './checks.ts';
import type { Policy } from './checks-access.ts';
import type { BucketFacts } from './checks-bucket.ts';
import { extensionOf, hasExpectedType, type Sample } from './checks-content.ts';
import type { Lifecycle } from './checks-lifecycle.ts';
import { attempt, orWhen } from './gather-parts.ts';

/** Objects of one listing, and how many of them are asked for their type. */
const LISTED_MAX = 1_000;
const SAMPLES_MAX = 20;

export const gatherBucket = async (s3: S3Client, bucket: string, prefix: string): Promise<BucketFacts> => {
  const Bucket = bucket;
  const [versioning, lifecycle, notifications, encryption, samples] = await Promise.all([
    attempt(async () => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status ?? 'off'),
    attempt(() => lifecycleOf(s3, bucket)),
    attempt(async () => {
      const { $metadata: _metadata, ...configuration } = await s3.send(
        new GetBucketNotificationConfigurationCommand({ Bucket }),
      );
      return configuration;
    }),
    attempt(() => encryptionOf(s3, bucket)),
    attempt(() => samplesOf(s3, bucket, prefix)),
  ]);
  return { bucket, prefix, versioning, lifecycle, notifications, encryption, samples };
};

/** A bucket without one lets nothing expire. */
const lifecycleOf = (s3: S3Client, bucket: string): Promise<Lifecycle> =>
  orWhen(['NoSuchLifecycleConfiguration'], { rules: [] }, async () => {
    const { Rules: rules = [], TransitionDefaultMinimumObjectSize: minimumSize } = await s3.send(
      new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }),
    );
    return { rules, ...(minimumSize === undefined ? {} : { minimumSize }) };
  });

/** S3 encrypts what has no configuration since January 2023. */
const encryptionOf = (s3: S3Client, bucket: string): Promise<string> =>
  orWhen(['ServerSideEncryptionConfigurationNotFoundError'], 'AES256', async () => {
    const { ServerSideEncryptionConfiguration: configuration } = await s3.send(
      new GetBucketEncryptionCommand({ Bucket: bucket }),
    );
    return configuration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? 'AES256';
  });

/** One object of each extension: what uploads gets a type right or wrong for all of a kind. */
const samplesOf = async (s3: S3Client, bucket: string, prefix: string): Promise<readonly Sample[]> => {
  const { Contents: listed = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: bucket, MaxKeys: LISTED_MAX, ...(prefix ? { Prefix: prefix } : {}) }),
  );
  const byExtension = new Map(
    listed.flatMap(({ Key: key = '' }) => (hasExpectedType(key) ? [[extensionOf(key), key]] : [])),
  );
  return Promise.all(
    [...byExtension.values()].slice(0, SAMPLES_MAX).map(async (key = '') => {
      const { ContentType: contentType = '' } = await s3.send(
        new HeadObjectCommand({ Bucket: bucket, Key: key }),
      );
      return { key, contentType };
    }),
  );
};

/** A bucket without one has an empty one. */
export const gatherPolicy = (s3: S3Client, bucket: string): Promise<Fact<Policy>> =>
  attempt(() =>
    orWhen(['NoSuchBucketPolicy'], {}, async () => {
      const { Policy: text = '{}' } = await s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
      return policyIn(text);
    }),
  );

/** A single statement may stand without a list. */
const policyIn = (text: string): Policy => {
  const { Statement: statement = [], ...rest } = JSON.parse(text) as Omit<Policy, 'Statement'> & {
    Statement?: NonNullable<Policy['Statement']> | NonNullable<Policy['Statement']>[number];
  };
  return { ...rest, Statement: Array.isArray(statement) ? statement : [statement as object] };
};

/** The oldest region goes by no name. */
export const gatherRegion = (s3: S3Client, bucket: string): Promise<Fact<string>> =>
  attempt(async () => {
    const { LocationConstraint: region } = await s3.send(new GetBucketLocationCommand({ Bucket: bucket }));
    return region === 'EU' ? 'eu-west-1' : region || 'us-east-1';
  });
