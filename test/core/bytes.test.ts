import { compareBytes } from '../../shared/core/bytes.ts';

/** One of each place where the orders of bytes, characters and UTF-16 units could part, in byte order. */
const inOrder = [
  '',
  '\0',
  '%',
  '*',
  '/',
  '/a',
  '/a/',
  '/aa',
  '/b',
  '~',
  '\x7f',
  '\x80',
  'é',
  '\u07ff',
  '\u0800',
  '\ud7ff',
  '\ue000',
  '\uff5e',
  '\uffff',
  '\u{10000}',
  '\u{1f600}',
  '\u{1f600}a',
  '\u{1f601}',
  '\u{10ffff}',
];

test.each(inOrder.flatMap((a) => inOrder.map((b) => [a, b] as const)))(
  '%j and %j compare as their UTF-8 bytes do',
  (a, b) => {
    expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
  },
);

test('the list above is in byte order, which is not the order of UTF-16 units', () => {
  expect([...inOrder].reverse().sort(compareBytes)).toEqual(inOrder);
  expect([...inOrder].sort()).not.toEqual(inOrder);
});
