/** App Runner, Systems Manager and SNS over HTTP, with the real clients. */

import {
  AppRunnerClient,
  DescribeServiceCommand,
  ListOperationsCommand,
  PauseServiceCommand,
  ResumeServiceCommand,
  StartDeploymentCommand,
} from '@aws-sdk/client-apprunner';
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { type AppRunner, createAppRunner } from '../world/apprunner.ts';
import { createSns, type Sns } from '../world/sns.ts';
import { createSsm } from '../world/ssm.ts';
import { apprunnerService } from './apprunner.ts';
import { type AwsServer, serveAws } from './server.ts';
import { snsService } from './sns.ts';
import { ssmService } from './ssm.ts';

const ServiceArn = 'arn:aws:apprunner:us-east-1:123456789012:service/api/1';

let aws: AwsServer;
let apprunner: AppRunner;
let sns: Sns;
let clients: Readonly<{ apprunner: AppRunnerClient; ssm: SSMClient; sns: SNSClient }>;
let events: { 'detail-type': string; detail: Record<string, string> }[];
let time: number;

beforeEach(async () => {
  let ids = 0;
  time = Date.UTC(2026, 10, 23);
  events = [];
  const [now, id] = [() => time, () => `id${ids++}`];
  apprunner = createAppRunner({
    now,
    id,
    arn: ServiceArn,
    name: 'api',
    url: 'api.example.com',
    onEvent: (event) => events.push(event as (typeof events)[number]),
  });
  sns = createSns({ now, id });
  aws = await serveAws({
    port: 0,
    services: {
      apprunner: apprunnerService(apprunner),
      ssm: ssmService(createSsm()),
      sns: snsService(sns),
    },
  });
  const settings = {
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  };
  clients = {
    apprunner: new AppRunnerClient(settings),
    ssm: new SSMClient(settings),
    sns: new SNSClient(settings),
  };
});
afterEach(async () => {
  for (const client of Object.values(clients)) client.destroy();
  await aws.close();
});

const named = (name: string) => expect.objectContaining({ name });

describe('App Runner', () => {
  const status = async () =>
    (await clients.apprunner.send(new DescribeServiceCommand({ ServiceArn }))).Service?.Status;

  test('a deployment runs, is listed, ends, and tells each step', async () => {
    const { OperationId: id = '' } = await clients.apprunner.send(new StartDeploymentCommand({ ServiceArn }));
    expect(await status()).toBe('OPERATION_IN_PROGRESS');
    time += 60_000;
    apprunner.finish(id, 'SUCCEEDED');
    expect(await status()).toBe('RUNNING');
    const { OperationSummaryList: list } = await clients.apprunner.send(
      new ListOperationsCommand({ ServiceArn }),
    );
    expect(list).toMatchObject([{ Id: id, Type: 'START_DEPLOYMENT', Status: 'SUCCEEDED' }]);
    expect(list?.[0]?.EndedAt?.getTime()).toBe(time);
    expect(events.map(({ detail }) => detail['operationStatus'] ?? detail['currentServiceStatus'])).toEqual([
      'DeploymentStarted',
      'OPERATION_IN_PROGRESS',
      'RUNNING',
      'DeploymentCompletedSuccessfully',
    ]);
  });

  test('a service is paused and resumed, and a paused one is not deployed', async () => {
    const begun = await clients.apprunner.send(new PauseServiceCommand({ ServiceArn }));
    apprunner.finish(begun.OperationId ?? '', 'SUCCEEDED');
    expect(await status()).toBe('PAUSED');
    const deployed = clients.apprunner.send(new StartDeploymentCommand({ ServiceArn }));
    await expect(deployed).rejects.toEqual(named('InvalidStateException'));
    const resumed = await clients.apprunner.send(new ResumeServiceCommand({ ServiceArn }));
    apprunner.finish(resumed.OperationId ?? '', 'FAILED');
    expect(await status()).toBe('PAUSED');
  });

  test('the newest operation comes first, a page at a time', async () => {
    const ids = [0, 1, 2].map(() => {
      const id = apprunner.begin('START_DEPLOYMENT');
      apprunner.finish(id, 'SUCCEEDED');
      return id;
    });
    const page = await clients.apprunner.send(new ListOperationsCommand({ ServiceArn, MaxResults: 2 }));
    const { NextToken } = page;
    const rest = await clients.apprunner.send(
      new ListOperationsCommand({ ServiceArn, MaxResults: 2, ...(NextToken ? { NextToken } : {}) }),
    );
    const listed = [page, rest].flatMap(({ OperationSummaryList: list = [] }) => list.map(({ Id }) => Id));
    expect(listed).toEqual(ids.toReversed());
  });

  test('another service is not there', async () => {
    const described = clients.apprunner.send(new DescribeServiceCommand({ ServiceArn: `${ServiceArn}x` }));
    await expect(described).rejects.toEqual(named('ResourceNotFoundException'));
  });
});

