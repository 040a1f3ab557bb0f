/** Works out the values that a CloudFormation template leaves open: Ref, Fn::GetAtt, Fn::Sub and the conditions. */

export type Resource = Readonly<{ Type: string; Condition?: string; Properties?: unknown }>;

/** By logical id ("SiteBucket") or by logical id and attribute ("SiteBucket.DomainName"). */
export type Physical = Readonly<Record<string, string>>;

export type Template = Readonly<{
  /** By logical id, without those whose condition is false. */
  resources: ReadonlyMap<string, Resource>;
  /** The value with every intrinsic worked out; what AWS::NoValue stands for is left out. */
  resolve(value: unknown): unknown;
}>;

type Tree = Readonly<Record<string, unknown>>;
type Scope = Readonly<{ template: Tree; physical: Physical }>;

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const tree = (value: unknown): Tree => (isTree(value) ? value : {});

const noValue = Symbol('AWS::NoValue');

const pseudoParameters: Tree = {
  'AWS::AccountId': '123456789012',
  'AWS::NoValue': noValue,
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::StackId': 'arn:aws:cloudformation:us-east-1:123456789012:stack/stack/id',
  'AWS::StackName': 'stack',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** Names that `physical` does not give are made of the logical id and the attribute. */
export const readTemplate = (template: unknown, physical: Physical = {}): Template => {
  if (!isTree(template) || !isTree(template['Resources'])) {
    throw new Error('expected a CloudFormation template with Resources');
  }
  const scope = { template, physical };
  const present = Object.entries(template['Resources']).filter(([, resource]) => {
    const condition = tree(resource)['Condition'];
    return typeof condition !== 'string' || holds(condition, scope);
  });
  return {
    resources: new Map(present as [string, Resource][]),
    resolve: (value) => resolve(value, scope),
  };
};

const resolve = (value: unknown, scope: Scope): unknown => {
  if (Array.isArray(value))
    return value.map((item) => resolve(item, scope)).filter((item) => item !== noValue);
  if (!isTree(value)) return value;
  const [first, ...rest] = Object.entries(value);
  if (first && rest.length === 0 && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
    return intrinsic(first[0], first[1], scope);
  }
  const entries = Object.entries(value).map(([name, inner]) => [name, resolve(inner, scope)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== noValue));
};

const intrinsic = (name: string, argument: unknown, scope: Scope): unknown => {
  switch (name) {
    case 'Ref':
      return reference(String(argument), scope);
    case 'Fn::GetAtt': {
      const [id = '', ...attribute] = Array.isArray(argument)
        ? argument.map(String)
        : String(argument).split('.');
      return attributeOf(id, attribute.join('.'), scope);
    }
    case 'Fn::Sub':
      return substitute(argument, scope);
    case 'Fn::Join': {
      const [separator, parts] = list(resolve(argument, scope), name);
      return list(parts, name).join(String(separator));
    }
    case 'Fn::Select': {
      const [index, from] = list(resolve(argument, scope), name);
      return list(from, name)[Number(index)];
    }
    case 'Fn::Split': {
      const [separator, text] = list(resolve(argument, scope), name);
      return String(text).split(String(separator));
    }
    case 'Fn::If': {
      const [condition, then, otherwise] = list(argument, name);
      return resolve(holds(String(condition), scope) ? then : otherwise, scope);
    }
    default:
      throw new Error(`expected Ref, GetAtt, Sub, Join, Select, Split or If in the template, got ${name}`);
  }
};

const list = (value: unknown, where: string): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  throw new Error(`${where}: expected a list, got ${JSON.stringify(value)}`);
};

const reference = (id: string, scope: Scope): unknown => {
  if (id in pseudoParameters) return scope.physical[id] ?? pseudoParameters[id];
  const given = scope.physical[id];
  if (given !== undefined) return given;
  const parameter = tree(tree(scope.template['Parameters'])[id]);
  if ('Default' in parameter) return parameter['Default'];
  const { Type: type } = resourceOf(id, scope);
  return type === 'AWS::CloudFront::Function' ? functionArn(id, scope) : id;
};

const attributeOf = (id: string, attribute: string, scope: Scope): unknown => {
  const given = scope.physical[`${id}.${attribute}`];
  if (given !== undefined) return given;
  const { Type: type } = resourceOf(id, scope);
  if (type === 'AWS::CloudFront::Function' && attribute.endsWith('FunctionARN'))
    return functionArn(id, scope);
  return attribute === 'Id' ? reference(id, scope) : `${id}.${attribute}`;
};

const resourceOf = (id: string, { template }: Scope): Resource => {
  const resource = tree(template['Resources'])[id];
  if (isTree(resource)) return resource as Resource;
  throw new Error(`expected a resource or parameter named ${id} in the template`);
};

const functionArn = (id: string, scope: Scope): string => {
  const name = resolve(tree(resourceOf(id, scope).Properties)['Name'] ?? id, scope);
  return `arn:aws:cloudfront::123456789012:function/${String(name)}`;
};

const substitute = (argument: unknown, scope: Scope): string => {
  const [text, values] = Array.isArray(argument) ? argument : [argument, {}];
  return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_all, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    const own = tree(values)[name];
    if (own !== undefined) return String(resolve(own, scope));
    return String(resolve(name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name }, scope));
  });
};

const holds = (condition: string, scope: Scope): boolean => {
  const conditions = tree(scope.template['Conditions']);
  if (!(condition in conditions)) throw new Error(`expected a condition named ${condition} in the template`);
  return judge(conditions[condition], scope);
};

const judge = (value: unknown, scope: Scope): boolean => {
  const [name = '', argument] = Object.entries(tree(value))[0] ?? [];
  if (name === 'Condition') return holds(String(argument), scope);
  if (name === 'Fn::Not') return !judge(list(argument, name)[0], scope);
  if (name === 'Fn::And') return list(argument, name).every((part) => judge(part, scope));
  if (name === 'Fn::Or') return list(argument, name).some((part) => judge(part, scope));
  if (name === 'Fn::Equals') {
    const [one, other] = list(resolve(argument, scope), name);
    return String(one) === String(other);
  }
  throw new Error(`expected a condition in the template, got ${JSON.stringify(value)}`);
};
