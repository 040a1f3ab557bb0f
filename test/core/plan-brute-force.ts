/**
 * Two ways to plan that share nothing with the planner: `bruteForce` tries every plan, `slowProgramme` is a
 * textbook tree knapsack over one character after the other.
 */

import type { Limits } from '../../shared/core/plan.ts';

export type Instance = Readonly<{ changed: readonly string[]; unchanged: readonly string[]; limits: Limits }>;

/** Every prefix of `path`, itself included, that a wildcard may consist of. `path` is encoded correctly. */
export const wildcardPrefixes = (path: string): string[] =>
  Array.from({ length: path.length }, (_, k) => path.slice(0, k + 1)).filter(isWhole);

const isWhole = (prefix: string): boolean => {
  if (prefix.includes('~')) return false;
  try {
    decodeURIComponent(prefix); // throws inside an escape or between the bytes of a character
    encodeURIComponent(prefix); // throws between two surrogates
    return true;
  } catch {
    return false;
  }
};

type Candidate = Readonly<{ item: string; bytes: Buffer; changed: number; unchanged: number }>;
type Plan = Readonly<{ items: readonly Candidate[]; collateral: number; wildcards: number }>;

/** Sets of paths are bit masks: at most 30 paths in each list. */
const candidatesOf = ({ changed, unchanged }: Instance): Candidate[] => {
  const prefixes = new Set(changed.flatMap(wildcardPrefixes));
  const mask = (paths: readonly string[], has: (path: string) => boolean) =>
    paths.reduce((bits, path, k) => (has(path) ? bits | (1 << k) : bits), 0);
  const candidate = (item: string, has: (path: string) => boolean): Candidate => ({
    item,
    bytes: Buffer.from(item),
    changed: mask(changed, has),
    unchanged: mask(unchanged, has),
  });
  return [
    ...changed.filter((path) => !path.includes('~')).map((item) => candidate(item, (path) => path === item)),
    ...[...prefixes].map((prefix) => candidate(`${prefix}*`, (path) => path.startsWith(prefix))),
  ];
};

/**
 * The best of all plans. Every set of items without a spare one is met: each choice covers the first path
 * that is not covered yet, by whatever does.
 */
export const bruteForce = (instance: Instance): { items: string[]; collateral: number } => {
  const { changed, unchanged, limits } = instance;
  const candidates = candidatesOf(instance);
  let best: Plan | undefined;
  const extend = (chosen: readonly Candidate[], covered: number) => {
    const open = changed.findIndex((_, k) => !(covered & (1 << k)));
    if (open < 0) {
      const plan = planOf(chosen);
      if (plan.wildcards <= limits.wildcardsMax && (!best || compare(plan, best) < 0)) best = plan;
      return;
    }
    if (chosen.length === limits.itemsMax) return;
    for (const next of candidates) {
      if (next.changed & (1 << open)) extend([...chosen, next], covered | next.changed);
    }
  };
  extend([], 0);
  return best
    ? { items: best.items.map(({ item }) => item), collateral: best.collateral }
    : { items: ['/*'], collateral: unchanged.length };
};

const planOf = (chosen: readonly Candidate[]): Plan => ({
  items: [...chosen].sort((a, b) => Buffer.compare(a.bytes, b.bytes)),
  collateral: bitCount(chosen.reduce((bits, { unchanged }) => bits | unchanged, 0)),
  wildcards: chosen.filter(({ item }) => item.endsWith('*')).length,
});

const bitCount = (bits: number): number => bits.toString(2).replaceAll('0', '').length;

const compare = (a: Plan, b: Plan): number => {
  const numbers = a.collateral - b.collateral || a.items.length - b.items.length || a.wildcards - b.wildcards;
  if (numbers !== 0) return numbers;
  for (const [k, { bytes }] of a.items.entries()) {
    const order = Buffer.compare(bytes, b.items[k]?.bytes ?? Buffer.of());
    if (order !== 0) return order;
  }
  return 0;
};

/** table[items][wildcards] is the least collateral with exactly so many; undefined where there is no way. */
type Table = (number | undefined)[][];

/**
 * Least collateral, then items, then wildcards, by tables for each prefix: the wildcard there, or the exact
 * path that ends there together with the tables of all longer prefixes. Undefined when nothing fits.
 */
export const slowProgramme = ({ changed, unchanged, limits }: Instance) => {
  const table = tableOf('/', changed, unchanged, limits);
  const plans = table.flatMap((row, items) =>
    row.flatMap((collateral, wildcards) =>
      collateral === undefined ? [] : { collateral, items, wildcards },
    ),
  );
  return plans.sort(
    (a, b) => a.collateral - b.collateral || a.items - b.items || a.wildcards - b.wildcards,
  )[0];
};

/** Both lists have only paths that start with `prefix`. */
const tableOf = (
  prefix: string,
  changed: readonly string[],
  unchanged: readonly string[],
  limits: Limits,
): Table => {
  const nexts = new Set(changed.map((path) => path.charAt(prefix.length)));
  let table: Table = [[0]];
  for (const next of nexts) {
    const longer = prefix + next;
    const among = (paths: readonly string[]) => paths.filter((path) => path.startsWith(longer));
    const exact = prefix.includes('~') ? [] : [[], [0]];
    const part = next === '' ? exact : tableOf(longer, among(changed), among(unchanged), limits);
    table = merged(table, part, limits);
  }
  return isWhole(prefix) && limits.wildcardsMax > 0
    ? cheaper(table, [[], [undefined, unchanged.length]])
    : table;
};

const merged = (a: Table, b: Table, { itemsMax, wildcardsMax }: Limits): Table => {
  const sum: Table = [];
  for (const [itemsA, rowA] of a.entries()) {
    for (const [itemsB, rowB] of b.slice(0, itemsMax - itemsA + 1).entries()) {
      const row: (number | undefined)[] = sum[itemsA + itemsB] ?? [];
      for (const [wildcardsA, costA] of rowA.entries()) {
        if (costA === undefined) continue;
        for (const [wildcardsB, costB] of rowB.slice(0, wildcardsMax - wildcardsA + 1).entries()) {
          if (costB === undefined) continue;
          const at = wildcardsA + wildcardsB;
          row[at] = Math.min(row[at] ?? Number.POSITIVE_INFINITY, costA + costB);
        }
      }
      sum[itemsA + itemsB] = row;
    }
  }
  return Array.from(sum, (row) => Array.from(row ?? []));
};

const cheaper = (a: Table, b: Table): Table =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, items) => {
    const rowA = a[items] ?? [];
    const rowB = b[items] ?? [];
    return Array.from({ length: Math.max(rowA.length, rowB.length) }, (_, wildcards) => {
      const costs = [rowA[wildcards], rowB[wildcards]].filter((cost) => cost !== undefined);
      return costs.length > 0 ? Math.min(...costs) : undefined;
    });
  });
