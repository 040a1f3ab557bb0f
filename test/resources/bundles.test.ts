/** Budgets: what a function has to load before its first message costs time at each cold start. */

import { statSync } from 'node:fs';
import { PACKAGING_TIMEOUT_MS, packagedStack, type Stack } from './packaged-stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await packagedStack();
}, PACKAGING_TIMEOUT_MS);

/** Of the bundle as it is, kB. Nine tenths of each is the SDK's clients: a new client is what breaks a budget. */
const BUDGETS_KB = {
  invalidate: 1_700,
  followInvalidation: 1_650,
  checkOrigin: 1_400,
  postStatus: 1_550,
} as const;

test.each(Object.entries(BUDGETS_KB))('the bundle of %s is at most %d kB', (name, budget) => {
  const path = stack.packaged.bundles[name as keyof typeof BUDGETS_KB];
  expect(statSync(path).size / 1_000).toBeLessThanOrEqual(budget);
});

test('every function has a budget', () => {
  expect(Object.keys(stack.packaged.bundles).toSorted()).toEqual(Object.keys(BUDGETS_KB).toSorted());
});
