/**
 * A model of CloudFormation: stacks of an account in several regions, with names that may be there only once, buckets
 * that are deleted only when they are empty, and resources that are kept when their stack goes.
 *
 * What resources do is not its business: it makes, updates and deletes them by name.
 */

import { unconditional } from './cloudformation-conditions.ts';
import { givenName } from './cloudformation-names.ts';
import { orderOf } from './cloudformation-order.ts';
import {
  type Buckets,
  createResources,
  type Owner,
  type Resources,
  type StackResource,
  type Tell,
} from './cloudformation-resources.ts';
import { readTemplate } from './cloudfront-intrinsics.ts';

export type StackStatus =
  | 'CREATE_COMPLETE'
  | 'UPDATE_COMPLETE'
  | 'ROLLBACK_COMPLETE'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'DELETE_COMPLETE'
  | 'DELETE_FAILED';

/** `at` in ms since 1970; `because` where something failed. */
export type StackEvent = Readonly<{
  id: string;
  at: number;
  resource: string;
  type: string;
  status: string;
  because?: string;
}>;

export type Stack = Owner &
  Readonly<{
    createdAt: number;
    status: StackStatus;
    template: object;
    resources: readonly StackResource[];
    outputs: Readonly<Record<string, string>>;
    /** Newest last. */
    events: readonly StackEvent[];
  }>;

/** What stays when it is not wanted any more. */
const RETAINED: readonly string[] = ['Retain', 'RetainExceptOnCreate'];

export type CloudFormationOptions = Readonly<{ now(): number; id(): string; buckets: Buckets }>;

/** What CloudFormation refuses before it does anything. */
export class CloudFormationError extends Error {
  override name = 'ValidationError';
}

export type CloudFormation = Readonly<{
  /** By name or id, in a region. */
  find(region: string, name: string): Stack | undefined;
  stacks(region: string): readonly Stack[];
  /**
   * Makes or updates a stack; its status says how that ended. A new one gets the id that its change set promised, if
   * any. Throws a CloudFormationError for a wrong template.
   */
  deploy(region: string, name: string, template: object, id?: string): Stack;
  /** Whether a deployment would change anything. */
  isChanged(region: string, name: string, template: object): boolean;
  /** Throws a CloudFormationError. */
  validate(template: object): void;
  /** The stack as it ended, or undefined where there was none. */
  remove(region: string, name: string): Stack | undefined;
}>;

type Decided = Readonly<{
  Resources: Readonly<
    Record<string, Readonly<{ Type: string; Properties?: unknown; DeletionPolicy?: string }>>
  >;
  Outputs?: Readonly<Record<string, Readonly<{ Value: unknown }>>>;
  Parameters?: Readonly<Record<string, unknown>>;
}>;

/** The template with its conditions decided, and the order in which its resources are made. */
const decidedOf = (template: object): Readonly<{ decided: Decided; ids: readonly string[] }> => {
  const decided = unconditional(template) as Decided;
  const parameters = new Set(Object.keys(decided.Parameters ?? {}));
  const all = new Map<string, unknown>(Object.entries(decided.Resources));
  const order = orderOf(all, parameters);
  const withOutputs = orderOf(new Map([...all, ['Outputs', decided.Outputs ?? {}]]), parameters);
  if (order.kind === 'wrong') throw new CloudFormationError(`Template error: ${order.because}`);
  if (withOutputs.kind === 'wrong') throw new CloudFormationError(`Template error: ${withOutputs.because}`);
  return { decided, ids: order.ids };
};

/** The value with the names of what has been made so far. */
const resolved = (
  decided: Decided,
  { region, name, id }: Owner,
  made: readonly StackResource[],
  value: unknown,
): unknown =>
  readTemplate(decided, {
    'AWS::Region': region,
    'AWS::StackName': name,
    'AWS::StackId': id,
    ...Object.fromEntries(made.map((resource) => [resource.id, resource.physicalId])),
  }).resolve(value);

type Made = Readonly<{
  resources: readonly StackResource[];
  fresh: readonly StackResource[];
  failed: boolean;
}>;

