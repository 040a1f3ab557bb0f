/** Bundles the simulator with a source patch: production code has no switches for planted bugs. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { Bug } from './bugs.ts';

export const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

type Many = typeof import('./many.ts');

/** The source with its bug; throws where the patch does not fit exactly once. */
export const patched = (source: string, { name, file, find, replace }: Bug): string => {
  const count = source.split(find).length - 1;
  if (count !== 1) throw new Error(`bug ${name}: expected its text once in ${file}, found it ${count} times`);
  return source.replace(find, () => replace);
};

const planting = (bug: Bug): Plugin => ({
  name: 'plant',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (relative(PROJECT, path).replaceAll(sep, '/') !== bug.file) return undefined;
      return { contents: patched(await readFile(path, 'utf8'), bug), loader: 'ts' };
    });
  },
});

/** The simulator's `many.ts` with the bug in it, as a module of its own. */
export const withBug = async (bug: Bug): Promise<Many> => {
  const folder = await mkdtemp(join(tmpdir(), 'afterbuild-bug-'));
  const outfile = join(folder, 'many.mjs');
  try {
    await build({
      entryPoints: [join(PROJECT, 'test/simulation/many.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      logLevel: 'silent',
      plugins: [planting(bug)],
      // The one module that looks for a file beside it must find it where it was written.
      define: {
        'import.meta.url': JSON.stringify(pathToFileURL(join(PROJECT, 'test/simulation/many.ts')).href),
      },
    });
    return (await import(pathToFileURL(outfile).href)) as Many;
  } finally {
    await rm(folder, { recursive: true });
  }
};
