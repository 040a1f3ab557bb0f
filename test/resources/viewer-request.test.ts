import { createRequire } from 'node:module';
import { createContext, Script } from 'node:vm';
import fc from 'fast-check';
import { encodeKey, type Routing, viewerPaths } from '../../shared/core/paths.ts';
import { NOT_UTF8, PATHS } from '../core/paths-table.ts';

type Settings = Readonly<{
  routing: Routing;
  defaultRootObject: string;
  keepPaths?: string;
  fileExtensions?: string;
}>;
type Resolve = (variable: string) => Promise<unknown>;

const { viewerRequestCode, text } = createRequire(import.meta.url)('../../resources/viewer-request.cjs') as {
  viewerRequestCode(settings: Readonly<Partial<Record<keyof Settings, unknown>>>): string;
  text(framework: { resolveVariable: Resolve }): Promise<string>;
};

/** What the function makes of a URI, in a context that has JavaScript and nothing else, as at the edge. */
const rewriter = (settings: Settings): ((uri: string) => string) => {
  const context = createContext({});
  new Script(viewerRequestCode(settings)).runInContext(context);
  const handler = new Script('handler').runInContext(context) as (event: unknown) => { uri: string };
  return (uri) => handler({ request: { uri, method: 'GET', querystring: {}, headers: {}, cookies: {} } }).uri;
};

const PLAIN: Settings = { routing: 'none', defaultRootObject: '' };

const canonical = rewriter({ routing: 'none', defaultRootObject: 'index.html' });

describe('one encoding of every URI', () => {
  test.each(PATHS)('$what: every spelling becomes $path', ({ key, path, spellings }) => {
    for (const spelling of [path, ...spellings])
      expect([spelling, canonical(spelling)]).toEqual([spelling, path]);
    expect(encodeKey(key)).toBe(path);
  });

  test.each(NOT_UTF8)('%s is no encoded UTF-8, and stays as it is', (uri) => {
    for (const routing of ['none', 'single-page', 'directory'] as const) {
      expect(rewriter({ routing, defaultRootObject: 'index.html' })(uri)).toBe(uri);
    }
  });

  test('two forms of one letter stay two objects', () => {
    expect(canonical('/%C3%A9')).not.toBe(canonical('/e%CC%81'));
  });

  test('any key, however a client escapes it, comes out as the encoder writes it', () => {
    const escaped = fc.record({
      key: fc.string({ unit: 'binary' }),
      seed: fc.array(fc.boolean(), { minLength: 1 }),
    });
    fc.assert(
      fc.property(escaped, ({ key, seed }) => {
        const spelling = Array.from(key, (character, index) =>
          seed[index % seed.length] === true || '%+?#'.includes(character)
            ? Array.from(
                new TextEncoder().encode(character),
                (byte) => `%${byte.toString(16).padStart(2, '0')}`,
              ).join('')
            : character,
        ).join('');
        expect(canonical(`/${spelling}`)).toBe(encodeKey(key));
      }),
    );
  });

  test('the rest of the request stays as it is', () => {
    const context = createContext({});
    new Script(viewerRequestCode({ routing: 'directory', defaultRootObject: '' })).runInContext(context);
    const handler = new Script('handler').runInContext(context) as (event: unknown) => unknown;
    const request = {
      uri: '/a+b',
      method: 'HEAD',
      querystring: { q: { value: '+' } },
      headers: {},
      cookies: {},
    };
    expect(handler({ request: { ...request } })).toEqual({ ...request, uri: '/a%20b/index.html' });
  });
});

