/** The same calls through SDK, HTTP and model, and straight through port and model, must give the same. */

import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildsAdapter } from '../../shared/aws/builds.ts';
import { queueAdapter } from '../../shared/aws/queue.ts';
import type { Builds, Queue, QueueName } from '../../shared/ports.ts';
import { buildsPort } from '../simulation/ports/builds.ts';
import { queuePort } from '../simulation/ports/queue.ts';
import { type CodeBuild, createCodeBuild } from '../world/codebuild.ts';
import { createSqs, type Sqs } from '../world/sqs.ts';
import { codebuildService } from './codebuild.ts';
import { serveAws } from './server.ts';
import { queueUrl, sqsService } from './sqs.ts';

type World = Readonly<{ sqs: Sqs; codebuild: CodeBuild; queue: Queue; builds: Builds }>;

const names: Readonly<Record<QueueName, string>> = { work: 'work', follow: 'follow', post: 'missing' };

const models = () => {
  let ids = 0;
  const now = () => 1_800_000_000_000;
  const id = () => {
    ids += 1;
    return `id${ids}`;
  };
  const sqs = createSqs({ now, id, random: () => 0 });
  for (const name of ['work', 'follow']) sqs.createQueue(name);
  return { sqs, codebuild: createCodeBuild({ now, id, project: 'site' }) };
};

const direct = (): World => {
  const { sqs, codebuild } = models();
  return { sqs, codebuild, queue: queuePort(sqs, names), builds: buildsPort(codebuild) };
};

let current = models();
let aws: Awaited<ReturnType<typeof serveAws>>;
let clients: { sqs: SQSClient; codebuild: CodeBuildClient };

beforeAll(async () => {
  aws = await serveAws({
    port: 0,
    services: {
      sqs: {
        operation: (request) => sqsService(current.sqs).operation(request),
        answer: (request, operation) => sqsService(current.sqs).answer(request, operation),
      },
      codebuild: {
        operation: (request) => codebuildService(current.codebuild).operation(request),
        answer: (request, operation) => codebuildService(current.codebuild).answer(request, operation),
      },
    },
  });
  const settings = {
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    maxAttempts: 1,
  };
  clients = {
    sqs: new SQSClient({ ...settings, useQueueUrlAsEndpoint: false }),
    codebuild: new CodeBuildClient(settings),
  };
});
afterAll(() => aws.close());

const overHttp = (): World => {
  current = models();
  const url = (name: string) => queueUrl(aws.url, name);
  return {
    ...current,
    queue: queueAdapter(clients.sqs, { work: url('work'), follow: url('follow'), post: url('missing') }),
    builds: buildsAdapter(clients.codebuild, 'site'),
  };
};

const receiptIn = ({ sqs }: World): string => sqs.receive('work', 1)[0]?.receiptHandle ?? '';

const cases: readonly (readonly [string, (world: World) => Promise<unknown>])[] = [
  [
    'a message that is sent',
    async ({ queue, sqs }) => [await queue.send('work', '{"kind":"é 😀"}'), sqs.peek('work')],
  ],
  ['a queue that is not there', ({ queue }) => queue.send('post', 'x')],
  [
    'a message that is postponed',
    async (world) => {
      await world.queue.send('work', 'x');
      await world.queue.postpone('work', [receiptIn(world)], 600);
      return [world.sqs.nextAt('work'), world.sqs.depth('work')];
    },
  ],
  [
    'a message that is not in flight any more',
    async (world) => {
      await world.queue.send('work', 'x');
      const receipt = receiptIn(world);
      world.sqs.delete('work', receipt);
      await world.queue.postpone('work', [receipt], 1);
      return world.sqs.depth('work');
    },
  ],
  [
    'more messages than one call takes',
    async (world) => {
      for (let count = 0; count < 23; count += 1) await world.queue.send('work', `${count}`);
      const receipts = world.sqs.receive('work', 23).map(({ receiptHandle }) => receiptHandle);
      await world.queue.postpone('work', receipts, 600);
      return [world.sqs.nextAt('work'), world.sqs.depth('work')];
    },
  ],
  ['a project without builds', ({ builds }) => builds.list()],
  [
    'builds in every state',
    async ({ builds, codebuild }) => {
      const statuses = ['SUCCEEDED', 'FAILED', 'FAULT', 'TIMED_OUT', 'STOPPED'] as const;
      for (const status of statuses)
        codebuild.finish(codebuild.start({ commit: 'c0ffee', logUrl: 'https://log' }), status);
      codebuild.start();
      return builds.get(await builds.list());
    },
  ],
];

test.each(cases)('%s', async (_case, act) => {
  const overTheWire = await act(overHttp());
  expect(overTheWire).toEqual(await act(direct()));
});

test('every state of a build has one of four meanings', async () => {
  const { builds, codebuild } = direct();
  const statuses = ['SUCCEEDED', 'FAILED', 'FAULT', 'TIMED_OUT', 'STOPPED'] as const;
  for (const status of statuses) codebuild.finish(codebuild.start(), status);
  codebuild.start();
  const seen = await builds.get(await builds.list());
  expect(seen.map(({ status }) => status)).toEqual([
    'in-progress',
    'stopped',
    'failed',
    'failed',
    'failed',
    'succeeded',
  ]);
});

test('without a project there are no builds, and nothing is asked', async () => {
  expect(await buildsAdapter(clients.codebuild, undefined).list()).toEqual([]);
});

test("the SDK's own check of a received body passes", async () => {
  overHttp();
  const QueueUrl = queueUrl(aws.url, 'work');
  await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'é 😀' }));
  const { Messages } = await clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  );
  expect(Messages?.map(({ Body }) => Body)).toEqual(['é 😀']);
});

test('an operation that is not there answers 501 and names itself', async () => {
  const answer = await fetch(aws.url, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/20261123/us-east-1/sqs/aws4_request, Signature=x',
      'x-amz-target': 'AmazonSQS.PurgeQueue',
    },
    body: '{}',
  });
  expect([answer.status, await answer.text()]).toEqual([501, expect.stringContaining('PurgeQueue')]);
});
