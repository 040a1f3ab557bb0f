import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { AppRunnerClient } from '@aws-sdk/client-apprunner';
import { serviceAdapter } from '../../shared/aws/service.ts';

const arn = 'arn:aws:apprunner:eu-west-1:111122223333:service/api/8fe1e10304f84fd2b0df550fe98a71fa';
const startedAt = 1_795_435_200;

type Answers = Readonly<{ service?: unknown; operations?: unknown; refusal?: string }>;
type Asked = Readonly<{ target: string | undefined; body: unknown }>;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** App Runner's protocol, JSON 1.0: the action is in a header. */
const serving = async ({ service, operations, refusal }: Answers) => {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const target = request.headers['x-amz-target']?.toString().split('.').at(-1);
    asked.push({ target, body: JSON.parse(await text(request)) });
    const body =
      target === 'DescribeService' ? { Service: service } : { OperationSummaryList: operations ?? [] };
    response.writeHead(refusal === undefined ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(refusal === undefined ? body : { __type: refusal, message: 'no' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new AppRunnerClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  closers.push(() => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  });
  return { asked, describe: () => serviceAdapter(client, arn).describe() };
};

test('the service is asked for its status, and for its newest operation only', async () => {
  const { asked, describe } = await serving({ service: { Status: 'RUNNING' } });
  expect(await describe()).toEqual({ status: 'running' });
  expect(asked.toSorted((a, b) => String(a.target).localeCompare(String(b.target)))).toEqual([
    { target: 'DescribeService', body: { ServiceArn: arn } },
    { target: 'ListOperations', body: { ServiceArn: arn, MaxResults: 1 } },
  ]);
});

test('a deployment in progress', async () => {
  const { describe } = await serving({
    service: { Status: 'OPERATION_IN_PROGRESS' },
    operations: [{ Id: 'o', Type: 'START_DEPLOYMENT', Status: 'IN_PROGRESS', StartedAt: startedAt }],
  });
  expect(await describe()).toEqual({
    status: 'in-progress',
    operation: { id: 'o', kind: 'deployment', status: 'in-progress', startedAt: startedAt * 1_000 },
  });
});

test('another operation, which ended', async () => {
  const { describe } = await serving({
    service: { Status: 'PAUSED' },
    operations: [
      { Id: 'o', Type: 'PAUSE_SERVICE', Status: 'SUCCEEDED', StartedAt: startedAt, EndedAt: startedAt + 60 },
    ],
  });
  expect(await describe()).toEqual({
    status: 'paused',
    operation: {
      id: 'o',
      kind: 'other',
      status: 'succeeded',
      startedAt: startedAt * 1_000,
      endedAt: (startedAt + 60) * 1_000,
    },
  });
});

test('an operation without a start is none', async () => {
  const { describe } = await serving({
    service: { Status: 'OPERATION_IN_PROGRESS' },
    operations: [{ Id: 'o', Type: 'START_DEPLOYMENT', Status: 'PENDING' }],
  });
  expect(await describe()).toEqual({ status: 'in-progress' });
});

test('an answer without a service is unknown', async () => {
  const { describe } = await serving({});
  expect(await describe()).toEqual({ status: 'unknown' });
});

test('a refusal is thrown, by its name', async () => {
  const { describe } = await serving({ refusal: 'ResourceNotFoundException' });
  await expect(describe()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
