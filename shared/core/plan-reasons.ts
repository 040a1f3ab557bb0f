/** Why an item is in the plan, in words for whoever reads the log. */

import { deepestCut, reach } from './plan-cuts.ts';
import type { Limits } from './plan-states.ts';

export const becauseOfExact = 'changed';

/** `covered` and `purged` are the changed and the unchanged paths that the wildcard covers. */
export const becauseOfWildcard = (
  covered: readonly string[],
  purged: readonly string[],
  limits: Limits,
): string => {
  const withTilde = covered.filter((path) => path.includes('~'));
  const numbers =
    purged.length === 0
      ? `covers ${plural(covered.length, 'changed path')}, no unchanged one`
      : `covers ${covered.length} changed and ${purged.length} unchanged paths`;
  const reasons = [
    ...(purged.length > unavoidable(withTilde, purged)
      ? [`the ${inWords(limits)} left no smaller plan`]
      : []),
    ...(withTilde.length > 0 ? ['a path with ~ cannot be invalidated by an exact item'] : []),
  ];
  return reasons.length === 0 ? numbers : `${numbers}: ${reasons.join('; ')}`;
};

/** How many of `purged` no limits could spare: those below the deepest wildcard of a path with a `~`. */
const unavoidable = (withTilde: readonly string[], purged: readonly string[]): number => {
  const prefixes = new Set(withTilde.map((path) => path.slice(0, deepestCut(path, 0, reach(path)))));
  const lengths = [...new Set([...prefixes].map(({ length }) => length))];
  return purged.filter((path) => lengths.some((length) => prefixes.has(path.slice(0, length)))).length;
};

const inWords = ({ itemsMax, wildcardsMax }: Limits): string =>
  `limit of ${plural(wildcardsMax, 'wildcard')}/${plural(itemsMax, 'item')}`;

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
