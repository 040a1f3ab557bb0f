import { fileURLToPath } from 'node:url';
import { type Lambda, startLambda } from './lambda-host.ts';

const modulePath = fileURLToPath(new URL('./fixtures/handler.ts', import.meta.url));
const heard: string[] = [];
const started: Lambda[] = [];

const start = (settings: Partial<Parameters<typeof startLambda>[0]> = {}): Lambda => {
  const lambda = startLambda({ name: 'fixture', modulePath, env: {}, timeoutMs: 5_000, ...settings });
  started.push(lambda);
  return lambda;
};

let lambda: Lambda;
beforeAll(() => {
  lambda = start({ env: { SETTING: 'value' }, onLog: (line, stream) => heard.push(`${stream}: ${line}`) });
});
afterAll(() => Promise.all(started.map((one) => one.stop())));

const event = (...bodies: string[]) => ({
  Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })),
});
const SUCCESS = { batchItemFailures: [] };

type Told = Readonly<{
  functionName: string;
  awsRequestId: string;
  remainingMs: number;
  pid: number;
  env: Readonly<Record<string, string>>;
}>;
const tell = async (one: Lambda = lambda): Promise<Told> => (await one.invoke(event('tell'))) as Told;

test('a handler gives its result', async () => {
  expect(await lambda.invoke(event('ok', 'fail'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
});

test('a handler has its settings, its context and nothing of our environment', async () => {
  process.env['ONLY_OURS'] = 'secret';
  const fresh = start({ env: { SETTING: 'value' } });
  const { env, functionName, awsRequestId, remainingMs } = await tell(fresh);
  expect(env).toMatchObject({ SETTING: 'value', AWS_LAMBDA_FUNCTION_NAME: 'fixture' });
  expect(env).not.toHaveProperty('ONLY_OURS');
  expect(functionName).toBe('fixture');
  expect(awsRequestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(remainingMs).toBeGreaterThan(4_000);
  expect(remainingMs).toBeLessThanOrEqual(5_000);
  delete process.env['ONLY_OURS'];
});

test('one process answers one invocation after the other, under another id each time', async () => {
  const [first, second] = [await tell(), await tell()];
  expect(second.pid).toBe(first.pid);
  expect(second.awsRequestId).not.toBe(first.awsRequestId);
});

test('a second invocation at the same time is refused', async () => {
  const first = lambda.invoke(event('ok'));
  await expect(lambda.invoke(event('ok'))).rejects.toThrow('one invocation of fixture at a time');
  await expect(first).resolves.toEqual(SUCCESS);
});

test('what a handler throws rejects with its message, and the process lives on', async () => {
  const { pid } = await tell();
  await expect(lambda.invoke(event('throw'))).rejects.toThrow('as asked');
  expect((await tell()).pid).toBe(pid);
});

test('a process that ends rejects with its exit code, and the next invocation has a new one', async () => {
  const { pid } = await tell();
  await expect(lambda.invoke(event('exit'))).rejects.toThrow('the process of fixture ended with 3');
  expect((await tell()).pid).not.toBe(pid);
});

test('a process that ended between two invocations is replaced without a failure', async () => {
  const { pid } = await tell();
  await lambda.invoke(event('exit after'));
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await tell()).pid).not.toBe(pid);
});

test('a handler out of time is killed and named, and the very next invocation has a new process', async () => {
  const slow = start({ name: 'slow', timeoutMs: 150 });
  const { pid } = await tell(slow);
  await expect(slow.invoke(event('hang'))).rejects.toThrow('slow timed out after 150 ms');
  expect((await tell(slow)).pid).not.toBe(pid);
  await slow.stop();
  expect(isAlive(pid)).toBe(false);
});

test('loading the module takes nothing from the time of the first invocation', async () => {
  const slow = fileURLToPath(new URL('./fixtures/slow-module.ts', import.meta.url));
  expect(await start({ modulePath: slow, timeoutMs: 200 }).invoke(event('ok'))).toBe('loaded');
});

test.each([
  ['a module that is not there', { modulePath: '/nowhere/handler.ts' }, /nowhere/],
  ['an export that is not there', { exportName: 'other' }, /expected .*handler\.ts to export other/],
])('%s is an error of the invocation', async (_case, settings, message) => {
  await expect(start(settings).invoke(event('ok'))).rejects.toThrow(message);
});

test('when it has stopped, every line was heard, from both streams', async () => {
  await lambda.invoke(event('stderr'));
  const { pid } = await tell();
  await lambda.stop();
  expect(heard).toContain('stderr: a complaint');
  expect(heard).toContain(`stdout: pid ${pid}`);
  expect(isAlive(pid)).toBe(false);
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
