import { allSwitches, defaultDistribution, type Sabotage, type Switches } from './cloudfront.ts';
import { viewerFunction, withBehaviour, world } from './cloudfront-fixture.ts';

test('there are 32 combinations of the switches, each once', () => {
  const all = allSwitches().map((switches) => JSON.stringify(switches));
  expect(all).toHaveLength(32);
  expect(new Set(all).size).toBe(32);
});

/** Whether an invalidation of `item` evicts the copy that a GET of `target` left. */
const evicts = (
  item: string,
  target: string,
  switches: Partial<Switches>,
  config = defaultDistribution(),
): boolean => {
  const { cloudfront, get, pass } = world({ switches, config });
  get(target);
  pass(1);
  cloudfront.createInvalidation('r', [item]);
  pass(1_000);
  return !cloudfront.peek(0, target).cached;
};

describe('matching', () => {
  test.each([
    ['exact', false],
    ['normalised', true],
  ] as const)('%s: another escape of a URL is named: %s', (matching, expected) => {
    expect(evicts('/%61.css', '/a.css', { matching })).toBe(expected);
    expect(evicts('/a.css', '/%61.css', { matching })).toBe(expected);
  });
});

describe('the root', () => {
  test.each([
    ['two', 'home Miss'],
    ['one', 'home Hit'],
  ] as const)('as %s: /index.html after / is %s', (root, expected) => {
    const { get } = world({ switches: { root } });
    get('/');
    expect(get('/index.html')).toBe(expected);
  });

  test.each([
    ['two', '/', true],
    ['two', '/index.html', false],
    ['one', '/', false],
    ['one', '/index.html', true],
  ] as const)('as %s: the item %s evicts the copy of /: %s', (root, item, expected) => {
    expect(evicts(item, '/', { root })).toBe(expected);
  });
});

describe('a rewritten URL', () => {
  const toIndex =
    "function handler(e) { if (e.request.uri === '/docs') e.request.uri = '/docs/index.html'; return e.request }";
  const config = withBehaviour({ viewerRequest: viewerFunction(toIndex) });
  test.each([
    ['cached', '/docs', false],
    ['cached', '/docs/index.html', true],
    ['either', '/docs', true],
    ['either', '/docs/index.html', true],
  ] as const)('matched by %s: the item %s evicts it: %s', (rewritten, item, expected) => {
    const { cloudfront, site, get, pass } = world({ switches: { rewritten }, config });
    site.set('docs/index.html', 'docs');
    get('/docs');
    pass(1);
    cloudfront.createInvalidation('r', [item]);
    pass(1_000);
    expect(!cloudfront.peek(0, '/docs').cached).toBe(expected);
  });
});

describe('a custom error page', () => {
  const config = defaultDistribution({
    customErrorResponses: [{ code: 403, responsePage: '/404.html', errorCachingMinTtlSeconds: 7 }],
  });
  test.each([
    ['error', 7],
    ['behaviour', 86_400],
  ] as const)('is kept for the time of %s: %d s', (errorPageTtl, seconds) => {
    const { cloudfront, site, pass } = world({ config, switches: { errorPageTtl } });
    site.set('404.html', 'lost');
    cloudfront.get(0, { target: '/x' });
    pass(seconds * 1_000 - 1);
    expect(cloudfront.peek(0, '/x').cached).toBe(true);
    pass(1);
    expect(cloudfront.peek(0, '/x').cached).toBe(false);
  });
});

describe('sabotage', () => {
  const sabotaged = (sabotage: Sabotage) => {
    const made = world();
    made.site.set('b.css', 'b');
    for (const target of ['/a.css', '/b.css']) for (const edge of [0, 1]) made.get(target, edge);
    made.pass(1);
    made.cloudfront.setSabotage(sabotage);
    /** Which of both files are evicted at edge 0 and at edge 1. */
    const invalidate = (reference: string, items: readonly string[]): string => {
      const { id } = made.cloudfront.createInvalidation(reference, items);
      made.pass(1_500);
      expect(made.cloudfront.getInvalidation(id).status).toBe('Completed');
      const evicted = (edge: number) =>
        ['/a.css', '/b.css'].filter((target) => !made.cloudfront.peek(edge, target).cached).join(' ');
      return `${evicted(0)}, ${evicted(1)}`;
    };
    return { ...made, invalidate };
  };

  test('ignore-all: invalidations complete and evict nothing, until it ends', () => {
    const { cloudfront, invalidate } = sabotaged('ignore-all');
    expect(invalidate('r1', ['/*'])).toBe(', ');
    cloudfront.setSabotage(undefined);
    expect(invalidate('r2', ['/*'])).toBe('/a.css /b.css, /a.css /b.css');
  });

  test('ignore-one: the first item that would have evicted a copy misses at every edge, once', () => {
    const { invalidate } = sabotaged('ignore-one');
    expect(invalidate('r1', ['/none', '/a.css', '/b.css'])).toBe('/b.css, /b.css');
    expect(invalidate('r2', ['/a.css'])).toBe('/a.css /b.css, /a.css /b.css');
  });

  test('ignore-one never takes /*, and waits for another item', () => {
    const { invalidate, get } = sabotaged('ignore-one');
    expect(invalidate('r1', ['/*'])).toBe('/a.css /b.css, /a.css /b.css');
    get('/a.css', 0);
    get('/a.css', 1);
    expect(invalidate('r2', ['/a*'])).toBe('/b.css, /b.css');
  });

  test('ignore-one passes over an item whose copies another item names too', () => {
    const { invalidate } = sabotaged('ignore-one');
    expect(invalidate('r1', ['/a.css', '/a*', '/b.css'])).toBe('/a.css, /a.css');
  });

  test('ignore-one passes over an item whose copies are as new as the call', () => {
    const { cloudfront, invalidate, get, pass } = sabotaged('ignore-one');
    cloudfront.createInvalidation('r1', ['/none']);
    pass(86_400_000);
    get('/a.css');
    expect(invalidate('r2', ['/b.css', '/a.css'])).toBe('/b.css, /a.css /b.css');
    get('/b.css');
    pass(1);
    expect(invalidate('r3', ['/a.css', '/b.css'])).toBe('/b.css, /a.css /b.css');
  });

  test('never-cache: every answer is a miss', () => {
    const { get, cloudfront } = sabotaged('never-cache');
    expect([get('/a.css'), get('/a.css')]).toEqual(['css Miss', 'css Miss']);
    expect(cloudfront.peek(0, '/a.css')).toEqual({ cached: false });
  });
});
