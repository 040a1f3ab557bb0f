/**
 * Chooses what to invalidate: every changed path, as little else as possible, within the limits.
 *
 * The plan is the best one, not a good one. Of all that cover every changed path with at most `itemsMax`
 * exact paths and wildcards, at most `wildcardsMax` of them wildcards, it has, in this order:
 * 1. the least collateral, which is how many unchanged paths it covers;
 * 2. the fewest items;
 * 3. the fewest wildcards;
 * 4. the first place in byte order: of two sorted lists the one with the smaller item where they first
 *    differ.
 * A wildcard may end wherever `isCut` allows, and cover paths that are in neither list for nothing. Where no
 * plan fits the limits, and only there, it is the one item that needs no limit: everything.
 */

import { compareBytes } from './bytes.ts';
import { becauseOfExact, becauseOfWildcard } from './plan-reasons.ts';
import { cheapest } from './plan-search.ts';
import type { Limits } from './plan-states.ts';
import { type Step, stepsOver } from './plan-steps.ts';

/**
 * Encoded URL paths, each once and in one list only. A `~` comes as it is: CloudFront takes it neither raw
 * nor escaped, so that only a wildcard that ends before it helps. A literal `*` comes as `%2A`.
 */
export type PlanRequest = Readonly<{
  changed: readonly string[];
  unchanged: readonly string[];
  limits: Limits;
}>;

export type { Limits };

export type PlannedItem = Readonly<{ item: string; because: string }>;

/** `items` in byte order; `collateral` is the number of unchanged paths that they cover. */
export type InvalidationPlan = Readonly<{ items: readonly PlannedItem[]; collateral: number }>;

/** Throws a TypeError that names the limit or the path at fault. */
export const planInvalidation = ({ changed, unchanged, limits }: PlanRequest): InvalidationPlan => {
  checkLimit('itemsMax', limits.itemsMax, 1);
  checkLimit('wildcardsMax', limits.wildcardsMax, 0);
  const paths = sorted('changed', changed);
  const spared = sorted('unchanged', unchanged);
  if (paths.length === 0) return { items: [], collateral: 0 };

  const steps = stepsOver(paths, spared);
  const way = withoutCollateral(steps, limits) ?? cheapest(steps, limits) ?? [everything(paths, spared)];
  return {
    items: way.flatMap((step) => itemsOf(step, paths, spared, limits)),
    collateral: way.reduce((sum, { collateral }) => sum + collateral, 0),
  };
};

/** Whether CloudFront purges `path` for `item`: a `*` at the end stands for anything, a `~` never works. */
export const covers = (item: string, path: string): boolean => {
  if (item.includes('~')) return false;
  return item.endsWith('*') ? path.startsWith(item.slice(0, -1)) : path === item;
};

const checkLimit = (name: keyof Limits, value: number, least: number): void => {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new TypeError(`expected limits.${name} to be an integer of ${least} or more, got ${value}`);
};

const sorted = (name: 'changed' | 'unchanged', paths: readonly string[]): string[] => {
  for (const path of paths) {
    if (!path.startsWith('/')) throw new TypeError(`expected ${name} paths to start with "/", got "${path}"`);
    if (path.includes('*')) throw new TypeError(`expected ${name} paths to write * as %2A, got "${path}"`);
  }
  const inOrder = [...paths].sort(compareBytes);
  const twice = inOrder.find((path, k) => path === inOrder[k + 1]);
  if (twice !== undefined) throw new TypeError(`expected each ${name} path once, got "${twice}" twice`);
  return inOrder;
};

/**
 * The usual case, for which no search is needed: each segment is covered by one item without collateral, and
 * that is within the limits. No plan can do with fewer items, or with other wildcards.
 */
const withoutCollateral = (
  steps: readonly (readonly Step[])[],
  { itemsMax, wildcardsMax }: Limits,
): Step[] | undefined => {
  if (steps.length > itemsMax) return undefined;
  const way: Step[] = [];
  let wildcards = 0;
  for (const choices of steps) {
    const step = choices.find(({ items, collateral }) => items === 1 && collateral === 0);
    if (!step) return undefined;
    wildcards += step.wildcards;
    way.push(step);
  }
  return wildcards <= wildcardsMax ? way : undefined;
};

const everything = (changed: readonly string[], unchanged: readonly string[]): Step => ({
  kind: 'wildcard',
  items: 1,
  wildcards: 1,
  collateral: unchanged.length,
  to: changed.length,
  first: 0,
  last: changed.length - 1,
  cut: 1,
});

const itemsOf = (
  step: Step,
  changed: readonly string[],
  unchanged: readonly string[],
  limits: Limits,
): PlannedItem[] => {
  const covered = changed.slice(step.first, step.last + 1);
  if (step.kind === 'exact') return covered.map((item) => ({ item, because: becauseOfExact }));
  const prefix = (covered[0] as string).slice(0, step.cut);
  const purged = step.collateral === 0 ? [] : unchanged.filter((path) => path.startsWith(prefix));
  return [{ item: `${prefix}*`, because: becauseOfWildcard(covered, purged, limits) }];
};
