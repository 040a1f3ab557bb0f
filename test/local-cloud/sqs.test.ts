/** SQS's wire protocol, spoken by the SDK. */

import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { createSqs, type Sqs } from '../world/sqs.ts';
import { serveAws } from './server.ts';
import { queueUrl, sqsService } from './sqs.ts';

const modelWithQueue = (): Sqs => {
  let ids = 0;
  const sqs = createSqs({ now: () => 1_800_000_000_000, id: () => `id${ids++}`, random: () => 0 });
  sqs.createQueue('work');
  return sqs;
};

let current = modelWithQueue();
let aws: Awaited<ReturnType<typeof serveAws>>;
let client: SQSClient;

beforeAll(async () => {
  const service = () => sqsService(current, () => aws.url);
  aws = await serveAws({
    port: 0,
    services: {
      sqs: {
        operation: (request) => service().operation(request),
        answer: (request, operation) => service().answer(request, operation),
      },
    },
  });
  client = new SQSClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    maxAttempts: 1,
    useQueueUrlAsEndpoint: false,
  });
});
afterAll(() => aws.close());

const fresh = (): { sqs: Sqs } => {
  current = modelWithQueue();
  return { sqs: current };
};

test('the URL of a queue comes by its name, and only for a queue that is there', async () => {
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'work' }));
  expect(QueueUrl).toBe(queueUrl(aws.url, 'work'));
  const other = client.send(new GetQueueUrlCommand({ QueueName: 'other' }));
  expect(await refusalOf(other)).toBe('QueueDoesNotExist');
});

test("the SDK's own check of a received body passes", async () => {
  fresh();
  const QueueUrl = queueUrl(aws.url, 'work');
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'é 😀' }));
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  expect(Messages?.map(({ Body }) => Body)).toEqual(['é 😀']);
});

/** What SQS makes of a call, by the name of its refusal. */
const refusalOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'none',
    (error: Error) => error.name,
  );

test.each([
  ['none', 0, 'InvalidParameterValue'],
  ['one', 1, 'none'],
  ['ten', 10, 'none'],
  ['more than ten', 11, 'InvalidParameterValue'],
])('receiving %s at once', async (_case, MaxNumberOfMessages, expected) => {
  fresh();
  const QueueUrl = queueUrl(aws.url, 'work');
  const answer = client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages }));
  expect(await refusalOf(answer)).toBe(expected);
});

const entries = (count: number, id = (n: number) => String(n)) =>
  Array.from({ length: count }, (_, n) => ({ Id: id(n), ReceiptHandle: 'x#y', VisibilityTimeout: 1 }));

test.each([
  ['no entry', entries(0), 'EmptyBatchRequest'],
  ['ten entries', entries(10), 'none'],
  ['eleven entries', entries(11), 'TooManyEntriesInBatchRequest'],
  ['one id twice', entries(2, () => 'same'), 'BatchEntryIdsNotDistinct'],
])('a batch of %s', async (_case, Entries, expected) => {
  fresh();
  const QueueUrl = queueUrl(aws.url, 'work');
  const commands = [
    client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })),
    client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries })),
  ];
  expect(await Promise.all(commands.map(refusalOf))).toEqual([expected, expected]);
});

test('messages are received with the attributes that were asked for, and deleted one by one or in a batch', async () => {
  const { sqs } = fresh();
  const QueueUrl = queueUrl(aws.url, 'work');
  for (const body of ['a', 'b', 'c']) sqs.send('work', body);
  const receive = async (MessageSystemAttributeNames?: ['All']) => {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      ...(MessageSystemAttributeNames ? { MessageSystemAttributeNames } : {}),
    });
    return (await client.send(command)).Messages?.[0];
  };
  const [first, second, third] = [await receive(), await receive(['All']), await receive()];
  expect(Object.keys(first?.Attributes ?? {})).toEqual([]);
  expect(second?.Attributes).toEqual({
    ApproximateReceiveCount: '1',
    SentTimestamp: '1800000000000',
    ApproximateFirstReceiveTimestamp: '1800000000000',
  });
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
  expect(sqs.peek('work')).toHaveLength(2);
  const { Failed, Successful } = await client.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: [second?.ReceiptHandle, 'no receipt', third?.ReceiptHandle].map((ReceiptHandle, n) => ({
        Id: `e${n}`,
        ReceiptHandle,
      })),
    }),
  );
  expect([Successful?.map(({ Id }) => Id), Failed?.map(({ Id, Code }) => [Id, Code])]).toEqual([
    ['e0', 'e2'],
    [['e1', 'ReceiptHandleIsInvalid']],
  ]);
  expect(sqs.peek('work')).toEqual([]);
});

test('the depth of a queue counts what is visible, delayed and in flight', async () => {
  const { sqs } = fresh();
  const QueueUrl = queueUrl(aws.url, 'work');
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a', DelaySeconds: 5 }));
  for (const body of ['b', 'c', 'd']) sqs.send('work', body);
  sqs.receive('work', 1);
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  expect(Attributes).toEqual({
    ApproximateNumberOfMessages: '2',
    ApproximateNumberOfMessagesDelayed: '1',
    ApproximateNumberOfMessagesNotVisible: '1',
  });
});

test('an operation that is not there answers 501 and names itself', async () => {
  const answer = await fetch(aws.url, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/20261123/us-east-1/sqs/aws4_request, Signature=x',
      'x-amz-target': 'AmazonSQS.PurgeQueue',
    },
    body: '{}',
  });
  expect([answer.status, await answer.text()]).toEqual([501, expect.stringContaining('PurgeQueue')]);
});
