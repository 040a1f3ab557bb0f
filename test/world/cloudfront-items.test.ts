import { compileItems, decodedOnce, formsOf, itemsFault } from './cloudfront-items.ts';

describe('an item is taken', () => {
  test.each([
    ['a path', '/a'],
    ['the root', '/'],
    ['everything', '/*'],
    ['a star in the middle', '/a*b'],
    ['a path of 4,000 characters', `/${'a'.repeat(3_999)}`],
    ['an escaped space', '/a%20b'],
    ['an escaped tilde', '/%7Ea'],
    ['a query string', '/a?b=c'],
    ['a plus sign', '/a+b'],
  ])('when it is %s', (_case, item) => {
    expect(itemsFault([item], false)).toBeUndefined();
  });
});

describe('an item is refused', () => {
  test.each([
    ['no leading slash', 'a'],
    ['4,001 characters', `/${'a'.repeat(4_000)}`],
    ['a raw tilde', '/~a'],
    ['raw non-ASCII', '/é'],
    ['a control character', '/a\n'],
    ['a percent sign that escapes nothing', '/100%'],
    ['half an escape', '/a%4'],
    ...[...' <>"#{}|\\^[]`'].map((character) => [`a raw "${character}"`, `/a${character}`]),
  ])('when it has %s', (_case, item) => {
    expect(itemsFault(['/fine', item], false)).toContain(item);
  });

  test('when the batch has it twice', () => {
    expect(itemsFault(['/a', '/b', '/a'], false)).toContain('duplicate');
  });

  test('when there is none', () => {
    expect(itemsFault([], false)).toContain('no path');
  });
});

describe('a cache tag is taken only', () => {
  test.each([
    ['where the distribution has a header for tags', '#blog', true, true],
    ['there, not elsewhere', '#blog', false, false],
    ['with at most 256 characters', `#${'t'.repeat(256)}`, true, true],
    ['with no more than that', `#${'t'.repeat(257)}`, true, false],
    ['without a comma', '#a,b', true, false],
    ['with a name', '#', true, false],
  ])('%s', (_case, item, takesTags, isTaken) => {
    expect(itemsFault([item], takesTags) === undefined).toBe(isTaken);
  });
});

const names = (item: string, url: string, matching: 'exact' | 'normalised' = 'exact') =>
  compileItems([item], matching)({ forms: formsOf([url], matching), tags: [] });

describe('an item names a cached URL', () => {
  test.each([
    ['itself', '/a.css', '/a.css', true],
    ['not another case', '/A.css', '/a.css', false],
    ['not a longer one', '/a', '/a/b', false],
    ['everything', '/*', '/', true],
    ['what starts with it, if it ends in a star', '/a*', '/a/b', true],
    ['itself without the star', '/a*', '/a', true],
    ['not what only contains it', '/a*', '/b/a', false],
    ['a star in the middle only literally', '/a*b', '/axb', false],
    ['a star in the middle literally', '/a*b', '/a*b', true],
    ['an escaped star at the end literally, not as a wildcard', '/a%2A', '/abc', false],
    ['a query variant not by the bare path', '/a', '/a?v=1', false],
    ['a query variant in full', '/a?v=1', '/a?v=1', true],
    ['a query variant by a wildcard', '/a*', '/a?v=1', true],
    ['another escape of the same not, when matching is exact', '/a%2eb', '/a.b', false],
    ['nothing, if it has an escaped tilde', '/%7Ea', '/%7Ea', false],
    ['nothing, in either case of the escape', '/%7ea', '/~a', false],
    ['nothing by a wildcard after an escaped tilde', '/%7Ea*', '/%7Ea', false],
    ['a tilde by a wildcard that stops before it', '/x/*', '/x/~a', true],
  ])('%s', (_case, item, url, expected) => {
    expect(names(item, url)).toBe(expected);
  });

  test.each([
    ['another escape of the same', '/a%2eb', '/a.b', true],
    ['an unescaped form of it', '/a%20b', '/a b', true],
    ['lower-case escapes', '/%C3%A9', '/%c3%a9', true],
    ['raw UTF-8', '/%C3%A9', '/é', true],
    ['not what is escaped twice', '/a%2520b', '/a b', false],
    ['by a wildcard within an escaped prefix', '/%61*', '/abc', true],
    ['an escaped star as no wildcard', '/a%2A', '/abc', false],
    ['nothing with an escaped tilde', '/%7Ea', '/~a', false],
  ])('when matching is normalised, %s', (_case, item, url, expected) => {
    expect(names(item, url, 'normalised')).toBe(expected);
  });
});

test('a tag names every copy that carries it, in any case', () => {
  const matches = compileItems(['#Blog'], 'exact');
  expect(matches({ forms: ['/a'], tags: ['x', 'blog'] })).toBe(true);
  expect(matches({ forms: ['/blog'], tags: ['blogs'] })).toBe(false);
});

test('decoding is done once, and leaves what is no escape alone', () => {
  expect(decodedOnce('/a%2520%zz%')).toBe('/a%20%zz%');
});
