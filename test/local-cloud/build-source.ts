/** A copy of a project's sources for one build, and a name for exactly these sources. */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

/** What is fetched, built or private to a tool; packages are linked instead. */
const LEFT_OUT = /^(node_modules|\.git|\.local|\.serverless|\.esbuild|dist|coverage|\.afterbuild-.*)$/;

/**
 * Copies the sources to a folder that is not there yet. With `linksPackages` folders of packages become links to the
 * project's own: a build that installs its packages must not have them, as it would empty what they lead to.
 */
export const copySource = async (
  sourceDir: string,
  folder: string,
  linksPackages: boolean,
): Promise<void> => {
  await cp(sourceDir, folder, {
    recursive: true,
    // Else links lead to the project itself, where a build must not write.
    verbatimSymlinks: true,
    filter: (path) => path === sourceDir || !LEFT_OUT.test(basename(path)),
  });
  if (!linksPackages) return;
  for (const packages of await packageFolders(sourceDir)) {
    await symlink(packages, join(folder, relative(sourceDir, packages)));
  }
};

/** At the top, and beside every package.json below it. */
const packageFolders = async (sourceDir: string): Promise<readonly string[]> => {
  const files = await filesIn(sourceDir);
  return files
    .filter((path) => basename(path) === 'package.json')
    .map((path) => join(sourceDir, dirname(path), 'node_modules'))
    .filter((path) => existsSync(path));
};

/** Relative paths of the files that are copied, sorted. */
const filesIn = async (folder: string, under = ''): Promise<readonly string[]> => {
  const entries = await readdir(join(folder, under), { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter(({ name }) => !LEFT_OUT.test(name))
      .map(async (entry): Promise<readonly string[]> => {
        const path = join(under, entry.name);
        return entry.isDirectory() ? filesIn(folder, path) : entry.isFile() ? [path] : [];
      }),
  );
  return found.flat().sort();
};

/** In place of a commit: 40 hexadecimal digits that change when a file of the folder does. */
export const sourceVersion = async (folder: string): Promise<string> => {
  const hash = createHash('sha1');
  for (const path of await filesIn(folder)) {
    hash.update(`${path}\0`);
    hash.update(
      createHash('sha1')
        .update(await readFile(join(folder, path)))
        .digest(),
    );
  }
  return hash.digest('hex');
};
