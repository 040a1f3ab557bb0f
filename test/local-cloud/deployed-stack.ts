/** The packaged template as if it had been deployed: what its resources and outputs are called here. */

import { type Physical, type Resource, readTemplate } from '../world/cloudfront-intrinsics.ts';

export type DeployedStack = Readonly<{
  id: string;
  name: string;
  /** ms since 1970. */
  createdAt: number;
  resources: readonly Readonly<{ id: string; physicalId: string; type: string }>[];
  outputs: Readonly<Record<string, string>>;
  /** With the environment that the functions have here. */
  template: object;
}>;

type Template = Readonly<{
  Resources: Readonly<Record<string, Resource>>;
  Outputs?: Readonly<Record<string, Readonly<{ Condition?: string; Value: unknown }>>>;
}>;

export const STACK_NAME = 'afterbuild-local';

export type Deployment = Readonly<{
  template: unknown;
  /** Names and attributes of resources. */
  physical: Physical;
  /** Settings of the functions that differ from the template's. */
  environment: Readonly<Record<string, string>>;
  createdAt: number;
}>;

export const deployedStack = ({
  template: source,
  physical,
  environment,
  createdAt,
}: Deployment): DeployedStack => {
  const template = source as Template;
  return {
    id: `arn:aws:cloudformation:us-east-1:123456789012:stack/${STACK_NAME}/1`,
    name: STACK_NAME,
    createdAt,
    resources: [...readTemplate(source, physical).resources].map(([id, { Type: type }]) => ({
      id,
      physicalId: physical[id] ?? id,
      type,
    })),
    outputs: outputsOf(template, physical),
    template: withEnvironment(template, environment),
  };
};

const OUTPUT = 'Output';

/** An output is a value under a condition, as a resource's properties are. */
const outputsOf = (template: Template, physical: Physical): Readonly<Record<string, string>> => {
  const outputs = Object.entries(template.Outputs ?? {}).map(([id, { Condition, Value }]) => [
    `${OUTPUT}${id}`,
    { Type: OUTPUT, Properties: { Value }, ...(Condition === undefined ? {} : { Condition }) },
  ]);
  const together = { ...template, Resources: { ...template.Resources, ...Object.fromEntries(outputs) } };
  const { resources, resolve } = readTemplate(together, physical);
  return Object.fromEntries(
    [...resources]
      .filter(([, { Type: type }]) => type === OUTPUT)
      .map(([id, { Properties: properties }]) => [
        id.slice(OUTPUT.length),
        String((resolve(properties) as { Value: unknown }).Value),
      ]),
  );
};

/** Only settings that a function has: what its process needs beside them is no part of a template. */
const withEnvironment = (template: Template, environment: Readonly<Record<string, string>>): object => ({
  ...template,
  Resources: Object.fromEntries(
    Object.entries(template.Resources).map(([id, resource]) => [id, changed(resource, environment)]),
  ),
});

type FunctionProperties = Readonly<{
  Environment?: Readonly<{ Variables?: Readonly<Record<string, unknown>> }>;
}>;

const changed = (resource: Resource, environment: Readonly<Record<string, string>>): Resource => {
  const properties = resource.Properties as FunctionProperties | undefined;
  const variables = properties?.Environment?.Variables;
  if (resource.Type !== 'AWS::Lambda::Function' || !variables) return resource;
  const known = Object.entries(environment).filter(([name]) => Object.hasOwn(variables, name));
  return {
    ...resource,
    Properties: { ...properties, Environment: { Variables: { ...variables, ...Object.fromEntries(known) } } },
  };
};
