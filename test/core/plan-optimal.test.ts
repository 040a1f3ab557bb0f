/** The planner against oracles that share no code with it: same plan, not only a plan as good. */

import { covers, planInvalidation } from '../../shared/core/plan.ts';
import { largeInstances, randomFrom } from '../bench/plan.ts';
import { bruteForce, type Instance, slowProgramme } from './plan-brute-force.ts';

/** What sorts before and after `*`, escapes and characters that share bytes or surrogates, and `~`. */
const pieces = [
  'a',
  'b',
  'z',
  '/',
  '!',
  '-',
  '%20',
  '%C3%A9',
  '%C3%AA',
  '%E2%82%AC',
  '~',
  '\u{1f600}',
  '\uff5e',
];

const below = (random: () => number, end: number) => Math.floor(random() * end);

/** Few different pieces make prefixes that many paths share. */
const randomInstance = (random: () => number, sizes: { changed: number; all: number }): Instance => {
  const alphabet = Array.from({ length: 1 + below(random, 4) }, () => pieces[below(random, pieces.length)]);
  const path = () =>
    `/${Array.from({ length: below(random, 5) }, () => alphabet[below(random, alphabet.length)]).join('')}`;
  const all = [...new Set(Array.from({ length: 1 + below(random, sizes.all) }, path))];
  const count = 1 + below(random, sizes.changed);
  const itemsMax = 1 + below(random, random() < 0.5 ? 3 : sizes.changed);
  const wildcardsMax = below(random, random() < 0.5 ? 2 : 5);
  return { changed: all.slice(0, count), unchanged: all.slice(count), limits: { itemsMax, wildcardsMax } };
};

test('2,000 small plans equal the best that brute force finds, item by item', () => {
  const random = randomFrom(20_261_101);
  const seen = { collateral: 0, tilde: 0, exactOnly: 0, everything: 0 };
  for (let round = 0; round < 2_000; round++) {
    const instance = randomInstance(random, { changed: 6, all: 12 });
    const { items, collateral } = planInvalidation(instance);
    const expected = bruteForce(instance);
    const actual = { items: items.map(({ item }) => item), collateral };
    expect({ instance, ...actual }).toEqual({ instance, ...expected });

    seen.collateral += Number(collateral > 0);
    seen.tilde += Number(instance.changed.some((path) => path.includes('~')));
    seen.exactOnly += Number(instance.limits.wildcardsMax === 0);
    seen.everything += Number(expected.items[0] === '/*');
  }
  // Or the instances would prove nothing.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(200);
});

/** The numbers of a plan; its items have to be in order, cover what changed and purge what it says. */
const checked = ({ changed, unchanged, limits }: Instance) => {
  const { items, collateral } = planInvalidation({ changed, unchanged, limits });
  const names = items.map(({ item }) => item);
  const exact = new Set(names.filter((item) => !item.endsWith('*')));
  const wildcards = names.filter((item) => item.endsWith('*'));
  const isCovered = (path: string) =>
    (exact.has(path) && covers(path, path)) || wildcards.some((item) => covers(item, path));
  const byBytes = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect(changed.filter((path) => !isCovered(path))).toEqual([]);
  expect(unchanged.filter(isCovered)).toHaveLength(collateral);
  expect(names).toEqual(byBytes);
  return { collateral, items: names.length, wildcards: wildcards.length };
};

test('200 plans of up to 80 paths are as good as those of the slow programme', () => {
  const random = randomFrom(7);
  for (let round = 0; round < 200; round++) {
    const instance = randomInstance(random, { changed: 30, all: 80 });
    const everything = { collateral: instance.unchanged.length, items: 1, wildcards: 1 };
    expect({ instance, ...checked(instance) }).toEqual({
      instance,
      ...(slowProgramme(instance) ?? everything),
    });
  }
});

test('12 whole directories and 60 scattered paths take 72 items and spare every unchanged path', () => {
  const instance = largeInstances['20,000 in 12 directories and 60 others, of 100,000']();
  expect([instance.changed.length, instance.unchanged.length]).toEqual([20_000, 80_000]);
  expect(checked(instance)).toEqual({ collateral: 0, items: 72, wildcards: 12 });
});

test('300 scattered of 10,000 cost what the slow programme says', () => {
  const instance = largeInstances['300 scattered of 10,000']();
  expect(checked(instance)).toEqual(slowProgramme(instance));
});

test('20,000 scattered of 100,000 cost what the slow programme says when given 3 seconds', () => {
  const instance = largeInstances['20,000 scattered of 100,000']();
  expect(checked(instance)).toEqual({ collateral: 79_583, items: 95, wildcards: 12 });
});

test('more than 256 wildcards of one path are told apart', () => {
  const levels = Array.from({ length: 300 }, (_, k) => `/${'a'.repeat(k)}`);
  const changed = levels.map((path) => `${path}b`);
  const unchanged = levels.map((path) => `${path}c`);
  for (const itemsMax of [10, 290]) {
    const instance = { changed, unchanged, limits: { itemsMax, wildcardsMax: 1 } };
    expect(checked(instance)).toEqual(slowProgramme(instance));
  }
});

test('paths of 4,000 characters, each below the one before, need no stack', () => {
  const changed = Array.from({ length: 4_000 }, (_, k) => `/${'a'.repeat(k)}`);
  const limits = { itemsMax: 100, wildcardsMax: 15 };
  const unchanged = ['/b', `/${'a'.repeat(2_000)}b`];
  const { items, collateral } = planInvalidation({ changed, unchanged, limits });
  expect(items.map(({ item }) => item)).toEqual(['/', '/a*']);
  expect(collateral).toBe(1);
});
