import type { Change } from '../../shared/core/changes.ts';
import {
  composePlan,
  errorTtlSeconds,
  leavesErrors,
  type PlanRules,
  sampleOf,
  urlsToCheck,
  wholePlan,
} from '../../shared/core/compose.ts';
import type { DistributionFacts, ErrorResponse } from '../../shared/core/distribution.ts';
import type { Entry } from '../../shared/core/entries.ts';
import { covers } from '../../shared/core/plan.ts';

const facts: DistributionFacts = {
  deployed: true,
  fingerprint: 'f',
  defaultRootObject: 'index.html',
  errorResponses: [],
  otherBehaviours: [],
  originPath: '',
  maxTtlSeconds: 31_536_000,
};
const paths = { routing: 'none', defaultRootObject: 'index.html', canonical: true } as const;
const rules: PlanRules = { paths, itemsMax: 100, wildcardsMax: 15 };

const change = (kind: Change['kind'], key: string, more: Partial<Change> = {}): Change => ({
  key,
  kind,
  because: 'why',
  ...more,
});
const object = (key: string): Entry => ({
  kind: 'object',
  key,
  etag: 'e',
  size: 1,
  lastModified: 0,
  versionId: 'v',
});
const gone = (key: string): Entry => ({
  kind: 'gone',
  key,
  etag: 'e',
  size: 1,
  versionId: 'v',
  expiring: true,
  until: 1,
});

const plan = (
  changes: readonly Change[],
  unchanged: readonly string[] = [],
  more: Partial<PlanRules> = {},
  distribution: Partial<DistributionFacts> = {},
) => {
  const present = changes
    .filter(({ kind }) => kind !== 'removed' && kind !== 'expiring')
    .map(({ key }) => key);
  const goal = [...[...unchanged, ...present].map(object), gone('gone')];
  return composePlan(changes, goal, { ...facts, ...distribution }, { ...rules, ...more });
};
const items = (...args: Parameters<typeof plan>): readonly string[] =>
  plan(...args).items.map(({ item }) => item);

const error = (code: number, ttlSeconds: number, page?: string): ErrorResponse => ({
  code,
  ttlSeconds,
  ...(page === undefined ? {} : { page }),
});

test.each([
  ['CloudFront’s default', [], 10],
  ['a shorter time for both', [error(403, 1), error(404, 2)], 2],
  ['a longer time for one', [error(404, 60)], 60],
  ['a shorter time for one only, the default for the other', [error(403, 1)], 10],
  ['times of other errors, which a missing key never is', [error(500, 300), error(405, 300)], 10],
])('an error for a missing key lasts, by %s', (_case, errorResponses, seconds) => {
  expect(errorTtlSeconds({ ...facts, errorResponses })).toBe(seconds);
});

describe('what gets an item', () => {
  test.each([
    ['changed', ['/k']],
    ['removed', ['/k']],
    ['new', []],
    ['returned', []],
    ['expiring', []],
  ] as const)('of a key that is %s', (kind, expected) => {
    expect(items([change(kind, 'k')], ['other'])).toEqual(expected);
  });

  test.each([
    ['30 s', [error(404, 30)], []],
    ['31 s', [error(404, 31)], ['/k']],
    ['31 s for a 403', [error(403, 31)], ['/k']],
    ['31 s for an error that a missing key is not', [error(500, 31)], []],
    ['1 s, with a page', [error(404, 1, '/404.html')], ['/k']],
  ])('of a new key whose error may be cached for %s', (_case, errorResponses, expected) => {
    for (const kind of ['new', 'returned'] as const) {
      expect(items([change(kind, 'k')], ['other'], {}, { errorResponses })).toEqual(expected);
    }
    expect(items([change('expiring', 'k')], ['other'], {}, { errorResponses })).toEqual([]);
  });

  test('no change: no item, not whole, no collateral', () => {
    expect(plan([], ['a', 'b'])).toEqual({ items: [], collateral: 0, whole: false });
    expect(
      plan(
        [change('expiring', 'k'), change('new', 'n')],
        ['a'],
        {},
        { otherBehaviours: [{ pathPattern: '/x/*', cached: true }] },
      ),
    ).toEqual({
      items: [],
      collateral: 0,
      whole: false,
    });
  });

  test('the root page is purged under both of its paths, an encoded key under its encoding', () => {
    expect(items([change('changed', 'index.html'), change('changed', 'a b')], ['b'])).toEqual([
      '/',
      '/a%20b',
      '/index.html',
    ]);
  });

  test('a path that only a wildcard can purge spares what it can', () => {
    const purged = [change('changed', 'ab~c')];
    expect(plan(purged, ['ab', 'b'])).toMatchObject({ items: [{ item: '/a*' }], collateral: 1 });
    expect(plan(purged, ['a', 'b'])).toMatchObject({ items: [{ item: '/ab*' }], collateral: 0 });
  });

  test('each item says why', () => {
    const { items: planned } = plan([change('changed', 'a', { because: 'ETag' })], ['b']);
    expect(planned).toEqual([{ item: '/a', because: 'changed (ETag)' }]);
    const { items: wild } = plan([change('changed', 'd/a'), change('removed', 'd/b')], ['b'], {
      itemsMax: 1,
    });
    expect(wild).toEqual([{ item: '/d*', because: expect.stringMatching(/./) }]);
  });
});

