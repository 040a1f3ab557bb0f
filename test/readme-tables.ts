/**
 * Tables of the README that are made of the packaged template: what a stack puts out, and what its roles may do.
 * `node test/readme-tables.ts` writes them anew.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Params, packageTemplate } from './package-template.ts';
import { type Loose, type Stack, stackOf } from './resources/packaged-stack.ts';

/** A build project is made, so that its role is among them. */
const WITH_ALL_ROLES: Params = { buildProject: '', makeBuildProject: 'true' };

const README = fileURLToPath(new URL('../README.md', import.meta.url));

export type Tables = Readonly<{ outputs: string; permissions: string }>;

export const tablesOfTemplate = async (): Promise<Tables> => {
  const stack = stackOf(await packageTemplate(WITH_ALL_ROLES));
  return { outputs: outputsTable(stack), permissions: permissionsTable(stack) };
};

/** The text between the markers of a table; undefined where they are not. */
export const tableIn = (readme: string, name: keyof Tables): string | undefined =>
  readme.split(`<!-- ${name} -->\n`)[1]?.split(`\n<!-- /${name} -->`)[0];

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const code = (text: string): string => `\`${text}\``;

/** Those with a description are for people; the framework adds others for itself. */
const outputsTable = ({ packaged }: Stack): string => {
  const outputs = (packaged.template as Loose).Outputs as Record<string, { Description?: string }>;
  const rows = Object.entries(outputs).flatMap(([name, { Description: text }]) =>
    text === undefined ? [] : [[code(name), text]],
  );
  return table(['output', 'what it is'], rows);
};

/** Resources by their logical ids: the ARNs of `stackOf` are made of them. */
const resourceName = (resource: unknown): string =>
  String(resource)
    .replace(/^arn:aws:[\w-]+:[\w-]*:\d*:/, '')
    .replace(/^arn:/, '')
    .replaceAll('distribution/E1', 'SiteDistribution');

const isReading = (action: string): boolean => /:(Get|List|Describe|BatchGet|Receive)/.test(action);

/** What only looks comes first. */
const byEffect = (one: string, other: string): number =>
  Number(isReading(other)) - Number(isReading(one)) || (one < other ? -1 : 1);

const permissionsTable = (stack: Stack): string => {
  const policies: Loose[] = stack.idsOfType('AWS::IAM::Policy').map((id) => stack.properties(id));
  const rows = stack.idsOfType('AWS::IAM::Role').flatMap((role) => {
    const own: Loose[] = stack.properties(role).Policies ?? [];
    const attached = policies.filter(({ Roles }) => Roles.includes(role));
    const statements: Loose[] = [...own, ...attached].flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement,
    );
    // The framework and the templates may name the same queue each: one row.
    const actionsOn = new Map<string, string[]>();
    for (const { Action, Resource } of statements) {
      const on = [Resource]
        .flat()
        .map((resource) => code(resourceName(resource)))
        .join(', ');
      actionsOn.set(on, [...(actionsOn.get(on) ?? []), ...[Action].flat()]);
    }
    return [...actionsOn].map(([on, actions]) => [
      code(role.replace('IamRoleLambdaExecution', '')),
      [...new Set(actions)].sort(byEffect).map(code).join(', '),
      on,
    ]);
  });
  return table(['role', 'may', 'on'], rows);
};

const main = async (): Promise<void> => {
  let readme = readFileSync(README, 'utf8');
  for (const [name, text] of Object.entries(await tablesOfTemplate())) {
    const old = tableIn(readme, name as keyof Tables);
    if (old === undefined) throw new Error(`expected <!-- ${name} --> and <!-- /${name} --> in README.md`);
    readme = readme.replace(`<!-- ${name} -->\n${old}`, () => `<!-- ${name} -->\n${text}`);
  }
  writeFileSync(README, readme);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
