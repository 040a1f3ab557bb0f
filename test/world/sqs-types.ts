/** What the SQS model takes and gives, and SQS's own limits. */

import type { Memory } from './memory.ts';

export type SqsOptions = Readonly<{
  /** ms since 1970. */
  now(): number;
  /** A fresh id at each call. */
  id(): string;
  /** From 0 to 1; decides about order and duplicates. */
  random(): number;
  /** How often, from 0 to 1, a deleted message is delivered once more. */
  duplicates?: number;
}>;

export type QueueSettings = Readonly<{
  visibilityTimeoutMs?: number;
  delayMs?: number;
  /** Since sending; absent means for ever. */
  retentionMs?: number;
  redrive?: Readonly<{ deadLetterQueue: string; maxReceiveCount: number }>;
}>;

export type Received = Readonly<{
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: Readonly<{
    SentTimestamp: string;
    ApproximateReceiveCount: string;
    ApproximateFirstReceiveTimestamp: string;
  }>;
}>;

export type Depth = Readonly<{ visible: number; delayed: number; inFlight: number }>;

export type Sqs = Readonly<{
  memory: Memory;
  createQueue(name: string, settings?: QueueSettings): void;
  queues(): readonly string[];
  send(queue: string, body: string, settings?: Readonly<{ delayMs?: number }>): string;
  /** At most `max` (SQS: 10 a call; an event source mapping collects more). */
  receive(queue: string, max: number): readonly Received[];
  /** An old receipt handle succeeds and deletes nothing: the message was received again. */
  delete(queue: string, receiptHandle: string): void;
  /** From 0 to 43,200,000 ms from now, and no longer than that since the receive. */
  changeVisibility(queue: string, receiptHandle: string, ms: number): void;
  purge(queue: string): void;
  depth(queue: string): Depth;
  /** All bodies in the queue, oldest first; receives nothing. */
  peek(queue: string): readonly Readonly<{ sentAt: number; body: string }>[];
  /** The earliest instant at which a message can be received; undefined when the queue is empty. */
  nextAt(queue: string): number | undefined;
}>;

/** Thrown for what SQS refuses; `name` is AWS's code. */
export class SqsError extends Error {
  override name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Sources: SQS developer guide, "Message quotas"; API reference, SendMessage and ChangeMessageVisibility. */
export const VISIBILITY_MAX_MS = 43_200_000;
export const VISIBILITY_DEFAULT_MS = 30_000;
export const DELAY_MAX_MS = 900_000;
export const BODY_MAX_BYTES = 1_048_576;

export const refused = (parameter: string, expected: string, got: unknown): SqsError =>
  new SqsError('InvalidParameterValue', `expected ${parameter} to be ${expected}, got ${got}`);

/** Throws for a body or a delay that SendMessage refuses. */
export const checkMessage = (body: string, delayMs: number): void => {
  if (body === '')
    throw new SqsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  // No character of UTF-16 takes more than three bytes: only a long body has to be measured.
  const bytes = body.length * 3 > BODY_MAX_BYTES ? Buffer.byteLength(body) : 0;
  if (bytes > BODY_MAX_BYTES) throw refused('MessageBody', `at most ${BODY_MAX_BYTES} bytes`, bytes);
  if (!(delayMs >= 0 && delayMs <= DELAY_MAX_MS))
    throw refused('DelaySeconds', 'from 0 to 900', delayMs / 1000);
};

/** Throws for a visibility timeout that ChangeMessageVisibility refuses. */
export const checkVisibility = (ms: number): void => {
  if (!(ms >= 0 && ms <= VISIBILITY_MAX_MS))
    throw refused('VisibilityTimeout', 'from 0 to 43200 s', ms / 1000);
};
