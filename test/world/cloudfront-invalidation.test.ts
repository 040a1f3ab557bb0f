import { CloudFrontError, type Switches } from './cloudfront.ts';
import { startedAt, world } from './cloudfront-fixture.ts';

/** The name and status of the error that an act throws, or "none". */
const refusal = (act: () => unknown): string => {
  try {
    act();
    return 'none';
  } catch (error) {
    return error instanceof CloudFrontError ? `${error.name} ${error.status}` : String(error);
  }
};

const paths = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `/p${from + index}`);

describe('an invalidation', () => {
  test('is in progress, reaches the edges, and completes later', () => {
    const { cloudfront, pass } = world();
    const made = cloudfront.createInvalidation('r', ['/a']);
    expect(made).toMatchObject({
      status: 'InProgress',
      createdAt: startedAt,
      callerReference: 'r',
      items: ['/a'],
    });
    pass(1_499);
    expect(cloudfront.getInvalidation(made.id).status).toBe('InProgress');
    pass(1);
    expect(cloudfront.getInvalidation(made.id).status).toBe('Completed');
  });

  test('reaches each edge in its own time and completes after the last', () => {
    const draws = [0, 1, 0.5];
    const { cloudfront } = world({
      random: () => draws.shift() ?? 0,
      timing: { arrivalMs: [200, 2_000], completionMs: [0, 1_000] },
    });
    const { arrivesAt, completedAt } = cloudfront.createInvalidation('r', ['/a']);
    expect(arrivesAt).toEqual([startedAt + 200, startedAt + 2_000]);
    expect(completedAt).toBe(startedAt + 2_500);
  });

  test('is listed newest first', () => {
    const { cloudfront } = world();
    cloudfront.createInvalidation('one', ['/a']);
    cloudfront.createInvalidation('two', ['/b']);
    expect(cloudfront.listInvalidations().map(({ callerReference }) => callerReference)).toEqual([
      'two',
      'one',
    ]);
  });

  test('that was never made is NoSuchInvalidation', () => {
    expect(refusal(() => world().cloudfront.getInvalidation('I9'))).toBe('NoSuchInvalidation 404');
  });
});

describe('an eviction', () => {
  test('happens when the invalidation arrives, not before', () => {
    const { cloudfront, get, site, pass } = world();
    get('/a.css');
    site.set('a.css', 'new');
    pass(10);
    cloudfront.createInvalidation('r', ['/a.css']);
    pass(999);
    expect(get('/a.css')).toBe('css Hit');
    pass(1);
    expect(get('/a.css')).toBe('new Miss');
  });

  test('spares a copy fetched at or after the moment of the call', () => {
    const { cloudfront, get, site, pass } = world();
    cloudfront.createInvalidation('r', ['/a.css']);
    get('/a.css', 0);
    pass(1);
    get('/a.css', 1);
    site.set('a.css', 'new');
    pass(2_000);
    expect([get('/a.css', 0), get('/a.css', 1)]).toEqual(['css Hit', 'css Hit']);
  });

  test('takes a copy fetched a millisecond before the call, at every edge', () => {
    const { cloudfront, get, site, pass } = world();
    get('/a.css', 0);
    get('/a.css', 1);
    pass(1);
    cloudfront.createInvalidation('r', ['/a.css']);
    site.set('a.css', 'new');
    pass(2_000);
    expect([get('/a.css', 0), get('/a.css', 1)]).toEqual(['new Miss', 'new Miss']);
  });

  test('leaves the copies that no item names', () => {
    const { cloudfront, get, pass } = world();
    get('/index.html');
    get('/a.css');
    pass(1);
    cloudfront.createInvalidation('r', ['/a.css']);
    pass(2_000);
    expect([get('/index.html'), get('/a.css')]).toEqual(['home Hit', 'css Miss']);
  });

  test('takes every copy that carries the tag', () => {
    const tagged = { status: 200, headers: { 'x-tags': 'Blog, home' }, body: new Uint8Array() };
    const { cloudfront, pass } = world({
      config: { ...world().cloudfront.getDistribution().config, cacheTagHeader: 'x-tags' },
      origins: { site: () => tagged },
    });
    cloudfront.get(0, { target: '/any' });
    pass(1);
    cloudfront.createInvalidation('r', ['#blog']);
    expect(cloudfront.peek(0, '/any').cached).toBe(true);
    pass(1_000);
    expect(cloudfront.peek(0, '/any').cached).toBe(false);
  });
});

