/** Polls the queues and runs the passes, as Lambda does with its event source mappings. */

import { follow } from '../../shared/passes/follow.ts';
import { NotWritten } from '../../shared/passes/held-head.ts';
import { invalidate } from '../../shared/passes/invalidate.ts';
import type { Message } from '../../shared/ports.ts';
import type { Received, Sqs } from '../world/sqs.ts';
import { type CallOptions, portsOf, type Run } from './calls.ts';
import { QUEUES } from './cloud.ts';
import { InjectedFault } from './faults.ts';

export type Worked = 'work' | 'follow';

export type Workers = Readonly<{
  /** A message may have become visible. */
  wake(): void;
  isIdle(): boolean;
}>;

export type WorkersOptions = Readonly<{
  sqs: Sqs;
  calls: CallOptions;
  /** A pass ended with an error that nobody injected. */
  onError(error: unknown): void;
}>;

const PASSES = { work: invalidate, follow } as const;
const TIMEOUT_MS = 60_000;
const MARGIN_MS = 5_000;

export const createWorkers = (options: WorkersOptions): Workers => {
  const { sqs, calls } = options;
  const { time, random, schedule } = calls;
  const free = { ...schedule.workers };
  const wakesAt = { work: Number.POSITIVE_INFINITY, follow: Number.POSITIVE_INFINITY };
  let runs = 0;

  const wakeOne = (queue: Worked): void => {
    const next = free[queue] > 0 ? sqs.nextAt(QUEUES[queue]) : undefined;
    if (next === undefined) return;
    const earliest = Math.max(time.now(), next);
    if (wakesAt[queue] <= earliest + schedule.windowMs) return;
    const at = earliest + random.whole(0, schedule.windowMs);
    wakesAt[queue] = at;
    time.at(at, () => {
      // Another wake was set for an earlier instant since.
      if (wakesAt[queue] !== at) return;
      wakesAt[queue] = Number.POSITIVE_INFINITY;
      receive(queue);
    });
  };

  const receive = (queue: Worked): void => {
    const batch = free[queue] > 0 ? sqs.receive(QUEUES[queue], schedule.batchMax) : [];
    if (batch.length > 0) start(queue, batch);
    wakeOne(queue);
  };

  const start = (queue: Worked, batch: readonly Received[]): void => {
    free[queue] -= 1;
    runs += 1;
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      free[queue] += 1;
      wakeOne(queue);
    };
    const run: Run = {
      number: runs,
      skewMs: random.whole(...schedule.skewMs),
      isDead: false,
      die: () => {
        run.isDead = true;
        end();
      },
    };
    time.after(TIMEOUT_MS, () => {
      if (!isOver) run.die();
    });
    const ports = portsOf(calls, run);
    const deadline = ports.clock.now() + TIMEOUT_MS - MARGIN_MS;
    PASSES[queue](batch.map(messageOf), ports, schedule.settings, deadline).then(
      (back) => {
        acknowledge(queue, batch, new Set(back));
        end();
      },
      (error: unknown) => {
        // A handler that throws acknowledges nothing; a write of the head that is not taken is a fault that it tells.
        if (!(error instanceof InjectedFault || error instanceof NotWritten)) options.onError(error);
        end();
      },
    );
  };

  const acknowledge = (queue: Worked, batch: readonly Received[], kept: ReadonlySet<string>): void => {
    for (const { messageId, receiptHandle } of batch) {
      if (!kept.has(messageId)) sqs.delete(QUEUES[queue], receiptHandle);
    }
  };

  return {
    wake: () => {
      wakeOne('work');
      wakeOne('follow');
    },
    isIdle: () => free.work === schedule.workers.work && free.follow === schedule.workers.follow,
  };
};

const messageOf = ({ messageId, body, receiptHandle, attributes }: Received): Message => ({
  id: messageId,
  body,
  receipt: receiptHandle,
  sentAt: Number(attributes.SentTimestamp),
  receives: Number(attributes.ApproximateReceiveCount),
});
