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

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css',
  gif: 'image/gif',
  html: 'text/html',
  htm: 'text/html',
  ico: 'image/x-icon',
  jpg: 'image/jpeg',
  js: 'application/javascript',
  json: 'application/json',
  map: 'application/json',
  mjs: 'application/javascript',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  ttf: 'font/ttf',
  txt: 'text/plain',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
  webp: 'image/webp',
  woff2: 'font/woff2',
  xml: 'application/xml',
};

/** The content type that an upload guesses from the file name. */
export const contentTypeOf = (key: string): string =>
  TYPES[key.slice(key.lastIndexOf('.') + 1).toLowerCase()] ?? 'binary/octet-stream';
