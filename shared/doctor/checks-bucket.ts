/** The site's bucket: what Afterbuild needs to notice every change of it. */

import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import { type Fact, type Finding, judge, ok, quoted, type Verdict, warn, wrong } from './checks.ts';
import { judgeContentTypes, type Sample } from './checks-content.ts';
import { judgeLifecycle, type Lifecycle } from './checks-lifecycle.ts';

/** As S3 gives them; `versioning` is "off" where nobody ever switched it on. */
export type BucketFacts = Readonly<{
  bucket: string;
  /** What the site's keys begin with. */
  prefix: string;
  versioning: Fact<string>;
  lifecycle: Fact<Lifecycle>;
  notifications: Fact<NotificationConfiguration>;
  /** SSEAlgorithm: "AES256", "aws:kms" or "aws:kms:dsse". */
  encryption: Fact<string>;
  samples: Fact<readonly Sample[]>;
}>;

/** Without EventBridge Afterbuild still works, a tick late: how bad that is depends on whose bucket it is. */
export const judgeBucket = (facts: BucketFacts, isOurs: boolean): readonly Finding[] => {
  const { bucket } = facts;
  const worse = isOurs ? wrong : warn;
  return [
    judge('notifications', facts.notifications, (value) => notifications(bucket, value, worse)),
    judge('versioning', facts.versioning, (value) => versioning(bucket, value, worse)),
    judge('old versions', facts.lifecycle, (value) => judgeLifecycle(bucket, facts.prefix, value, worse)),
    judge('encryption', facts.encryption, (value) => encryption(bucket, value)),
    judge('content types', facts.samples, (value) => judgeContentTypes(bucket, value)),
  ];
};

type Worse = (what: string, ...mend: readonly string[]) => Verdict;

const notifications = (bucket: string, configuration: NotificationConfiguration, worse: Worse): Verdict => {
  if (configuration.EventBridgeConfiguration)
    return ok(`${bucket} tells EventBridge of every upload and deletion`);
  // The call replaces what is there, so that the line has to repeat it.
  const { $metadata: _metadata, ...kept } = configuration as NotificationConfiguration & {
    $metadata?: unknown;
  };
  const merged = JSON.stringify({ ...kept, EventBridgeConfiguration: {} });
  return worse(
    `${bucket} tells EventBridge nothing: changes are noticed at the next tick only`,
    `aws s3api put-bucket-notification-configuration --bucket ${bucket} --notification-configuration ${quoted(merged)}`,
  );
};

const versioning = (bucket: string, status: string, worse: Worse): Verdict =>
  status === 'Enabled'
    ? ok(`${bucket} keeps the versions of its objects`)
    : worse(
        `the versioning of ${bucket} is ${status === 'off' ? 'off' : status.toLowerCase()}: a file that changed and changed back between two looks is missed`,
        `aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`,
      );

const SSE_S3 = JSON.stringify({
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
});

const encryption = (bucket: string, algorithm: string): Verdict =>
  algorithm === 'AES256'
    ? ok(`${bucket} encrypts with SSE-S3, so that an ETag says whether the bytes are the same`)
    : warn(
        `${bucket} encrypts with ${algorithm}: a file that is uploaded again has another ETag, and is invalidated although its bytes are the same`,
        `aws s3api put-bucket-encryption --bucket ${bucket} --server-side-encryption-configuration ${quoted(SSE_S3)}`,
        '# then upload everything again: what is there stays encrypted as it is',
      );
