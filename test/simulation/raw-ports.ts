/** The models' ports, with an eye on what goes by, and a wake for whoever is sent something. */

import type { CallOptions } from './calls.ts';
import { type Cloud, QUEUES, STATE } from './cloud.ts';
import { SITE } from './draw-schedule.ts';
import { buildsPort } from './ports/builds.ts';
import { cdnPort } from './ports/cdn.ts';
import { edgePort } from './ports/edge.ts';
import { queuePort } from './ports/queue.ts';
import { sitePort } from './ports/site.ts';
import { statePort } from './ports/state.ts';

export type Eyes = Readonly<{
  /** A head was written. */
  onHead(bytes: Uint8Array): void;
  /** A message was sent, or becomes visible at another time. */
  onMessage(): void;
}>;

/** Where the checker asks. */
export const CHECKED_EDGE = 0;

export const rawPorts = (cloud: Cloud, { onHead, onMessage }: Eyes): CallOptions['raw'] => {
  const state = statePort(cloud.s3, STATE);
  const queue = queuePort(cloud.sqs, QUEUES);
  return {
    site: sitePort(cloud.s3, SITE),
    state: {
      ...state,
      writeHead: async (bytes, ifMatch) => {
        const written = await state.writeHead(bytes, ifMatch);
        if (written.kind === 'written') onHead(bytes);
        return written;
      },
    },
    cdn: cdnPort(cloud.cloudfront),
    builds: buildsPort(cloud.codebuild),
    edge: edgePort(cloud.cloudfront, CHECKED_EDGE),
    queue: {
      send: async (name, body) => {
        const sent = await queue.send(name, body);
        onMessage();
        return sent;
      },
      postpone: async (name, receipts, seconds) => {
        await queue.postpone(name, receipts, seconds);
        onMessage();
      },
    },
  };
};
