/** Reads buildspec.yml, as far as the local build project follows it. */

import { parse } from 'yaml';

export const PHASES = ['install', 'pre_build', 'build', 'post_build'] as const;
export type PhaseName = (typeof PHASES)[number];

export type Phase = Readonly<{
  name: PhaseName;
  commands: readonly string[];
  /** Run after the commands, whether they failed or not. */
  finally: readonly string[];
  /** `continue`: the next phase runs even when this one fails. */
  onFailure: 'abort' | 'continue';
}>;

export type Buildspec = Readonly<{
  variables: Readonly<Record<string, string>>;
  /** In the order that they run. */
  phases: readonly Phase[];
  artifacts?: Readonly<{ baseDirectory: string; files: readonly string[]; exclude: readonly string[] }>;
}>;

type Tree = Readonly<Record<string, unknown>>;

const tree = (value: unknown, where: string): Tree => {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Tree;
  throw new Error(`${where}: expected a mapping, got ${JSON.stringify(value)}`);
};

const isText = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

const text = (value: unknown, where: string): string => {
  if (isText(value)) return String(value);
  throw new Error(`${where}: expected a text, got ${JSON.stringify(value)}`);
};

const texts = (value: unknown, where: string): readonly string[] => {
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? value : [value];
  if (list.every(isText)) return list.map(String);
  throw new Error(`${where}: expected a list of texts, got ${JSON.stringify(value)}`);
};

/**
 * A build that fails goes on to post_build; what fails before it does not go on at all. Either is changed by
 * `on-failure`. Source: CodeBuild user guide, "Build specification reference".
 */
const phaseOf = (name: PhaseName, value: unknown): Phase => {
  const where = `phases.${name}`;
  const given = tree(value, where);
  const onFailure = given['on-failure'];
  if (onFailure !== undefined && onFailure !== 'ABORT' && onFailure !== 'CONTINUE') {
    throw new Error(`${where}.on-failure: expected ABORT or CONTINUE, got ${JSON.stringify(onFailure)}`);
  }
  return {
    name,
    commands: texts(given['commands'], `${where}.commands`),
    finally: texts(given['finally'], `${where}.finally`),
    onFailure: (onFailure ?? (name === 'build' ? 'CONTINUE' : 'ABORT')) === 'CONTINUE' ? 'continue' : 'abort',
  };
};

/** What the local build project would get wrong without a word. */
const refuseUnfollowed = (env: Tree, artifacts: Tree): void => {
  const { shell = 'bash' } = env;
  if (shell !== 'bash') throw new Error(`env.shell: expected bash, got ${JSON.stringify(shell)}`);
  const discards = artifacts['discard-paths'] ?? 'no';
  if (discards !== 'no' && discards !== false) {
    throw new Error(`artifacts.discard-paths: expected no, got ${JSON.stringify(discards)}`);
  }
};

/** Throws with the place in the file, what was expected and what came. */
export const readBuildspec = (source: string): Buildspec => {
  const given = tree(parse(source), 'buildspec');
  if (Number(given['version']) !== 0.2) {
    throw new Error(`version: expected 0.2, got ${JSON.stringify(given['version'])}`);
  }
  const env = tree(given['env'], 'env');
  const variables = Object.entries(tree(env['variables'], 'env.variables'));
  const phases = tree(given['phases'], 'phases');
  const artifacts = given['artifacts'] === undefined ? undefined : tree(given['artifacts'], 'artifacts');
  refuseUnfollowed(env, artifacts ?? {});
  return {
    variables: Object.fromEntries(
      variables.map(([name, value]) => [name, text(value, `env.variables.${name}`)]),
    ),
    phases: PHASES.filter((name) => phases[name] !== undefined).map((name) => phaseOf(name, phases[name])),
    ...(artifacts
      ? {
          artifacts: {
            baseDirectory: text(artifacts['base-directory'] ?? '.', 'artifacts.base-directory'),
            files: texts(artifacts['files'], 'artifacts.files'),
            exclude: texts(artifacts['exclude-paths'], 'artifacts.exclude-paths'),
          },
        }
      : {}),
  };
};
