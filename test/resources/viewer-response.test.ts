import { createRequire } from 'node:module';
import { createContext, Script } from 'node:vm';
import fc from 'fast-check';
import { DEFAULT_FINGERPRINT } from '../../shared/core/fingerprint.ts';
import { encodeKey } from '../../shared/core/paths.ts';
import { isFingerprinted } from '../../shared/core/settings.ts';
import { type Property, resolveWith } from './domain-fixture.ts';

type Settings = Readonly<{ fingerprint: string; routing: string; fileExtensions?: string }>;
type Values = Record<string, { value: string }>;
type Response = { statusCode: number; headers: Values };

const { viewerResponseCode, text } = createRequire(import.meta.url)(
  '../../resources/viewer-response.cjs',
) as { viewerResponseCode(settings: Settings): string; text: Property };

const STANDARD: Settings = { fingerprint: DEFAULT_FINGERPRINT, routing: 'none' };
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** Runs the function in a context that has JavaScript and nothing else, as at the edge. */
const runner = (settings: Partial<Settings> = {}) => {
  const context = createContext({});
  new Script(viewerResponseCode({ ...STANDARD, ...settings })).runInContext(context);
  const handler = new Script('handler').runInContext(context) as (event: unknown) => Response;
  return (uri: string, statusCode = 200, headers: Values = {}): Response =>
    handler({
      request: { uri, method: 'GET', querystring: {}, headers: {}, cookies: {} },
      response: { statusCode, headers },
    });
};

const controlOf = (settings: Partial<Settings> = {}) => {
  const run = runner(settings);
  return (uri: string): string | undefined => run(uri).headers['cache-control']?.value;
};

describe('what has no Cache-Control', () => {
  test.each([
    ['/assets/index-C_gcIYdA.js', IMMUTABLE],
    ['/main.8f3c2a1b.chunk.js', IMMUTABLE],
    ['/a%20b/c%2Findex-C_gcIYdA.js', IMMUTABLE],
    ['/%69ndex-C_gcIYdA.js', IMMUTABLE],
    ['/index-C_gcIYdA.js/page.html', 'no-cache'],
    ['/index-C_gcIYdA.js/', 'no-cache'],
    ['/C_gcIYdA.js', 'no-cache'],
    ['/index.html', 'no-cache'],
    ['/', 'no-cache'],
    ['/%ff-C_gcIYdA.js', 'no-cache'],
  ])('%s gets %s', (uri, expected) => {
    expect(controlOf()(uri)).toBe(expected);
  });

  test.each([
    ['', '/index-C_gcIYdA.js', 'no-cache'],
    ['^[a-z]*$', '/', 'no-cache'],
    ['^[a-z]*$', '/a/', 'no-cache'],
    ['^[a-z]*$', '/a', IMMUTABLE],
    ['^v\\d+ \\+$', '/v1++', 'no-cache'],
    ['^v\\d+ \\+$', '/v1+%2B', IMMUTABLE],
    ['(?<=.)x|^y', '/y.css', IMMUTABLE],
    ['(?<=.)x|^y', '/x.css', 'no-cache'],
    ['[(?<=]', '/plain', 'no-cache'],
    ['[(?<=]', '/a(b', IMMUTABLE],
    ['\\(?<=', '/a(<=', IMMUTABLE],
  ])('with the fingerprint %j %s gets %s', (fingerprint, uri, expected) => {
    expect(controlOf({ fingerprint })(uri)).toBe(expected);
  });

  test.each([
    ['none', '/users/8f3c2a1b', IMMUTABLE],
    ['single-page', '/users/8f3c2a1b', 'no-cache'],
    ['directory', '/users/8f3c2a1b', 'no-cache'],
    ['directory', '/users/8f3c2a1b.js', IMMUTABLE],
  ])('with the routing %s %s, which looks like a fingerprint, gets %s', (routing, uri, expected) => {
    expect(controlOf({ fingerprint: '^[0-9a-f]{8}', routing })(uri)).toBe(expected);
  });
});

test.each([
  ['/users/8f3c2a1b.js', IMMUTABLE],
  ['/users/8f3c2a1b.JS', IMMUTABLE],
  ['/users/8f3c2a1b.smith', 'no-cache'],
])('with js as the only extension of files %s gets %s', (uri, expected) => {
  const settings = { fingerprint: '^[0-9a-f]{8}', routing: 'single-page', fileExtensions: 'js' };
  expect(controlOf(settings)(uri)).toBe(expected);
});

test.each([
  [199, false],
  [200, true],
  [206, true],
  [299, true],
  [300, false],
  [304, false],
])('an answer of %d is given one: %p', (status, expected) => {
  expect('cache-control' in runner()('/a.css', status).headers).toBe(expected);
});

test.each(['max-age=60', 'no-store', ''])('the Cache-Control %j of the upload stays', (value) => {
  const headers = { 'cache-control': { value }, etag: { value: '"1"' } };
  expect(runner()('/index-C_gcIYdA.js', 200, structuredClone(headers)).headers).toEqual(headers);
});

test('names have a fingerprint at the edge exactly where they have one for the functions', () => {
  const control = controlOf();
  const fingerprint = new RegExp(DEFAULT_FINGERPRINT);
  const part = fc.stringMatching(/^[A-Za-z0-9_-]{0,10}$/);
  const hash = fc.stringMatching(/^(?:[A-Za-z0-9_-]{7,9}|[0-9a-f]{7,20})$/);
  const separator = fc.constantFrom('-', '.', '_', '');
  const extension = fc.constantFrom('.js', '.chunk.js', '.css.map', '', '.');
  const likely = fc.tuple(part, separator, hash, extension).map((parts) => parts.join(''));
  const folders = fc.constantFrom('', 'assets/', 'a b/', 'x-C_gcIYdA.js/');
  const key = fc
    .tuple(folders, fc.oneof({ weight: 4, arbitrary: likely }, fc.string({ unit: 'binary' })))
    .map((parts) => parts.join(''));
  const seen = { true: 0, false: 0 };
  fc.assert(
    fc.property(key, (name) => {
      const expected = isFingerprinted({ fingerprint }, name);
      seen[`${expected}`]++;
      expect(control(encodeKey(name)) === IMMUTABLE).toBe(expected);
    }),
    { numRuns: 2_000, seed: 1 },
  );
  expect(Math.min(seen.true, seen.false)).toBeGreaterThan(100);
});

describe('the code', () => {
  test('needs nothing that ES 5.1 has not: no lookbehind, no template literal', () => {
    const code = viewerResponseCode(STANDARD);
    expect(code).not.toMatch(/\(\?<|`|=>|\$\{/);
    expect(Buffer.byteLength(code)).toBeLessThan(10_000);
  });

  test.each([
    ['(', /param fingerprint: expected a regular expression, got "\("/],
    ['a(?<=a)b', /param fingerprint: expected no lookbehind but \(\?<=\.\) at the beginning/],
    ['(?<!a)b', /no lookbehind/],
    ['(?<=.)a(?<!b)', /no lookbehind/],
    ['x'.repeat(10_000), /at most 10000 bytes/],
  ])('the fingerprint %.20s is refused', (fingerprint, message) => {
    expect(() => viewerResponseCode({ ...STANDARD, fingerprint })).toThrow(message);
  });

  test('is made of the params', async () => {
    const params = { fingerprint: 'x', routing: 'directory', fileExtensions: 'html' };
    expect(await resolveWith(text, params)).toBe(viewerResponseCode(params));
  });
});
