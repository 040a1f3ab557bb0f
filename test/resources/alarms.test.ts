import { readFileSync } from 'node:fs';
import { Logger } from '@aws-lambda-powertools/logger';
import { tellTo } from '../../shared/aws/tell.ts';
import { type Params, packageTemplate } from '../package-template.ts';
import { type Loose, PACKAGING_TIMEOUT_MS, type Stack, stackOf } from './packaged-stack.ts';

let stack: Stack;
let watched: Stack;

beforeAll(async () => {
  const packaged = async (params: Params): Promise<Stack> => stackOf(await packageTemplate(params));
  stack = await packaged({});
  watched = await packaged({ alarmEmail: 'ops@example.com', dashboard: 'true', holdMaxMs: '60000' });
}, 3 * PACKAGING_TIMEOUT_MS);

const ALARMS = [
  'AgesAlarm',
  'DeadLettersAlarm',
  'ErrorsAlarm',
  'HeartbeatAlarm',
  'SaidAlarm',
  'ThrottlesAlarm',
];
const expressionsOf = (from: Stack, alarm: string): Loose =>
  Object.fromEntries(
    from
      .properties(alarm)
      .Metrics.filter(({ Expression }: Loose) => Expression)
      .map(({ Id, Expression }: Loose) => [Id, Expression]),
  );

