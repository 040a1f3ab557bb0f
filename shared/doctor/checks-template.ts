/** What a stack's template says of itself: just the values that are texts, or the names of resources. */

type Tree = Readonly<Record<string, unknown>>;

const tree = (value: unknown): Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {};

/** Physical ids by logical ids, as ListStackResources gives them. */
export type PhysicalIds = ReadonlyMap<string, string>;

/** The environment of a function; what only AWS can work out (an attribute) is left out. */
export const environmentOf = (
  template: unknown,
  functionId: string,
  ids: PhysicalIds,
): Readonly<Record<string, string>> => {
  const { Environment } = propertiesOf(template, functionId);
  const variables = Object.entries(tree(tree(Environment)['Variables']));
  return Object.fromEntries(
    variables.flatMap(([name, value]) => {
      const text = textOf(value, template, ids);
      return text === undefined ? [] : [[name, text]];
    }),
  );
};

/** A property that is a text; undefined where it is none, or the resource is not there. */
export const propertyOf = (
  template: unknown,
  resourceId: string,
  name: string,
  ids: PhysicalIds,
): string | undefined => textOf(propertiesOf(template, resourceId)[name], template, ids);

/** Whether a condition of the template holds; undefined where only AWS can say. */
export const conditionOf = (template: unknown, name: string): boolean | undefined =>
  holds({ Condition: name }, template);

const propertiesOf = (template: unknown, id: string): Tree =>
  tree(tree(tree(tree(template)['Resources'])[id])['Properties']);

const textOf = (value: unknown, template: unknown, ids: PhysicalIds): string | undefined => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const { Ref: reference, 'Fn::If': choice } = tree(value);
  if (typeof reference === 'string') return ids.get(reference);
  if (!Array.isArray(choice)) return undefined;
  const isMet = holds({ Condition: choice[0] }, template);
  return isMet === undefined ? undefined : textOf(isMet ? choice[1] : choice[2], template, ids);
};

/** The conditions of this stack compare texts; anything else stays open. */
const holds = (condition: unknown, template: unknown): boolean | undefined => {
  const {
    Condition: name,
    'Fn::Equals': equal,
    'Fn::Not': not,
    'Fn::And': all,
    'Fn::Or': any,
  } = tree(condition);
  if (typeof name === 'string') {
    const named = tree(tree(template)['Conditions'])[name];
    return named === undefined ? undefined : holds(named, template);
  }
  if (Array.isArray(equal)) {
    return equal.every((one) => typeof one === 'string') ? equal[0] === equal[1] : undefined;
  }
  if (Array.isArray(not)) {
    const inner = holds(not[0], template);
    return inner === undefined ? undefined : !inner;
  }
  const parts = (Array.isArray(all) ? all : Array.isArray(any) ? any : []).map((part) =>
    holds(part, template),
  );
  if (parts.length === 0 || parts.includes(undefined)) return undefined;
  return Array.isArray(all) ? !parts.includes(false) : parts.includes(true);
};
