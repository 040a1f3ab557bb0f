import type { DistributionModel } from './cloudfront.ts';
import type { Behaviour } from './cloudfront-config.ts';
import { viewerFunction, withBehaviour, world } from './cloudfront-fixture.ts';

const MARKS =
  'function handler(e) { e.response.headers.mark = { value: e.request.uri }; return e.response; }';

const POLICY = {
  responseHeadersPolicyId: 'own',
  responseHeaders: [
    { name: 'x-frame-options', value: 'DENY', overrides: false },
    { name: 'etag', value: 'kept out', overrides: false },
    { name: 'last-modified', value: 'replaced', overrides: true },
  ],
} satisfies Partial<Behaviour>;

const configOf = (changes: Partial<Behaviour>): DistributionModel => withBehaviour(changes);

test('the policy adds what is missing, and replaces what it overrides, at a miss and at a hit', () => {
  const { cloudfront } = world({ config: configOf(POLICY) });
  for (const cache of ['miss', 'hit']) {
    expect(cloudfront.get(0, { target: '/a.css' })).toMatchObject({
      cache,
      headers: { 'x-frame-options': 'DENY', etag: '"css"', 'last-modified': 'replaced' },
    });
  }
});

test('errors have the headers of the policy, and do not reach the function', () => {
  const { cloudfront } = world({
    config: configOf({ ...POLICY, viewerResponse: viewerFunction(MARKS) }),
  });
  const { status, headers } = cloudfront.get(0, { target: '/missing' });
  expect([status, headers['x-frame-options'], headers['mark']]).toEqual([403, 'DENY', undefined]);
});

test("the function sees the viewer's URI, and what it changes is not cached", () => {
  const code = 'function handler(e) { e.request.uri = "/a.css"; return e.request; }';
  const { cloudfront } = world({
    config: configOf({ viewerRequest: viewerFunction(code), viewerResponse: viewerFunction(MARKS) }),
  });
  const marks = ['/one?x=1', '/two'].map((target) => cloudfront.get(0, { target }));
  expect(marks.map(({ cache, headers }) => [cache, headers['mark']])).toEqual([
    ['miss', '/one'],
    ['hit', '/two'],
  ]);
});

test.each([
  ['throws', 'function handler() { throw new Error("broken"); }', 'broken'],
  ['returns nothing', 'function handler() {}', 'no response returned'],
])('a function that %s is a 503', (_case, code, because) => {
  const { cloudfront } = world({ config: configOf({ viewerResponse: viewerFunction(code) }) });
  const { status, headers, body } = cloudfront.get(0, { target: '/a.css' });
  expect([status, headers['x-cache'], headers['x-amz-cf-pop']]).toEqual([
    503,
    'FunctionExecutionError from cloudfront',
    'LOC50-P1',
  ]);
  expect(new TextDecoder().decode(body)).toContain(because);
});

test('code that does not compile is found at once', () => {
  expect(() => world({ config: configOf({ viewerResponse: viewerFunction('function') }) })).toThrow();
});
