/** The queue port directly on the SQS model. */

import type { Queue, QueueName } from '../../../shared/ports.ts';
import { type Sqs, SqsError } from '../../world/sqs.ts';
import { VISIBILITY_MAX_MS } from '../../world/sqs-types.ts';

/** `names` are the model's names of the queues. */
export const queuePort = (sqs: Sqs, names: Readonly<Record<QueueName, string>>): Queue => ({
  send: async (queue, body) => {
    try {
      sqs.send(names[queue], body);
      return 'sent';
    } catch {
      return 'not-sent';
    }
  },
  postpone: async (queue, receipts, seconds) => {
    const ms = Math.max(0, Math.min(VISIBILITY_MAX_MS, Math.ceil(seconds) * 1000));
    for (const receipt of receipts) {
      try {
        sqs.changeVisibility(names[queue], receipt, ms);
      } catch (error) {
        // As an entry of a batch: it fails by itself, unless there is no queue.
        if (!(error instanceof SqsError) || error.name === 'QueueDoesNotExist') throw error;
      }
    }
  },
});