test('what another origin served for a new key before it was there is purged', () => {
  expect(plan([change('new', 'a')], ['b'], {}, { fallsBack: true }).items).toMatchObject([{ item: '/a' }]);
  expect(plan([change('new', 'a')], ['b']).items).toEqual([]);
});

describe('the limits', () => {
  const two = [change('changed', 'a'), change('changed', 'z')];

  test('with a budget of one item two far apart are everything', () => {
    expect(plan(two, ['b', 'c'], { itemsMax: 1 })).toEqual({
      items: [{ item: '/*', because: expect.any(String) }],
      collateral: 2,
      whole: true,
    });
  });

  test('with a budget of two items they are two', () => {
    expect(plan(two, ['b'], { itemsMax: 2 })).toMatchObject({ collateral: 0, whole: false });
    expect(items(two, ['b'], { itemsMax: 2 })).toEqual(['/a', '/z']);
  });

  test('without a wildcard one item too many is everything all the same', () => {
    expect(items(two, ['b'], { itemsMax: 1, wildcardsMax: 0 })).toEqual(['/*']);
  });
});

describe('what is spared', () => {
  const changes = [change('changed', 'img/a'), change('changed', 'img/b'), change('changed', 'img/c')];
  const few = { itemsMax: 1 };

  test.each([
    ['unchanged keys', ['img/d'], [], {}, 1],
    ['keys elsewhere', ['other'], [], {}, 0],
    ['new keys, which nobody has', [], [change('new', 'img/d')], {}, 0],
    ['keys that expire', [], [change('expiring', 'img/d')], {}, 0],
    ['keys that returned, which the edges hold', [], [change('returned', 'img/d')], {}, 1],
    ['gone keys', [], [], {}, 0],
    ['a cached behaviour', [], [], { otherBehaviours: [{ pathPattern: '/img/big/*', cached: true }] }, 1],
    [
      'a cached behaviour without a slash',
      [],
      [],
      { otherBehaviours: [{ pathPattern: 'img/*.png', cached: true }] },
      1,
    ],
    [
      'a behaviour that never caches',
      [],
      [],
      { otherBehaviours: [{ pathPattern: '/img/big/*', cached: false }] },
      0,
    ],
    ['a behaviour elsewhere', [], [], { otherBehaviours: [{ pathPattern: '/api/*', cached: true }] }, 0],
  ])('%s', (_case, unchanged, more, distribution, collateral) => {
    // The key elsewhere keeps the one item from being everything.
    expect(plan([...changes, ...more], [...unchanged, 'elsewhere'], few, distribution)).toMatchObject({
      items: [{ item: expect.stringMatching(/^\/i[mg/]*\*$/) }],
      collateral,
    });
  });

  test('a wildcard stops before a cached behaviour', () => {
    const otherBehaviours = [{ pathPattern: '/img?/*', cached: true }];
    expect(items(changes, ['elsewhere'], few, {})).toEqual(['/i*']);
    expect(items(changes, ['elsewhere'], few, { otherBehaviours })).toEqual(['/img/*']);
  });

  test('a path that two keys have is purged when one of them changed', () => {
    const directory = { ...paths, routing: 'directory' as const, canonical: false };
    const planned = plan([change('changed', 'dir/index.html')], ['dir', 'dirt'], { paths: directory });
    const isPurged = (path: string): boolean => planned.items.some(({ item }) => covers(item, path));
    expect(['/dir', '/dir/', '/dir/index.html', '/dirt'].map(isPurged)).toEqual([true, true, true, false]);
    expect(planned.collateral).toBe(0);
  });
});

