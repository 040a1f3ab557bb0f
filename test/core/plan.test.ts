import { covers, type PlanRequest, planInvalidation } from '../../shared/core/plan.ts';

const usual = { itemsMax: 100, wildcardsMax: 15 };

const itemsOf = (request: Partial<PlanRequest>): string[] =>
  planInvalidation({ changed: [], unchanged: [], limits: usual, ...request }).items.map(({ item }) => item);

test.each([
  ['nothing', [], ['/a'], []],
  ['one path by itself', ['/a'], [], ['/a']],
  ['two paths by one wildcard', ['/b', '/a'], [], ['/*']],
  ['a directory by the wildcard that spares its neighbour', ['/a/1', '/a/2'], ['/b'], ['/a*']],
  ['paths with an unchanged one between them, one by one', ['/a/1', '/a/3'], ['/a/2'], ['/a/1', '/a/3']],
  ['a path and what lies below it', ['/a', '/a/b'], ['/b'], ['/a*']],
  ['hashed names of one chunk', ['/assets/x-1.js', '/assets/x-2.js'], ['/assets/y-1.js'], ['/assets/x*']],
  ['characters that share a byte', ['/%C3%A9', '/%C3%AA'], ['/%20'], ['/%C3%A9', '/%C3%AA']],
  ['pairs that share a surrogate', ['/\u{1f600}', '/\u{1f601}'], ['/x'], ['/\u{1f600}', '/\u{1f601}']],
  ['a ~ by the wildcard before it', ['/a/~b'], ['/c'], ['/a*']],
  ['a ~ by the deepest wildcard there is', ['/a~b~c'], ['/ab', '/b'], ['/a*']],
  ['a ~ at the root', ['/~home/x'], ['/b'], ['/*']],
])('covers %s', (_case, changed, unchanged, expected) => {
  expect(itemsOf({ changed, unchanged })).toEqual(expected);
});

describe('of equal plans the first in byte order', () => {
  test.each([
    ['ends its wildcard early, as / is more than *', ['/a/x1', '/a/x2'], ['/b'], ['/a*']],
    ['ends its wildcard late, as ! is less than *', ['/a!!1', '/a!!2'], ['/b'], ['/a!!*']],
    ['ends its wildcard after an escape, as % is less than *', ['/a%20x1', '/a%20x2'], ['/b'], ['/a%20*']],
    ['compares bytes, not UTF-16 units', ['/\u{1f600}', '/\uff5e'], ['/b'], ['/\uff5e', '/\u{1f600}']],
  ])('%s', (_case, changed, unchanged, expected) => {
    expect(itemsOf({ changed, unchanged })).toEqual(expected);
  });

  test.each([
    [
      'one wildcard for the earlier of two pairs',
      ['/a1', '/a2', '/b1', '/b2'],
      ['/a0', '/b0'],
      { itemsMax: 3, wildcardsMax: 1 },
      ['/a*', '/b1', '/b2'],
    ],
    [
      'the short wildcard first, where more than * follows',
      ['/ab1', '/ab2', '/ac1', '/ac2', '/eb1', '/eb2', '/ec1', '/ec2'],
      ['/ad', '/ed'],
      { itemsMax: 3, wildcardsMax: 3 },
      ['/a*', '/eb*', '/ec*'],
    ],
    [
      'the long wildcard first, where less than * follows',
      ['/', '/a!', '/a!ba', '/aa', '/!!!b', '/!!', '/!a'],
      ['/a!a!', '/aaa', '/!abb', '/bab'],
      { itemsMax: 4, wildcardsMax: 2 },
      ['/', '/!!*', '/!a', '/a*'],
    ],
    [
      'fewer wildcards, though with more of them an earlier place were to be had',
      ['/', '/bbb', '/aa', '/baaa', '/bbbb', '/aaaa'],
      ['/ba', '/aaba'],
      { itemsMax: 4, wildcardsMax: 2 },
      ['/', '/aa', '/aaaa', '/b*'],
    ],
  ])('takes %s', (_case, changed, unchanged, limits, expected) => {
    expect(itemsOf({ changed, unchanged, limits })).toEqual(expected);
  });
});

