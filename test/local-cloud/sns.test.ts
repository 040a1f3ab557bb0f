/** What small-services.test.ts leaves out of SNS over HTTP, with its real client. */

import {
  CreateTopicCommand,
  InvalidParameterException,
  InvalidParameterValueException,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  NotFoundException,
  PublishCommand,
  paginateListSubscriptionsByTopic,
  paginateListTopics,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { createSns, type Sns } from '../world/sns.ts';
import { type AwsServer, type Fault, serveAws } from './server.ts';
import { snsService } from './sns.ts';
import type { Call } from './wire.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:alarms';

let sns: Sns;
let aws: AwsServer;
let client: SNSClient;
let TopicArn: string;
let calls: Call[];
let fault: Fault | undefined;
let delivered: string[];

beforeEach(async () => {
  let ids = 0;
  [calls, delivered, fault] = [[], [], undefined];
  sns = createSns({
    now: () => 0,
    id: () => `id${ids++}`,
    toQueue: (queue, body) => delivered.push(queue, JSON.parse(body).Message),
  });
  TopicArn = sns.createTopic('alarms');
  aws = await serveAws({
    port: 0,
    services: { sns: snsService(sns) },
    onCall: (call) => calls.push(call),
    fault: () => fault,
  });
  client = new SNSClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await aws.close();
});

const publish = (input: Partial<ConstructorParameters<typeof PublishCommand>[0]> = {}) =>
  client.send(new PublishCommand({ TopicArn, Message: 'x', ...input }));

test('what is published arrives as it was sent, whatever its characters', async () => {
  const Message = 'a+b=c&d%20 é \u{1f600}\n<"\'>';
  await publish({ Message, Subject: 'a+b & <c>' });
  expect(sns.published()).toMatchObject([{ message: Message, subject: 'a+b & <c>' }]);
});

test('a queue gets its own text of a message that has one for each protocol', async () => {
  await client.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: QUEUE }));
  const Message = JSON.stringify({ default: 'd', sqs: 'for queues' });
  await publish({ Message, MessageStructure: 'json' });
  await publish({ Message });
  expect(delivered).toEqual([QUEUE, 'for queues', QUEUE, Message]);
});

test('attributes are text, numbers or bytes, in any number', async () => {
  const MessageAttributes = {
    text: { DataType: 'String', StringValue: 'é' },
    number: { DataType: 'Number', StringValue: '1' },
    bytes: { DataType: 'Binary', BinaryValue: new TextEncoder().encode('hi') },
  };
  await publish({ MessageAttributes });
  expect(sns.published()[0]?.attributes).toEqual({ text: 'é', number: '1', bytes: 'aGk=' });
});

test.each([
  ['no type', { DataType: undefined, StringValue: 'x' }],
  ['no value', { DataType: 'String' }],
  ['an empty value', { DataType: 'String', StringValue: '' }],
])('an attribute with %s is refused, and the message with it', async (_case, attribute) => {
  const published = publish({
    MessageAttributes: { good: { DataType: 'String', StringValue: 'x' }, attribute },
  });
  await expect(published).rejects.toBeInstanceOf(InvalidParameterValueException);
  expect(sns.published()).toEqual([]);
});

test("errors are the client's own classes, with AWS's status", async () => {
  const missing = await publish({ TopicArn: `${TopicArn}x` }).catch((caught: unknown) => caught);
  expect(missing).toBeInstanceOf(NotFoundException);
  expect(missing).toMatchObject({ message: 'Topic does not exist', $metadata: { httpStatusCode: 404 } });
  const invalid = await publish({ Subject: 'a\nb' }).catch((caught: unknown) => caught);
  expect(invalid).toBeInstanceOf(InvalidParameterException);
  expect(invalid).toMatchObject({
    message: 'Invalid parameter: Subject',
    $metadata: { httpStatusCode: 400 },
  });
  await expect(publish({ TopicArn: undefined })).rejects.toThrow('Invalid parameter: TopicArn');
});

test.each(['', 'a b', 'a.fifo'])('no topic is made with the name "%s"', async (Name) => {
  await expect(client.send(new CreateTopicCommand({ Name }))).rejects.toBeInstanceOf(
    InvalidParameterException,
  );
  expect(sns.topics()).toEqual([TopicArn]);
});

