/** SQS records as the passes see them. */

import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { Message } from '../ports.ts';

export const messageOf = ({ messageId, body, receiptHandle, attributes }: SQSRecord): Message => ({
  id: messageId,
  body,
  receipt: receiptHandle,
  sentAt: Number(attributes.SentTimestamp),
  receives: Number(attributes.ApproximateReceiveCount),
});

/** Messages that are named here stay in the queue; all others are deleted. */
export const keeping = (messageIds: readonly string[]): SQSBatchResponse => ({
  batchItemFailures: messageIds.map((itemIdentifier) => ({ itemIdentifier })),
});
