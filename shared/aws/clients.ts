/** How every client of AWS is made: with limits in time, and with as many attempts as what it does allows. */

import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

/** A socket that hangs must not cost the whole function: a retry, or the protocol, has time left to go on. */
const requestHandler = {
  connectionTimeout: 3_000,
  requestTimeout: 10_000,
  socketTimeout: 10_000,
  throwOnRequestTimeout: true,
};

/** Retries of what changes something belong to the protocol, which knows what a repetition means. */
export const ONCE = { maxAttempts: 1, requestHandler };

/** What may be repeated is repeated by the SDK. */
export const REPEATABLE = { requestHandler };

/** A local endpoint (http) has one host for all buckets. */
const forcePathStyle = process.env['AWS_ENDPOINT_URL']?.startsWith('http://') === true;

export const s3Clients = (): Readonly<{ reader: S3Client; writer: S3Client }> => ({
  reader: new S3Client({ forcePathStyle, ...REPEATABLE }),
  writer: new S3Client({ forcePathStyle, ...ONCE }),
});

export const sqsClient = (): SQSClient => new SQSClient({ useQueueUrlAsEndpoint: false, ...REPEATABLE });
