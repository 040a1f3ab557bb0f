import { ITEM_PRICE, itemsCost } from '../../shared/core/prices.ts';

test.each([
  [0, 1_000, undefined],
  [214, 786, undefined],
  [999, 1, undefined],
  [1_000, 0, undefined],
  [1_001, 0, '$0.005'],
  [1_002, 0, '$0.01'],
  [1_003, 0, '$0.015'],
  [1_020, 0, '$0.10'],
  [1_199, 0, '$0.995'],
  [1_200, 0, '$1.00'],
  [2_000, 0, '$5.00'],
  [3_400, 0, '$12.00'],
])('of %d items of a month %d free ones are left, and they cost %p', (items, freeLeft, price) => {
  expect(itemsCost(items)).toEqual({ freeLeft, price });
});

test('an item costs half a cent', () => {
  expect(ITEM_PRICE).toBe('$0.005');
});
