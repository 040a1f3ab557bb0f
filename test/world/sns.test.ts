import { createSns, type Sns, type SnsOptions } from './sns.ts';

const AT = Date.UTC(2026, 10, 23, 12, 0, 0, 5);
const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:alarms';

let sns: Sns;
let topic: string;
let delivered: [string, unknown][];

const create = (options: Partial<SnsOptions> = {}): Sns => {
  let ids = 0;
  return createSns({ now: () => AT, id: () => `id${ids++}`, ...options });
};

beforeEach(() => {
  delivered = [];
  sns = create({ toQueue: (queue, body) => delivered.push([queue, JSON.parse(body)]) });
  topic = sns.createTopic('alarms');
});

const invalid = expect.objectContaining({ name: 'InvalidParameter' });
const notFound = expect.objectContaining({ name: 'NotFound' });

test.each(['a', 'A-b_9', 'x'.repeat(256)])('a topic can be called %s', (name) => {
  expect(sns.createTopic(name)).toBe(`arn:aws:sns:us-east-1:123456789012:${name}`);
});

test.each(['', 'a b', 'a.fifo', 'x'.repeat(257)])('a topic cannot be called "%s"', (name) => {
  expect(() => sns.createTopic(name)).toThrow(invalid);
  expect(sns.topics()).toEqual([topic]);
});

test('a message has a byte, and with its attributes at most 262,144 bytes, not characters', () => {
  const most = 'é'.repeat(131_072);
  sns.publish(topic, most);
  expect(() => sns.publish(topic, `${most}x`)).toThrow(invalid);
  const attributes = { é: 'éé' };
  sns.publish(topic, most.slice(3), { attributes });
  expect(() => sns.publish(topic, `${most.slice(3)}x`, { attributes })).toThrow(invalid);
  expect(sns.published()).toHaveLength(2);
  expect(() => sns.publish(topic, '', { attributes })).toThrow(invalid);
});

test.each([
  ['99 characters', 'x'.repeat(99), true],
  ['100 characters', 'x'.repeat(100), false],
  ['none', '', false],
  ['punctuation', '~ !', true],
  ['a control character', 'a\u007f', false],
  ['a line break', 'a\r\nBcc: b', false],
  ['what is not ASCII', 'é', false],
])('a subject of %s', (_case, subject, isTaken) => {
  const publish = () => sns.publish(topic, 'x', { subject });
  if (isTaken) expect(publish()).toBe('id0');
  else expect(publish).toThrow(invalid);
  expect(sns.published()).toHaveLength(isTaken ? 1 : 0);
});

test.each([
  ['no JSON', '{', 'json'],
  ['no object', '"x"', 'json'],
  ['null', 'null', 'json'],
  ['no default', '{"sqs":"x"}', 'json'],
  ['a default that is no text', '{"default":1}', 'json'],
  ['a structure that is not known', '{"default":"x"}', 'xml'],
])('a message of %s is refused whole', (_case, message, structure) => {
  sns.subscribe(topic, 'sqs', QUEUE);
  expect(() => sns.publish(topic, message, { structure })).toThrow(invalid);
  expect([sns.published(), delivered]).toEqual([[], []]);
});

test('the latest 1,000 messages are kept, oldest first', () => {
  const ids = Array.from({ length: 1_001 }, (_, index) => sns.publish(topic, String(index)));
  expect(sns.published().map(({ id }) => id)).toEqual(ids.slice(1));
});

test('a queue that subscribed gets what is published to its topic, and only that', () => {
  const other = sns.createTopic('other');
  sns.publish(topic, 'before');
  sns.subscribe(topic, 'sqs', QUEUE);
  sns.subscribe(topic, 'https', 'https://example.com/hook');
  sns.publish(other, 'elsewhere');
  const id = sns.publish(topic, 'down', { subject: 'API', attributes: { level: 'high' } });
  expect(delivered).toEqual([
    [
      QUEUE,
      {
        Type: 'Notification',
        MessageId: id,
        TopicArn: topic,
        Subject: 'API',
        Message: 'down',
        Timestamp: '2026-11-23T12:00:00.005Z',
        MessageAttributes: { level: { Type: 'String', Value: 'high' } },
      },
    ],
  ]);
});

test.each([
  ['its own text', '{"default":"d","sqs":"q"}', 'q'],
  ['an empty one of its own', '{"default":"d","sqs":""}', ''],
  ['the default', '{"default":"d","email":"e"}', 'd'],
  ['the default for what is no text', '{"default":"d","sqs":{"a":1}}', 'd'],
])('of a message with a text by protocol a queue gets %s', (_case, message, expected) => {
  sns.subscribe(topic, 'sqs', QUEUE);
  sns.publish(topic, message, { structure: 'json' });
  expect(delivered).toMatchObject([[QUEUE, { Message: expected }]]);
  expect(sns.published()).toMatchObject([{ message }]);
});

test('without a way to queues messages are kept all the same', () => {
  const alone = create();
  const arn = alone.createTopic('a');
  alone.subscribe(arn, 'sqs', QUEUE);
  alone.publish(arn, 'x');
  expect(alone.published()).toMatchObject([{ message: 'x' }]);
});

test.each([
  ['sqs', QUEUE, false],
  ['http', 'http://example.com/hook', true],
  ['https', 'https://example.com', true],
  ['email', 'a@example.com', true],
  ['email-json', 'a@example.com', true],
])('%s can subscribe, once; it has to confirm unless it is a queue', (protocol, endpoint, isPending) => {
  const subscription = sns.subscribe(topic, protocol, endpoint);
  expect(subscription).toEqual({ arn: `${topic}:id0`, topicArn: topic, protocol, endpoint, isPending });
  expect(sns.subscribe(topic, protocol, endpoint)).toBe(subscription);
  expect(sns.subscriptions(topic)).toEqual([subscription]);
  expect(sns.subscriptions(sns.createTopic('other'))).toEqual([]);
});

test.each([
  ['sqs', 'http://127.0.0.1/queue'],
  ['sqs', 'arn:aws:sqs:us-east-1:123456789012:'],
  ['sqs', 'arn:aws:lambda:us-east-1:123456789012:alarms'],
  ['http', 'https://example.com'],
  ['https', 'http://example.com'],
  ['https', 'https://'],
  ['email', 'example.com'],
  ['email', ''],
  ['fax', '+123'],
])('%s cannot subscribe with the endpoint "%s"', (protocol, endpoint) => {
  expect(() => sns.subscribe(topic, protocol, endpoint)).toThrow(invalid);
  expect(sns.subscriptions(topic)).toEqual([]);
});

test('a topic that is not there takes no message, has no subscriptions and gets none', () => {
  const unknown = `${topic}x`;
  expect(() => sns.publish(unknown, 'x')).toThrow(notFound);
  expect(() => sns.subscribe(unknown, 'sqs', QUEUE)).toThrow(notFound);
  expect(() => sns.subscriptions(unknown)).toThrow(notFound);
});
