/** What the local cloud needs of a packaged CloudFormation template: queues, rules, mappings, environment. */

import { type Physical, type Resource, readTemplate, type Template } from '../world/cloudfront-intrinsics.ts';
import { type Field, field } from '../world/cloudfront-template-field.ts';
import type { QueueSettings } from '../world/sqs.ts';
import type { Xml } from './xml.ts';

/** Queues go by their logical ids. */
export type StackQueue = Readonly<{ name: string; settings: QueueSettings }>;
export type StackRule = Readonly<{
  name: string;
  pattern: unknown;
  /** `input` is sent in the event's place where a target has one. */
  targets: readonly Readonly<{ queue: string; input?: string }>[];
}>;
export type StackMapping = Readonly<{
  functionId: string;
  queue: string;
  batchSize: number;
  windowMs: number;
  concurrency: number;
  /** Without ReportBatchItemFailures an answer names no failures. */
  reportsFailures: boolean;
}>;
/** What Scheduler sends, as it is, and how often. */
export type StackSchedule = Readonly<{ name: string; everyMs: number; queue: string; input: string }>;
export type StackFunction = Readonly<{
  id: string;
  timeoutMs: number;
  environment: Readonly<Record<string, string>>;
}>;

export type Stack = Readonly<{
  queues: readonly StackQueue[];
  rules: readonly StackRule[];
  mappings: readonly StackMapping[];
  schedules: readonly StackSchedule[];
  functions: readonly StackFunction[];
}>;

const QUEUE_VISIBILITY_DEFAULT_S = 30;
const FUNCTION_TIMEOUT_DEFAULT_S = 3;
const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** `arn:...:name` to name; the ARNs are ours, made of logical ids. */
const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);

const arnOf = (id: string): string => `arn:aws:local:us-east-1:000000000000:${id}`;

/**
 * `physical` gives names and attributes that something outside chose; ARNs are made of logical ids. What is
 * switched off is left out. Throws an error that names the logical id of what it cannot read.
 */
export const readStack = (source: unknown, physical: Physical): Stack => {
  const ids = [...readTemplate(source).resources.keys()];
  const arns = Object.fromEntries(ids.map((id) => [`${id}.Arn`, arnOf(id)]));
  const template = readTemplate(source, { ...arns, ...physical });
  const isOn = (id: string, resource: Resource): boolean => {
    const { State, Enabled } = resolved(id, resource, template) as { State?: unknown; Enabled?: unknown };
    return State !== 'DISABLED' && String(Enabled) !== 'false';
  };
  const each = <T>(type: string, read: (id: string, resource: Resource) => T): readonly T[] =>
    ofType(type, template)
      .filter(([id, resource]) => isOn(id, resource))
      .map(([id, resource]) => read(id, resource));
  return {
    queues: each('AWS::SQS::Queue', (id, resource) => queueOf(id, resource, template)),
    rules: each('AWS::Events::Rule', (id, resource) => ruleOf(id, resource, template)),
    mappings: each('AWS::Lambda::EventSourceMapping', (id, resource) => mappingOf(id, resource, template)),
    schedules: each('AWS::Scheduler::Schedule', (id, resource) => scheduleOf(id, resource, template)),
    functions: each('AWS::Lambda::Function', (id, resource) => functionOf(id, resource, template)),
  };
};

/** The policies of the template's buckets, as JSON by the buckets' names. */
export const bucketPolicies = (source: unknown, physical: Physical): ReadonlyMap<string, string> => {
  const template = readTemplate(source, physical);
  return new Map(
    ofType('AWS::S3::BucketPolicy', template).map(([id, resource]) => {
      const { PolicyDocument: document } = resolved(id, resource, template) as { PolicyDocument?: unknown };
      return [propertiesOf(id, resource, template).get('Bucket').text(), JSON.stringify(document)];
    }),
  );
};

/** The rules by which the template's buckets let things expire, as S3 says them, by the buckets' names. */
export const bucketLifecycles = (
  source: unknown,
  physical: Physical,
): ReadonlyMap<string, readonly Xml[]> => {
  const template = readTemplate(source, physical);
  return new Map(
    ofType('AWS::S3::Bucket', template).map(([id, resource]) => {
      const { LifecycleConfiguration: lifecycle } = resolved(id, resource, template) as {
        LifecycleConfiguration?: Readonly<{ Rules: readonly Readonly<Record<string, Xml>>[] }>;
      };
      return [physical[id] ?? id, (lifecycle?.Rules ?? []).map(lifecycleRule)];
    }),
  );
};

