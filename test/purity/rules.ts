/**
 * What a pure file may use, decided on its syntax tree.
 *
 * `shared/core` decides, `shared/passes` orders effects, and doctor's checks judge what was gathered; all must give the same result for the same input,
 * at any time and on any machine. So every name that a file does not declare must be on a list of names that
 * are functions of their arguments. A list of forbidden names would miss the next one.
 */

import { type Node, type Program, parse } from 'acorn';
import { transformSync } from 'esbuild';

export type Layer =
  | 'core'
  | 'passes'
  | 'ports'
  | 'aws'
  | 'functions'
  | 'checks'
  | 'doctor'
  | 'experiments'
  | 'conformance';

export type Finding = Readonly<{ file: string; line: number; what: string }>;

const PURE_GLOBALS = new Set(
  `Array ArrayBuffer BigInt Boolean DataView Error Float64Array Infinity Int32Array Int16Array Int8Array JSON Map
   Math NaN Number Object Promise RangeError RegExp Set String Symbol TextDecoder TextEncoder TypeError URL
   Uint16Array Uint32Array Uint8Array WeakMap WeakSet decodeURIComponent encodeURIComponent undefined`.split(
    /\s+/,
  ),
);

const FORBIDDEN_MEMBERS = new Set(
  `localeCompare toLocaleString toLocaleLowerCase toLocaleUpperCase toLocaleDateString toLocaleTimeString`.split(
    ' ',
  ),
);

/** Which layers a layer may import from, and which packages; everything else is forbidden. */
const MAY_IMPORT: Readonly<Record<Layer, readonly Layer[]>> = {
  core: ['core'],
  passes: ['core', 'ports', 'passes'],
  ports: ['core'],
  aws: ['core', 'ports', 'aws'],
  functions: ['passes', 'aws', 'ports'],
  checks: ['core', 'checks'],
  doctor: ['core', 'ports', 'aws', 'checks', 'doctor'],
  experiments: ['core', 'ports', 'experiments'],
  conformance: ['core', 'ports', 'aws', 'experiments', 'conformance'],
};

const isPure = (layer: Layer): boolean =>
  ['core', 'passes', 'ports', 'checks', 'experiments'].includes(layer);

type AnyNode = Node & Record<string, unknown>;

/** All that a file does that its layer must not. `path` is relative to the project, with slashes. */
export const findImpurities = (path: string, source: string, layer: Layer): readonly Finding[] => {
  const { code } = transformSync(source, { loader: 'ts', format: 'esm', target: 'node24', sourcefile: path });
  const tree = parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true }) as Program &
    AnyNode;
  const findings: Finding[] = [];
  const find = (node: AnyNode, what: string): void => {
    findings.push({ file: path, line: node.loc?.start.line ?? 0, what });
  };
  checkImports(tree, path, layer, find);
  if (!isPure(layer)) return findings;

  const declared = declaredNames(tree);
  visit(tree, undefined, '', (node, parent, role) => {
    checkNode(node, find, layer);
    if (node.type === 'Identifier' && isReference(parent, role))
      checkName(node, parent, role, declared, find);
  });
  return findings;
};

type Find = (node: AnyNode, what: string) => void;

const checkImports = (tree: AnyNode, path: string, layer: Layer, find: Find): void => {
  for (const statement of tree['body'] as AnyNode[]) {
    const from = (statement['source'] as { value?: string } | null | undefined)?.value;
    if (from === undefined) continue;
    const why = forbiddenImport(path, layer, from, statement);
    if (why) find(statement, why);
  }
};

const forbiddenImport = (
  path: string,
  layer: Layer,
  from: string,
  statement: AnyNode,
): string | undefined => {
  if (!from.startsWith('.')) {
    if (!isPure(layer) || isCreateHash(from, statement)) return undefined;
    return `imports the package ${from}`;
  }
  const target = layerOf(resolve(path, from));
  if (target === undefined) return layer === 'core' || isPure(layer) ? `imports ${from}` : undefined;
  return MAY_IMPORT[layer].includes(target) ? undefined : `${layer} imports from ${target}: ${from}`;
};

/** A digest is a function of its bytes; nothing else of node:crypto is. */
const isCreateHash = (from: string, statement: AnyNode): boolean => {
  const names = (statement['specifiers'] as { imported?: { name?: string } }[] | undefined) ?? [];
  return from === 'node:crypto' && names.length === 1 && names[0]?.imported?.name === 'createHash';
};

