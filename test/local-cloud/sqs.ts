/** SQS's wire protocol (AWS JSON 1.0) on the model: just the operations that somebody uses. */

import { createHash } from 'node:crypto';
import { type Sqs, SqsError } from '../world/sqs.ts';
import { type Input, jsonService } from './json-service.ts';
import type { Service } from './wire.ts';

/** Sources: SQS API reference, ReceiveMessage and "Actions", batches. */
const RECEIVE_MAX = 10;
const BATCH_MAX = 10;

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

const text = (input: Input, name: string): string => {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new SqsError('MissingParameter', `The request must contain the parameter ${name}.`);
};

const wholeNumber = (input: Input, name: string): number => {
  const value = input[name];
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new SqsError(
    'InvalidParameterValue',
    `expected ${name} to be an integer, got ${JSON.stringify(value)}`,
  );
};

/** The name of a queue that exists: the last part of its URL. */
const queueOf = (sqs: Sqs, input: Input): string => {
  const name = text(input, 'QueueUrl').split('/').pop() ?? '';
  sqs.depth(name);
  return name;
};

export const queueUrl = (awsUrl: string, name: string): string => `${awsUrl}/000000000000/${name}`;

/** Each entry of a batch fails by itself; a batch that is none fails as a whole. */
const eachEntry = (input: Input, act: (entry: Input) => void): Readonly<Record<string, unknown>> => {
  const entries = (input['Entries'] ?? []) as readonly Input[];
  const ids = entries.map((entry) => text(entry, 'Id'));
  if (ids.length === 0)
    throw new SqsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (ids.length > BATCH_MAX) {
    throw new SqsError(
      'TooManyEntriesInBatchRequest',
      `expected at most ${BATCH_MAX} entries, got ${ids.length}`,
    );
  }
  if (new Set(ids).size < ids.length) {
    throw new SqsError('BatchEntryIdsNotDistinct', `expected distinct ids, got ${ids.join(', ')}`);
  }
  const outcomes = entries.map((entry) => outcomeOf(entry, act));
  return {
    Successful: outcomes.filter((outcome) => !('Code' in outcome)),
    Failed: outcomes.filter((outcome) => 'Code' in outcome),
  };
};

const outcomeOf = (entry: Input, act: (entry: Input) => void): object => {
  const { Id } = entry;
  try {
    act(entry);
    return { Id };
  } catch (error) {
    if (!(error instanceof SqsError)) throw error;
    return { Id, SenderFault: true, Code: error.name, Message: error.message };
  }
};

/** Of all attributes those that were asked for; none where nobody asks. */
const asked = (
  names: unknown,
  attributes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const wanted = Array.isArray(names) ? names : [];
  const entries = Object.entries(attributes);
  return Object.fromEntries(entries.filter(([name]) => wanted.includes('All') || wanted.includes(name)));
};

const receive = (sqs: Sqs, input: Input): object => {
  const wanted = input['MaxNumberOfMessages'] === undefined ? 1 : wholeNumber(input, 'MaxNumberOfMessages');
  if (wanted < 1 || wanted > RECEIVE_MAX) {
    throw new SqsError(
      'InvalidParameterValue',
      `expected MaxNumberOfMessages to be from 1 to 10, got ${wanted}`,
    );
  }
  const received = sqs.receive(queueOf(sqs, input), wanted);
  if (received.length === 0) return {};
  const names = input['MessageSystemAttributeNames'] ?? input['AttributeNames'];
  return {
    Messages: received.map(({ messageId, receiptHandle, body, attributes }) => ({
      MessageId: messageId,
      ReceiptHandle: receiptHandle,
      Body: body,
      MD5OfBody: md5(body),
      Attributes: asked(names, attributes),
    })),
  };
};

const send = (sqs: Sqs, input: Input): object => {
  const body = text(input, 'MessageBody');
  const delay =
    input['DelaySeconds'] === undefined ? {} : { delayMs: wholeNumber(input, 'DelaySeconds') * 1000 };
  return { MessageId: sqs.send(queueOf(sqs, input), body, delay), MD5OfMessageBody: md5(body) };
};

const changeVisibility = (sqs: Sqs, queue: string, input: Input): void =>
  sqs.changeVisibility(queue, text(input, 'ReceiptHandle'), wholeNumber(input, 'VisibilityTimeout') * 1000);

/** ReceiveMessage answers at once, whatever it is asked to wait. */
export const sqsService = (sqs: Sqs, awsUrl: () => string = () => ''): Service =>
  jsonService('SQS', '1.0', {
    GetQueueUrl: (input) => {
      const name = text(input, 'QueueName');
      sqs.depth(name);
      return { QueueUrl: queueUrl(awsUrl(), name) };
    },
    GetQueueAttributes: (input) => {
      const { visible, delayed, inFlight } = sqs.depth(queueOf(sqs, input));
      return {
        Attributes: asked(input['AttributeNames'], {
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesDelayed: String(delayed),
          ApproximateNumberOfMessagesNotVisible: String(inFlight),
        }),
      };
    },
    SendMessage: (input) => send(sqs, input),
    ReceiveMessage: (input) => receive(sqs, input),
    DeleteMessage: (input) => sqs.delete(queueOf(sqs, input), text(input, 'ReceiptHandle')),
    DeleteMessageBatch: (input) => {
      const queue = queueOf(sqs, input);
      return eachEntry(input, (entry) => sqs.delete(queue, text(entry, 'ReceiptHandle')));
    },
    ChangeMessageVisibility: (input) => changeVisibility(sqs, queueOf(sqs, input), input),
    ChangeMessageVisibilityBatch: (input) => {
      const queue = queueOf(sqs, input);
      return eachEntry(input, (entry) => changeVisibility(sqs, queue, entry));
    },
  });