/** Makes what is new and updates what is there, in order, up to the first that fails. */
const makeAll = (
  { decided, ids }: ReturnType<typeof decidedOf>,
  owner: Owner,
  before: readonly StackResource[],
  { make }: Resources,
  tell: Tell,
): Made => {
  const resources: StackResource[] = [];
  const fresh: StackResource[] = [];
  for (const id of ids) {
    const wanted = decided.Resources[id];
    if (!wanted) continue;
    const { Type: type, Properties, DeletionPolicy } = wanted;
    const properties = resolved(decided, owner, resources, Properties ?? {});
    const next = { id, type, properties, isRetained: RETAINED.includes(DeletionPolicy ?? '') };
    const old = before.find((one) => one.id === id && one.type === type);
    // Another name is another resource.
    if (old && (givenName(type, properties) ?? old.physicalId) === old.physicalId) {
      if (JSON.stringify(old.properties) !== JSON.stringify(properties)) tell(id, type, 'UPDATE_COMPLETE');
      resources.push({ ...next, physicalId: old.physicalId });
      continue;
    }
    const made = make(tell, owner, next);
    if (!made) return { resources, fresh, failed: true };
    resources.push(made);
    fresh.push(made);
  }
  return { resources, fresh, failed: false };
};

const STACK_TYPE = 'AWS::CloudFormation::Stack';

export const createCloudFormation = ({ now, id, buckets }: CloudFormationOptions): CloudFormation => {
  const stacks = new Map<string, Stack>();
  const resources = createResources(buckets, id);
  const keyOf = ({ region, name }: Pick<Owner, 'region' | 'name'>): string => `${region}/${name}`;

  const find: CloudFormation['find'] = (region, name) =>
    stacks.get(keyOf({ region, name })) ??
    [...stacks.values()].find((stack) => stack.region === region && stack.id === name);

  /** Collects events behind those that there are. */
  const recorder = (before: readonly StackEvent[]) => {
    const events = [...before];
    const tell: Tell = (resource, type, status, because) => {
      const event = { id: id(), at: now(), resource, type, status };
      events.push(because === undefined ? event : { ...event, because });
    };
    return { events, tell };
  };

  const deploy: CloudFormation['deploy'] = (region, name, template, promised) => {
    const read = decidedOf(template);
    const before = find(region, name);
    const made = `arn:aws:cloudformation:${region}:123456789012:stack/${name}/${id()}`;
    const owner: Owner = { region, name, id: before?.id ?? promised ?? made };
    const { events, tell } = recorder(before?.events ?? []);
    const verb = before ? 'UPDATE' : 'CREATE';
    tell(name, STACK_TYPE, `${verb}_IN_PROGRESS`);
    const done = makeAll(read, owner, before?.resources ?? [], resources, tell);
    if (done.failed) {
      tell(name, STACK_TYPE, before ? 'UPDATE_ROLLBACK_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS');
      for (const one of done.fresh.toReversed())
        resources.unmake(tell, region, { ...one, isRetained: false });
    } else {
      const kept = new Set(done.resources.map(({ physicalId }) => physicalId));
      const left = (before?.resources ?? []).filter(({ physicalId }) => !kept.has(physicalId));
      for (const one of left.toReversed()) resources.unmake(tell, region, one);
    }
    const rolledBack = before ? 'UPDATE_ROLLBACK_COMPLETE' : 'ROLLBACK_COMPLETE';
    const status: StackStatus = done.failed ? rolledBack : `${verb}_COMPLETE`;
    tell(name, STACK_TYPE, status);
    const outputs = Object.entries(read.decided.Outputs ?? {}).map(([key, { Value }]) => [
      key,
      done.failed ? '' : String(resolved(read.decided, owner, done.resources, Value)),
    ]);
    const stack: Stack = {
      ...owner,
      createdAt: before?.createdAt ?? now(),
      status,
      events,
      ...(done.failed
        ? {
            template: before?.template ?? template,
            resources: before?.resources ?? [],
            outputs: before?.outputs ?? {},
          }
        : { template, resources: done.resources, outputs: Object.fromEntries(outputs) }),
    };
    stacks.set(keyOf(stack), stack);
    return stack;
  };

  const remove: CloudFormation['remove'] = (region, name) => {
    const stack = find(region, name);
    if (!stack) return undefined;
    const { events, tell } = recorder(stack.events);
    tell(stack.name, STACK_TYPE, 'DELETE_IN_PROGRESS');
    const left = stack.resources.toReversed().filter((resource) => !resources.unmake(tell, region, resource));
    const status: StackStatus = left.length === 0 ? 'DELETE_COMPLETE' : 'DELETE_FAILED';
    tell(stack.name, STACK_TYPE, status);
    const removed: Stack = { ...stack, status, resources: left, events };
    if (left.length === 0) stacks.delete(keyOf(stack));
    else stacks.set(keyOf(stack), removed);
    return removed;
  };

  return {
    find,
    stacks: (region) => [...stacks.values()].filter((stack) => stack.region === region),
    deploy,
    isChanged: (region, name, template) =>
      JSON.stringify(find(region, name)?.template) !== JSON.stringify(template),
    validate: (template) => void decidedOf(template),
    remove,
  };
};