const resolve = (path: string, from: string): string => {
  const parts = path.split('/').slice(0, -1);
  for (const part of from.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
};

/** The layer of a file, or undefined where it has none (shared/config.ts is read by handlers and adapters). */
export const layerOf = (path: string): Layer | undefined => {
  if (path === 'shared/ports.ts') return 'ports';
  const layers: readonly (readonly [string, Layer])[] = [
    ['shared/core/', 'core'],
    ['shared/passes/', 'passes'],
    ['shared/aws/', 'aws'],
    ['functions/', 'functions'],
    ['shared/doctor/checks', 'checks'],
    ['shared/doctor/', 'doctor'],
    ['shared/conformance/experiment', 'experiments'],
    ['shared/conformance/', 'conformance'],
  ];
  return layers.find(([prefix]) => path.startsWith(prefix))?.[1];
};

const checkNode = (node: AnyNode, find: Find, layer: Layer): void => {
  if (node.type === 'ImportExpression') find(node, 'a dynamic import');
  if (node.type === 'MetaProperty' && (node['meta'] as { name: string }).name === 'import')
    find(node, 'import.meta');
  if ((layer === 'core' || layer === 'checks') && (node['async'] === true || node.type === 'AwaitExpression'))
    find(node, `waits: ${layer} is synchronous`);
  if (node.type === 'MemberExpression') checkMember(node, find);
};

const checkMember = (node: AnyNode, find: Find): void => {
  const object = node['object'] as AnyNode & { name?: string };
  const name = memberName(node);
  if (name !== undefined && FORBIDDEN_MEMBERS.has(name))
    find(node, `.${name} depends on the machine's language`);
  if (object.type !== 'Identifier') return;
  if (object.name === 'Math' && (name === undefined || name === 'random')) find(node, 'Math.random');
  if (object.name === 'Promise' && (name === undefined || name === 'race' || name === 'any'))
    find(node, 'a race');
};

const memberName = (node: AnyNode): string | undefined => {
  const property = node['property'] as { name?: string; value?: unknown };
  if (!node['computed']) return property.name;
  return typeof property.value === 'string' ? property.value : undefined;
};

const checkName = (
  node: AnyNode,
  parent: AnyNode | undefined,
  role: string,
  declared: ReadonlySet<string>,
  find: Find,
): void => {
  const name = node['name'] as string;
  if (declared.has(name)) return;
  if (!PURE_GLOBALS.has(name)) {
    find(node, name);
    return;
  }
  const isObject = parent?.type === 'MemberExpression' && role === 'object';
  if (name === 'Math' && !isObject) find(node, 'Math as a value: its random could be taken from it');
};

/** An identifier that is read, not the name of a property or of a label. */
const isReference = (parent: AnyNode | undefined, role: string): boolean => {
  if (!parent) return true;
  if (parent.type === 'MemberExpression' && role === 'property') return parent['computed'] === true;
  if (
    (parent.type === 'Property' ||
      parent.type === 'PropertyDefinition' ||
      parent.type === 'MethodDefinition') &&
    role === 'key'
  ) {
    return parent['computed'] === true;
  }
  const named = [
    'ImportSpecifier',
    'ExportSpecifier',
    'LabeledStatement',
    'BreakStatement',
    'ContinueStatement',
    'MetaProperty',
  ];
  return !named.includes(parent.type);
};

/** Every name that the file declares anywhere, as an import, a binding, a parameter, a function or a class. */
const declaredNames = (tree: AnyNode): ReadonlySet<string> => {
  const names = new Set<string>();
  const bind = (pattern: unknown): void => {
    const node = pattern as (AnyNode & { name?: string }) | null;
    if (!node) return;
    if (node.type === 'Identifier' && node.name !== undefined) names.add(node.name);
    for (const field of ['left', 'argument', 'value', 'local', 'id', 'param'])
      if (isPattern(node, field)) bind(node[field]);
    for (const field of ['elements', 'properties', 'params', 'specifiers'])
      for (const part of (node[field] as unknown[] | undefined) ?? []) bind(part);
  };
  visit(tree, undefined, '', (node) => {
    if (/^(VariableDeclarator|Function|Class|ArrowFunction|Import|CatchClause)/.test(node.type)) bind(node);
  });
  return names;
};

/** Where names are bound, and not merely used. */
const isPattern = (node: AnyNode, field: string): boolean => {
  if (field === 'left') return node.type === 'AssignmentPattern';
  if (field === 'argument') return node.type === 'RestElement';
  if (field === 'value') return node.type === 'Property';
  return node[field] !== undefined;
};

const visit = (
  node: AnyNode,
  parent: AnyNode | undefined,
  role: string,
  see: (node: AnyNode, parent: AnyNode | undefined, role: string) => void,
): void => {
  see(node, parent, role);
  for (const [field, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) visit(child, node, field, see);
    }
  }
};

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
