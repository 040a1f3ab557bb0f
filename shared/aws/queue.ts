/** The queues between the functions, in SQS. */

import { ChangeMessageVisibilityBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Fact, Queue, QueueName } from '../ports.ts';

/** Source: SQS API reference, ChangeMessageVisibilityBatch. */
const BATCH_MAX = 10;
const VISIBILITY_MAX_SECONDS = 43_200;

/** A message may be sent twice: its reader knows it by the id in its body. Only queues with a URL can be used. */
export const queueAdapter = (
  client: SQSClient,
  urls: Readonly<Partial<Record<QueueName, string>>>,
  tell: (fact: Fact) => void,
): Queue => ({
  send: async (queue, body) => {
    try {
      await client.send(new SendMessageCommand({ QueueUrl: urls[queue], MessageBody: body }));
      return 'sent';
    } catch (error) {
      // Sent or not, nobody knows: the outbox keeps it, and sends it again with the same id.
      tell({ kind: 'message-not-sent', queue, because: String(error) });
      return 'not-sent';
    }
  },
  // An entry that fails by itself stays as it is and comes back by the queue's own visibility timeout.
  postpone: async (queue, receipts, seconds) => {
    const VisibilityTimeout = Math.max(0, Math.min(VISIBILITY_MAX_SECONDS, Math.ceil(seconds)));
    const starts = Array.from(
      { length: Math.ceil(receipts.length / BATCH_MAX) },
      (_, index) => index * BATCH_MAX,
    );
    await Promise.all(
      starts.map((start) =>
        client.send(
          new ChangeMessageVisibilityBatchCommand({
            QueueUrl: urls[queue],
            Entries: receipts.slice(start, start + BATCH_MAX).map((ReceiptHandle, index) => ({
              Id: String(index),
              ReceiptHandle,
              VisibilityTimeout,
            })),
          }),
        ),
      ),
    );
  },
});
