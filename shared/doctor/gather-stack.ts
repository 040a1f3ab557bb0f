/** What CloudFormation says of a stack: its resources by their logical ids, its outputs and its template. */

import {
  type CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import type { Fact } from './checks.ts';
import type { StackSummary } from './checks-stack.ts';
import type { PhysicalIds } from './checks-template.ts';
import { attempt } from './gather-parts.ts';

export type Outputs = Readonly<Record<string, string>>;

/** All that doctor needs of CloudFormation; tests put something else in its place. */
export type Stacks = Readonly<{
  /** Missing where there is no stack of that name, or only what is left of one. */
  describe(name: string): Promise<Fact<'missing' | (StackSummary & Readonly<{ outputs: Outputs }>)>>;
  resources(name: string): Promise<Fact<PhysicalIds>>;
  template(name: string): Promise<Fact<unknown>>;
}>;

export const stacksOf = (client: CloudFormationClient): Stacks => ({
  describe: (name) => attempt(() => describe(client, name)),
  resources: (name) => attempt(() => resources(client, name)),
  template: (name) =>
    attempt(async () => {
      const { TemplateBody: body = '' } = await client.send(new GetTemplateCommand({ StackName: name }));
      return JSON.parse(body) as unknown;
    }),
});

/** "Stack with id X does not exist" is a ValidationError as others are. */
const describe = async (
  client: CloudFormationClient,
  name: string,
): Promise<'missing' | (StackSummary & Readonly<{ outputs: Outputs }>)> => {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    if (!stack) return 'missing';
    const changed = stack.LastUpdatedTime ?? stack.CreationTime;
    return {
      name,
      status: stack.StackStatus ?? 'unknown',
      changedAt: changed?.getTime() ?? 0,
      outputs: Object.fromEntries(
        (stack.Outputs ?? []).map(({ OutputKey: key = '', OutputValue: value = '' }) => [key, value]),
      ),
    };
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return 'missing';
    throw error;
  }
};

const resources = async (client: CloudFormationClient, name: string): Promise<PhysicalIds> => {
  const ids = new Map<string, string>();
  let next: string | undefined;
  do {
    const page = await client.send(
      new ListStackResourcesCommand({ StackName: name, ...(next ? { NextToken: next } : {}) }),
    );
    for (const { LogicalResourceId: id, PhysicalResourceId: physical } of page.StackResourceSummaries ?? [])
      if (id && physical) ids.set(id, physical);
    next = page.NextToken;
  } while (next);
  return ids;
};
