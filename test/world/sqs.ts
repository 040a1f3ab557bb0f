/**
 * A model of SQS standard queues: at least once, in no order, with visibility, delays and redrive.
 *
 * Synchronous; nothing runs by itself, what time changes is worked out when somebody asks.
 */

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

/** Thrown for what SQS refuses; `name` is AWS's code. */
export class SqsError extends Error {
  override name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export type Sqs = Readonly<{
  createQueue(name: string, settings?: QueueSettings): void;
  queues(): readonly string[];
  send(queue: string, body: string, settings?: Readonly<{ delayMs?: number }>): string;
  /** At most `max` (SQS: 10 a call; an event source mapping collects more). */
  receive(queue: string, max: number): readonly Received[];
  delete(queue: string, receiptHandle: string): void;
  changeVisibility(queue: string, receiptHandle: string, ms: number): void;
  depth(queue: string): Depth;
  /** All bodies in the queue, oldest first; receives nothing. */
  peek(queue: string): readonly Readonly<{ sentAt: number; body: string }>[];
  /** The earliest instant at which a message can be received; undefined when the queue is empty. */
  nextAt(queue: string): number | undefined;
}>;

type Stored = {
  readonly messageId: string;
  readonly body: string;
  readonly sentAt: number;
  visibleAt: number;
  receives: number;
  firstReceivedAt: number;
  receipt: string | undefined;
};

type Queue = { readonly settings: QueueSettings; readonly messages: Map<string, Stored> };

/** A message can be kept invisible for this long since it was received. */
const VISIBILITY_MAX_MS = 43_200_000;
const VISIBILITY_DEFAULT_MS = 30_000;

export const createSqs = (options: SqsOptions): Sqs => {
  const { now, id, random, duplicates = 0 } = options;
  const queues = new Map<string, Queue>();

  const queueOf = (name: string): Queue => {
    const queue = queues.get(name);
    if (!queue) throw new SqsError('QueueDoesNotExist', `The specified queue does not exist: ${name}`);
    return queue;
  };

  const store = (
    queue: Queue,
    message: Pick<Stored, 'messageId' | 'body' | 'sentAt' | 'visibleAt'>,
  ): void => {
    queue.messages.set(message.messageId, {
      ...message,
      receives: 0,
      firstReceivedAt: 0,
      receipt: undefined,
    });
  };

  /** Takes over to the dead-letter queue what was received too often. */
  const redriven = (queue: Queue, message: Stored): boolean => {
    const { redrive } = queue.settings;
    if (!redrive || message.receives < redrive.maxReceiveCount) return false;
    queue.messages.delete(message.messageId);
    const { messageId, body, sentAt } = message;
    store(queueOf(redrive.deadLetterQueue), { messageId, body, sentAt, visibleAt: now() });
    return true;
  };

  const receiveOne = (queue: Queue, message: Stored): Received => {
    message.receives += 1;
    message.firstReceivedAt ||= now();
    message.visibleAt = now() + (queue.settings.visibilityTimeoutMs ?? VISIBILITY_DEFAULT_MS);
    message.receipt = `${message.messageId}#${id()}`;
    return {
      messageId: message.messageId,
      receiptHandle: message.receipt,
      body: message.body,
      attributes: {
        SentTimestamp: String(message.sentAt),
        ApproximateReceiveCount: String(message.receives),
        ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
      },
    };
  };

  const byReceipt = (queue: Queue, receiptHandle: string): Stored | undefined => {
    const at = receiptHandle.lastIndexOf('#');
    if (at < 0)
      throw new SqsError('ReceiptHandleIsInvalid', `The receipt handle is not valid: ${receiptHandle}`);
    return queue.messages.get(receiptHandle.slice(0, at));
  };

  return {
    createQueue: (name, settings = {}) => {
      queues.set(name, { settings, messages: new Map() });
    },
    queues: () => [...queues.keys()],

    send: (name, body, { delayMs } = {}) => {
      const queue = queueOf(name);
      const messageId = id();
      const sentAt = now();
      store(queue, { messageId, body, sentAt, visibleAt: sentAt + (delayMs ?? queue.settings.delayMs ?? 0) });
      return messageId;
    },

    receive: (name, max) => {
      const queue = queueOf(name);
      const at = now();
      const visible = [...queue.messages.values()].filter(({ visibleAt }) => visibleAt <= at);
      const received: Received[] = [];
      for (let left = visible.length; left > 0 && received.length < max; left -= 1) {
        const picked = Math.min(left - 1, Math.floor(random() * left));
        const message = visible[picked] as Stored;
        visible[picked] = visible[left - 1] as Stored;
        if (!redriven(queue, message)) received.push(receiveOne(queue, message));
      }
      return received;
    },

    delete: (name, receiptHandle) => {
      const queue = queueOf(name);
      const message = byReceipt(queue, receiptHandle);
      if (!message) return;
      // A copy that a server kept: it is delivered again although it was deleted.
      if (duplicates > 0 && random() < duplicates) message.visibleAt = now();
      else queue.messages.delete(message.messageId);
    },

    changeVisibility: (name, receiptHandle, ms) => {
      if (!(ms >= 0 && ms <= VISIBILITY_MAX_MS)) {
        throw new SqsError(
          'InvalidParameterValue',
          `VisibilityTimeout must be from 0 to 43200 s, got ${ms / 1000}`,
        );
      }
      const message = byReceipt(queueOf(name), receiptHandle);
      if (!message || message.visibleAt <= now()) {
        throw new SqsError('MessageNotInflight', 'The message is not in flight.');
      }
      message.visibleAt = now() + ms;
    },

    depth: (name) => {
      const at = now();
      const messages = [...queueOf(name).messages.values()];
      const hidden = messages.filter(({ visibleAt }) => visibleAt > at);
      const inFlight = hidden.filter(({ receives }) => receives > 0).length;
      return { visible: messages.length - hidden.length, delayed: hidden.length - inFlight, inFlight };
    },

    peek: (name) => [...queueOf(name).messages.values()].map(({ sentAt, body }) => ({ sentAt, body })),

    nextAt: (name) => {
      const times = [...queueOf(name).messages.values()].map(({ visibleAt }) => visibleAt);
      return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b));
    },
  };
};
