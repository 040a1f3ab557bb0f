import { fileURLToPath } from 'node:url';
import { createSqs } from '../world/sqs.ts';
import { type Lambda, poll, startLambda } from './lambda-host.ts';

const modulePath = fileURLToPath(new URL('./fixtures/handler.ts', import.meta.url));
const lines: string[] = [];
let lambda: Lambda;

beforeAll(() => {
  lambda = startLambda({
    name: 'fixture',
    modulePath,
    env: {},
    timeoutMs: 2_000,
    onLog: (line) => lines.push(line),
  });
});
afterAll(() => lambda.stop());

const event = (...bodies: string[]) => ({
  Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })),
});

test('a handler gives its result, and its lines are heard', async () => {
  expect(await lambda.invoke(event('ok', 'fail'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  expect(lines.some((line) => line.startsWith('pid '))).toBe(true);
});

test('what a handler throws rejects with its message, and the process lives on', async () => {
  await expect(lambda.invoke(event('throw'))).rejects.toThrow('as asked');
  await expect(lambda.invoke(event('ok'))).resolves.toEqual({ batchItemFailures: [] });
});

test('a process that ends rejects, and the next invocation has a new one', async () => {
  await expect(lambda.invoke(event('exit'))).rejects.toThrow('ended');
  await expect(lambda.invoke(event('ok'))).resolves.toEqual({ batchItemFailures: [] });
});

test('a handler out of time is killed and named', async () => {
  const slow = startLambda({ name: 'slow', modulePath, env: {}, timeoutMs: 150 });
  await expect(slow.invoke(event('hang'))).rejects.toThrow(/slow timed out after 150 ms/);
  await slow.stop();
});

const polled = async (...bodies: string[]) => {
  const sqs = createSqs({ now: Date.now, id: () => Math.random().toString(36), random: () => 0 });
  sqs.createQueue('q', { visibilityTimeoutMs: 60_000 });
  for (const body of bodies) sqs.send('q', body);
  const errors: unknown[] = [];
  const poller = poll({
    sqs,
    queue: 'q',
    lambdas: [lambda],
    batchSize: 10,
    windowMs: 0,
    onError: (error) => errors.push(error),
  });
  const isTaken = () => sqs.depth('q').visible === 0 && poller.idle();
  while (!isTaken()) await new Promise((resolve) => setTimeout(resolve, 10));
  const left = sqs.peek('q').map(({ body }) => body);
  await poller.stop();
  return { left, errors: errors.length };
};

test.each([
  ['all succeed: all are deleted', ['a', 'b'], [], 0],
  ['some are named as failed: only those stay', ['a', 'fail', 'b'], ['fail'], 0],
  ['the handler throws: all stay', ['a', 'throw'], ['a', 'throw'], 1],
  ['the answer is none: all stay', ['a', 'nothing'], ['a', 'nothing'], 1],
])('%s', async (_case, bodies, left, errors) => {
  expect(await polled(...bodies)).toEqual({ left, errors });
});
