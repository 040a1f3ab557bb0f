/**
 * A model of SQS standard queues: at least once, in no order, with visibility, delays and redrive.
 *
 * Synchronous; nothing runs by itself, what time changes is worked out when somebody asks.
 */

import {
  checkMessage,
  checkVisibility,
  type QueueSettings,
  type Received,
  refused,
  type Sqs,
  SqsError,
  type SqsOptions,
  VISIBILITY_DEFAULT_MS,
  VISIBILITY_MAX_MS,
} from './sqs-types.ts';

export {
  type Depth,
  type QueueSettings,
  type Received,
  type Sqs,
  SqsError,
  type SqsOptions,
} from './sqs-types.ts';

type Stored = {
  readonly messageId: string;
  readonly body: string;
  readonly sentAt: number;
  visibleAt: number;
  receives: number;
  firstReceivedAt: number;
  receivedAt: number;
  /** Of the last receive: an older one has no say any more. */
  receipt: string | undefined;
};

type Queue = { readonly settings: QueueSettings; readonly messages: Map<string, Stored> };

export const createSqs = (options: SqsOptions): Sqs => {
  const { now, id, random, duplicates = 0 } = options;
  const queues = new Map<string, Queue>();

  const queueOf = (name: string): Queue => {
    const queue = queues.get(name);
    if (!queue) throw new SqsError('QueueDoesNotExist', `The specified queue does not exist: ${name}`);
    return queue;
  };

  /** The queue's messages, without those that its retention has ended. */
  const messagesOf = (name: string): Map<string, Stored> => {
    const { messages, settings } = queueOf(name);
    const { retentionMs } = settings;
    if (retentionMs !== undefined) {
      const oldest = now() - retentionMs;
      for (const { messageId, sentAt } of messages.values()) if (sentAt <= oldest) messages.delete(messageId);
    }
    return messages;
  };

  /** Takes over to the dead-letter queue what was received too often; it keeps its age. */
  const redriven = (queue: Queue, message: Stored): boolean => {
    const { redrive } = queue.settings;
    if (!redrive || message.receives < redrive.maxReceiveCount) return false;
    const { messageId, body, sentAt } = message;
    queueOf(redrive.deadLetterQueue).messages.set(messageId, stored(messageId, body, sentAt, now()));
    queue.messages.delete(messageId);
    return true;
  };

  const receiveOne = (queue: Queue, message: Stored): Received => {
    const at = now();
    message.receives += 1;
    message.receivedAt = at;
    if (message.receives === 1) message.firstReceivedAt = at;
    message.visibleAt = at + (queue.settings.visibilityTimeoutMs ?? VISIBILITY_DEFAULT_MS);
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

  return {
    memory: {
      save: () => new Map([...queues].map(([name, { messages }]) => [name, messages])),
      load: (saved) => {
        for (const [name, messages] of saved as Map<string, Map<string, Stored>>) {
          const queue = queues.get(name);
          for (const [id, message] of messages) queue?.messages.set(id, message);
        }
      },
    },
    createQueue: (name, settings = {}) => {
      if (queues.has(name))
        throw new SqsError('QueueNameExists', `A queue with this name already exists: ${name}`);
      queues.set(name, { settings, messages: new Map() });
    },
    queues: () => [...queues.keys()],

    send: (name, body, { delayMs } = {}) => {
      const { settings, messages } = queueOf(name);
      const delay = delayMs ?? settings.delayMs ?? 0;
      checkMessage(body, delay);
      const messageId = id();
      messages.set(messageId, stored(messageId, body, now(), now() + delay));
      return messageId;
    },

    receive: (name, max) => {
      const queue = queueOf(name);
      const visible = visibleOf(messagesOf(name), now());
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
      const messages = messagesOf(name);
      const message = byReceipt(messages, receiptHandle);
      if (!message) return;
      // A copy that a server kept: it is delivered again although it was deleted.
      if (duplicates > 0 && random() < duplicates) message.visibleAt = now();
      else messages.delete(message.messageId);
    },

    changeVisibility: (name, receiptHandle, ms) => {
      checkVisibility(ms);
      const message = byReceipt(messagesOf(name), receiptHandle);
      if (!message || message.visibleAt <= now()) {
        throw new SqsError('MessageNotInflight', 'The message is not in flight.');
      }
      const total = now() + ms - message.receivedAt;
      if (total > VISIBILITY_MAX_MS) {
        throw refused('VisibilityTimeout', 'at most 43200 s in total since the receive', total / 1000);
      }
      message.visibleAt = now() + ms;
    },

    purge: (name) => queueOf(name).messages.clear(),

    depth: (name) => {
      const at = now();
      const count = { visible: 0, delayed: 0, inFlight: 0 };
      for (const { visibleAt, receives } of messagesOf(name).values()) {
        if (visibleAt <= at) count.visible += 1;
        else if (receives > 0) count.inFlight += 1;
        else count.delayed += 1;
      }
      return count;
    },

    peek: (name) => [...messagesOf(name).values()].map(({ sentAt, body }) => ({ sentAt, body })),

    nextAt: (name) => {
      let next: number | undefined;
      for (const { visibleAt } of messagesOf(name).values()) {
        if (next === undefined || visibleAt < next) next = visibleAt;
      }
      return next;
    },
  };
};

const stored = (messageId: string, body: string, sentAt: number, visibleAt: number): Stored => ({
  messageId,
  body,
  sentAt,
  visibleAt,
  receives: 0,
  firstReceivedAt: 0,
  receivedAt: 0,
  receipt: undefined,
});

const visibleOf = (messages: ReadonlyMap<string, Stored>, at: number): Stored[] => {
  const visible: Stored[] = [];
  for (const message of messages.values()) if (message.visibleAt <= at) visible.push(message);
  return visible;
};

/**
 * The message that this is the last receipt of. For an old one SQS promises nothing but success; this is the
 * reading that asks more of its users.
 */
const byReceipt = (messages: ReadonlyMap<string, Stored>, receiptHandle: string): Stored | undefined => {
  const at = receiptHandle.lastIndexOf('#');
  if (at < 0) {
    throw new SqsError('ReceiptHandleIsInvalid', `The receipt handle is not valid: ${receiptHandle}`);
  }
  const message = messages.get(receiptHandle.slice(0, at));
  return message?.receipt === receiptHandle ? message : undefined;
};
