/** SQS's wire protocol (AWS JSON 1.0) on the model: just the operations that somebody uses. */

import { createHash } from 'node:crypto';
import { type Sqs, SqsError } from '../world/sqs.ts';
import { type Input, jsonService } from './json-service.ts';
import type { Service } from './wire.ts';

const RECEIVE_MAX = 10;

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

const text = (input: Input, name: string): string => {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new SqsError('MissingParameter', `The request must contain the parameter ${name}.`);
};

/** The queue's name is the last part of its URL. */
const queueOf = (input: Input): string => text(input, 'QueueUrl').split('/').pop() ?? '';

export const queueUrl = (awsUrl: string, name: string): string => `${awsUrl}/000000000000/${name}`;

/** One entry of a batch: it fails by itself, and the others do not. */
const changeOne = (sqs: Sqs, queue: string, entry: Input): Readonly<Record<string, unknown>> => {
  const Id = text(entry, 'Id');
  try {
    sqs.changeVisibility(queue, text(entry, 'ReceiptHandle'), Number(entry['VisibilityTimeout']) * 1000);
    return { Id };
  } catch (error) {
    if (!(error instanceof SqsError)) throw error;
    return { Id, SenderFault: true, Code: error.name, Message: error.message };
  }
};

export const sqsService = (sqs: Sqs, awsUrl: () => string = () => ''): Service =>
  jsonService('SQS', '1.0', {
    GetQueueUrl: (input) => {
      const name = text(input, 'QueueName');
      sqs.depth(name);
      return { QueueUrl: queueUrl(awsUrl(), name) };
    },
    GetQueueAttributes: (input) => {
      const { visible, delayed, inFlight } = sqs.depth(queueOf(input));
      return {
        Attributes: {
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesDelayed: String(delayed),
          ApproximateNumberOfMessagesNotVisible: String(inFlight),
        },
      };
    },
    SendMessage: (input) => {
      const body = text(input, 'MessageBody');
      const delay = input['DelaySeconds'];
      const MessageId = sqs.send(
        queueOf(input),
        body,
        typeof delay === 'number' ? { delayMs: delay * 1000 } : {},
      );
      return { MessageId, MD5OfMessageBody: md5(body) };
    },
    ReceiveMessage: (input) => {
      const wanted = Number(input['MaxNumberOfMessages'] ?? 1);
      const received = sqs.receive(queueOf(input), Math.min(RECEIVE_MAX, wanted));
      if (received.length === 0) return {};
      return {
        Messages: received.map(({ messageId, receiptHandle, body, attributes }) => ({
          MessageId: messageId,
          ReceiptHandle: receiptHandle,
          Body: body,
          MD5OfBody: md5(body),
          Attributes: attributes,
        })),
      };
    },
    DeleteMessage: (input) => sqs.delete(queueOf(input), text(input, 'ReceiptHandle')),
    ChangeMessageVisibilityBatch: (input) => {
      const answers = ((input['Entries'] ?? []) as Input[]).map((entry) =>
        changeOne(sqs, queueOf(input), entry),
      );
      return {
        Successful: answers.filter((answer) => !('Code' in answer)),
        Failed: answers.filter((answer) => 'Code' in answer),
      };
    },
    ChangeMessageVisibility: (input) =>
      sqs.changeVisibility(
        queueOf(input),
        text(input, 'ReceiptHandle'),
        Number(input['VisibilityTimeout']) * 1000,
      ),
  });