describe('the topic', () => {
  test('takes alarms of this stack, and has nobody to tell unless a mail address is set', () => {
    expect(stack.properties('AlarmTopicPolicy')).toEqual({
      Topics: ['AlarmTopic'],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'TheAlarmsPublish',
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Resource: 'AlarmTopic',
            Condition: {
              StringEquals: { 'aws:SourceAccount': '123456789012' },
              ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:stack-*' },
            },
          },
          {
            Sid: 'EncryptedInTransit',
            Effect: 'Deny',
            Principal: '*',
            Action: 'sns:Publish',
            Resource: 'AlarmTopic',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
    expect(stack.idsOfType('AWS::SNS::Subscription')).toEqual([]);
  });

  test('is not encrypted with a key that CloudWatch may not use', () => {
    expect(stack.properties('AlarmTopic').KmsMasterKeyId).toBeUndefined();
  });

  test('tells the mail address that is set', () => {
    const subscriptions = watched.idsOfType('AWS::SNS::Subscription').map(watched.properties);
    expect(subscriptions).toEqual([
      { TopicArn: 'AlarmTopic', Protocol: 'email', Endpoint: 'ops@example.com' },
    ]);
  });

  test.each(ALARMS)('%s is told to it, by a name that its policy lets in, with a description', (alarm) => {
    const { AlarmActions, AlarmName, AlarmDescription, ActionsEnabled } = stack.properties(alarm);
    expect([AlarmActions, ActionsEnabled]).toEqual([['AlarmTopic'], undefined]);
    expect(AlarmName).toMatch(/^stack-[a-z-]+$/);
    expect(AlarmDescription.length).toBeGreaterThan(40);
    // SNS cuts nothing off; CloudWatch refuses more.
    expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
  });

  test('is told of the end of a state, and not of that of an event', () => {
    const ending = ALARMS.filter((alarm) => stack.properties(alarm).OKActions?.[0] === 'AlarmTopic');
    expect(ending).toEqual(ALARMS.filter((alarm) => alarm !== 'SaidAlarm'));
  });
});

describe('alarms in the logs', () => {
  const linesOf = (alarm: boolean): Loose => {
    const lines: string[] = [];
    const logger = new Logger({ serviceName: 'invalidate' });
    const keep = (line: string): void => void lines.push(line);
    Object.assign(logger, { console: { info: keep, error: keep } });
    tellTo(logger)({ kind: 'stuck', alarm, because: 'late' });
    return lines.map((line) => JSON.parse(line));
  };

  test.each([
    [true, true],
    [false, undefined],
  ])('a fact with alarm %p is a line of JSON whose alarm is %p', (alarm, expected) => {
    expect(linesOf(alarm)).toEqual([expect.objectContaining({ message: 'stuck', service: 'invalidate' })]);
    expect(linesOf(alarm)[0].alarm).toBe(expected);
  });

  test('are counted in one metric, without dimensions or a default, which would cost', () => {
    const filters = stack.idsOfType('AWS::Logs::MetricFilter').map(stack.properties);
    const transformation = { MetricNamespace: 'Afterbuild/stack', MetricName: 'Alarms', MetricValue: '1' };
    expect(filters).toHaveLength(stack.idsOfType('AWS::Lambda::Function').length);
    for (const filter of filters)
      expect(filter).toEqual({
        LogGroupName: expect.stringMatching(/LogGroup$/),
        FilterPattern: '{ $.alarm IS TRUE }',
        MetricTransformations: [transformation],
      });
    expect(stack.properties('SaidAlarm')).toMatchObject({
      Namespace: transformation.MetricNamespace,
      MetricName: transformation.MetricName,
      Statistic: 'Sum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
  });
});

describe('what each alarm calls too much', () => {
  test.each(['ErrorsAlarm', 'ThrottlesAlarm'])('%s: one in two of three periods', (alarm) => {
    expect(stack.properties(alarm)).toMatchObject({
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  test('one dead letter, until it is gone: a queue that says nothing any more is not empty', () => {
    expect(stack.properties('DeadLettersAlarm')).toMatchObject({
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'ignore',
    });
  });

  test('three periods without an invocation of invalidate, said or unsaid', () => {
    expect(stack.properties('WorkTick').ScheduleExpression).toBe('rate(5 minutes)');
    expect(stack.properties('HeartbeatAlarm')).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Invocations',
      Dimensions: [{ Name: 'FunctionName', Value: 'InvalidateLambdaFunction' }],
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 3,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
    const [mapping] = [stack.resource('HeartbeatAlarm').DependsOn].flat();
    expect(stack.properties(mapping).FunctionName).toBe('arn:InvalidateLambdaFunction');
  });

  test('an age beyond the settings, the visibility timeout of its queue and five minutes', () => {
    const secondsOf = (queue: string): number => stack.properties(queue).VisibilityTimeout;
    const expected = (holdMaxMs: number) => ({
      oldest: 'MAX([workshare, followshare, checkshare, postshare])',
      workshare: `work / (${holdMaxMs} / 1000 + ${secondsOf('WorkQueue')} + 300)`,
      followshare: `follow / (1800000 / 1000 + ${secondsOf('FollowQueue')} + 300)`,
      checkshare: `check / (${secondsOf('CheckQueue')} + 300)`,
      postshare: `post / (3600 + ${secondsOf('PostQueue')} + 300)`,
    });
    expect(expressionsOf(stack, 'AgesAlarm')).toEqual(expected(600_000));
    expect(expressionsOf(watched, 'AgesAlarm')).toEqual(expected(60_000));
    expect(stack.properties('AgesAlarm')).toMatchObject({
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
    // What waits so long for its check is found before it expires.
    expect(secondsOf('CheckQueue') + 600).toBeLessThan(stack.properties('CheckQueue').MessageRetentionPeriod);
  });

  test('the alarms are within what CloudWatch takes: ten metrics, ten expressions, one that is watched', () => {
    expect(stack.idsOfType('AWS::CloudWatch::Alarm').toSorted()).toEqual(ALARMS);
    for (const { Metrics = [] } of ALARMS.map(stack.properties)) {
      const stats = Metrics.filter(({ MetricStat }: Loose) => MetricStat);
      expect(stats.length).toBeLessThanOrEqual(10);
      expect(Metrics.length - stats.length).toBeLessThanOrEqual(10);
      if (Metrics.length > 0)
        expect(Metrics.filter(({ ReturnData }: Loose) => ReturnData !== false)).toHaveLength(1);
      for (const { Id } of Metrics) expect(Id).toMatch(/^[a-z][a-zA-Z0-9_]*$/);
      expect(new Set(Metrics.map(({ Id }: Loose) => Id)).size).toBe(Metrics.length);
    }
  });

  test('cost what the README says', () => {
    const metrics = ALARMS.flatMap(
      (alarm) => stack.properties(alarm).Metrics?.filter(({ MetricStat }: Loose) => MetricStat) ?? [alarm],
    ).length;
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    expect(readme).toContain(`${metrics} alarm metrics`);
    expect(readme).toContain(`$${((metrics - 10) * 0.1).toFixed(2)} a month`);
    for (const alarm of ALARMS)
      expect(readme).toContain(`| \`${stack.properties(alarm).AlarmName.replace('stack-', '')}\` |`);
  });
});
