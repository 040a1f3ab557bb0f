import { beatsLonger, deepestCut, firstCut, isCut, reach } from '../../shared/core/plan-cuts.ts';

/** A `|` marks every place where a wildcard may end. */
test.each([
  ['plain characters', '/|a|/|b|'],
  ['an escape', '/|a|%20|b|'],
  ['an escape in lower case', '/|%2f|b|'],
  ['two single characters', '/|%20|%23|'],
  ['a character of two bytes', '/|%C3%A9|b|'],
  ['a character of three bytes', '/|%E2%82%AC|b|'],
  ['a character of four bytes', '/|%F0%9F%98%80|b|'],
  ['characters in a row', '/|%C3%A9|%C3%A9|%F0%9F%98%80|%41|'],
  ['a surrogate pair', '/|\u{1f600}|b|'],
  ['the last surrogate pair', '/|\u{10ffff}|b|'],
  ['a raw character of one unit', '/|é|\uff5e|'],
  ['a percent sign that starts no escape', '/|%z|a|'],
  ['half an escape that goes on otherwise', '/|%4z|'],
  ['a percent sign before an escape', '/|%%41|'],
  ['a percent sign at the end', '/|a|%'],
  ['half an escape at the end', '/|a|%C'],
  ['a first byte at the end', '/|a|%C3'],
  ['two of three bytes at the end', '/|%E2%82'],
  ['a first byte that another character follows', '/|%C3a|b|'],
  ['continuation bytes without a first one', '/|%82|%82|%82|%82|%82|'],
  ['one continuation byte too many', '/|%C3%A9|%A9|'],
])('%s can be cut only between characters', (_case, marked) => {
  const path = marked.replaceAll('|', '');
  const cuts = Array.from({ length: path.length }, (_, k) => k + 1).filter((length) => isCut(path, length));
  expect(withMarks(path, cuts)).toBe(marked);
});

const withMarks = (path: string, cuts: readonly number[]): string =>
  Array.from({ length: path.length }, (_, k) => path.charAt(k) + (cuts.includes(k + 1) ? '|' : '')).join('');

test.each([
  ['/a/b', 4],
  ['/a~b~', 2],
  ['/~', 1],
])('wildcards reach %s up to %i', (path, expected) => {
  expect(reach(path)).toBe(expected);
});

test.each([
  ['/a%C3%A9', 2, 8, 8],
  ['/a%C3%A9', 1, 7, 2],
  ['/a%C3%A9', 2, 7, 0],
  ['/ab', 2, 2, 0],
])('the deepest cut of %s in (%i, %i] is %i', (path, above, upTo, expected) => {
  expect(deepestCut(path, above, upTo)).toBe(expected);
});

test.each([
  ['/a/b/c', 0, 6, 1],
  ['/a/b/c', 2, 6, 3],
  ['/!!b', 0, 4, 3],
  ['/!!', 0, 3, 3],
  ['/%41b', 0, 5, 4],
  ['/(+', 0, 3, 2],
  ['/a', 1, 2, 2],
])('of the wildcards of %s in (%i, %i] the one of %i comes first', (path, above, deepest, expected) => {
  expect(firstCut(path, above, deepest)).toBe(expected);
});

test.each([
  ['/a', 1, true],
  ['/+', 1, true],
  ['/)', 1, false],
  ['/a', 2, false],
])('whether the wildcard of %s at %i sorts before longer items is %s', (path, length, expected) => {
  expect(beatsLonger(path, length)).toBe(expected);
});
