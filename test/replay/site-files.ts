/** Two builds on disk, and what differs between them by bytes. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The files of a build by key. */
export type SiteFiles = ReadonlyMap<string, Uint8Array>;

export const readSite = (folder: string): SiteFiles => {
  const files = new Map<string, Uint8Array>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(relative(folder, path).split(sep).join('/'), readFileSync(path));
  }
  return files;
};

export type Difference = Readonly<{
  changed: readonly string[];
  added: readonly string[];
  removed: readonly string[];
  unchanged: readonly string[];
}>;

export const compareSites = (before: SiteFiles, after: SiteFiles): Difference => {
  const both = [...after.keys()].filter((key) => before.has(key));
  const isSame = (key: string): boolean =>
    Buffer.compare(before.get(key) ?? empty, after.get(key) ?? empty) === 0;
  return {
    changed: both.filter((key) => !isSame(key)),
    unchanged: both.filter(isSame),
    added: [...after.keys()].filter((key) => !before.has(key)),
    removed: [...before.keys()].filter((key) => !after.has(key)),
  };
};

const empty = new Uint8Array();
