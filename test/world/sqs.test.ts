import { createSqs, SqsError } from './sqs.ts';

const world = (options: { duplicates?: number; random?: () => number } = {}) => {
  let now = 1_000_000;
  let ids = 0;
  const sqs = createSqs({
    now: () => now,
    id: () => {
      ids += 1;
      return `id${ids}`;
    },
    random: () => 0,
    ...options,
  });
  sqs.createQueue('dead');
  sqs.createQueue('q', {
    visibilityTimeoutMs: 30_000,
    redrive: { deadLetterQueue: 'dead', maxReceiveCount: 2 },
  });
  return { sqs, pass: (ms: number) => (now += ms), at: () => now };
};

const bodies = (received: readonly { body: string }[]) => received.map(({ body }) => body);

test('a received message is invisible until its timeout and not a millisecond longer', () => {
  const { sqs, pass } = world();
  sqs.send('q', 'a');
  expect(bodies(sqs.receive('q', 10))).toEqual(['a']);
  pass(29_999);
  expect(sqs.receive('q', 10)).toEqual([]);
  pass(1);
  expect(bodies(sqs.receive('q', 10))).toEqual(['a']);
});

test('a deleted message never comes back, unless duplicates are on', () => {
  const { sqs, pass } = world();
  sqs.send('q', 'a');
  sqs.delete('q', sqs.receive('q', 1)[0]?.receiptHandle ?? '');
  pass(60_000);
  expect(sqs.receive('q', 1)).toEqual([]);

  const doubled = world({ duplicates: 1 });
  doubled.sqs.send('q', 'a');
  doubled.sqs.delete('q', doubled.sqs.receive('q', 1)[0]?.receiptHandle ?? '');
  expect(bodies(doubled.sqs.receive('q', 1))).toEqual(['a']);
});

test('a changed visibility counts from the change', () => {
  const { sqs, pass } = world();
  sqs.send('q', 'a');
  const receipt = sqs.receive('q', 1)[0]?.receiptHandle ?? '';
  pass(10_000);
  sqs.changeVisibility('q', receipt, 5_000);
  pass(4_999);
  expect(sqs.receive('q', 1)).toEqual([]);
  pass(1);
  expect(bodies(sqs.receive('q', 1))).toEqual(['a']);
});

test.each([
  ['below zero', -1],
  ['above twelve hours', 43_200_001],
])('a visibility %s is refused', (_case, ms) => {
  const { sqs } = world();
  sqs.send('q', 'a');
  const receipt = sqs.receive('q', 1)[0]?.receiptHandle ?? '';
  expect(() => sqs.changeVisibility('q', receipt, ms)).toThrow(SqsError);
});

test('the visibility of a message that is visible again cannot be changed', () => {
  const { sqs, pass } = world();
  sqs.send('q', 'a');
  const receipt = sqs.receive('q', 1)[0]?.receiptHandle ?? '';
  pass(30_000);
  expect(() => sqs.changeVisibility('q', receipt, 1)).toThrow(/not in flight/);
});

test('a message that was received too often goes to the dead-letter queue at its next receive', () => {
  const { sqs, pass } = world();
  sqs.send('q', 'a');
  for (const _ of [1, 2]) {
    expect(sqs.receive('q', 1)).toHaveLength(1);
    pass(30_000);
  }
  expect(sqs.receive('q', 1)).toEqual([]);
  expect(bodies(sqs.peek('dead'))).toEqual(['a']);
});

test('receives count up and the time of sending stays', () => {
  const { sqs, pass, at } = world();
  const sent = at();
  sqs.send('q', 'a');
  sqs.receive('q', 1);
  pass(30_000);
  expect(sqs.receive('q', 1)[0]?.attributes).toMatchObject({
    ApproximateReceiveCount: '2',
    SentTimestamp: String(sent),
    ApproximateFirstReceiveTimestamp: String(sent),
  });
});

test('a delayed message is counted as delayed and can be received after its delay', () => {
  const { sqs, pass, at } = world();
  sqs.send('q', 'a', { delayMs: 5_000 });
  expect(sqs.depth('q')).toEqual({ visible: 0, delayed: 1, inFlight: 0 });
  expect(sqs.nextAt('q')).toBe(at() + 5_000);
  pass(5_000);
  expect(sqs.receive('q', 1)).toHaveLength(1);
  expect(sqs.depth('q')).toEqual({ visible: 0, delayed: 0, inFlight: 1 });
});

test('chance decides about the order, and a batch holds each message once', () => {
  const draws = [0.9, 0.1, 0.5];
  const { sqs } = world({ random: () => draws.shift() ?? 0 });
  for (const body of ['a', 'b', 'c']) sqs.send('q', body);
  const received = bodies(sqs.receive('q', 10));
  expect(received).not.toEqual(['a', 'b', 'c']);
  expect([...received].sort()).toEqual(['a', 'b', 'c']);
});

test('a queue that is not there is named', () => {
  expect(() => world().sqs.send('nowhere', 'a')).toThrow(/nowhere/);
});
