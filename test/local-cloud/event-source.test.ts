import { jest } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { createSqs, type QueueSettings } from '../world/sqs.ts';
import { failedIds, type PollOptions, poll } from './event-source.ts';
import type { Lambda } from './lambda-host.ts';

const batch = [{ messageId: 'a' }, { messageId: 'b' }];
const named = (...ids: unknown[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

// Lambda developer guide, "Success and failure conditions".
test.each([
  ['an empty list', named(), []],
  ['a null list', { batchItemFailures: null }, []],
  ['an empty answer', {}, []],
  ['a null answer', null, []],
  ['one message', named('b'), ['b']],
  ['every message', named('a', 'b'), ['a', 'b']],
])('%s names the messages that failed', (_case, answer, expected) => {
  expect([...failedIds(answer, batch)]).toEqual(expected);
});

test.each([
  ['a text', 'done'],
  ['a list', []],
  ['batchItemFailures that are no list', { batchItemFailures: 'a' }],
  ['an empty id', named('')],
  ['a null id', named(null)],
  ['a wrong key', { batchItemFailures: [{ messageId: 'a' }] }],
  ['null in the list', { batchItemFailures: [null] }],
  ['an id of another batch beside a right one', named('a', 'c')],
])('%s means that the whole batch failed', (_case, answer) => {
  expect(() => failedIds(answer, batch)).toThrow(/answer of a handler: expected .*, got/);
});

const START = 1_800_000_000_000;

/** A poller on virtual time, whose handler answers as `answer` says. */
const world = (
  answer: (event: SQSEvent) => unknown,
  options: Partial<PollOptions> & { queue?: string } = {},
) => {
  jest.useFakeTimers({ now: START });
  let ids = 0;
  const sqs = createSqs({ now: Date.now, id: () => `id${ids++}`, random: () => 0 });
  const create = (name: string, settings: QueueSettings) => sqs.createQueue(name, settings);
  create('dead', {});
  create('q', { visibilityTimeoutMs: 30_000, redrive: { deadLetterQueue: 'dead', maxReceiveCount: 2 } });
  const events: SQSEvent[] = [];
  const errors: unknown[] = [];
  const lambda: Lambda = {
    invoke: async (event) => {
      events.push(event as SQSEvent);
      return answer(event as SQSEvent);
    },
    kill: () => undefined,
    stop: async () => undefined,
  };
  const poller = poll({
    sqs,
    queue: 'q',
    lambdas: [lambda],
    batchSize: 10,
    windowMs: 0,
    onError: (error) => errors.push(error),
    ...options,
  });
  const sizes = () => events.map(({ Records }) => Records.length);
  const left = () => sqs.peek('q').map(({ body }) => body);
  return {
    sqs,
    poller,
    events,
    errors,
    sizes,
    left,
    pass: (ms: number) => jest.advanceTimersByTimeAsync(ms),
  };
};
afterEach(() => jest.useRealTimers());

const failing = (body: string) => (event: SQSEvent) =>
  named(...event.Records.filter((record) => record.body === body).map(({ messageId }) => messageId));

test.each([
  ['all succeed: all are deleted', failing('none'), {}, [], 0],
  ['some are named as failed: only those stay', failing('b'), {}, ['b'], 0],
  ['no answer: all are deleted', () => null, {}, [], 0],
  ['an answer that is none: all stay', () => named('nobody'), {}, ['a', 'b', 'c'], 1],
  ['the handler rejects: all stay', () => Promise.reject(new Error('no')), {}, ['a', 'b', 'c'], 1],
  ['failures are not reported: all are deleted', failing('b'), { reportsFailures: false }, [], 0],
])('%s', async (_case, answer, options, expected, errorCount) => {
  const { sqs, left, errors, pass, poller } = world(answer, options);
  for (const body of ['a', 'b', 'c']) sqs.send('q', body);
  await pass(100);
  expect([left(), errors.length, poller.idle()]).toEqual([expected, errorCount, true]);
});

test('what failed comes back after its visibility timeout, counted', async () => {
  const { sqs, events, sizes, pass } = world(failing('a'));
  sqs.send('q', 'a');
  await pass(30_000);
  expect(sizes()).toEqual([1]);
  await pass(100);
  expect(sizes()).toEqual([1, 1]);
  expect(events[1]?.Records[0]?.attributes.ApproximateReceiveCount).toBe('2');
});

test('a batch that went to the dead-letter queue as a whole invokes nobody', async () => {
  const { sqs, sizes, left, pass } = world(failing('a'));
  sqs.send('q', 'a');
  await pass(100_000);
  expect([sizes(), left(), sqs.depth('dead').visible]).toEqual([[1, 1], [], 1]);
  sqs.send('q', 'b');
  await pass(100);
  expect(sizes()).toEqual([1, 1, 1]);
});

test('a batch waits for its window, unless it is full', async () => {
  const { sqs, sizes, pass } = world(failing('none'), { windowMs: 1_000, batchSize: 3 });
  sqs.send('q', 'a');
  await pass(1_000);
  expect(sizes()).toEqual([]);
  await pass(100);
  expect(sizes()).toEqual([1]);
  for (const body of ['a', 'b', 'c', 'd']) sqs.send('q', body);
  await pass(50);
  expect(sizes()).toEqual([1, 3]);
});

test('a window begins with the first message, not with one that somebody else took', async () => {
  const { sqs, sizes, pass } = world(failing('none'), { windowMs: 1_000 });
  sqs.send('q', 'a');
  await pass(900);
  sqs.purge('q');
  await pass(100);
  sqs.send('q', 'b');
  await pass(500);
  expect(sizes()).toEqual([]);
});

test('no more batches run at once than there are environments, and it is not idle meanwhile', async () => {
  const { sqs, sizes, poller, pass } = world(() => new Promise(() => undefined), { batchSize: 1 });
  for (const body of ['a', 'b']) sqs.send('q', body);
  await pass(500);
  expect([sizes(), poller.idle()]).toEqual([[1], false]);
});

test('after it has stopped nothing is received', async () => {
  const { sqs, sizes, poller, pass } = world(failing('none'));
  await poller.stop();
  sqs.send('q', 'a');
  await pass(500);
  expect([sizes(), sqs.depth('q').visible]).toEqual([[], 1]);
});

test('a record is as Lambda makes it', async () => {
  const { sqs, events, pass } = world(failing('none'));
  sqs.send('q', 'hello');
  await pass(50);
  expect(events[0]?.Records[0]).toEqual({
    messageId: 'id0',
    receiptHandle: 'id0#id1',
    body: 'hello',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(START),
      ApproximateFirstReceiveTimestamp: String(START + 50),
      SenderId: 'AIDALOCAL',
    },
    messageAttributes: {},
    md5OfBody: '5d41402abc4b2a76b9719d911017c592',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:q',
    awsRegion: 'us-east-1',
  });
});
