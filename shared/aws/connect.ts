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

/** A socket that hangs must not cost the whole function: a retry, or the protocol, has time left to go on. */
const requestHandler = {
  connectionTimeout: 3_000,
  requestTimeout: 10_000,
  socketTimeout: 10_000,
  throwOnRequestTimeout: true,
};

/** Retries of what changes something belong to the protocol, which knows what a repetition means. */
const ONCE = { maxAttempts: 1, requestHandler };
const REPEATABLE = { requestHandler };

/** A local endpoint (http) has one host for all buckets. */
const forcePathStyle = process.env['AWS_ENDPOINT_URL']?.startsWith('http://') === true;

export const connect = (config: Config, tell: (fact: Fact) => void): Ports => {
  const s3 = new S3Client({ forcePathStyle, ...REPEATABLE });
  return {
    clock: { now: () => Date.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
    random: { id: () => randomUUID() },
    site: siteAdapter(s3, config.settings.bucket),
    state: stateAdapter(s3, new S3Client({ forcePathStyle, ...ONCE }), config.stateBucket),
    cdn: cdnAdapter(new CloudFrontClient(REPEATABLE), new CloudFrontClient(ONCE), config.distributionId),
    builds: buildsAdapter(new CodeBuildClient(REPEATABLE), config.buildProject || undefined),
    edge: edgeAdapter(config.edgeUrl),
    queue: queueAdapter(
      new SQSClient({ useQueueUrlAsEndpoint: false, ...REPEATABLE }),
      config.queueUrls,
      tell,
    ),
    tell,
  };
};
