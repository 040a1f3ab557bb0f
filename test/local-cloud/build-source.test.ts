import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { copySource, sourceVersion } from './build-source.ts';

/** It takes about 0.2 s; packages and history would take half a minute. */
const copyMs = 3_000;

let folder: string;
let source: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-source-'));
  source = join(folder, 'dist');
  await mkdir(source);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const write = async (path: string, content = path): Promise<void> => {
  await mkdir(dirname(join(source, path)), { recursive: true });
  await writeFile(join(source, path), content);
};

const copied = async (linksPackages = false): Promise<readonly string[]> => {
  const copy = join(folder, 'copy');
  await copySource(source, copy, linksPackages);
  const entries = await readdir(copy, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(copy.length + 1))
    .sort();
};

test('the copy has the sources, and nothing that was fetched or built', async () => {
  for (const path of ['a.txt', 'web/.env', 'web/distance/b.txt', 'web/my.git/c.txt', 'web/package.json']) {
    await write(path);
  }
  for (const name of ['node_modules', '.git', '.local', '.serverless', 'dist', '.afterbuild-output']) {
    await write(`${name}/x.txt`);
    await write(`web/${name}/x.txt`);
  }
  expect(await copied()).toEqual([
    'a.txt',
    'web/.env',
    'web/distance/b.txt',
    'web/my.git/c.txt',
    'web/package.json',
  ]);
});

test('packages are linked where they are beside a package.json, and only if asked for', async () => {
  for (const path of ['package.json', 'web/package.json', 'api/package.json']) await write(path);
  for (const path of ['node_modules/a/x.js', 'web/node_modules/b/x.js', 'other/node_modules/c/x.js']) {
    await write(path);
  }
  expect(await copied(true)).toEqual([
    'api/package.json',
    'node_modules',
    'package.json',
    'web/node_modules',
    'web/package.json',
  ]);
  expect(await readlink(join(folder, 'copy/web/node_modules'))).toBe(join(source, 'web/node_modules'));
  expect(await readFile(join(folder, 'copy/node_modules/a/x.js'), 'utf8')).toBe('node_modules/a/x.js');
});

test('a link in the sources leads to the copy, so that a build does not write to the sources', async () => {
  await write('web/page.html');
  await symlink('web/page.html', join(source, 'link.html'));
  await copied();
  await writeFile(join(folder, 'copy/link.html'), 'built');
  expect((await lstat(join(folder, 'copy/link.html'))).isSymbolicLink()).toBe(true);
  expect(await readFile(join(source, 'web/page.html'), 'utf8')).toBe('web/page.html');
});

test('this repository is copied without its packages and history, which takes no time to speak of', async () => {
  const from = performance.now();
  await copySource(join(import.meta.dirname, '../..'), join(folder, 'copy'), true);
  const names = await readdir(join(folder, 'copy'));
  expect(performance.now() - from).toBeLessThan(copyMs);
  expect(names).toEqual(expect.arrayContaining(['package.json', 'node_modules', 'test']));
  expect(names).not.toContain('.git');
});

describe('the version of the sources', () => {
  const version = (): Promise<string> => sourceVersion(source);

  beforeEach(async () => {
    await write('a.txt', 'one');
    await write('b/c.txt', 'two');
  });

  test('looks like a commit, and is the same for a copy', async () => {
    expect(await version()).toMatch(/^[0-9a-f]{40}$/);
    await copied();
    expect(await sourceVersion(join(folder, 'copy'))).toBe(await version());
  });

  test.each<[string, () => Promise<void>]>([
    ['a file changes', () => write('a.txt', 'One')],
    ['a file is added', () => write('b/d.txt', '')],
    [
      'a file is moved',
      async () => {
        await rm(join(source, 'a.txt'));
        await write('b/a.txt', 'one');
      },
    ],
    [
      'two files change places',
      async () => {
        await write('a.txt', 'two');
        await write('b/c.txt', 'one');
      },
    ],
  ])('is another one when %s', async (_case, change) => {
    const before = await version();
    await change();
    expect(await version()).not.toBe(before);
  });

  test('stays when what is not copied changes', async () => {
    const before = await version();
    await write('dist/x.txt');
    await write('b/node_modules/x/y.js');
    expect(await version()).toBe(before);
  });
});