describe.each([
  [
    'none',
    'index.html',
    [
      ['/', '/'],
      ['/about', '/about'],
      ['/blog/', '/blog/'],
    ],
  ],
  [
    'single-page',
    'index.html',
    [
      ['/', '/index.html'],
      ['/about', '/index.html'],
      ['/about/', '/index.html'],
      ['/a/b+c', '/index.html'],
      ['/user/john.smith', '/user/john.smith'],
      ['/v1.2', '/v1.2'],
      ['/v1.2/', '/index.html'],
      ['/v1.2/page', '/index.html'],
      ['/.htaccess', '/index.html'],
      ['/x.', '/index.html'],
      ['/x.%C3%A9', '/index.html'],
      ['/app%2Ejs', '/app.js'],
      ['/.well-known/security', '/.well-known/security'],
      ['/%2Ewell-known/a+b', '/.well-known/a%20b'],
      ['/.well-known', '/.well-known'],
      ['/.well-known-not', '/index.html'],
      ['/a/.well-known/x', '/index.html'],
    ],
  ],
  [
    'single-page',
    '',
    [
      ['/', '/index.html'],
      ['/about', '/index.html'],
    ],
  ],
  [
    'single-page',
    'start page*.html',
    [
      ['/', '/start%20page%2A.html'],
      ['/about', '/start%20page%2A.html'],
    ],
  ],
  ['single-page', '$&"\'\\', [['/about', "/$&%22'%5C"]]],
  [
    'directory',
    'index.html',
    [
      ['/', '/index.html'],
      ['/about', '/about/index.html'],
      ['/about/', '/about/index.html'],
      ['/a+b', '/a%20b/index.html'],
      ['//', '//index.html'],
      ['/a//', '/a//index.html'],
      ['/about.html', '/about.html'],
      ['/v1.2', '/v1.2'],
      ['/v1.2/', '/v1.2/index.html'],
      ['/.well-known/x', '/.well-known/x'],
      ['/.well-known/x/', '/.well-known/x/'],
    ],
  ],
  [
    'directory',
    'home.html',
    [
      ['/', '/home.html'],
      ['/about/', '/about/index.html'],
    ],
  ],
  ['directory', '', [['/', '/index.html']]],
] as const)('routing %s with root object "%s"', (routing, defaultRootObject, cases) => {
  const rewrite = rewriter({ routing, defaultRootObject });
  test.each(cases)('%s is looked up as %s', (uri, expected) => {
    expect(rewrite(uri)).toBe(expected);
  });
});

describe.each([
  [
    'paths to keep',
    { routing: 'single-page', defaultRootObject: 'index.html', keepPaths: '/feeds, /blog/raw' },
    [
      ['/feeds', '/feeds'],
      ['/feeds/', '/feeds/'],
      ['/feeds/all', '/feeds/all'],
      ['/%66eeds/a+b', '/feeds/a%20b'],
      ['/feedsx', '/index.html'],
      ['/a/feeds', '/index.html'],
      ['/blog/raw/1', '/blog/raw/1'],
      ['/blog', '/index.html'],
      ['/.well-known/security', '/.well-known/security'],
      ['/', '/index.html'],
    ],
  ],
  [
    'extensions of files',
    { routing: 'directory', defaultRootObject: 'index.html', fileExtensions: 'html,js, woff2' },
    [
      ['/app.js', '/app.js'],
      ['/app.JS', '/app.JS'],
      ['/font.woff2', '/font.woff2'],
      ['/v1.2', '/v1.2/index.html'],
      ['/user/john.smith', '/user/john.smith/index.html'],
      ['/app.jsx', '/app.jsx/index.html'],
      ['/.js', '/.js/index.html'],
    ],
  ],
] as const)('with %s', (_what, settings, cases) => {
  const rewrite = rewriter(settings);
  test.each(cases)('%s is looked up as %s', (uri, expected) => {
    expect(rewrite(uri)).toBe(expected);
  });
});

test('every URL that the function sends to an object is invalidated with it, and no URL of another one is', () => {
  const segment = fc.constantFrom(
    ...['', 'a b', 'x.js', 'v1.2', 'index.html', 'home', '.well-known', '.x', 'é', 'kept', 'keptx', 'x.Html'],
  );
  const keys = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
  const settings = fc.record({
    routing: fc.constantFrom<Routing>('none', 'single-page', 'directory'),
    defaultRootObject: fc.constantFrom('', 'index.html', 'home'),
    keepPaths: fc.constantFrom([], ['/kept'], ['/kept/x.js', '/home']),
    fileExtensions: fc.constantFrom([], ['js'], ['html', 'x']),
  });
  fc.assert(
    fc.property(
      keys.filter((key) => key !== ''),
      settings,
      (key, given) => {
        const { routing, defaultRootObject, keepPaths, fileExtensions } = given;
        const rewrite = rewriter({
          ...{ routing, defaultRootObject },
          ...{ keepPaths: keepPaths.join(','), fileExtensions: fileExtensions.join(',') },
        });
        const paths = viewerPaths(key, { ...given, canonical: true });
        const folder = key.endsWith('/index.html') ? key.slice(0, -'index.html'.length) : undefined;
        const forms = folder === undefined ? [] : [encodeKey(folder), encodeKey(folder.slice(0, -1))];
        const requests = new Set(['/', encodeKey(key), ...forms]);
        // CloudFront itself puts the default root object in the place of `/`, where the function did not.
        const served = (uri: string) => (uri === '/' ? `/${given.defaultRootObject}` : uri);
        const reaching = [...requests].filter((uri) => served(rewrite(uri)) === encodeKey(key));
        const lookedUp = reaching.length > 0 ? [encodeKey(key)] : [];
        expect([...paths].sort()).toEqual([...new Set([...reaching, ...lookedUp])].sort());
      },
    ),
    { numRuns: 1000 },
  );
});

