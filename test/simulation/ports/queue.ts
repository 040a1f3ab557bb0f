/** The queue port directly on the SQS model. */

import type { Queue, QueueName } from '../../../shared/ports.ts';
import { type Sqs, SqsError } from '../../world/sqs.ts';

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
    for (const receipt of receipts) {
      try {
        sqs.changeVisibility(names[queue], receipt, seconds * 1000);
      } catch (error) {
        if (!(error instanceof SqsError && error.name === 'MessageNotInflight')) throw error;
      }
    }
  },
});
