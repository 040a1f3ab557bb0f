/**
 * Planted bugs: each turns one right thing of the protocol into a wrong one that somebody has taken before, or
 * that is easily taken. The simulator must find every one of them.
 */

/** `find` occurs exactly once in `file`. */
export type Bug = Readonly<{ name: string; file: string; find: string; replace: string; why: string }>;

export const BUGS: readonly Bug[] = [
  {
    name: 'reference-from-paths',
    file: 'shared/core/intent.ts',
    find: 'planned.map(({ items, wildcards }) => ({ reference: reference(), items: items.length, wildcards }))',
    replace:
      "planned.map(({ items, wildcards }) => ({ reference: items.join(' '), items: items.length, wildcards }))",
    why: 'CloudFront answers a known reference with the earlier invalidation, which purges nothing new',
  },
];