test.each([
  [
    { routing: 'spa', defaultRootObject: '' },
    'param routing: expected none, single-page, directory, got "spa"',
  ],
  [{ routing: null, defaultRootObject: '' }, 'got null'],
  [{ routing: 'none', defaultRootObject: '/x' }, 'expected a key without a leading slash, got "/x"'],
  [{ routing: 'none', defaultRootObject: null }, 'expected a key without a leading slash, got null'],
  [{ ...PLAIN, keepPaths: 'feeds' }, 'param keepPaths: expected paths such as /feeds, separated by commas'],
  [{ ...PLAIN, keepPaths: '/feeds/' }, 'got "/feeds/"'],
  [{ ...PLAIN, keepPaths: '/a b' }, 'got "/a b"'],
  [{ ...PLAIN, keepPaths: '/a,' }, 'got ""'],
  [{ ...PLAIN, keepPaths: `/${'x'.repeat(9_000)}` }, 'param keepPaths: expected at most 10000 bytes'],
  [{ ...PLAIN, fileExtensions: '.html' }, 'param fileExtensions: expected extensions such as html'],
  [{ ...PLAIN, fileExtensions: 'HTML' }, 'got "HTML"'],
])('the settings %j are refused by name', (settings, message) => {
  expect(() => viewerRequestCode(settings)).toThrow(message);
});

test("the framework's params are the function's settings", async () => {
  const params: Readonly<Record<string, string>> = {
    'param:routing': 'directory',
    'param:defaultRootObject': 'start.html',
    'param:keepPaths': '/feeds',
    'param:fileExtensions': 'html',
    'param:siteBucket': '',
  };
  const textOf = (more: typeof params = {}): Promise<string> =>
    text({ resolveVariable: async (variable) => ({ ...params, ...more })[variable] });
  const code = await textOf();
  expect(code).toContain('const ROUTING = "directory";\nconst DEFAULT_ROOT_OBJECT = "start.html";');
  expect(code).toContain('const KEEP_PATHS = ["/.well-known","/feeds"];\nconst FILE_EXTENSIONS = ["html"];');
  // Where a site is attached to the function serves the status page alone, whose own `/` is no page of the site.
  expect(await textOf({ 'param:siteBucket': 'my-site' })).toContain('const ROUTING = "none";');
});

test("the code has nothing that the framework would take for a variable, and is within CloudFront's 10 kB", () => {
  const code = viewerRequestCode({ routing: 'directory', defaultRootObject: 'x'.repeat(1024) });
  expect(code).not.toContain('${');
  expect(Buffer.byteLength(code)).toBeLessThan(10_000);
});

describe('the status page', () => {
  test.each<Routing>(['none', 'single-page', 'directory'])(
    'has an index of its own, with routing %s',
    (routing) => {
      const rewrite = rewriter({ routing, defaultRootObject: 'home.html' });
      expect(
        ['/_status/', '/_status/status.json', '/_status/deployments/7/', '/_status/x'].map(rewrite),
      ).toEqual([
        '/_status/index.html',
        '/_status/status.json',
        '/_status/deployments/7/index.html',
        '/_status/x',
      ]);
    },
  );

  test('is found without its last slash', () => {
    const context = createContext({});
    new Script(viewerRequestCode({ routing: 'single-page', defaultRootObject: '' })).runInContext(context);
    const handler = new Script('handler').runInContext(context) as (event: unknown) => unknown;
    expect(handler({ request: { uri: '/_status', method: 'GET' } })).toMatchObject({
      statusCode: 301,
      headers: { location: { value: '/_status/' } },
    });
  });

  test('takes no other path with it', () => {
    const rewrite = rewriter({ routing: 'single-page', defaultRootObject: 'index.html' });
    expect(['/_statusx', '/a/_status/'].map(rewrite)).toEqual(['/index.html', '/index.html']);
  });
});