test('whoever is no queue is pending, and its ARN is told only to who asks for it', async () => {
  const subscribe = async (Protocol: string, Endpoint: string, ReturnSubscriptionArn?: boolean) =>
    (
      await client.send(
        new SubscribeCommand({
          TopicArn,
          Protocol,
          Endpoint,
          ...(ReturnSubscriptionArn === undefined ? {} : { ReturnSubscriptionArn }),
        }),
      )
    ).SubscriptionArn;
  expect(await subscribe('email', 'a@example.com')).toBe('pending confirmation');
  expect(await subscribe('email', 'a@example.com', false)).toBe('pending confirmation');
  expect(await subscribe('email', 'a@example.com', true)).toBe(`${TopicArn}:id0`);
  expect(await subscribe('sqs', QUEUE)).toBe(`${TopicArn}:id1`);
  const { Subscriptions } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  const common = { TopicArn, Owner: '123456789012' };
  expect(Subscriptions).toEqual([
    { ...common, SubscriptionArn: 'PendingConfirmation', Protocol: 'email', Endpoint: 'a@example.com' },
    { ...common, SubscriptionArn: `${TopicArn}:id1`, Protocol: 'sqs', Endpoint: QUEUE },
  ]);
});

test.each([
  ['an endpoint that does not match', { Protocol: 'https', Endpoint: 'http://example.com' }],
  ['no endpoint', { Protocol: 'email' }],
  ['a protocol that is not known', { Protocol: 'fax', Endpoint: '+123' }],
  ['no protocol', { Protocol: undefined, Endpoint: QUEUE }],
  ['a filter', { Protocol: 'sqs', Endpoint: QUEUE, Attributes: { FilterPolicy: '{}' } }],
])('a subscription with %s is refused', async (_case, input) => {
  const subscribed = client.send(new SubscribeCommand({ TopicArn, ...input }));
  await expect(subscribed).rejects.toBeInstanceOf(InvalidParameterException);
  expect(sns.subscriptions(TopicArn)).toEqual([]);
});

test('topics and subscriptions are listed 100 at a time, each once', async () => {
  for (let index = 0; index < 100; index += 1) sns.createTopic(`topic${index}`);
  const topics: (string | undefined)[][] = [];
  for await (const { Topics = [] } of paginateListTopics({ client }, {})) {
    topics.push(Topics.map((topic) => topic.TopicArn));
  }
  expect(topics).toEqual([sns.topics().slice(0, 100), sns.topics().slice(100)]);

  for (let index = 0; index < 101; index += 1) sns.subscribe(TopicArn, 'sqs', `${QUEUE}${index}`);
  const endpoints: (string | undefined)[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
    endpoints.push(...Subscriptions.map(({ Endpoint }) => Endpoint));
  }
  expect(endpoints).toEqual(sns.subscriptions(TopicArn).map(({ endpoint }) => endpoint));
  expect(calls.map(({ operation }) => operation)).toEqual([
    'ListTopics',
    'ListTopics',
    'ListSubscriptionsByTopic',
    'ListSubscriptionsByTopic',
  ]);
});

test('a topic without subscriptions lists none, and a token that nobody gave is refused', async () => {
  const { Subscriptions } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(Subscriptions ?? []).toEqual([]);
  const listed = client.send(new ListTopicsCommand({ NextToken: 'x' }));
  await expect(listed).rejects.toBeInstanceOf(InvalidParameterException);
});

test('an operation that is not there says so', async () => {
  const set = new SetTopicAttributesCommand({ TopicArn, AttributeName: 'DisplayName', AttributeValue: 'x' });
  await expect(client.send(set)).rejects.toMatchObject({
    name: 'NotImplemented',
    message: 'SNS SetTopicAttributes is not part of the local cloud',
    $metadata: { httpStatusCode: 501 },
  });
});

test('a throttled message is not kept', async () => {
  fault = { kind: 'throttle' };
  await expect(publish()).rejects.toMatchObject({ name: 'Throttling' });
  expect(sns.published()).toEqual([]);
  expect(calls).toMatchObject([{ service: 'sns', operation: 'Publish', accessKeyId: 'AKIA', status: 400 }]);
});
