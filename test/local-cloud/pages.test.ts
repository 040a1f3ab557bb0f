import { pageOf } from './pages.ts';

const three = ['a', 'b', 'c'];

test.each([
  ['a page that all fits in is the last', three, undefined, 3, { items: three }],
  ['a page too small by one has a next', three, undefined, 2, { items: ['a', 'b'], nextToken: '2' }],
  ['the next begins where the last ended', three, '2', 2, { items: ['c'] }],
  ['a list that was cut meanwhile ends', three, '4', 2, { items: [] }],
  ['of nothing there is one page, with nothing', [], undefined, 2, { items: [] }],
])('%s', (_case, all, token, itemsMax, expected) => {
  expect(pageOf(all, token, itemsMax)).toEqual(expected);
});

test.each(['', 'x', '-1', '1.5', '1e3', '1234567890', null, {}])('%p is no token', (token) => {
  expect(pageOf(three, token, 2)).toBeUndefined();
});
