/** The same calls through SDK, HTTP and model, and straight through port and model, must give the same. */

import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { SQSClient } from '@aws-sdk/client-sqs';
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
    queue: queueAdapter(
      clients.sqs,
      { work: url('work'), follow: url('follow'), post: url('missing') },
      () => undefined,
    ),
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
  ...(
    [
      ['part of a second', 0.2],
      ['no time', 0],
      ['less than no time', -5],
      ['more than twelve hours', 50_000],
    ] as const
  ).map(
    ([what, seconds]) =>
      [
        `a message that is postponed by ${what}`,
        async (world: World) => {
          await world.queue.send('work', 'x');
          await world.queue.postpone('work', [receiptIn(world)], seconds);
          return [world.sqs.nextAt('work'), world.sqs.depth('work')];
        },
      ] as const,
  ),
  [
    'messages of which one cannot be postponed',
    async ({ queue, sqs }) => {
      for (const body of ['a', 'b', 'c']) await queue.send('work', body);
      const [first, ...others] = sqs.receive('work', 3).map(({ receiptHandle }) => receiptHandle);
      await queue.postpone('work', [first ?? '', 'no receipt', ...others], 600);
      return [sqs.nextAt('work'), sqs.depth('work')];
    },
  ],
  ['postponing nothing', ({ queue }) => queue.postpone('work', [], 600)],
  [
    'postponing in a queue that is not there',
    ({ queue }) => queue.postpone('post', ['id#receipt'], 1).catch((error: Error) => error.name),
  ],
  ['a message that is too long', ({ queue }) => queue.send('work', 'a'.repeat(1_048_577))],
  ['a message that is empty', ({ queue }) => queue.send('work', '')],
  ['builds of no id', ({ builds }) => builds.get([])],
  ['a build that is not there', ({ builds }) => builds.get(['site:nothing'])],
  [
    'more builds than a page takes',
    async ({ builds, codebuild }) => {
      for (let count = 0; count < 101; count += 1) codebuild.start();
      return builds.list();
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