describe('limits', () => {
  const changed = ['/a/1', '/a/2', '/b/1', '/b/2', '/b/3', '/c'];
  const unchanged = ['/a', '/b', '/d', '/d/1'];
  test.each([
    ['room for all', 3, 2, ['/a/*', '/b/*', '/c'], 0],
    ['no room for a third item', 2, 2, ['/*'], 4],
    ['one wildcard, and room for the smaller directory', 4, 1, ['/a/1', '/a/2', '/b/*', '/c'], 0],
    ['one wildcard, and no room for the smaller directory', 3, 1, ['/*'], 4],
    ['no wildcard', 6, 0, changed, 0],
    ['no wildcard and no room', 5, 0, ['/*'], 4],
    ['one item', 1, 15, ['/*'], 4],
    ['one item that may not be a wildcard', 1, 0, ['/*'], 4],
  ])('%s', (_case, itemsMax, wildcardsMax, expected, collateral) => {
    const plan = planInvalidation({ changed, unchanged, limits: { itemsMax, wildcardsMax } });
    expect(plan.items.map(({ item }) => item)).toEqual(expected);
    expect(plan.collateral).toBe(collateral);
  });

  test('/* is the last resort, not a shorter way to say the same', () => {
    expect(itemsOf({ changed: ['/a', '/b'], limits: { itemsMax: 2, wildcardsMax: 0 } })).toEqual([
      '/a',
      '/b',
    ]);
    expect(itemsOf({ changed: ['/a', '/b'], limits: { itemsMax: 1, wildcardsMax: 0 } })).toEqual(['/*']);
    expect(itemsOf({ changed: ['/a/~'], limits: { itemsMax: 9, wildcardsMax: 0 } })).toEqual(['/*']);
  });
});

test.each([
  ['an exact path', ['/a'], [], usual, 'changed'],
  ['a wildcard', ['/a', '/b'], [], usual, 'covers 2 changed paths, no unchanged one'],
  [
    'a wildcard that purges more',
    ['/a', '/c'],
    ['/b'],
    { itemsMax: 1, wildcardsMax: 15 },
    'covers 2 changed and 1 unchanged paths: the limit of 15 wildcards/1 item left no smaller plan',
  ],
  [
    'the last resort',
    ['/a', '/c'],
    ['/b'],
    { itemsMax: 1, wildcardsMax: 0 },
    'covers 2 changed and 1 unchanged paths: the limit of 0 wildcards/1 item left no smaller plan',
  ],
  [
    'a ~',
    ['/a~'],
    ['/b'],
    usual,
    'covers 1 changed path, no unchanged one: a path with ~ cannot be invalidated by an exact item',
  ],
  [
    'a ~ beside which something is unchanged, which is not for the limits',
    ['/a~', '/b'],
    ['/ab'],
    usual,
    'covers 2 changed and 1 unchanged paths: a path with ~ cannot be invalidated by an exact item',
  ],
  [
    'a ~ that a deeper wildcard would cover',
    ['/a~', '/c'],
    ['/b'],
    { itemsMax: 1, wildcardsMax: 1 },
    'covers 2 changed and 1 unchanged paths: the limit of 1 wildcard/1 item left no smaller plan; ' +
      'a path with ~ cannot be invalidated by an exact item',
  ],
])('the reason says what is behind %s', (_case, changed, unchanged, limits, because) => {
  expect(planInvalidation({ changed, unchanged, limits }).items[0]?.because).toBe(because);
});

test.each([
  [{ changed: ['a'] }, 'expected changed paths to start with "/", got "a"'],
  [{ changed: [''] }, 'expected changed paths to start with "/", got ""'],
  [{ unchanged: ['/a', 'b'] }, 'expected unchanged paths to start with "/", got "b"'],
  [{ changed: ['/a*'] }, 'expected changed paths to write * as %2A, got "/a*"'],
  [{ unchanged: ['/*a'] }, 'expected unchanged paths to write * as %2A, got "/*a"'],
  [{ changed: ['/a', '/b', '/a'] }, 'expected each changed path once, got "/a" twice'],
  [{ unchanged: ['/b', '/b'] }, 'expected each unchanged path once, got "/b" twice'],
  [{ changed: ['/c', '/b'], unchanged: ['/a', '/c'] }, 'got "/c" as changed and unchanged'],
  [
    { limits: { itemsMax: 0, wildcardsMax: 0 } },
    'expected limits.itemsMax to be an integer of 1 or more, got 0',
  ],
  [{ limits: { itemsMax: 1.5, wildcardsMax: 0 } }, 'limits.itemsMax to be an integer of 1 or more, got 1.5'],
  [
    { limits: { itemsMax: Number.NaN, wildcardsMax: 0 } },
    'limits.itemsMax to be an integer of 1 or more, got NaN',
  ],
  [
    { limits: { itemsMax: 1, wildcardsMax: -1 } },
    'limits.wildcardsMax to be an integer of 0 or more, got -1',
  ],
])('%j is refused', (wrong, message) => {
  expect(() => itemsOf(wrong)).toThrow(TypeError);
  expect(() => itemsOf(wrong)).toThrow(message);
});

test('what is given is left as it is', () => {
  const changed = Object.freeze(['/b', '/a']);
  expect(itemsOf({ changed, unchanged: Object.freeze(['/d', '/c']) })).toEqual(['/a', '/b']);
});

test.each([
  ['/a', '/a', true],
  ['/a', '/a/', false],
  ['/a*', '/a', true],
  ['/a*', '/a/b', true],
  ['/a/*', '/a', false],
  ['/a*b', '/axb', false],
  ['/*', '/~x', true],
  ['/a*', '/a~x', true],
  ['/a~*', '/a~x', false],
  ['/a~', '/a~', false],
])('that %s covers %s is %s', (item, path, expected) => {
  expect(covers(item, path)).toBe(expected);
});
