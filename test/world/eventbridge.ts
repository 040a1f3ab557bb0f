/** EventBridge's event patterns, and a bus that hands an event to the targets of the rules that match. */

type Json = unknown;

const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Whether an event matches a pattern: every field of the pattern matches, and a field is a list of values or
 * operators of which one has to. Source: EventBridge user guide, "Comparison operators". Throws TypeError for
 * an operator that is not known.
 */
export const matches = (pattern: Json, event: Json): boolean => {
  if (!isObject(pattern))
    throw new TypeError(`expected an event pattern object, got ${JSON.stringify(pattern)}`);
  return Object.entries(pattern).every(([field, expected]) => {
    if (field === '$or') return (expected as Json[]).some((one) => matches(one, event));
    const value = isObject(event) ? event[field] : undefined;
    return Array.isArray(expected) ? matchesAny(expected, value) : matches(expected, value ?? {});
  });
};

const matchesAny = (expected: readonly Json[], value: Json): boolean => {
  const values = Array.isArray(value) ? value : [value];
  return expected.some((one) => values.some((actual) => matchesOne(one, actual)));
};

const matchesOne = (expected: Json, value: Json): boolean => {
  if (!isObject(expected)) return value === expected;
  const [operator, argument] = Object.entries(expected)[0] ?? [];
  return apply(operator ?? '', argument, value);
};

const textWhere = (value: Json, test: (text: string) => boolean): boolean =>
  typeof value === 'string' && test(value);

const apply = (operator: string, argument: Json, value: Json): boolean => {
  switch (operator) {
    case 'exists':
      return (value !== undefined) === argument;
    case 'prefix':
      return textWhere(value, (text) => text.startsWith(String(argument)));
    case 'suffix':
      return textWhere(value, (text) => text.endsWith(String(argument)));
    case 'equals-ignore-case':
      return textWhere(value, (text) => text.toLowerCase() === String(argument).toLowerCase());
    case 'wildcard':
      return textWhere(value, (text) => wildcard(String(argument)).test(text));
    case 'anything-but':
      return (
        value !== undefined &&
        !(Array.isArray(argument) ? argument : [argument]).some((one) => matchesOne(one, value))
      );
    case 'numeric':
      return typeof value === 'number' && inRange(argument as (string | number)[], value);
    default:
      throw new TypeError(`expected a known operator of an event pattern, got "${operator}"`);
  }
};

const wildcard = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
    's',
  );

const inRange = (conditions: readonly (string | number)[], value: number): boolean => {
  for (let index = 0; index < conditions.length; index += 2) {
    if (!compares(String(conditions[index]), Number(conditions[index + 1]), value)) return false;
  }
  return true;
};

const compares = (operator: string, limit: number, value: number): boolean => {
  switch (operator) {
    case '=':
      return value === limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    default:
      throw new TypeError(`expected =, <, <=, > or >=, got "${operator}"`);
  }
};

export type Rule = Readonly<{ name: string; pattern: Json; targets: readonly ((event: Json) => void)[] }>;

/** Hands each event to every target of every rule that matches. */
export const createEventBridge = (rules: readonly Rule[]): Readonly<{ put(event: Json): void }> => ({
  put: (event) => {
    for (const { pattern, targets } of rules)
      if (matches(pattern, event)) for (const target of targets) target(event);
  },
});
