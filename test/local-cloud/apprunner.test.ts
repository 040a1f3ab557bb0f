/** What small-services.test.ts leaves out of App Runner over HTTP, with its real client. */

import {
  AppRunnerClient,
  DescribeServiceCommand,
  ListOperationsCommand,
  ListServicesCommand,
  PauseServiceCommand,
  paginateListOperations,
  ResumeServiceCommand,
  StartDeploymentCommand,
} from '@aws-sdk/client-apprunner';
import { type AppRunner, createAppRunner, type OperationType } from '../world/apprunner.ts';
import { apprunnerService } from './apprunner.ts';
import { type AwsServer, serveAws } from './server.ts';

const AT = 1_800_000_000_000;
const ServiceArn = 'arn:aws:apprunner:us-east-1:123456789012:service/api/1';

let time: number;
let service: AppRunner;
let aws: AwsServer;
let client: AppRunnerClient;

const serve = async (begin?: (type: OperationType) => string): Promise<void> => {
  aws = await serveAws({ port: 0, services: { apprunner: apprunnerService(service, begin) } });
  client = new AppRunnerClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
};

beforeEach(async () => {
  let ids = 0;
  time = AT;
  service = createAppRunner({
    now: () => time,
    id: () => `id${ids++}`,
    arn: ServiceArn,
    name: 'api',
    url: 'api.example.com',
  });
  await serve();
});
afterEach(async () => {
  client.destroy();
  await aws.close();
});

const list = (input: Readonly<{ MaxResults?: number; NextToken?: string }> = {}) =>
  client.send(new ListOperationsCommand({ ServiceArn, ...input }));

const deployed = (count: number): readonly string[] =>
  Array.from({ length: count }, () => {
    const id = service.begin('START_DEPLOYMENT');
    service.finish(id, 'SUCCEEDED');
    return id;
  });

test('a service shows where it answers, its status, and when that changed last', async () => {
  time += 60_500;
  const { Service: paused } = await client.send(new PauseServiceCommand({ ServiceArn }));
  const expected = {
    ServiceArn,
    ServiceName: 'api',
    ServiceId: '1',
    ServiceUrl: 'api.example.com',
    Status: 'OPERATION_IN_PROGRESS',
    CreatedAt: new Date(AT),
    UpdatedAt: new Date(AT + 60_500),
  };
  expect(paused).toEqual(expected);
  expect((await client.send(new DescribeServiceCommand({ ServiceArn }))).Service).toEqual(expected);
  expect((await client.send(new ListServicesCommand({}))).ServiceSummaryList).toEqual([expected]);
});

test('an operation shows its times, and an end when it has one', async () => {
  const { OperationId: Id = '' } = await client.send(new StartDeploymentCommand({ ServiceArn }));
  const operation = { Id, Type: 'START_DEPLOYMENT', TargetArn: ServiceArn, StartedAt: new Date(AT) };
  time += 1_500;
  service.enter(Id, 'ROLLBACK_IN_PROGRESS');
  expect((await list()).OperationSummaryList).toEqual([
    { ...operation, Status: 'ROLLBACK_IN_PROGRESS', UpdatedAt: new Date(AT + 1_500) },
  ]);
  time += 1_000;
  service.finish(Id, 'ROLLBACK_SUCCEEDED');
  const ended = { UpdatedAt: new Date(AT + 2_500), EndedAt: new Date(AT + 2_500) };
  expect((await list()).OperationSummaryList).toEqual([
    { ...operation, Status: 'ROLLBACK_SUCCEEDED', ...ended },
  ]);
});

test('who says no MaxResults gets all operations at once, and who does gets each once', async () => {
  const ids = deployed(21).toReversed();
  const { OperationSummaryList: all = [], NextToken } = await list();
  expect([all.map(({ Id }) => Id), NextToken]).toEqual([ids, undefined]);

  const pages: (string | undefined)[][] = [];
  for await (const { OperationSummaryList: page = [] } of paginateListOperations(
    { client, pageSize: 20 },
    { ServiceArn },
  )) {
    pages.push(page.map(({ Id }) => Id));
  }
  expect(pages).toEqual([ids.slice(0, 20), ids.slice(20)]);
});

test.each([
  ['MaxResults of 0', { MaxResults: 0 }],
  ['MaxResults of 21', { MaxResults: 21 }],
  ['a token that nobody gave', { NextToken: 'x' }],
])('%s is refused', async (_case, input) => {
  await expect(list(input)).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: expect.stringContaining('expected'),
    $metadata: { httpStatusCode: 400 },
  });
});

test('whoever is asked to begin operations is asked, with the type, and only for this service', async () => {
  const asked: OperationType[] = [];
  await aws.close();
  await serve((type) => `operation-${asked.push(type)}`);
  const commands = [StartDeploymentCommand, PauseServiceCommand, ResumeServiceCommand] as const;
  const ids: unknown[] = [];
  for (const Command of commands) {
    const { OperationId: id } = await client.send(new Command({ ServiceArn }) as StartDeploymentCommand);
    ids.push(id);
    const elsewhere = client.send(new Command({ ServiceArn: `${ServiceArn}x` }) as StartDeploymentCommand);
    await expect(elsewhere).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  }
  expect(asked).toEqual(['START_DEPLOYMENT', 'PAUSE_SERVICE', 'RESUME_SERVICE']);
  expect(ids).toEqual(['operation-1', 'operation-2', 'operation-3']);
  await expect(client.send(new ListOperationsCommand({ ServiceArn: 'x' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('a service that runs cannot be resumed, nor one that is paused be paused', async () => {
  const wrong = { name: 'InvalidStateException', $metadata: { httpStatusCode: 400 } };
  await expect(client.send(new ResumeServiceCommand({ ServiceArn }))).rejects.toMatchObject(wrong);
  service.finish(service.begin('PAUSE_SERVICE'), 'SUCCEEDED');
  await expect(client.send(new PauseServiceCommand({ ServiceArn }))).rejects.toMatchObject(wrong);
});
