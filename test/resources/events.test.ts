import { parseHealthHint } from '../../shared/core/health-hints.ts';
import { parseHint } from '../../shared/core/hints.ts';
import { matches } from '../world/eventbridge.ts';
import {
  type Json,
  type Loose,
  PACKAGING_TIMEOUT_MS,
  packagedStack,
  type Stack,
  stackOf,
} from './packaged-stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await packagedStack();
}, PACKAGING_TIMEOUT_MS);

describe('the rules', () => {
  const s3Event = (detail: Json, detailType = 'Object Created') => ({
    source: 'aws.s3',
    'detail-type': detailType,
    detail: { bucket: { name: 'site-bucket' }, object: { key: 'a' }, reason: 'PutObject', ...detail },
  });
  const buildEvent = (status: string, project = 'afterbuild-local-site') => ({
    source: 'aws.codebuild',
    'detail-type': 'CodeBuild Build State Change',
    detail: { 'build-status': status, 'project-name': project },
  });

  test.each([
    ['an object is written', 'SiteObjectRule', s3Event({}), true],
    ['an object is copied', 'SiteObjectRule', s3Event({ reason: 'CopyObject' }), true],
    ['an object is deleted', 'SiteObjectRule', s3Event({ reason: 'DeleteObject' }, 'Object Deleted'), true],
    ['no reason is given', 'SiteObjectRule', s3Event({ reason: undefined }), true],
    [
      'an old version expires',
      'SiteObjectRule',
      s3Event({ reason: 'Lifecycle Expiration' }, 'Object Deleted'),
      false,
    ],
    ['tags change', 'SiteObjectRule', s3Event({}, 'Object Tags Added'), false],
    ['another bucket changes', 'SiteObjectRule', s3Event({ bucket: { name: 'state-bucket' } }), false],
    ['a build succeeds', 'BuildRule', buildEvent('SUCCEEDED'), true],
    ['a build fails', 'BuildRule', buildEvent('FAILED'), true],
    ['a build is stopped', 'BuildRule', buildEvent('STOPPED'), true],
    ['a build begins, which changes nothing yet', 'BuildRule', buildEvent('IN_PROGRESS'), false],
    ['another project builds', 'BuildRule', buildEvent('SUCCEEDED', 'other'), false],
    ['a build begins', 'BuildStartRule', buildEvent('IN_PROGRESS'), true],
    ['a build ends', 'BuildStartRule', buildEvent('SUCCEEDED'), false],
    ['another project begins to build', 'BuildStartRule', buildEvent('IN_PROGRESS', 'other'), false],
  ])('when %s: %s', (_case, rule, event, expected) => {
    expect(matches(stack.properties(rule).EventPattern, event)).toBe(expected);
  });

  test.each([
    ['SiteObjectRule', ['WorkQueue']],
    ['BuildRule', ['WorkQueue', 'CheckQueue']],
    ['BuildStartRule', ['WorkQueue']],
    ['ApiServiceRule', ['CheckQueue']],
  ])('%s sends to %p, and what cannot be delivered to a dead-letter queue', (rule, queues) => {
    expect(
      stack.properties(rule).Targets.map(({ Arn, DeadLetterConfig }: Loose) => [Arn, DeadLetterConfig.Arn]),
    ).toEqual(queues.map((queue) => [`arn:${queue}`, 'arn:EventsDeadLetterQueue']));
  });

  test('of a build the queues get no more than that it ended: its variables stand in the event, in clear', () => {
    const inputs = stack.properties('BuildRule').Targets.map(({ Input }: Loose) => Input);
    for (const input of inputs) expect(input).toBe('{"source":"aws.codebuild"}');
    expect(parseHint({ id: 'm', body: inputs[0], sentAt: 5 }, 'site')).toMatchObject({
      kind: 'build',
      at: 5,
    });
    expect(parseHealthHint(inputs[1])).toEqual({ kind: 'deployed' });
  });

  test('nor of its start more than that it began', () => {
    const [{ Input: input }] = stack.properties('BuildStartRule').Targets;
    expect(parseHint({ id: 'm', body: input, sentAt: 5 }, 'site')).toMatchObject({ kind: 'start', at: 5 });
    expect(JSON.parse(input)).toEqual({ source: 'aws.codebuild', detail: { 'build-status': 'IN_PROGRESS' } });
  });

  test('are four', () => {
    expect(stack.idsOfType('AWS::Events::Rule').toSorted()).toEqual([
      'ApiServiceRule',
      'BuildRule',
      'BuildStartRule',
      'SiteObjectRule',
    ]);
  });

  test('are the only ones that may send to these queues by policy', () => {
    const statements = stack.idsOfType('AWS::SQS::QueuePolicy').flatMap((id) => {
      const { Queues, PolicyDocument } = stack.properties(id);
      return PolicyDocument.Statement.map((statement: Json) => ({ Queues, ...statement }));
    });
    const allowing = (queue: string, ...rules: readonly string[]) => ({
      Queues: [queue],
      Sid: expect.any(String),
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: `arn:${queue}`,
      Condition: { ArnEquals: { 'aws:SourceArn': rules.map((rule) => `arn:${rule}`) } },
    });
    expect(statements.filter(({ Effect }: Json) => Effect === 'Allow')).toEqual([
      allowing('WorkQueue', 'SiteObjectRule', 'BuildRule', 'BuildStartRule'),
      allowing('EventsDeadLetterQueue', 'SiteObjectRule', 'BuildRule', 'BuildStartRule', 'ApiServiceRule'),
      allowing('CheckQueue', 'BuildRule', 'ApiServiceRule', 'SiteObjectRule'),
    ]);
  });

  test('every queue takes and gives messages over TLS only', () => {
    const closed = stack.idsOfType('AWS::SQS::QueuePolicy').flatMap((id) => {
      const { Queues, PolicyDocument } = stack.properties(id);
      const denied = PolicyDocument.Statement.filter(({ Effect }: Json) => Effect === 'Deny');
      expect(denied).toEqual([
        {
          Sid: 'EncryptedInTransit',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]);
      return Queues;
    });
    // Each by one policy: of two the second would replace the first.
    expect(closed.toSorted()).toEqual(stack.idsOfType('AWS::SQS::Queue').toSorted());
  });

  test('without a build project there is none for builds, and nothing speaks of it', () => {
    const template = JSON.parse(
      JSON.stringify(stack.packaged.template).replaceAll('afterbuild-local-site', ''),
    );
    const without = stackOf({ ...stack.packaged, template });
    expect(without.has('BuildRule')).toBe(false);
    expect(without.has('BuildsPolicy')).toBe(false);
    expect(without.properties('WorkQueuePolicy').PolicyDocument.Statement[0].Condition).toEqual({
      ArnEquals: { 'aws:SourceArn': ['arn:SiteObjectRule'] },
    });
  });
});

describe('the queues', () => {
  test.each([
    ['WorkQueue', 'InvalidateLambdaFunction', 1, 'WorkDeadLetterQueue', 1000],
    ['FollowQueue', 'FollowInvalidationLambdaFunction', 0, 'FollowDeadLetterQueue', 1000],
    ['PostQueue', 'PostStatusLambdaFunction', 0, 'PostDeadLetterQueue', 100],
    ['CheckQueue', 'CheckOriginLambdaFunction', 0, 'CheckDeadLetterQueue', 5],
  ])(
    '%s waits six times %s and its window of %d s, and gives up to %s after %d receives',
    (queue, of, window, deadLetters, receives) => {
      expect(stack.properties(queue)).toMatchObject({
        SqsManagedSseEnabled: true,
        VisibilityTimeout: 6 * stack.properties(of).Timeout + window,
        RedrivePolicy: { deadLetterTargetArn: `arn:${deadLetters}`, maxReceiveCount: receives },
      });
      expect(stack.properties(deadLetters)).toEqual({
        SqsManagedSseEnabled: true,
        MessageRetentionPeriod: 14 * 86_400,
      });
    },
  );

  test.each([
    ['WorkTick', 'WorkQueue'],
    ['FollowTick', 'FollowQueue'],
  ])('%s ticks every five minutes into %s', (schedule, queue) => {
    expect(stack.properties(schedule)).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: `arn:${queue}`,
        RoleArn: 'arn:TickRole',
        Input: '{"kind":"tick"}',
        DeadLetterConfig: { Arn: 'arn:EventsDeadLetterQueue' },
        RetryPolicy: { MaximumEventAgeInSeconds: 300 },
      },
    });
  });

  test('the API is checked every minute', () => {
    expect(stack.properties('CheckTick')).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      Target: { Arn: 'arn:CheckQueue', RoleArn: 'arn:TickRole', Input: '{"kind":"tick"}' },
    });
  });

  test('without an API nothing ticks for it, and no rule waits for its service', () => {
    const template = JSON.parse(
      JSON.stringify(stack.packaged.template)
        .replaceAll('api.example.com', '')
        .replaceAll('arn:aws:apprunner:us-east-1:123456789012:service/afterbuild-local-api/1', ''),
    );
    const without = stackOf({ ...stack.packaged, template });
    for (const id of ['CheckTick', 'ApiServiceRule', 'ApiServicePolicy'])
      expect([id, without.has(id)]).toEqual([id, false]);
    expect(without.properties('CheckOriginLambdaFunction').Environment.Variables.API_URL).toBe('');
  });

  test('ticks may go to all queues and the dead-letter queue, and come from this account only', () => {
    const { AssumeRolePolicyDocument, Policies } = stack.properties('TickRole');
    expect(AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      },
    ]);
    expect(Policies.flatMap((policy: Loose) => policy.PolicyDocument.Statement)).toEqual([
      {
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Resource: ['arn:WorkQueue', 'arn:FollowQueue', 'arn:CheckQueue', 'arn:EventsDeadLetterQueue'],
      },
    ]);
  });
});
