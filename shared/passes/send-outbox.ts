/** Sends what facts owe. An entry leaves the outbox once a queue has taken it; until then every pass tries. */

import type { Ports } from '../ports.ts';
import { type Held, writeHead } from './held-head.ts';

/** The head without what was sent; on a lost write the entries stay and are sent again, with the same ids. */
export const sendOutbox = async (ports: Ports, held: Held, writer: string): Promise<Held | 'lost'> => {
  const { outbox } = held.head;
  if (outbox.length === 0) return held;
  const answers = await Promise.all(outbox.map(({ queue, body }) => ports.queue.send(queue, body)));
  const left = outbox.filter((_, index) => answers[index] !== 'sent');
  if (left.length === outbox.length) {
    ports.tell({ kind: 'outbox-waits', owed: left.map(({ id }) => id) });
    return held;
  }
  return writeHead(ports, held, { ...held.head, outbox: left }, writer);
};
