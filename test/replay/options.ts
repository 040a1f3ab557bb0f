/** The command line of replay. */

import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';

export const ROUTINGS = ['none', 'single-page', 'directory'] as const;
export const SABOTAGES = [
  'edges-ignore-all',
  'edges-ignore-one',
  'widening-off',
  'invalidate-all',
  'edges-never-cache',
] as const;

export type Routing = (typeof ROUTINGS)[number];
export type SabotageMode = (typeof SABOTAGES)[number];

export type Options = Readonly<{
  oldDir: string;
  newDir: string;
  json: boolean;
  keepRemoved: boolean;
  routing: Routing;
  defaultRootObject: string;
  fingerprint: string;
  itemsMax: number;
  wildcardsMax: number;
  sabotage: ReadonlySet<SabotageMode>;
}>;

export type Parsed =
  | Readonly<{ kind: 'options'; options: Options }>
  | Readonly<{ kind: 'help' }>
  | Readonly<{ kind: 'wrong'; because: string }>;

export const USAGE = `Usage: npm run replay -- OLD_DIR NEW_DIR [options]

Publishes two builds of a site one after the other on a local S3 and CloudFront, with every URL cached at every
edge before the second, and says what was invalidated, why, and what was left stale.

  --json                       one JSON object on stdout instead of the report
  --keep-removed               leave files in the bucket that NEW_DIR no longer has, as CodeBuild does
  --routing ROUTING            none (default), single-page or directory
  --default-root-object NAME   index.html unless set; "" for none
  --fingerprint REGEXP         file names whose bytes never change; such files are left to expire when removed.
                               Without it every removed file is invalidated
  --items-max N                items of one plan, 100 unless set
  --wildcards-max N            wildcards of one plan, 15 unless set
  --sabotage MODE[,MODE]       break something, to see that replay notices: ${SABOTAGES.join(', ')}
  --help                       this text

Exit: 0 nothing stale, 1 something stale, 2 could not judge, 64 wrong usage.`;

const wholeNumber = (name: string, text: string, least: number): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least && text.trim() !== '') return value;
  throw new Error(`--${name}: expected a whole number of at least ${least}, got "${text}"`);
};

const oneOf = <T extends string>(name: string, text: string, known: readonly T[]): T => {
  const value = known.find((candidate) => candidate === text);
  if (value !== undefined) return value;
  throw new Error(`--${name}: expected ${known.join(', ')}, got "${text}"`);
};

const regularExpression = (text: string): string => {
  try {
    return new RegExp(text).source === '(?:)' ? '' : text;
  } catch {
    throw new Error(`--fingerprint: expected a regular expression, got "${text}"`);
  }
};

const folder = (name: string, path: string | undefined): string => {
  if (path === undefined) throw new Error(`${name}: expected a folder, got nothing`);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new Error(`${name}: there is no folder ${path}`);
  if (!found.isDirectory()) throw new Error(`${name}: expected a folder, got the file ${path}`);
  return path;
};

/** Reads the arguments after the script's name; never throws. */
export const parseOptions = (args: readonly string[]): Parsed => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        'keep-removed': { type: 'boolean', default: false },
        routing: { type: 'string', default: 'none' },
        'default-root-object': { type: 'string', default: 'index.html' },
        fingerprint: { type: 'string', default: '' },
        'items-max': { type: 'string', default: '100' },
        'wildcards-max': { type: 'string', default: '15' },
        sabotage: { type: 'string', multiple: true, default: [] },
      },
    });
    if (values.help) return { kind: 'help' };
    if (positionals.length > 2)
      throw new Error(`expected two folders, got ${positionals.length}: ${positionals.join(' ')}`);
    const modes = values.sabotage
      .flatMap((text) => text.split(','))
      .map((mode) => oneOf('sabotage', mode, SABOTAGES));
    return {
      kind: 'options',
      options: {
        oldDir: folder('OLD_DIR', positionals[0]),
        newDir: folder('NEW_DIR', positionals[1]),
        json: values.json,
        keepRemoved: values['keep-removed'],
        routing: oneOf('routing', values.routing, ROUTINGS),
        defaultRootObject: values['default-root-object'],
        fingerprint: regularExpression(values.fingerprint),
        itemsMax: wholeNumber('items-max', values['items-max'], 1),
        wildcardsMax: wholeNumber('wildcards-max', values['wildcards-max'], 0),
        sabotage: new Set(modes),
      },
    };
  } catch (error) {
    return { kind: 'wrong', because: error instanceof Error ? error.message : String(error) };
  }
};