describe('a repeated reference', () => {
  test.each([
    ['in the same order', ['/a', '/b']],
    ['in another order', ['/b', '/a']],
  ])('with the same items %s gives the earlier invalidation, even a completed one', (_case, items) => {
    const { cloudfront, pass } = world();
    const first = cloudfront.createInvalidation('r', ['/a', '/b']);
    pass(60_000);
    const again = cloudfront.createInvalidation('r', items);
    expect(again).toEqual({ ...first, status: 'Completed' });
    expect(cloudfront.listInvalidations()).toHaveLength(1);
  });

  test('purges nothing new', () => {
    const { cloudfront, get, site, pass } = world();
    cloudfront.createInvalidation('r', ['/a.css']);
    pass(60_000);
    get('/a.css');
    site.set('a.css', 'new');
    pass(1);
    cloudfront.createInvalidation('r', ['/a.css']);
    pass(60_000);
    expect(get('/a.css')).toBe('css Hit');
  });

  test.each([
    ['another item', ['/b']],
    ['one more', ['/a', '/b']],
    ['one less', ['/c']],
  ])('with %s is refused', (_case, items) => {
    const { cloudfront } = world();
    cloudfront.createInvalidation('r', ['/a']);
    cloudfront.createInvalidation('s', ['/c', '/d']);
    const reference = items.length === 1 && items[0] === '/c' ? 's' : 'r';
    expect(refusal(() => cloudfront.createInvalidation(reference, items))).toBe(
      'InvalidationBatchAlreadyExists 400',
    );
  });

  test('after a refusal is a first one', () => {
    const { cloudfront } = world();
    expect(refusal(() => cloudfront.createInvalidation('r', ['a']))).toBe('InvalidArgument 400');
    expect(cloudfront.createInvalidation('r', ['/a']).items).toEqual(['/a']);
  });
});

test('a batch of 3,001 items is too large, one of 3,000 is not', () => {
  const { cloudfront } = world();
  expect(refusal(() => cloudfront.createInvalidation('r', paths(3_001)))).toBe('BatchTooLarge 413');
  expect(refusal(() => cloudfront.createInvalidation('r', paths(3_000)))).toBe('none');
});

test('how large a batch may be can be set', () => {
  const { cloudfront } = world({ batchItemsMax: 2 });
  expect(refusal(() => cloudfront.createInvalidation('r', paths(3)))).toBe('BatchTooLarge 413');
  expect(refusal(() => cloudfront.createInvalidation('r', paths(2)))).toBe('none');
});

describe('the quota', () => {
  const quotas = (kind: Switches['quotas']) => world({ switches: { quotas: kind } });

  test('of 3,000 paths in progress is free again when an invalidation completes', () => {
    const { cloudfront, pass } = quotas('old');
    cloudfront.createInvalidation('r1', paths(2_999));
    expect(refusal(() => cloudfront.createInvalidation('r2', ['/a', '/b']))).toBe(
      'TooManyInvalidationsInProgress 400',
    );
    expect(refusal(() => cloudfront.createInvalidation('r3', ['/a']))).toBe('none');
    pass(1_499);
    expect(refusal(() => cloudfront.createInvalidation('r4', ['/c']))).toBe(
      'TooManyInvalidationsInProgress 400',
    );
    pass(1);
    expect(refusal(() => cloudfront.createInvalidation('r4', ['/c']))).toBe('none');
  });

  test('of 15 wildcards in progress counts no path', () => {
    const { cloudfront } = quotas('old');
    const wildcards = paths(15).map((path) => `${path}*`);
    cloudfront.createInvalidation('r1', wildcards);
    expect(refusal(() => cloudfront.createInvalidation('r2', ['/x*']))).toBe(
      'TooManyInvalidationsInProgress 400',
    );
    expect(refusal(() => cloudfront.createInvalidation('r3', ['/x']))).toBe('none');
  });

  test('of 150 paths in any second has no burst', () => {
    const { cloudfront, pass } = quotas('new');
    expect(refusal(() => cloudfront.createInvalidation('r0', paths(151)))).toBe('Throttling 400');
    cloudfront.createInvalidation('r1', paths(100));
    pass(500);
    cloudfront.createInvalidation('r2', paths(50, 100));
    pass(499);
    expect(refusal(() => cloudfront.createInvalidation('r3', ['/a']))).toBe('Throttling 400');
    pass(1);
    expect(refusal(() => cloudfront.createInvalidation('r4', paths(101, 200)))).toBe('Throttling 400');
    expect(refusal(() => cloudfront.createInvalidation('r5', paths(100, 200)))).toBe('none');
  });

  test('of one wildcard in any second', () => {
    const { cloudfront, pass } = quotas('new');
    expect(refusal(() => cloudfront.createInvalidation('r0', ['/a*', '/b*']))).toBe('Throttling 400');
    cloudfront.createInvalidation('r1', ['/a*']);
    pass(999);
    expect(refusal(() => cloudfront.createInvalidation('r2', ['/b*']))).toBe('Throttling 400');
    pass(1);
    expect(refusal(() => cloudfront.createInvalidation('r3', ['/b*']))).toBe('none');
  });

  test('does not count a repeated reference', () => {
    const { cloudfront } = quotas('new');
    cloudfront.createInvalidation('r1', ['/*']);
    expect(refusal(() => cloudfront.createInvalidation('r1', ['/*']))).toBe('none');
  });

  test('counts its refusals by name', () => {
    const { cloudfront } = quotas('new');
    cloudfront.createInvalidation('r1', ['/*']);
    for (const reference of ['r2', 'r3']) refusal(() => cloudfront.createInvalidation(reference, ['/*']));
    refusal(() => cloudfront.createInvalidation('r4', ['x']));
    expect([...cloudfront.refusals]).toEqual([
      ['Throttling', 2],
      ['InvalidArgument', 1],
    ]);
  });
});
