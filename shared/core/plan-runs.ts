/**
 * The wildcards worth a look: for each run of changed paths that share a prefix the one at the deepest cut
 * that still has the whole run, as a shorter one purges more or the same. These are the nodes of the changed
 * paths' compressed trie.
 */

import { compareBytes } from './bytes.ts';
import { deepestCut, firstCut, reach } from './plan-cuts.ts';

/**
 * The changed paths `first` to `last` (indexes, inclusive), which the wildcard after `cut` units of the first
 * one covers, with `collateral` unchanged ones.
 */
export type Run = Readonly<{ first: number; last: number; collateral: number; cut: number }>;

/**
 * Every run that a wildcard can cover, in order of `last`, a shorter run before those that contain it. Both
 * lists are in byte order; throws a TypeError when they share a path.
 */
export const runsOf = (changed: readonly string[], unchanged: readonly string[]): Run[] => {
  const site = { changed, unchanged, positions: positionsIn(unchanged, changed) };
  return nodesOf(changed).map((node) => measure(site, node));
};

/** For each changed path the number of unchanged ones before it. */
const positionsIn = (unchanged: readonly string[], changed: readonly string[]): number[] => {
  let next = 0;
  return changed.map((path) => {
    let order = -1;
    while (next < unchanged.length) {
      order = compareBytes(unchanged[next] as string, path);
      if (order >= 0) break;
      next++;
    }
    if (order === 0)
      throw new TypeError(`expected each path in one list, got "${path}" as changed and unchanged`);
    return next;
  });
};

/** The paths `first` to `last` have `deepest` units in common that can be an item, and more than `above`. */
type Node = Readonly<{ first: number; last: number; above: number; deepest: number }>;

const nodesOf = (changed: readonly string[]): Node[] => {
  const nodes: Node[] = [];
  const add = (first: number, last: number, length: number, above: number) => {
    const path = changed[first] as string;
    const deepest = deepestCut(path, above, Math.min(length, reach(path)));
    if (deepest > 0) nodes.push({ first, last, above, deepest });
  };

  // Runs that have begun and not ended, each with the length of its common prefix, ever longer.
  const open: { first: number; length: number }[] = [];
  const longestOpen = () => open.at(-1)?.length ?? 0;
  let before = 0;
  for (const [k, path] of changed.entries()) {
    const next = changed[k + 1];
    const after = next === undefined ? 0 : commonLength(path, next);
    if (path.includes('~')) add(k, k, path.length, Math.max(before, after));

    let first = k;
    while (longestOpen() > after) {
      const ended = open.pop();
      first = ended?.first ?? first;
      add(first, k, ended?.length ?? 0, Math.max(after, longestOpen()));
    }
    if (after > longestOpen()) open.push({ first, length: after });
    before = after;
  }
  return nodes;
};

type Site = Readonly<{
  changed: readonly string[];
  unchanged: readonly string[];
  positions: readonly number[];
}>;

/** Counts the unchanged paths that the wildcard at `deepest` covers, and finds the cut that sorts first. */
const measure = ({ changed, unchanged, positions }: Site, { first, last, above, deepest }: Node): Run => {
  const path = changed[first] as string;
  // Nothing beyond the next changed path on either side starts like this.
  const prefix = path.slice(0, deepest);
  const leftmost = positions[first - 1] ?? 0;
  const rightmost = positions[last + 1] ?? unchanged.length;
  const isCovered = (k: number) => (unchanged[k] as string).startsWith(prefix);
  const from = firstWhere(leftmost, positions[first] as number, isCovered);
  const to = firstWhere(positions[last] as number, rightmost, (k) => !isCovered(k));

  // A cut that reaches one of the neighbours on either side would cover more.
  const left = from > leftmost ? commonLength(path, unchanged[from - 1] as string) : 0;
  const right = to < rightmost ? commonLength(path, unchanged[to] as string) : 0;
  const cut = firstCut(path, Math.max(above, left, right), deepest);
  return { first, last, collateral: to - from, cut };
};

/** The least k in [from, to) for which `holds`, or `to`; once it holds it goes on to hold. */
const firstWhere = (from: number, to: number, holds: (k: number) => boolean): number => {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
};

const commonLength = (a: string, b: string): number => {
  const shared = Math.min(a.length, b.length);
  let length = 0;
  while (length < shared && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
};
