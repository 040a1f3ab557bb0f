/** Leaves out of an accepted batch what the model's sabotage says, so that a test can see who notices. */

import { compileItems } from './cloudfront-items.ts';
import type { Sabotage, Switches } from './cloudfront-switches.ts';
import type { Copy } from './edge-types.ts';

export type Sabotaged = Readonly<{
  set(sabotage: Sabotage | undefined): void;
  /** Whether edges store and reuse copies. */
  caches(): boolean;
  /** The items that will evict anything; `copies` are those of edge 0 at `at`. */
  effective(items: readonly string[], at: number, copies: () => Iterable<Copy>): readonly string[];
}>;

export const createSabotage = (matching: Switches['matching']): Sabotaged => {
  let sabotage: Sabotage | undefined;
  return {
    set: (next) => {
      sabotage = next;
    },
    caches: () => sabotage !== 'never-cache',
    effective: (items, at, copies) => {
      if (sabotage === 'ignore-all') return [];
      if (sabotage !== 'ignore-one') return items;
      const ignored = itemToIgnore(items, at, copies(), matching);
      if (ignored === undefined) return items;
      sabotage = undefined;
      return items.filter((item) => item !== ignored);
    },
  };
};

/** The first item that alone would evict a copy, so that leaving it out leaves that copy. */
const itemToIgnore = (
  items: readonly string[],
  at: number,
  copies: Iterable<Copy>,
  matching: Switches['matching'],
): string | undefined => {
  const evictable = [...copies].filter(({ fetchedAt, expiresAt }) => fetchedAt < at && expiresAt > at);
  return items.find((item) => {
    if (item === '/*') return false;
    const matches = compileItems([item], matching);
    const others = compileItems(
      items.filter((other) => other !== item),
      matching,
    );
    return evictable.some((copy) => matches(copy) && !others(copy));
  });
};
