import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_FINGERPRINT } from '../../shared/core/fingerprint.ts';
import { buildFiles, type Files, writeFiles } from './build.ts';

const WEB = join(import.meta.dirname, 'web');
const text = (files: Files, path: string): string => Buffer.from(files.get(path) ?? []).toString();
const nameOf = (path: string): string => path.replace(/-[0-9a-f]{16}\./, '.');

let scratch: string;
let original: Files;

beforeAll(async () => {
  original = await buildFiles(WEB);
});

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sample-'));
});

afterEach(() => rm(scratch, { recursive: true, force: true }));

/** A build of the sources after one of them was edited, elsewhere on the disk. */
const edited = async (file: string, edit: (text: string) => string, buildId?: string): Promise<Files> => {
  const web = join(scratch, 'web');
  await cp(WEB, web, { recursive: true });
  await writeFile(join(web, file), edit(await readFile(join(web, file), 'utf8')));
  return buildFiles(web, buildId);
};

/** Paths whose bytes differ, are gone, or are new; hashes left out. */
const changed = (before: Files, after: Files): string[] => {
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  const differs = (path: string) => text(before, path) !== text(after, path);
  return [...new Set(paths.filter(differs).map(nameOf))].sort();
};

describe('a build', () => {
  test('has pages, hashed assets, and files that keep their names', () => {
    expect([...original.keys()].map(nameOf)).toEqual([
      'about.html',
      'assets/app.js',
      'assets/logo.svg',
      'assets/style.css',
      'favicon.svg',
      'index.html',
      'robots.txt',
    ]);
  });

  test('of the same sources in another place has the same names and bytes, in the same order', async () => {
    expect([...(await edited('app.ts', (source) => source))]).toEqual([...original]);
  });

  test.each([
    [
      'a text in a view',
      'views.ts',
      'There are no items yet.',
      'Nothing yet.',
      ['assets/app.js', 'index.html'],
    ],
    ['a colour', 'style.css', '#fbfbf9', '#ffffff', ['about.html', 'assets/style.css', 'index.html']],
    ['the plain page', 'about.html', 'Back to', 'To', ['about.html', 'index.html']],
    [
      'a file that keeps its name',
      'public/robots.txt',
      'Allow: /',
      'Disallow: /',
      ['index.html', 'robots.txt'],
    ],
    ['only a comment', 'app.ts', "/** The front end's start", '/** The start', []],
  ])('after an edit of %s differs in no other file', async (_case, file, from, to, expected) => {
    const after = await edited(file, (source) => {
      expect(source).toContain(from);
      return source.replace(from, to);
    });
    expect(changed(original, after)).toEqual(expected);
  });

  test('names an edited asset anew', async () => {
    const after = await edited('style.css', (source) => source.replace('#fbfbf9', '#ffffff'));
    const names = (files: Files) => [...files.keys()].filter((path) => path.endsWith('.css'));
    expect(names(after)).toHaveLength(1);
    expect(names(after)).not.toEqual(names(original));
  });

  test('shows the given build id on the start page, and nowhere else', async () => {
    const after = await buildFiles(WEB, '4f1c<&"');
    expect(text(after, 'index.html')).toContain('<code id="build">4f1c&#60;&#38;&#34;</code>');
    expect(changed(original, after)).toEqual(['index.html']);
  });

  test('shows a hash of its own when it is given no build id, or an empty one', async () => {
    expect(text(original, 'index.html')).toMatch(/<code id="build">[0-9a-f]{16}<\/code>/);
    expect([...(await buildFiles(WEB, ''))]).toEqual([...original]);
  });

  test('has names that the default setting tells apart', () => {
    const fingerprint = new RegExp(DEFAULT_FINGERPRINT);
    for (const path of original.keys()) {
      expect([path, fingerprint.test(path.split('/').at(-1) ?? '')]).toEqual([
        path,
        path.startsWith('assets/'),
      ]);
    }
  });

  test.each(['index.html', 'about.html'])('has every file that %s asks for, from any deep link', (page) => {
    const links = [...text(original, page).matchAll(/(?:src|href)="([^"#]*)"/g)].map(
      ([, link]) => link ?? '',
    );
    expect(links.every((link) => link.startsWith('/'))).toBe(true);
    const files = links.filter((link) => /\.\w+$/.test(link)).map((link) => link.slice(1));
    expect(files.length).toBeGreaterThan(2);
    expect(files.filter((file) => !original.has(file))).toEqual([]);
  });

  test('names the page and the placeholder that it has no value for', async () => {
    await expect(edited('about.html', (source) => `${source}{{stlye.css}}`)).rejects.toThrow(
      /about\.html: expected one of .*style\.css.*, got \{\{stlye\.css\}\}/,
    );
  });
});

describe('writing', () => {
  test('leaves nothing of an earlier build', async () => {
    const output = join(scratch, 'dist');
    await writeFiles(new Map([...original, ['assets/old-0123456789abcdef.js', new Uint8Array()]]), output);
    await writeFiles(original, output);
    expect(await readdir(join(output, 'assets'))).toHaveLength(3);
    expect(await readFile(join(output, 'index.html'), 'utf8')).toBe(text(original, 'index.html'));
  });

  test('takes an empty directory, and refuses one that holds something else', async () => {
    const output = join(scratch, 'precious');
    await mkdir(output);
    await writeFiles(original, output);

    await rm(join(output, 'assets'), { recursive: true });
    await expect(writeFiles(original, output)).rejects.toThrow(/an earlier build, got .*precious/);
    expect(await readdir(output)).toContain('index.html');
  });
});
