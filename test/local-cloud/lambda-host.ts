/** Runs handlers as Lambda does: each in a process of its own, and fed from queues in batches. */

import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Received, Sqs } from '../world/sqs.ts';

export type LambdaOptions = Readonly<{
  name: string;
  modulePath: string;
  exportName?: string;
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
  /** Each line that the handler prints, to stdout or stderr. */
  onLog?(line: string): void;
}>;

export type Lambda = Readonly<{
  /** Rejects when the handler throws, runs out of time, or its process ends; the next call has a new process. */
  invoke(event: unknown): Promise<unknown>;
  stop(): Promise<void>;
}>;

type Reply = Readonly<{ id: string; result?: unknown; error?: string }>;

const CHILD = fileURLToPath(new URL('./lambda-child.ts', import.meta.url));

/** One execution environment: one invocation at a time. */
export const startLambda = (options: LambdaOptions): Lambda => {
  let child: ChildProcess | undefined;

  const start = (): ChildProcess => {
    const started = fork(CHILD, [options.modulePath, options.exportName ?? 'handler'], {
      env: { PATH: process.env['PATH'] ?? '', AWS_LAMBDA_FUNCTION_NAME: options.name, ...options.env },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [started.stdout, started.stderr]) if (stream) readLines(stream, options.onLog);
    started.once('exit', () => {
      if (child === started) child = undefined;
    });
    return started;
  };

  const invoke = (event: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      child ??= start();
      const running = child;
      const id = randomUUID();
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        running.off('message', onMessage);
        running.off('exit', onExit);
        act();
      };
      const onMessage = (reply: Reply): void => {
        if (reply.id !== id) return;
        settle(() => (reply.error === undefined ? resolve(reply.result) : reject(new Error(reply.error))));
      };
      const onExit = (): void => settle(() => reject(new Error(`the process of ${options.name} ended`)));
      const timer = setTimeout(() => {
        running.kill('SIGKILL');
        settle(() => reject(new Error(`${options.name} timed out after ${options.timeoutMs} ms`)));
      }, options.timeoutMs);
      running.on('message', onMessage);
      running.once('exit', onExit);
      running.send({ id, event, timeoutMs: options.timeoutMs });
    });

  const stop = async (): Promise<void> => {
    const running = child;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  };

  return { invoke, stop };
};

const readLines = (stream: Readable, onLog: LambdaOptions['onLog']): void => {
  createInterface({ input: stream }).on('line', (line) => onLog?.(line));
};

export type PollOptions = Readonly<{
  sqs: Sqs;
  queue: string;
  /** An execution environment for each concurrent batch. */
  lambdas: readonly Lambda[];
  batchSize: number;
  windowMs: number;
  onError?(error: unknown): void;
}>;

export type Poller = Readonly<{ idle(): boolean; stop(): Promise<void> }>;

const POLL_MS = 50;

/**
 * An event source mapping: deletes what the handler does not name as failed. After an error, or an answer that
 * is none, nothing is deleted and every message comes back after its visibility timeout.
 */
export const poll = (options: PollOptions): Poller => {
  const { sqs, queue, batchSize, windowMs } = options;
  const free = [...options.lambdas];
  const busy = new Set<Promise<void>>();
  let waitingSince: number | undefined;

  const work = async (lambda: Lambda, batch: readonly Received[]): Promise<void> => {
    try {
      const answer = await lambda.invoke(eventOf(queue, batch));
      const failed = failedIds(answer);
      for (const { messageId, receiptHandle } of batch)
        if (!failed.has(messageId)) sqs.delete(queue, receiptHandle);
    } catch (error) {
      options.onError?.(error);
    }
  };

  const round = (): void => {
    const { visible } = sqs.depth(queue);
    if (visible === 0) return;
    waitingSince ??= Date.now();
    if (visible < batchSize && Date.now() - waitingSince < windowMs) return;
    const lambda = free.pop();
    if (!lambda) return;
    waitingSince = undefined;
    const job = work(lambda, sqs.receive(queue, batchSize)).finally(() => {
      busy.delete(job);
      free.push(lambda);
    });
    busy.add(job);
  };

  const timer = setInterval(round, POLL_MS);
  return {
    idle: () => busy.size === 0,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(options.lambdas.map((lambda) => lambda.stop()));
      await Promise.all(busy);
    },
  };
};

const failedIds = (answer: unknown): ReadonlySet<string> => {
  const failures = (answer as { batchItemFailures?: unknown } | null)?.batchItemFailures;
  if (!Array.isArray(failures)) throw new Error(`expected batchItemFailures, got ${JSON.stringify(answer)}`);
  return new Set(failures.map(({ itemIdentifier }: { itemIdentifier: string }) => itemIdentifier));
};

const eventOf = (queue: string, batch: readonly Received[]) => ({
  Records: batch.map(({ messageId, receiptHandle, body, attributes }) => ({
    messageId,
    receiptHandle,
    body,
    attributes,
    messageAttributes: {},
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queue}`,
    awsRegion: 'us-east-1',
  })),
});
