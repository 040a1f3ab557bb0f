/** Wires the ports to AWS, in one place. */

import { randomUUID } from 'node:crypto';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Config } from '../config.ts';
import type { Fact, Ports } from '../ports.ts';
import { buildsAdapter } from './builds.ts';
import { cdnAdapter } from './cdn.ts';
import { edgeAdapter } from './edge.ts';
import { queueAdapter } from './queue.ts';
import { siteAdapter } from './site.ts';
import { stateAdapter } from './state.ts';

/** Retries of what changes something belong to the protocol, which knows what a repetition means. */
const ONCE = { maxAttempts: 1 };

/** A local endpoint (http) has one host for all buckets. */
const forcePathStyle = process.env['AWS_ENDPOINT_URL']?.startsWith('http://') === true;

export const connect = (config: Config, tell: (fact: Fact) => void): Ports => {
  const s3 = new S3Client({ forcePathStyle });
  return {
    clock: { now: () => Date.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
    random: { id: () => randomUUID() },
    site: siteAdapter(s3, config.settings.bucket),
    state: stateAdapter(s3, new S3Client({ forcePathStyle, ...ONCE }), config.stateBucket),
    cdn: cdnAdapter(new CloudFrontClient({}), new CloudFrontClient(ONCE), config.distributionId),
    builds: buildsAdapter(new CodeBuildClient({}), config.buildProject || undefined),
    edge: edgeAdapter(config.edgeUrl),
    queue: queueAdapter(new SQSClient({ useQueueUrlAsEndpoint: false, ...ONCE }), config.queueUrls),
    tell,
  };
};
