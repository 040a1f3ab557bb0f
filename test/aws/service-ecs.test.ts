import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ECSClient } from '@aws-sdk/client-ecs';
import { expressServiceAdapter } from '../../shared/aws/service-ecs.ts';

const arn = 'arn:aws:ecs:eu-west-1:111122223333:service/my-cluster/api';
const deployment = (id: string): string =>
  `arn:aws:ecs:eu-west-1:111122223333:service-deployment/my-cluster/api/${id}`;
/** In seconds, as ECS has it. */
const startedAt = 1_795_435_200;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** ECS's protocol, JSON 1.1: the action is in a header. */
const serving = async (statusCode: string, serviceDeployments: readonly object[] = [], refusal?: string) => {
  const asked: unknown[] = [];
  const server = createServer(async (request, response) => {
    const target = request.headers['x-amz-target']?.toString().split('.').at(-1);
    asked.push([target, JSON.parse(await text(request))]);
    const body =
      target === 'DescribeExpressGatewayService'
        ? { service: { status: { statusCode } } }
        : { serviceDeployments };
    response.writeHead(refusal === undefined ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(refusal === undefined ? body : { __type: refusal, message: 'no' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new ECSClient({
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
  return { asked, describe: () => expressServiceAdapter(client, arn).describe() };
};

test('the service is asked for by its ARN, its deployments in its own cluster', async () => {
  const { asked, describe } = await serving('ACTIVE');
  expect(await describe()).toEqual({ status: 'running' });
  expect(asked.toSorted()).toEqual([
    ['DescribeExpressGatewayService', { serviceArn: arn }],
    ['ListServiceDeployments', { cluster: 'my-cluster', service: arn }],
  ]);
});

test.each([
  ['ACTIVE', 'running'],
  ['DRAINING', 'deleted'],
  ['INACTIVE', 'deleted'],
  ['SOMETHING_NEW', 'unknown'],
])('a service that is %s is %s', async (statusCode, status) => {
  expect(await (await serving(statusCode)).describe()).toEqual({ status });
});

test.each([
  ['PENDING', 'in-progress'],
  ['IN_PROGRESS', 'in-progress'],
  ['ROLLBACK_IN_PROGRESS', 'in-progress'],
  ['STOP_REQUESTED', 'in-progress'],
  ['SUCCESSFUL', 'succeeded'],
  ['ROLLBACK_SUCCESSFUL', 'failed'],
  ['ROLLBACK_FAILED', 'failed'],
  ['STOPPED', 'failed'],
])('a deployment that is %s is %s', async (status, expected) => {
  const { describe } = await serving('ACTIVE', [
    { serviceDeploymentArn: deployment('d1'), status, startedAt },
  ]);
  expect(await describe()).toEqual({
    status: 'running',
    operation: { id: 'd1', kind: 'deployment', status: expected, startedAt: startedAt * 1_000 },
  });
});

test.each([[[0, 1]], [[1, 0]]])(
  'of several deployments the newest counts, in whatever order (%j)',
  async (order) => {
    const both = [
      { serviceDeploymentArn: deployment('old'), status: 'IN_PROGRESS', createdAt: startedAt - 9, startedAt },
      {
        serviceDeploymentArn: deployment('new'),
        status: 'SUCCESSFUL',
        startedAt: startedAt + 1,
        finishedAt: startedAt + 2,
      },
    ];
    const { describe } = await serving(
      'ACTIVE',
      order.map((index) => both[index] ?? {}),
    );
    expect((await describe())?.operation).toEqual({
      id: 'new',
      kind: 'deployment',
      status: 'succeeded',
      startedAt: (startedAt + 1) * 1_000,
      endedAt: (startedAt + 2) * 1_000,
    });
  },
);

test('a refusal is thrown, by its name', async () => {
  const { describe } = await serving('ACTIVE', [], 'ResourceNotFoundException');
  await expect(describe()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
