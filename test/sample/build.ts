/**
 * Builds the sample's front end: hashed assets, and pages that name them.
 *
 * The same sources give the same bytes, and of two builds only what was touched differs, so that a rebuild of an
 * unchanged site changes no object at all. Run as `node build.ts`, which reads these of the environment:
 *
 * - OUTPUT_DIR: where the files go, relative to this directory; `dist` by default. An earlier build there is removed.
 * - CODEBUILD_RESOLVED_SOURCE_VERSION: the build id on the start page; by default a hash of everything built.
 */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, parse, relative, resolve, sep } from 'node:path';
import { buildSync } from 'esbuild';

/** Paths below the site's root, with `/`, and what is there. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** Hexadecimal digits; Afterbuild's default setting takes such a name for one whose bytes never change. */
const hashDigits = 16;

const hashOf = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, hashDigits);
};

/** The files of one build of `webDir`, in the order of their paths; without `buildId` the id is their hash. */
export const buildFiles = async (webDir: string, buildId?: string): Promise<Files> => {
  const logo = { name: 'logo.svg', bytes: await readFile(join(webDir, 'logo.svg')) };
  const assets = [...bundle(webDir), logo].map(({ name, bytes }) => ({
    name,
    bytes,
    path: hashedPath(name, bytes),
  }));
  const links = assets.map(({ name, path }) => [name, `/${path}`] as const);
  const verbatim = await filesBelow(join(webDir, 'public'));
  const templates = await pageTemplates(webDir);

  const everything = [...assets.map(({ path }) => path), ...templates.flat(), ...[...verbatim].flat()];
  const values = new Map([...links, ['build', buildId || hashOf(...everything)]]);
  return new Map(
    [
      ...assets.map(({ path, bytes }) => [path, bytes] as const),
      ...templates.map(([path, text]) => [path, Buffer.from(fill(text, values, path))] as const),
      ...verbatim,
    ].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
};

const bundle = (webDir: string): { name: string; bytes: Uint8Array }[] => {
  const { outputFiles } = buildSync({
    entryPoints: [join(webDir, 'app.ts'), join(webDir, 'style.css')],
    outdir: 'unused',
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
    // As if there were none: the settings of whoever has this repository inside another must not count.
    tsconfigRaw: {},
  });
  return outputFiles.map(({ path, contents }) => ({ name: basename(path), bytes: contents }));
};

const hashedPath = (name: string, bytes: Uint8Array): string =>
  `assets/${parse(name).name}-${hashOf(bytes)}${extname(name)}`;

const pageTemplates = async (webDir: string): Promise<[string, string][]> => {
  const names = (await readdir(webDir)).filter((name) => extname(name) === '.html').sort();
  return Promise.all(
    names.map(async (name): Promise<[string, string]> => [name, await readFile(join(webDir, name), 'utf8')]),
  );
};

/** `{{name}}` becomes its value, escaped for an attribute or a text. */
const fill = (template: string, values: ReadonlyMap<string, string>, page: string): string =>
  template.replace(/\{\{([^}]*)\}\}/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) {
      throw new Error(`${page}: expected one of ${[...values.keys()].join(', ')}, got {{${name}}}`);
    }
    return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  });

const filesBelow = async (dir: string): Promise<Map<string, Uint8Array>> => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = async (file: string): Promise<[string, Uint8Array]> => [
    relative(dir, file).replaceAll(sep, '/'),
    await readFile(file),
  ];
  return new Map(await Promise.all(files.sort().map(read)));
};

/** Replaces an earlier build. Throws when `outputDir` holds anything else, which would be lost. */
export const writeFiles = async (files: Files, outputDir: string): Promise<void> => {
  const held: string[] = existsSync(outputDir) ? await readdir(outputDir) : [];
  if (held.length > 0 && !held.includes('assets')) {
    throw new Error(`expected no directory, an empty one or an earlier build, got ${outputDir}`);
  }
  await rm(outputDir, { recursive: true, force: true });
  for (const [path, bytes] of files) {
    const target = join(outputDir, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  }
};

if (import.meta.main) {
  const { OUTPUT_DIR, CODEBUILD_RESOLVED_SOURCE_VERSION } = process.env;
  const outputDir = resolve(import.meta.dirname, OUTPUT_DIR || 'dist');
  const files = await buildFiles(join(import.meta.dirname, 'web'), CODEBUILD_RESOLVED_SOURCE_VERSION);
  await writeFiles(files, outputDir);
  for (const [path, { length }] of files) console.log(`${String(length).padStart(7)} ${path}`);
}
