/**
 * Nothing that is given up, fails or waits goes unseen: a property of the packaged template, and the proof that it
 * notices whatever is taken out.
 */

import { packageTemplate } from '../package-template.ts';
import { type Loose, PACKAGING_TIMEOUT_MS, type Stack, stackOf } from './packaged-stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = stackOf(await packageTemplate());
}, PACKAGING_TIMEOUT_MS);

/** The stack of a changed copy of the template. */
const changed = (change: (resources: Loose) => void): Stack => {
  const template = structuredClone(stack.packaged.template) as Loose;
  change(template.Resources);
  return stackOf({ ...stack.packaged, template });
};

type Metric = Readonly<{ name: string; of?: string }>;

/** The metrics that decide about the alarms that are told to the topic. */
const watchedMetrics = (of: Stack): readonly Metric[] =>
  of
    .idsOfType('AWS::CloudWatch::Alarm')
    .map(of.properties)
    .filter(({ AlarmActions = [] }) => AlarmActions.some((action: string) => of.has(action)))
    .flatMap(({ Metrics, ...single }) => (Metrics ? statsOf(Metrics) : [single]))
    .map(({ Namespace, MetricName, Dimensions }) => ({
      name: `${Namespace} ${MetricName}`,
      of: Dimensions?.[0]?.Value,
    }));

/** The metrics that the watched expression is made of, by way of others. */
const statsOf = (metrics: readonly Loose[]): readonly Loose[] => {
  const parts = ({ Expression, MetricStat }: Loose): readonly Loose[] =>
    MetricStat
      ? [MetricStat.Metric]
      : metrics.filter(({ Id }) => new RegExp(`\\b${Id}\\b`).test(Expression)).flatMap(parts);
  return metrics.filter(({ ReturnData }) => ReturnData !== false).flatMap(parts);
};

const isWatched = (of: Stack, name: string, value?: string): boolean =>
  watchedMetrics(of).some((metric) => metric.name === name && metric.of === value);

const sources = (of: Stack): readonly string[] => {
  const read = of.idsOfType('AWS::Lambda::EventSourceMapping').map((id) => of.properties(id).EventSourceArn);
  return of.idsOfType('AWS::SQS::Queue').filter((id) => read.includes(`arn:${id}`));
};

const isQueue = (of: Stack, arn: unknown): boolean =>
  of.idsOfType('AWS::SQS::Queue').some((id) => arn === `arn:${id}`);

const isCounted = (of: Stack, id: string): boolean => {
  const { FunctionName } = of.properties(id);
  return of
    .idsOfType('AWS::Logs::MetricFilter')
    .map(of.properties)
    .some(
      ({ LogGroupName, MetricTransformations: [{ MetricNamespace, MetricName }] }) =>
        of.properties(LogGroupName).LogGroupName === `/aws/lambda/${FunctionName}` &&
        isWatched(of, `${MetricNamespace} ${MetricName}`),
    );
};

/** What is not seen, or not kept, when it fails; empty when all is well. */
const gapsIn = (of: Stack): readonly string[] => {
  const gaps: string[] = [];
  const need = (isThere: boolean, gap: string): void => void (isThere || gaps.push(gap));
  const queues = of.idsOfType('AWS::SQS::Queue');

  for (const id of queues) {
    if (sources(of).includes(id)) {
      need(isQueue(of, of.properties(id).RedrivePolicy?.deadLetterTargetArn), `${id}: no dead-letter queue`);
      need(
        isWatched(of, 'AWS/SQS ApproximateAgeOfOldestMessage', `${id}.QueueName`),
        `${id}: nobody watches its age`,
      );
    } else {
      need(
        isWatched(of, 'AWS/SQS ApproximateNumberOfMessagesVisible', `${id}.QueueName`),
        `${id}: nobody watches it`,
      );
    }
  }
  for (const id of of.idsOfType('AWS::Events::Rule'))
    for (const { Id, DeadLetterConfig } of of.properties(id).Targets)
      need(isQueue(of, DeadLetterConfig?.Arn), `${id} ${Id}: no dead-letter queue`);
  for (const id of of.idsOfType('AWS::Scheduler::Schedule'))
    need(isQueue(of, of.properties(id).Target.DeadLetterConfig?.Arn), `${id}: no dead-letter queue`);
  for (const id of of.idsOfType('AWS::Lambda::Function')) {
    need(isWatched(of, 'AWS/Lambda Errors', id), `${id}: nobody watches its errors`);
    need(isWatched(of, 'AWS/Lambda Throttles', id), `${id}: nobody watches its throttles`);
    need(isCounted(of, id), `${id}: nobody counts its alarms`);
  }
  return gaps;
};

test('every queue, rule, schedule and function has its dead-letter queue and its alarm', () => {
  expect(gapsIn(stack)).toEqual([]);
  expect(sources(stack)).toEqual(['WorkQueue', 'FollowQueue', 'PostQueue', 'CheckQueue']);
});

describe('it is noticed when there is taken out', () => {
  const noticed = (change: (resources: Loose) => void): void =>
    expect(gapsIn(changed(change)).length).toBeGreaterThan(0);

  test('the redrive policy of any queue', () => {
    for (const id of sources(stack)) noticed((resources) => delete resources[id].Properties.RedrivePolicy);
  });

  test('the dead-letter queue of any target of a rule', () => {
    for (const id of stack.idsOfType('AWS::Events::Rule'))
      for (const index of stack.properties(id).Targets.keys())
        noticed((resources) => delete resources[id].Properties.Targets[index].DeadLetterConfig);
  });

  test('the dead-letter queue of any schedule', () => {
    for (const id of stack.idsOfType('AWS::Scheduler::Schedule'))
      noticed((resources) => delete resources[id].Properties.Target.DeadLetterConfig);
  });

  test('the metric filter of any log', () => {
    for (const id of stack.idsOfType('AWS::Logs::MetricFilter')) noticed((resources) => delete resources[id]);
  });

  const alarms = (): readonly string[] =>
    stack.idsOfType('AWS::CloudWatch::Alarm').filter((id) => id !== 'HeartbeatAlarm');

  test('any alarm, or the topic that it tells', () => {
    for (const id of alarms()) {
      noticed((resources) => delete resources[id]);
      noticed((resources) => delete resources[id].Properties.AlarmActions);
    }
  });

  test('any metric or expression of an alarm, or its name in the expression that is watched', () => {
    const removed = alarms().flatMap((id) => {
      const metrics: Loose[] = stack.properties(id).Metrics ?? [];
      return metrics.map(({ Id }, index) => {
        noticed((resources) => resources[id].Properties.Metrics.splice(index, 1));
        if (index > 0)
          noticed(({ [id]: { Properties } }) => {
            for (const metric of Properties.Metrics)
              metric.Expression = metric.Expression?.replace(new RegExp(`\\b${Id}\\b`), '0');
          });
        return Id;
      });
    });
    expect(removed.length).toBeGreaterThan(20);
  });
});

describe('it is noticed when there is added', () => {
  test.each([
    ['a queue without an alarm', 'WorkQueue'],
    ['a dead-letter queue without an alarm', 'WorkDeadLetterQueue'],
    ['a function without an alarm', 'InvalidateLambdaFunction'],
  ])('%s', (_case, like) => {
    const more = changed((resources) => {
      resources.Another = structuredClone(resources[like]);
    });
    expect(gapsIn(more).some((gap) => gap.startsWith('Another: '))).toBe(true);
  });
});