describe('Systems Manager', () => {
  const put = (Name: string, Value: string, Overwrite = false) =>
    clients.ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite }));

  test('a secret is given in clear only to who asks for that', async () => {
    await put('/a/secret', 'in clear');
    const get = async (WithDecryption: boolean) =>
      (await clients.ssm.send(new GetParameterCommand({ Name: '/a/secret', WithDecryption }))).Parameter
        ?.Value;
    expect(await get(true)).toBe('in clear');
    expect(await get(false)).not.toContain('in clear');
  });

  test('a parameter is overwritten only when that was said, and gets a new version', async () => {
    await put('/a', 'one');
    await expect(put('/a', 'two')).rejects.toEqual(named('ParameterAlreadyExists'));
    expect((await put('/a', 'two', true)).Version).toBe(2);
  });

  test('what is not there is said, by name or among others', async () => {
    await put('/a', 'one');
    await expect(clients.ssm.send(new GetParameterCommand({ Name: '/b' }))).rejects.toEqual(
      named('ParameterNotFound'),
    );
    const { Parameters, InvalidParameters } = await clients.ssm.send(
      new GetParametersCommand({ Names: ['/a', '/b'] }),
    );
    expect([Parameters?.map(({ Name }) => Name), InvalidParameters]).toEqual([['/a'], ['/b']]);
  });

  test('a path holds what is right below it, or all of it', async () => {
    for (const name of ['/a/b', '/a/c/d', '/ax']) await put(name, 'x');
    const under = async (Recursive: boolean) => {
      const { Parameters } = await clients.ssm.send(
        new GetParametersByPathCommand({ Path: '/a', Recursive }),
      );
      return Parameters?.map(({ Name }) => Name);
    };
    expect(await under(false)).toEqual(['/a/b']);
    expect(await under(true)).toEqual(['/a/b', '/a/c/d']);
    await clients.ssm.send(new DeleteParameterCommand({ Name: '/a/b' }));
    expect(await under(false)).toEqual([]);
  });
});

describe('SNS', () => {
  const topic = async () =>
    (await clients.sns.send(new CreateTopicCommand({ Name: 'alarms' }))).TopicArn ?? '';

  test('a message reaches its topic with its subject and attributes', async () => {
    const TopicArn = await topic();
    const MessageAttributes = { severity: { DataType: 'String', StringValue: 'high' } };
    const { MessageId } = await clients.sns.send(
      new PublishCommand({ TopicArn, Subject: 'API down', Message: 'é <&>', MessageAttributes }),
    );
    expect(sns.published()).toEqual([
      {
        id: MessageId,
        topicArn: TopicArn,
        message: 'é <&>',
        subject: 'API down',
        attributes: { severity: 'high' },
        at: time,
      },
    ]);
  });

  test('topics and subscriptions are listed', async () => {
    const TopicArn = await topic();
    expect(await topic()).toBe(TopicArn);
    await clients.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'a@example.com' }));
    const { Subscriptions } = await clients.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(Subscriptions).toMatchObject([{ Protocol: 'email', Endpoint: 'a@example.com', TopicArn }]);
    expect((await clients.sns.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }]);
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['an unknown topic', { TopicArn: 'arn:aws:sns:us-east-1:1:no', Message: 'x' }, 'NotFoundException'],
    ['a subject of 100 characters', { Subject: 'x'.repeat(100), Message: 'x' }, 'InvalidParameterException'],
    ['a subject of two lines', { Subject: 'a\nb', Message: 'x' }, 'InvalidParameterException'],
    [
      'JSON without a default',
      { MessageStructure: 'json', Message: '{"sms":"x"}' },
      'InvalidParameterException',
    ],
    ['a structure that is no JSON', { MessageStructure: 'json', Message: 'x' }, 'InvalidParameterException'],
    ['no message', { Message: '' }, 'InvalidParameterException'],
  ])('%s is refused', async (_case, input, code) => {
    const TopicArn = await topic();
    await expect(clients.sns.send(new PublishCommand({ TopicArn, Message: 'x', ...input }))).rejects.toEqual(
      named(code),
    );
  });

  test('a subject of 99 characters is taken', async () => {
    const TopicArn = await topic();
    await clients.sns.send(new PublishCommand({ TopicArn, Subject: 'x'.repeat(99), Message: 'x' }));
    expect(sns.published()).toHaveLength(1);
  });
});
