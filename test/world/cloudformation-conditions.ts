/**
 * A packaged template as CloudFormation reads it once its conditions are decided. They depend on the params alone,
 * which packaging has filled in: a rule that stumbles over Fn::If would judge nothing.
 */

import { readTemplate } from './cloudfront-intrinsics.ts';

type Tree = Readonly<Record<string, unknown>>;

const NO_VALUE = Symbol('AWS::NoValue');

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Ref, Fn::GetAtt and the like stay; what a condition leaves out is gone. Throws where a condition is unknown. */
export const unconditional = (template: object): object => {
  const { Conditions: _conditions, ...rest } = template as Tree;
  const decide = (condition: unknown): boolean =>
    readTemplate(template).resolve({ 'Fn::If': [condition, true, false] }) === true;
  return decided(rest, decide) as object;
};

const decided = (value: unknown, decide: (condition: unknown) => boolean): unknown => {
  if (Array.isArray(value))
    return value.map((item) => decided(item, decide)).filter((item) => item !== NO_VALUE);
  if (!isTree(value)) return value;
  if (value['Ref'] === 'AWS::NoValue') return NO_VALUE;
  const choice = value['Fn::If'];
  if (Array.isArray(choice)) return decided(decide(choice[0]) ? choice[1] : choice[2], decide);
  const { Condition: condition, ...others } = value;
  // A resource's condition is a name; that of a policy's statement is an object.
  const isOptional = typeof condition === 'string' && ('Type' in value || 'Value' in value);
  if (isOptional && !decide(condition)) return NO_VALUE;
  const kept = Object.entries(isOptional ? others : value).map(
    ([name, inner]) => [name, decided(inner, decide)] as const,
  );
  return Object.fromEntries(kept.filter(([, inner]) => inner !== NO_VALUE));
};
