/** Messages of a pass that failed come back soon, and not only when their visibility timeout ends. */

import type { Message, Ports, QueueName } from '../ports.ts';

/** Soon, since most of what can fail is over by then. */
const AFTER_ERROR_SECONDS = 20;

/** The error goes on: the function has failed, and its metrics shall say so. */
export const postponedOnError = async <T>(
  { queue }: Pick<Ports, 'queue'>,
  name: QueueName,
  messages: readonly Message[],
  pass: () => Promise<T>,
  seconds = AFTER_ERROR_SECONDS,
): Promise<T> => {
  try {
    return await pass();
  } catch (error) {
    const receipts = messages.map(({ receipt }) => receipt);
    // Where this fails too, the visibility timeout brings them back.
    await queue.postpone(name, receipts, seconds).catch(() => undefined);
    throw error;
  }
};
