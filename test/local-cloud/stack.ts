/** What the local cloud needs of a packaged CloudFormation template: queues, rules, mappings, environment. */

import { type Physical, type Resource, readTemplate, type Template } from '../world/cloudfront-intrinsics.ts';
import { field } from '../world/cloudfront-template-field.ts';
import type { QueueSettings } from '../world/sqs.ts';

/** Queues go by their logical ids. */
export type StackQueue = Readonly<{ name: string; settings: QueueSettings }>;
export type StackRule = Readonly<{ name: string; pattern: unknown; queues: readonly string[] }>;
export type StackMapping = Readonly<{
  functionId: string;
  queue: string;
  batchSize: number;
  windowMs: number;
  concurrency: number;
}>;
export type StackFunction = Readonly<{
  id: string;
  timeoutMs: number;
  environment: Readonly<Record<string, string>>;
}>;

export type Stack = Readonly<{
  queues: readonly StackQueue[];
  rules: readonly StackRule[];
  mappings: readonly StackMapping[];
  functions: readonly StackFunction[];
}>;

const QUEUE_VISIBILITY_DEFAULT_S = 30;
const FUNCTION_TIMEOUT_DEFAULT_S = 3;

/** `arn:...:name` to name; the ARNs are ours, made of logical ids. */
const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);

const arnOf = (id: string): string => `arn:aws:local:us-east-1:000000000000:${id}`;

/** `physical` gives names and attributes that something outside chose; ARNs are made of logical ids. */
export const readStack = (source: unknown, physical: Physical): Stack => {
  const ids = [...readTemplate(source).resources.keys()];
  const arns = Object.fromEntries(ids.map((id) => [`${id}.Arn`, arnOf(id)]));
  const template = readTemplate(source, { ...arns, ...physical });
  const each = <T>(type: string, read: (id: string, resource: Resource) => T): readonly T[] =>
    [...template.resources]
      .filter(([, { Type }]) => Type === type)
      .map(([id, resource]) => read(id, resource));
  return {
    queues: each('AWS::SQS::Queue', (id, resource) => queueOf(id, resource, template)),
    rules: each('AWS::Events::Rule', (id, resource) => ruleOf(id, resource, template)),
    mappings: each('AWS::Lambda::EventSourceMapping', (id, resource) => mappingOf(id, resource, template)),
    functions: each('AWS::Lambda::Function', (id, resource) => functionOf(id, resource, template)),
  };
};

const propertiesOf = (id: string, { Properties }: Resource, template: Template) =>
  field(template.resolve(Properties ?? {}), id);

const queueOf = (id: string, resource: Resource, template: Template): StackQueue => {
  const properties = propertiesOf(id, resource, template);
  const redrive = properties.get('RedrivePolicy');
  const target = redrive.get('deadLetterTargetArn').textOr('');
  return {
    name: id,
    settings: {
      visibilityTimeoutMs: properties.get('VisibilityTimeout').numberOr(QUEUE_VISIBILITY_DEFAULT_S) * 1000,
      ...(target === ''
        ? {}
        : {
            redrive: {
              deadLetterQueue: lastPart(target),
              maxReceiveCount: redrive.get('maxReceiveCount').number(),
            },
          }),
    },
  };
};

const ruleOf = (id: string, resource: Resource, template: Template): StackRule => {
  const properties = propertiesOf(id, resource, template);
  const resolved = template.resolve(resource.Properties ?? {}) as { EventPattern?: unknown };
  return {
    name: id,
    pattern: resolved.EventPattern ?? {},
    queues: properties
      .get('Targets')
      .list()
      .map((target) => lastPart(target.get('Arn').text())),
  };
};

const mappingOf = (id: string, resource: Resource, template: Template): StackMapping => {
  const properties = propertiesOf(id, resource, template);
  return {
    functionId: lastPart(properties.get('FunctionName').text()),
    queue: lastPart(properties.get('EventSourceArn').text()),
    batchSize: properties.get('BatchSize').numberOr(10),
    windowMs: properties.get('MaximumBatchingWindowInSeconds').numberOr(0) * 1000,
    concurrency: properties.get('ScalingConfig').get('MaximumConcurrency').numberOr(2),
  };
};

const functionOf = (id: string, resource: Resource, template: Template): StackFunction => {
  const properties = propertiesOf(id, resource, template);
  const resolved = template.resolve(resource.Properties ?? {}) as {
    Environment?: { Variables?: Readonly<Record<string, unknown>> };
  };
  const variables = Object.entries(resolved.Environment?.Variables ?? {});
  return {
    id,
    timeoutMs: properties.get('Timeout').numberOr(FUNCTION_TIMEOUT_DEFAULT_S) * 1000,
    environment: Object.fromEntries(variables.map(([name, value]) => [name, String(value)])),
  };
};
