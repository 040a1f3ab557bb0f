/** What the documents say is compared with the sources. */

import { existsSync, readFileSync } from 'node:fs';
import { loadConfig } from '../shared/config.ts';
import { type Tables, tableIn, tablesOfTemplate } from './readme-tables.ts';
import { parseOptions, USAGE } from './replay/options.ts';
import { PACKAGING_TIMEOUT_MS } from './resources/packaged-stack.ts';
import { BUGS as bugs } from './simulation/bugs.ts';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const readme = read('README.md');
const serverless = read('serverless.yml');

/** Rows of the table below a heading, by their first cell; ticks taken off. */
const tableBelow = (heading: string): ReadonlyMap<string, string> => {
  const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const cells = rows.map((row) => row.split('|').map((cell) => cell.trim().replaceAll('`', '')));
  return new Map(cells.map(([, name = '', value = '']) => [name, value]));
};

const camelCase = (name: string): string =>
  name.toLowerCase().replaceAll(/_(.)/g, (_all, letter: string) => letter.toUpperCase());

const parameters = new Map(
  [
    ...(serverless.split('params:\n')[1]?.split('\nprovider:')[0] ?? '').matchAll(
      /^ {4}(\w+): '?"?(.*?)'?"?$/gm,
    ),
  ].map(([, name = '', value = '']) => [name, value]),
);

test('every setting of the README is a parameter of the template, with the same default', () => {
  const settings = tableBelow('Settings');
  expect(settings.size).toBeGreaterThan(10);
  for (const [name, standard] of settings) {
    const parameter = parameters.get(camelCase(name));
    if (name === 'FINGERPRINT' || name === 'CHANNELS') expect(parameter).toBeDefined();
    else expect([name, standard]).toEqual([name, parameter === '' ? '(empty)' : parameter]);
  }
});

test('every parameter of the template is a setting of the README', () => {
  const settings = [...tableBelow('Settings').keys()].map(camelCase);
  expect([...parameters.keys()].filter((name) => !settings.includes(name))).toEqual([]);
});

test('the defaults of the template are those that the functions have without it', () => {
  const needed = [
    'SITE_BUCKET',
    'STATE_BUCKET',
    'DISTRIBUTION_ID',
    'WORK_QUEUE_URL',
    'FOLLOW_QUEUE_URL',
    'POST_QUEUE_URL',
  ];
  const environment = {
    ...Object.fromEntries(needed.map((name) => [name, 'x'])),
    EDGE_URL: 'https://example.com',
  };
  const { settings } = loadConfig(environment);
  for (const name of [
    'itemsMax',
    'wildcardsMax',
    'itemsPerMonth',
    'quietMs',
    'holdMaxMs',
    'headChecksMax',
    'followMaxMs',
  ] as const) {
    expect([name, String(settings[name])]).toEqual([name, parameters.get(name)]);
  }
});

test('every option of replay that the README names is one, and every one is named', () => {
  const named = new Set([...readme.matchAll(/`(--[a-z-]+)/g)].map(([, option]) => option));
  const usage = new Set([...USAGE.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option]) => option));
  usage.delete('--help');
  expect([...usage].filter((option) => !named.has(option))).toEqual([]);
});

test.each([
  ['no folder', [], /OLD_DIR/],
  ['one folder', ['test'], /NEW_DIR/],
  ['a folder that is not there', ['test', 'nowhere'], /nowhere/],
  ['a file', ['test', 'README.md'], /README\.md/],
  ['an unknown option', ['test', 'test', '--fast'], /--fast/],
  ['an unknown routing', ['test', 'test', '--routing', 'magic'], /none, single-page, directory/],
  ['an unknown sabotage', ['test', 'test', '--sabotage', 'magic'], /edges-ignore-all/],
  ['no items', ['test', 'test', '--items-max', '0'], /items-max/],
  ['a broken expression', ['test', 'test', '--fingerprint', '('], /fingerprint/],
])('replay with %s says what was expected', (_case, args, because) => {
  expect(parseOptions(args)).toEqual({ kind: 'wrong', because: expect.stringMatching(because) });
});

test.each<keyof Tables>(['outputs', 'permissions'])(
  'the table of %s is that of the packaged template',
  async (name) => {
    const { [name]: expected } = await tablesOfTemplate();
    expect(expected.split('\n').length).toBeGreaterThan(5);
    // `node test/readme-tables.ts` writes it anew.
    expect(tableIn(readme, name)).toBe(expected);
  },
  PACKAGING_TIMEOUT_MS,
);

test('the wrong turns that ARCHITECTURE.md lists are planted bugs', () => {
  expect(bugs.length).toBeGreaterThanOrEqual(8);
  expect(read('ARCHITECTURE.md')).toContain('npm run simulate -- --bugs');
});

test('every picture of the README is there, with words for who cannot see it', () => {
  const pictures = [...readme.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)].map(([, words = '', file = '']) => [
    words.length > 3,
    existsSync(new URL(`../${file}`, import.meta.url)),
  ]);
  expect(pictures.length).toBeGreaterThanOrEqual(3);
  expect(pictures.every(([hasWords, isThere]) => hasWords && isThere)).toBe(true);
});

test('the documents name the commands that package.json has', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...`${readme}${read('ARCHITECTURE.md')}`.matchAll(/npm run ([a-z-]+)/g)].map(
    ([, name]) => name ?? '',
  );
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
  expect(readme).toMatch(/^npm ci && npm test$/m);
});
