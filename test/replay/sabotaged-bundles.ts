/** The invalidate function with its planner replaced by one that always purges everything. */

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { Bundles } from '../local-cloud/cloud.ts';
import type { SabotageMode } from './options.ts';

const PURGE_ALL = `
export const planInvalidation = ({ changed, unchanged }) =>
  changed.length === 0
    ? { items: [], collateral: 0 }
    : { items: [{ item: '/*', because: 'sabotage: everything, always' }], collateral: unchanged.length };
export const covers = () => true;
`;

export const sabotagedBundles = async (
  bundles: Bundles,
  modes: ReadonlySet<SabotageMode>,
): Promise<Bundles> => {
  if (!modes.has('invalidate-all')) return bundles;
  const folder = resolve('.local');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `invalidate-all-${process.pid}.mjs`);
  await build({
    entryPoints: ['functions/invalidate.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
    plugins: [
      {
        name: 'purge-all',
        setup: ({ onLoad }) =>
          onLoad({ filter: /shared[\\/]core[\\/]plan\.ts$/ }, () => ({ contents: PURGE_ALL })),
      },
    ],
  });
  return { ...bundles, invalidate: outfile };
};
