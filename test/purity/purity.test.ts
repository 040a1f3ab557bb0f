import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { findImpurities, type Layer, layerOf } from './rules.ts';

const root = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

/** Fixtures are named by the layer they pretend to stand in. */
const placed = (file: string): readonly [string, Layer] => {
  const layer = basename(file).split('-')[0] as Layer;
  const folders: Partial<Record<Layer, string>> = { functions: 'functions', checks: 'shared/doctor' };
  const folder = folders[layer] ?? `shared/${layer}`;
  return [`${folder}/${basename(file)}`, layer];
};

test.each(globSync('test/purity/fixtures/*.ts', { cwd: root.pathname }))('%s is found impure', (file) => {
  const [path, layer] = placed(file);
  expect(findImpurities(path, read(file), layer)).not.toEqual([]);
});

test('every source file is as pure as its layer asks', () => {
  const files = globSync(['shared/**/*.ts', 'functions/**/*.ts'], { cwd: root.pathname });
  expect(files.filter((file) => layerOf(file) === 'core').length).toBeGreaterThan(5);
  const findings = files.flatMap((file) => {
    const layer = layerOf(file);
    return layer ? findImpurities(file, read(file), layer) : [];
  });
  expect(findings).toEqual([]);
});

test.each([
  [
    'a digest',
    "import { createHash } from 'node:crypto'; export const of = (text: string) => createHash('sha256').update(text);",
  ],
  ['a shadowed name', 'export const at = (Date: number): number => Date + 1;'],
  [
    'a property that is called like a global',
    'export const take = (clock: { process: number }): number => clock.process;',
  ],
  ['arithmetic', 'export const half = (value: number): number => Math.floor(value / 2);'],
])('%s is pure', (_case, source) => {
  expect(findImpurities('shared/core/example.ts', source, 'core')).toEqual([]);
});
