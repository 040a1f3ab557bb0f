/** An event source mapping: feeds a function from a queue in batches, and deletes what it has processed. */

import { createHash } from 'node:crypto';
import type { Received, Sqs } from '../world/sqs.ts';
import type { Lambda } from './lambda-host.ts';

export type PollOptions = Readonly<{
  sqs: Sqs;
  queue: string;
  /** An execution environment for each concurrent batch. */
  lambdas: readonly Lambda[];
  batchSize: number;
  windowMs: number;
  /** The mapping's ReportBatchItemFailures, on unless said otherwise; without it an answer says nothing. */
  reportsFailures?: boolean;
  onError?(error: unknown): void;
}>;

export type Poller = Readonly<{ idle(): boolean; stop(): Promise<void> }>;

const POLL_MS = 50;

/**
 * After an error nothing is deleted, and every message comes back after its visibility timeout. The timer keeps
 * no process alive.
 */
export const poll = (options: PollOptions): Poller => {
  const { sqs, queue, batchSize, windowMs, reportsFailures = true } = options;
  const free = [...options.lambdas];
  const busy = new Set<Promise<void>>();
  let waitingSince: number | undefined;

  const work = async (lambda: Lambda, batch: readonly Received[]): Promise<void> => {
    try {
      const answer = await lambda.invoke(eventOf(queue, batch));
      const failed = reportsFailures ? failedIds(answer, batch) : new Set();
      for (const { messageId, receiptHandle } of batch)
        if (!failed.has(messageId)) sqs.delete(queue, receiptHandle);
    } catch (error) {
      options.onError?.(error);
    }
  };

  const round = (): void => {
    const { visible } = sqs.depth(queue);
    if (visible === 0) {
      waitingSince = undefined;
      return;
    }
    waitingSince ??= Date.now();
    if (visible < batchSize && Date.now() - waitingSince < windowMs) return;
    const lambda = free.pop();
    if (!lambda) return;
    waitingSince = undefined;
    const batch = sqs.receive(queue, batchSize);
    // All that was visible may have gone to the dead-letter queue.
    if (batch.length === 0) return void free.push(lambda);
    const job = work(lambda, batch).finally(() => {
      busy.delete(job);
      free.push(lambda);
    });
    busy.add(job);
  };

  const timer = setInterval(round, POLL_MS).unref();
  return {
    idle: () => busy.size === 0,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(options.lambdas.map((lambda) => lambda.stop()));
      await Promise.all(busy);
    },
  };
};

/**
 * The messages that a handler's answer names as failed. No answer and no list mean success; a list with anything
 * but ids of this batch means that all failed, and throws.
 * Source: Lambda developer guide, "Success and failure conditions" of partial batch responses.
 */
export const failedIds = (
  answer: unknown,
  batch: readonly Pick<Received, 'messageId'>[],
): ReadonlySet<string> => {
  if (answer === null || answer === undefined) return new Set();
  if (typeof answer !== 'object' || Array.isArray(answer)) throw unexpected('an object', answer);
  const { batchItemFailures: failures } = answer as { batchItemFailures?: unknown };
  if (failures === null || failures === undefined) return new Set();
  if (!Array.isArray(failures)) throw unexpected('batchItemFailures to be a list', failures);
  const known = new Set(batch.map(({ messageId }) => messageId));
  return new Set(
    failures.map((failure: { itemIdentifier?: unknown } | null): string => {
      const id = failure?.itemIdentifier;
      if (typeof id === 'string' && known.has(id)) return id;
      throw unexpected('each itemIdentifier to be a messageId of the batch', failure);
    }),
  );
};

const unexpected = (what: string, got: unknown): Error =>
  new Error(`answer of a handler: expected ${what}, got ${JSON.stringify(got)}`);

const eventOf = (queue: string, batch: readonly Received[]) => ({
  Records: batch.map(({ messageId, receiptHandle, body, attributes }) => ({
    messageId,
    receiptHandle,
    body,
    attributes: { ...attributes, SenderId: 'AIDALOCAL' },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queue}`,
    awsRegion: 'us-east-1',
  })),
});
