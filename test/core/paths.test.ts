import fc from 'fast-check';
import { compareBytes } from '../../shared/core/bytes.ts';
import { encodeKey, type PathRules, viewerPaths } from '../../shared/core/paths.ts';
import { PATHS } from './paths-table.ts';

const none: PathRules = { routing: 'none', defaultRootObject: 'index.html', canonical: true };
const singlePage: PathRules = { ...none, routing: 'single-page' };
const directory: PathRules = { ...none, routing: 'directory' };
const attached = (rules: PathRules): PathRules => ({ ...rules, canonical: false });
const rootless = (rules: PathRules): PathRules => ({ ...rules, defaultRootObject: '' });

test.each(PATHS)('the path of a key with $what is $path', ({ key, path }) => {
  expect(encodeKey(key)).toBe(path);
});

test.each([
  ['\ud800', '/%EF%BF%BD'],
  ['a\udc00b', '/a%EF%BF%BDb'],
  ['\udc00\ud800', '/%EF%BF%BD%EF%BF%BD'],
])('a lone surrogate becomes U+FFFD, as UTF-8 has none: case %#', (key, path) => {
  expect(encodeKey(key)).toBe(path);
});

test('no path has a character that CloudFront rejects, a wildcard, or anything encoded without need', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (key) => {
      const path = encodeKey(key);
      expect(path).toMatch(
        /^\/(?:[-_.!~'(),;:@&=$/A-Za-z0-9]|%(?:[0189A-F][0-9A-F]|2[0235AB]|3[CEF]|5[BCDE]|60|7[BCDF]))*$/,
      );
      expect(decodeURIComponent(path)).toBe(`/${key}`);
    }),
  );
});

