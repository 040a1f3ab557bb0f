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

const refusalOf = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof SqsError) return error.name;
    throw error;
  }
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
  ['zero', 0, undefined],
  ['twelve hours', 43_200_000, undefined],
  ['below zero', -1, 'InvalidParameterValue'],
  ['above twelve hours', 43_200_001, 'InvalidParameterValue'],
])('a visibility of %s: %s ms', (_case, ms, refusal) => {
  const { sqs } = world();
  sqs.send('q', 'a');
  const receipt = sqs.receive('q', 1)[0]?.receiptHandle ?? '';
  expect(refusalOf(() => sqs.changeVisibility('q', receipt, ms))).toBe(refusal);
});

test('the twelve hours count from the receive, and a refused change changes nothing', () => {
  const { sqs, pass, at } = world();
  sqs.send('q', 'a');
  const receipt = sqs.receive('q', 1)[0]?.receiptHandle ?? '';
  pass(10_000);
  expect(refusalOf(() => sqs.changeVisibility('q', receipt, 43_190_001))).toBe('InvalidParameterValue');
  expect(sqs.nextAt('q')).toBe(at() + 20_000);
  sqs.changeVisibility('q', receipt, 43_190_000);
  expect(sqs.nextAt('q')).toBe(at() + 43_190_000);
});

test('once a message was received again, the old receipt neither deletes nor moves it', () => {
  const { sqs, pass, at } = world();
  sqs.send('q', 'a');
  const old = sqs.receive('q', 1)[0]?.receiptHandle ?? '';
  pass(30_000);
  sqs.receive('q', 1);
  sqs.delete('q', old);
  expect(refusalOf(() => sqs.changeVisibility('q', old, 0))).toBe('MessageNotInflight');
  expect(sqs.nextAt('q')).toBe(at() + 30_000);
});

test('a receipt still deletes a message that is visible again, until somebody receives it', () => {
  const { sqs, pass } = world();
  sqs.send('q', 'a');
  const receipt = sqs.receive('q', 1)[0]?.receiptHandle ?? '';
  pass(30_000);
  sqs.delete('q', receipt);
  expect(sqs.peek('q')).toEqual([]);
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
  expect(sqs.depth('dead')).toEqual({ visible: 1, delayed: 0, inFlight: 0 });
});

test('a message whose dead-letter queue is not there is not lost', () => {
  const { sqs, pass } = world();
  sqs.createQueue('orphan', { redrive: { deadLetterQueue: 'nowhere', maxReceiveCount: 1 } });
  sqs.send('orphan', 'a');
  sqs.receive('orphan', 1);
  pass(30_000);
  expect(refusalOf(() => sqs.receive('orphan', 1))).toBe('QueueDoesNotExist');
  expect(bodies(sqs.peek('orphan'))).toEqual(['a']);
});

test('a message lives as long as its retention, in flight or not, and its age goes with it', () => {
  const { sqs, pass } = world();
  sqs.createQueue('short', { retentionMs: 60_000, visibilityTimeoutMs: 1 });
  for (const body of ['a', 'b']) sqs.send('short', body);
  sqs.changeVisibility('short', sqs.receive('short', 1)[0]?.receiptHandle ?? '', 120_000);
  pass(59_999);
  expect(sqs.peek('short')).toHaveLength(2);
  pass(1);
  expect([sqs.peek('short'), sqs.nextAt('short')]).toEqual([[], undefined]);
});

test('the next instant is that of the first message, and a receive moves it', () => {
  const { sqs, at } = world();
  expect(sqs.nextAt('q')).toBeUndefined();
  sqs.send('q', 'late', { delayMs: 5_000 });
  sqs.send('q', 'now');
  expect(sqs.nextAt('q')).toBe(at());
  sqs.receive('q', 1);
  expect(sqs.nextAt('q')).toBe(at() + 5_000);
});

const MIB = 1_048_576;
test.each([
  ['a megabyte', 'a'.repeat(MIB), 0, undefined],
  ['more than a megabyte', 'a'.repeat(MIB + 1), 0, 'InvalidParameterValue'],
  ['a megabyte in two-byte characters', 'é'.repeat(MIB / 2), 0, undefined],
  ['more than a megabyte in two-byte characters', 'é'.repeat(MIB / 2 + 1), 0, 'InvalidParameterValue'],
  ['nothing', '', 0, 'MissingParameter'],
  ['a delay of fifteen minutes', 'a', 900_000, undefined],
  ['a delay of more than fifteen minutes', 'a', 900_001, 'InvalidParameterValue'],
  ['a delay below zero', 'a', -1, 'InvalidParameterValue'],
])('sending %s', (_case, body, delayMs, refusal) => {
  expect(refusalOf(() => world().sqs.send('q', body, { delayMs }))).toBe(refusal);
});

test('a purged queue is empty, in flight and delayed messages too', () => {
  const { sqs } = world();
  for (const delayMs of [0, 0, 5_000]) sqs.send('q', 'a', { delayMs });
  sqs.receive('q', 1);
  sqs.purge('q');
  expect(sqs.depth('q')).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
});

test('a queue that exists is not made again', () => {
  const { sqs } = world();
  sqs.send('q', 'a');
  expect(refusalOf(() => sqs.createQueue('q'))).toBe('QueueNameExists');
  expect(sqs.peek('q')).toHaveLength(1);
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
