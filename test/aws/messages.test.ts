import type { SQSRecord } from 'aws-lambda';
import { keeping, messageOf } from '../../shared/aws/messages.ts';

const record: SQSRecord = {
  messageId: '059f36b4-87a3-44ab-83d2-661975830a7d',
  receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
  body: '{"kind":"tick"}',
  attributes: {
    ApproximateReceiveCount: '12',
    SentTimestamp: '1545082649183',
    SenderId: 'AIDAIENQZJOLO23YVJ4VO',
    ApproximateFirstReceiveTimestamp: '1545082649185',
  },
  messageAttributes: {},
  md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-2:123456789012:work',
  awsRegion: 'us-east-2',
};

test('an SQS record is a message, its attributes numbers', () => {
  expect(messageOf(record)).toEqual({
    id: '059f36b4-87a3-44ab-83d2-661975830a7d',
    body: '{"kind":"tick"}',
    receipt: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
    sentAt: 1_545_082_649_183,
    receives: 12,
  });
});

test.each([[[]], [['a']], [['a', 'b']]])('of a batch %j stay in the queue', (ids) => {
  expect(keeping(ids)).toEqual({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });
});
