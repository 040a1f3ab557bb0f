/** The queues between the functions, in SQS. */

import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Queue, QueueName } from '../ports.ts';

/** `client` makes one attempt: a message that nobody knows to be sent is sent again by the outbox. */
export const queueAdapter = (client: SQSClient, urls: Readonly<Record<QueueName, string>>): Queue => ({
  send: async (queue, body) => {
    try {
      await client.send(new SendMessageCommand({ QueueUrl: urls[queue], MessageBody: body }));
      return 'sent';
    } catch {
      return 'not-sent';
    }
  },
  postpone: async (queue, receipt, seconds) => {
    const VisibilityTimeout = Math.max(0, Math.min(VISIBILITY_MAX_SECONDS, Math.ceil(seconds)));
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: urls[queue],
        ReceiptHandle: receipt,
        VisibilityTimeout,
      }),
    );
  },
});

/** Source: SQS API reference, ChangeMessageVisibility. */
const VISIBILITY_MAX_SECONDS = 43_200;