describe('a custom error page', () => {
  const errorResponses = [error(404, 10, '/404.html'), error(500, 10), error(403, 10, '/b%20c.html')];

  test.each([
    ['changed', '404.html', true],
    ['removed', '404.html', true],
    ['new', '404.html', true],
    ['expiring', '404.html', false],
    ['changed', 'b c.html', true],
    ['changed', 'x/404.html', false],
  ] as const)('that is %s (%s) means everything: %s', (kind, key, whole) => {
    const planned = plan([change(kind, key), change('changed', 'z')], ['k'], {}, { errorResponses });
    expect(planned.whole).toBe(whole);
    if (!whole) return;
    const page = key === '404.html' ? '/404.html' : '/b%20c.html';
    expect(planned.items).toEqual([
      { item: '/*', because: `the error page ${page} changed and may be cached under any URL` },
    ]);
  });

  test('does not matter where no error names it', () => {
    expect(plan([change('changed', '404.html')], ['k']).whole).toBe(false);
  });
});

describe('errors that are cached for a new key', () => {
  const page: ErrorResponse = { code: 404, ttlSeconds: 10, page: '/404.html' };
  const ttl = (ttlSeconds: number): ErrorResponse => ({ code: 404, ttlSeconds });

  test.each<[string, readonly Change['kind'][], readonly ErrorResponse[], boolean]>([
    ['are waited for', ['new'], [], true],
    ['are waited for when it has returned', ['changed', 'returned'], [], true],
    ['are waited for as long as 30 s', ['new'], [ttl(30)], true],
    ['are purged where they last for longer', ['new'], [ttl(31)], false],
    ['are purged where they are pages', ['returned'], [page], false],
    ['are none of a changed or removed key', ['changed', 'removed', 'expiring'], [], false],
  ])('%s', (_case, kinds, errorResponses, expected) => {
    const changes = kinds.map((kind, index) => change(kind, `k${index}`));
    const exact = { items: [], collateral: 0, whole: false };
    expect(leavesErrors(changes, exact, { ...facts, errorResponses })).toBe(expected);
    expect(leavesErrors(changes, wholePlan('why', []), { ...facts, errorResponses })).toBe(false);
  });
});

test('everything is one item, and its collateral all that is there', () => {
  expect(wholePlan('no state', [object('a'), gone('b'), object('c')])).toEqual({
    items: [{ item: '/*', because: 'no state' }],
    collateral: 2,
    whole: true,
  });
});

describe('URLs to check', () => {
  const changes = [
    change('changed', 'z.js', { etag: 'B', was: 'A' }),
    change('new', 'b.htm', { etag: 'B' }),
    change('expiring', 'old.html', { was: 'A' }),
    change('returned', 'back.html', { etag: 'B' }),
    change('removed', 'gone.html', { was: 'A' }),
    change('changed', 'a.js', { etag: 'B', was: 'A' }),
    change('changed', 'index.html', { etag: 'B', was: 'A' }),
  ];

  test('are those whose answer can be known, pages first, then in byte order', () => {
    expect(urlsToCheck(changes, paths, 50)).toEqual([
      { path: '/', key: 'index.html', etag: 'B', was: 'A' },
      { path: '/b.htm', key: 'b.htm', etag: 'B' },
      { path: '/gone.html', key: 'gone.html', was: 'A' },
      { path: '/index.html', key: 'index.html', etag: 'B', was: 'A' },
      { path: '/a.js', key: 'a.js', etag: 'B', was: 'A' },
      { path: '/z.js', key: 'z.js', etag: 'B', was: 'A' },
    ]);
  });

  test.each([0, 1, 5, 6, 7])('are at most %d', (most) => {
    expect(urlsToCheck(changes, paths, most)).toHaveLength(Math.min(most, 6));
  });
});

describe('the sample', () => {
  const goal = [object('a.js'), gone('gone.html'), object('index.html'), object('p.html')];

  test.each([
    [0, []],
    [1, ['/']],
    [2, ['/', '/index.html']],
    [3, ['/', '/index.html', '/p.html']],
    [4, ['/', '/index.html', '/p.html', '/a.js']],
    [20, ['/', '/index.html', '/p.html', '/a.js']],
  ])('of at most %d URLs has pages first', (most, urls) => {
    expect(sampleOf(goal, paths, most).map(({ path }) => path)).toEqual(urls);
  });

  test('says what each shall serve, and nothing of what was', () => {
    expect(sampleOf([object('a.js')], paths, 1)).toEqual([
      { path: '/a.js', key: 'a.js', etag: 'e', versionId: 'v', unchanged: true },
    ]);
  });

  test('names no version of a key whose versions were not read, so that its bytes say which it is', () => {
    const [check] = sampleOf([{ ...object('a.js'), versionId: '' }], paths, 1);
    expect(check).toEqual({ path: '/a.js', key: 'a.js', etag: 'e', unchanged: true });
  });
});