/** CloudFormation has names of its own for some of it. */
const lifecycleRule = ({
  Id,
  Prefix = '',
  ExpirationInDays: Days,
  ExpiredObjectDeleteMarker,
  ...rest
}: Readonly<Record<string, Xml>>): Xml => {
  const expiration = { Days, ExpiredObjectDeleteMarker };
  const isAny = Days !== undefined || ExpiredObjectDeleteMarker !== undefined;
  return { ID: Id, Filter: { Prefix }, ...rest, ...(isAny ? { Expiration: expiration } : {}) };
};

const ofType = (type: string, { resources }: Template): readonly (readonly [string, Resource])[] =>
  [...resources].filter(([, { Type }]) => Type === type);

const resolved = (id: string, { Properties }: Resource, template: Template): unknown => {
  try {
    return template.resolve(Properties ?? {});
  } catch (cause) {
    throw new Error(`${id}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
};

const propertiesOf = (id: string, resource: Resource, template: Template): Field =>
  field(resolved(id, resource, template), id);

/** The queue that an ARN names; nothing else is delivered to here. */
const queueIn = (arn: Field, template: Template): string => {
  const id = lastPart(arn.text());
  if (template.resources.get(id)?.Type === 'AWS::SQS::Queue') return id;
  throw new Error(`${arn.where}: expected the ARN of a queue in the template, got ${arn.text()}`);
};

const queueOf = (id: string, resource: Resource, template: Template): StackQueue => {
  const properties = propertiesOf(id, resource, template);
  const redrive = properties.get('RedrivePolicy');
  const target = redrive.get('deadLetterTargetArn');
  const retention = properties.get('MessageRetentionPeriod').numberOr(0);
  return {
    name: id,
    settings: {
      visibilityTimeoutMs: properties.get('VisibilityTimeout').numberOr(QUEUE_VISIBILITY_DEFAULT_S) * 1000,
      delayMs: properties.get('DelaySeconds').numberOr(0) * 1000,
      ...(retention === 0 ? {} : { retentionMs: retention * 1000 }),
      ...(target.textOr('') === ''
        ? {}
        : {
            redrive: {
              deadLetterQueue: queueIn(target, template),
              maxReceiveCount: redrive.get('maxReceiveCount').number(),
            },
          }),
    },
  };
};

const ruleOf = (id: string, resource: Resource, template: Template): StackRule => {
  const properties = propertiesOf(id, resource, template);
  const { EventPattern } = resolved(id, resource, template) as { EventPattern?: unknown };
  return {
    name: id,
    pattern: EventPattern ?? {},
    targets: properties
      .get('Targets')
      .list()
      .map((target) => {
        const input = target.get('Input').textOr('');
        return { queue: queueIn(target.get('Arn'), template), ...(input === '' ? {} : { input }) };
      }),
  };
};

const mappingOf = (id: string, resource: Resource, template: Template): StackMapping => {
  const properties = propertiesOf(id, resource, template);
  return {
    functionId: lastPart(properties.get('FunctionName').text()),
    queue: queueIn(properties.get('EventSourceArn'), template),
    batchSize: properties.get('BatchSize').numberOr(10),
    windowMs: properties.get('MaximumBatchingWindowInSeconds').numberOr(0) * 1000,
    concurrency: properties.get('ScalingConfig').get('MaximumConcurrency').numberOr(2),
    reportsFailures: properties.get('FunctionResponseTypes').textsOr([]).includes('ReportBatchItemFailures'),
  };
};

const scheduleOf = (id: string, resource: Resource, template: Template): StackSchedule => {
  const properties = propertiesOf(id, resource, template);
  const target = properties.get('Target');
  return {
    name: id,
    everyMs: intervalIn(properties.get('ScheduleExpression')),
    queue: queueIn(target.get('Arn'), template),
    input: target.get('Input').text(),
  };
};

/** "rate(5 minutes)"; a unit is singular with one. Source: EventBridge Scheduler user guide, "Schedule types". */
const intervalIn = (expression: Field): number => {
  const [, count = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression.text()) ?? [];
  const ms = Number(count) * (UNIT_MS[unit] ?? 0);
  if (ms > 0) return ms;
  throw new Error(`${expression.where}: expected rate(n minutes, hours or days), got ${expression.text()}`);
};

const functionOf = (id: string, resource: Resource, template: Template): StackFunction => {
  const properties = propertiesOf(id, resource, template);
  const { Environment } = resolved(id, resource, template) as {
    Environment?: { Variables?: Readonly<Record<string, unknown>> };
  };
  const variables = Object.entries(Environment?.Variables ?? {});
  return {
    id,
    timeoutMs: properties.get('Timeout').numberOr(FUNCTION_TIMEOUT_DEFAULT_S) * 1000,
    environment: Object.fromEntries(variables.map(([name, value]) => [name, String(value)])),
  };
};
