/**
 * EventBridge's event patterns, compiled to tests of events.
 *
 * A field of a pattern is a list of values or operators of which one has to match; operators see leaves only,
 * and a list in the event stands for each of its elements.
 * Source: EventBridge user guide, "Comparison operators" and "Matching on multiple values".
 */

type Json = unknown;
type Tree = Readonly<Record<string, Json>>;
type Test = (leaves: readonly Json[]) => boolean;

const isTree = (value: Json): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const expected = (what: string, where: string, got: Json): TypeError =>
  new TypeError(`${where || 'the event pattern'}: expected ${what}, got ${JSON.stringify(got)}`);

/** Throws a TypeError that names the field, for whatever EventBridge would not take. */
export const compilePattern = (pattern: Json, where = ''): ((event: Json) => boolean) => {
  if (!isTree(pattern) || Object.keys(pattern).length === 0)
    throw expected('an object with fields', where, pattern);
  const tests = Object.entries(pattern).map(([field, wanted]) => {
    const path = where === '' ? field : `${where}.${field}`;
    return field === '$or' ? compileOr(wanted, path) : compileField(field, wanted, path);
  });
  return (event) => tests.every((test) => test(event));
};

const compileOr = (patterns: Json, path: string): ((event: Json) => boolean) => {
  if (!Array.isArray(patterns) || patterns.length < 2) throw expected('a list of patterns', path, patterns);
  const tests = patterns.map((pattern) => compilePattern(pattern, path));
  return (event) => tests.some((test) => test(event));
};

const compileField = (field: string, wanted: Json, path: string): ((event: Json) => boolean) => {
  const valueIn = (event: Json): Json =>
    isTree(event) && Object.hasOwn(event, field) ? event[field] : undefined;
  if (!Array.isArray(wanted)) {
    const test = compilePattern(wanted, path);
    return (event) => {
      const elements = [valueIn(event)].flat(Number.POSITIVE_INFINITY);
      return elements.length === 0 ? test(undefined) : elements.some(test);
    };
  }
  if (wanted.length === 0) throw expected('a list of values or operators', path, wanted);
  const tests = wanted.map((one) => compileValue(one, path));
  return (event) => {
    const leaves = leavesOf(valueIn(event));
    return tests.some((test) => test(leaves));
  };
};

const leavesOf = (value: Json): readonly Json[] =>
  [value].flat(Number.POSITIVE_INFINITY).filter((leaf) => leaf !== undefined && !isTree(leaf));

const compileValue = (wanted: Json, path: string): Test => {
  if (Array.isArray(wanted)) throw expected('a value or an operator', path, wanted);
  if (!isTree(wanted)) return (leaves) => leaves.includes(wanted);
  const [[operator, argument] = ['', undefined], ...others] = Object.entries(wanted);
  if (others.length > 0) throw expected('one operator', path, wanted);
  if (operator === 'exists') {
    if (typeof argument !== 'boolean') throw expected('true or false', `${path}.exists`, argument);
    return (leaves) => leaves.length > 0 === argument;
  }
  const test = leafTest(operator, argument, `${path}.${operator}`);
  return (leaves) => leaves.some(test);
};

const leafTest = (operator: string, argument: Json, path: string): ((leaf: Json) => boolean) => {
  switch (operator) {
    case 'prefix':
      return affixTest(argument, path, (text, affix) => text.startsWith(affix));
    case 'suffix':
      return affixTest(argument, path, (text, affix) => text.endsWith(affix));
    case 'equals-ignore-case':
      return textTest(argument, path, (text, other) => text.toLowerCase() === other.toLowerCase());
    case 'wildcard':
      return wildcardTest(argument, path);
    case 'anything-but':
      return anythingBut(argument, path);
    case 'numeric':
      return numericTest(argument, path);
    default:
      throw new TypeError(`${path}: expected a known operator of an event pattern, got "${operator}"`);
  }
};

type Compare = (text: string, argument: string) => boolean;

const textTest = (argument: Json, path: string, compare: Compare): ((leaf: Json) => boolean) => {
  if (typeof argument !== 'string') throw expected('text', path, argument);
  return (leaf) => typeof leaf === 'string' && compare(leaf, argument);
};

/** `{ "prefix": { "equals-ignore-case": "x" } }` is the one operator inside another besides anything-but. */
const affixTest = (argument: Json, path: string, compare: Compare): ((leaf: Json) => boolean) =>
  isTree(argument) && Object.keys(argument).join() === 'equals-ignore-case'
    ? textTest(argument['equals-ignore-case'], path, (text, affix) =>
        compare(text.toLowerCase(), affix.toLowerCase()),
      )
    : textTest(argument, path, compare);

/** `*` stands for anything, `\*` for itself and `\\` for a backslash. */
const wildcardTest = (argument: Json, path: string): ((leaf: Json) => boolean) => {
  if (typeof argument !== 'string') throw expected('text', path, argument);
  const source = argument.replace(/\\([*\\])|\*|[\\.+?^${}()|[\]]/g, (part, escaped?: string) => {
    if (part === '*') return '.*';
    return escaped === undefined ? `\\${part}` : `\\${escaped}`;
  });
  const regex = new RegExp(`^${source}$`, 's');
  return (leaf) => typeof leaf === 'string' && regex.test(leaf);
};

const WITHIN_ANYTHING_BUT = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'];

/** Takes a value, a list of values, or an operator with a text or a list of texts. */
const anythingBut = (argument: Json, path: string): ((leaf: Json) => boolean) => {
  const excluded = isTree(argument) ? excludedByOperator(argument, path) : [argument].flat();
  if (excluded.length === 0 || excluded.some((one) => Array.isArray(one) || isTree(one))) {
    throw expected('a value, a list of values or one operator', path, argument);
  }
  const tests = excluded.map((one) => (typeof one === 'function' ? one : (leaf: Json) => leaf === one));
  return (leaf) => !tests.some((test) => test(leaf));
};

const excludedByOperator = (argument: Tree, path: string): readonly Json[] => {
  const [[operator, value] = ['', undefined], ...others] = Object.entries(argument);
  if (others.length > 0 || !WITHIN_ANYTHING_BUT.includes(operator)) {
    throw expected(`one of ${WITHIN_ANYTHING_BUT.join(', ')}`, path, argument);
  }
  return [value].flat().map((one) => leafTest(operator, one, `${path}.${operator}`));
};

const COMPARISONS: ReadonlyMap<Json, (value: number, limit: number) => boolean> = new Map([
  ['=', (value, limit) => value === limit],
  ['<', (value, limit) => value < limit],
  ['<=', (value, limit) => value <= limit],
  ['>', (value, limit) => value > limit],
  ['>=', (value, limit) => value >= limit],
]);

/** Takes pairs of a comparison and a limit: `[">", 0, "<=", 5]`. */
const numericTest = (argument: Json, path: string): ((leaf: Json) => boolean) => {
  if (!Array.isArray(argument) || ![2, 4].includes(argument.length)) {
    throw expected('one or two comparisons with their limits', path, argument);
  }
  const tests = argument.flatMap((name, index) => {
    if (index % 2 === 1) return [];
    const compare = COMPARISONS.get(name);
    const limit = argument[index + 1];
    if (!compare) throw expected('=, <, <=, > or >=', path, name);
    if (typeof limit !== 'number') throw expected('a number', path, limit);
    return [(value: number) => compare(value, limit)];
  });
  return (leaf) => typeof leaf === 'number' && tests.every((test) => test(leaf));
};