describe.each([
  [
    'without routing',
    none,
    [
      ['a plain file', 'css/main.css', ['/css/main.css']],
      ['the default root object', 'index.html', ['/', '/index.html']],
      ['an index document elsewhere', 'blog/index.html', ['/blog/index.html']],
      ['no extension', 'LICENSE', ['/LICENSE']],
      ['a folder marker', 'a/', ['/a/']],
      ['another name than the default root object, by case', 'Index.html', ['/Index.html']],
    ],
  ],
  [
    'without routing and without a default root object',
    rootless(none),
    [['index.html', 'index.html', ['/index.html']]],
  ],
  [
    'in single-page routing',
    singlePage,
    [
      ['a plain file', 'css/main.css', ['/css/main.css']],
      ['the default root object', 'index.html', ['/', '/index.html']],
      ['an index document elsewhere', 'blog/index.html', ['/blog/index.html']],
      ['no extension, which nobody can reach', 'about', []],
      ['a dot at the front, which is no extension', 'x/.htaccess', []],
      ['a hyphen behind the dot, which is no extension', 'a.b-c', []],
      ['a folder marker', 'a.b/', []],
      ['a version, which counts as an extension', 'v1.2', ['/v1.2']],
      ['what must be found as it is', '.well-known/security', ['/.well-known/security']],
      ['a name that only starts alike', '.well-known-not', []],
    ],
  ],
  [
    'in single-page routing without a default root object',
    rootless(singlePage),
    [['index.html', 'index.html', ['/', '/index.html']]],
  ],
  [
    'in single-page routing with a root object without extension',
    { ...singlePage, defaultRootObject: 'home' },
    [
      ['the root object', 'home', ['/', '/home']],
      ['index.html', 'index.html', ['/index.html']],
    ],
  ],
  [
    'in directory routing',
    directory,
    [
      ['the root page', 'index.html', ['/', '/index.html']],
      ['an index document', 'blog/index.html', ['/blog', '/blog/', '/blog/index.html']],
      [
        'an index document to encode',
        'a b/é/index.html',
        ['/a%20b/%C3%A9', '/a%20b/%C3%A9/', '/a%20b/%C3%A9/index.html'],
      ],
      ['a name that only ends like one', 'blog/myindex.html', ['/blog/myindex.html']],
      ['a name that only starts like one', 'blog/index.html.gz', ['/blog/index.html.gz']],
      ['a root page that only ends like one', 'myindex.html', ['/myindex.html']],
      ['a folder that looks like a file', 'v1.2/index.html', ['/v1.2/', '/v1.2/index.html']],
      ['an empty segment before it', 'a//index.html', ['/a//', '/a//index.html']],
      ['a leading slash', '/index.html', ['//', '//index.html']],
      ['no extension, which nobody can reach', 'about', []],
      ['what must be found as it is', '.well-known/a/index.html', ['/.well-known/a/index.html']],
    ],
  ],
  [
    'in directory routing with another root object',
    { ...directory, defaultRootObject: 'home.html' },
    [
      ['the root object', 'home.html', ['/', '/home.html']],
      ['the same name in a folder', 'blog/home.html', ['/blog/home.html']],
      ['an index document', 'blog/index.html', ['/blog', '/blog/', '/blog/index.html']],
      ['index.html in the root', 'index.html', ['/index.html']],
    ],
  ],
  [
    'in single-page routing with paths to keep',
    { ...singlePage, keepPaths: ['/feeds'] },
    [
      ['the path itself', 'feeds', ['/feeds']],
      ['what is below it', 'feeds/all posts', ['/feeds/all%20posts']],
      ['a folder marker', 'feeds/', ['/feeds/']],
      ['a name that only starts alike', 'feedsx', []],
      ['the same name elsewhere', 'a/feeds', []],
      ['what is always kept', '.well-known/security', ['/.well-known/security']],
    ],
  ],
  [
    'in directory routing with paths to keep',
    { ...directory, keepPaths: ['/feeds'] },
    [
      ['an index document there', 'feeds/a/index.html', ['/feeds/a/index.html']],
      ['an index document elsewhere', 'a/index.html', ['/a', '/a/', '/a/index.html']],
    ],
  ],
  [
    'in directory routing with the extensions of files',
    { ...directory, fileExtensions: ['js'] },
    [
      ['a file', 'app.js', ['/app.js']],
      ['a file in capitals', 'APP.JS', ['/APP.JS']],
      ['another extension, which nobody can reach', 'app.css', []],
      [
        'a folder that no longer looks like a file',
        'v1.2/index.html',
        ['/v1.2', '/v1.2/', '/v1.2/index.html'],
      ],
      ['a folder that looks like a file', 'app.js/index.html', ['/app.js/', '/app.js/index.html']],
      ['the root page', 'index.html', ['/', '/index.html']],
    ],
  ],
  [
    'attached to a distribution that encodes nothing',
    attached(none),
    [
      ['a space', 'a b c', ['/a%20b%20c', '/a+b+c']],
      ['a plus sign', 'a+b', ['/a%2Bb', '/a+b']],
      ['both', 'a +b', ['/a%20%2Bb', '/a%20+b', '/a+%2Bb', '/a++b']],
      ['neither', 'é.txt', ['/%C3%A9.txt']],
      ['the default root object', 'index.html', ['/', '/index.html']],
    ],
  ],
  [
    'attached, in single-page routing',
    attached(singlePage),
    [['no extension, which may be reached', 'about', ['/about']]],
  ],
  [
    'attached, in directory routing',
    attached(directory),
    [
      [
        'an index document',
        'a b/index.html',
        ['/a%20b', '/a%20b/', '/a%20b/index.html', '/a+b', '/a+b/', '/a+b/index.html'],
      ],
      ['a folder that looks like a file', 'v1.2/index.html', ['/v1.2', '/v1.2/', '/v1.2/index.html']],
      ['no extension', 'about', ['/about']],
    ],
  ],
  [
    'in a folder of the bucket',
    { ...directory, originPath: '/web' },
    [
      ['a key inside', 'web/a.css', ['/a.css']],
      ['the root page', 'web/index.html', ['/', '/index.html']],
      ['an index document', 'web/blog/index.html', ['/blog', '/blog/', '/blog/index.html']],
      ['a key outside', 'other/a.css', []],
      ['a key whose folder only starts alike', 'website/a.css', []],
      ['a root page outside', 'index.html', []],
    ],
  ],
] as const)('%s', (_routing, rules, cases) => {
  test.each(cases)('%s: %j is reached at %j', (_case, key, expected) => {
    expect(viewerPaths(key, rules)).toEqual(expected);
  });
});

test('the paths of any key are unique, encoded, and in byte order', () => {
  const rules = fc.record({
    routing: fc.constantFrom('none' as const, 'single-page' as const, 'directory' as const),
    defaultRootObject: fc.constantFrom('', 'index.html', 'home'),
    canonical: fc.boolean(),
  });
  const segment = fc.constantFrom('', 'a b', 'a+b', '\uffff', '😀', 'index.html', 'home', '.', 'v1.2', '*');
  const keys = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));
  fc.assert(
    fc.property(keys, rules, (key, given) => {
      const paths = viewerPaths(key, given);
      expect(paths).toEqual([...new Set(paths)].sort(compareBytes));
      for (const path of paths) expect(path).toMatch(/^\/[^\s*]*$/);
    }),
  );
});
