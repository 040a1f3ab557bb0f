/** In which order CloudFormation makes the resources of a template: what is referred to comes first. */

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Logical ids that a value refers to. */
const references = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isTree(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (name === 'Ref') return [String(inner)];
    if (name === 'Fn::GetAtt') return [String(Array.isArray(inner) ? inner[0] : inner).split('.')[0] ?? ''];
    if (name === 'Fn::Sub') return substitutions(inner);
    return references(inner);
  });
};

const substitutions = (value: unknown): readonly string[] => {
  const [text, values] = Array.isArray(value) ? value : [value, {}];
  const own = new Set(Object.keys(isTree(values) ? values : {}));
  const named = [...String(text).matchAll(/\$\{([^!}][^}]*)\}/g)].map(
    ([, name = '']) => name.split('.')[0] ?? '',
  );
  return [...named.filter((name) => !own.has(name)), ...references(values)];
};

export type Ordered =
  | Readonly<{ kind: 'order'; ids: readonly string[] }>
  | Readonly<{ kind: 'wrong'; because: string }>;

const isPseudo = (id: string): boolean => id.startsWith('AWS::');

/** `resources` by logical id, without those that a condition leaves out, and with conditions decided. */
export const orderOf = (
  resources: ReadonlyMap<string, unknown>,
  parameters: ReadonlySet<string> = new Set(),
): Ordered => {
  const needs = new Map(
    [...resources].map(([id, resource]) => {
      const { DependsOn: after = [] } = isTree(resource) ? resource : {};
      const all = [...references(resource), ...[after].flat().map(String)];
      return [id, new Set(all.filter((one) => !isPseudo(one) && !parameters.has(one)))] as const;
    }),
  );
  for (const [id, needed] of needs) {
    const missing = [...needed].find((one) => !resources.has(one));
    if (missing !== undefined)
      return { kind: 'wrong', because: `Unresolved resource dependencies [${missing}] in ${id}` };
  }
  const ids: string[] = [];
  while (ids.length < resources.size) {
    const next = [...needs].filter(
      ([id, needed]) => !ids.includes(id) && [...needed].every((one) => ids.includes(one)),
    );
    if (next.length === 0) {
      const left = [...resources.keys()].filter((id) => !ids.includes(id));
      return { kind: 'wrong', because: `Circular dependency between resources: [${left.join(', ')}]` };
    }
    ids.push(...next.map(([id]) => id));
  }
  return { kind: 'order', ids };
};
