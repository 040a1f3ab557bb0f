import { advance, type KeyRange, split } from '../../shared/core/key-ranges.ts';

const known = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const reach = { known, prefix: '', whole: false };
const range = (...needed: string[]): KeyRange => ({ needed, cursor: {} });
const at = (keyMarker: string) => ({ keyMarker, versionIdMarker: 'v' });

test.each([
  ['goes on within a needed key', range('c', 'e'), 'c', { read: [], rest: { cursor: at('c') } }],
  [
    'goes on where a needed key is next',
    range('c', 'e'),
    'd',
    { cut: 'd', rest: { cursor: { keyMarker: 'd' } } },
  ],
  [
    'jumps over what is not needed',
    range('b', 'g'),
    'c',
    { read: ['b'], cut: 'c', rest: { needed: ['g'], cursor: { keyMarker: 'f' } } },
  ],
  ['ends after the last needed key', range('b', 'c'), 'd', { read: ['b', 'c'], cut: 'd' }],
  ['ends where the next range begins', { ...range('b'), before: 'd' }, 'd', { read: ['b'] }],
])('a reader %s', (_case, from, position, expected) => {
  const advanced = advance(from, at(position), reach);
  expect(advanced).toMatchObject(expected);
  expect('rest' in advanced).toBe('rest' in expected);
});

test('the last page completes whatever is needed', () => {
  expect(advance(range('c', 'x'), undefined, reach)).toEqual({ read: ['c', 'x'] });
});

test('of a whole history nothing is left out, needed or not', () => {
  const whole = { ...reach, whole: true };
  expect(advance(range('b', 'g'), at('c'), whole).rest).toMatchObject({ needed: ['g'], cursor: at('c') });
  expect(advance(range(), at('x'), whole).rest).toMatchObject({ needed: [], cursor: at('x') });
  expect(advance({ ...range('b'), before: 'd' }, at('d'), whole)).toEqual({ read: ['b'] });
});

test('ranges meet without a gap, and the first goes on where it is', () => {
  const from = { ...range('b', 'c', 'e', 'f', 'h'), cursor: at('b'), before: 'z' };
  expect(split(from, 3, { ...reach, prefix: 'p' })).toEqual([
    { needed: ['b', 'c'], cursor: at('b'), before: 'e' },
    { needed: ['e', 'f'], from: 'e', before: 'h', cursor: { prefix: 'p', keyMarker: 'd' } },
    { needed: ['h'], from: 'h', before: 'z', cursor: { prefix: 'p', keyMarker: 'g' } },
  ]);
});

test.each([[[]], [['c']]])('%j cannot be split', (needed) => {
  const one = range(...needed);
  expect(split(one, 8, reach)).toEqual([one]);
});
