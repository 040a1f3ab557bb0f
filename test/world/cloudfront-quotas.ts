/**
 * CloudFront's two kinds of invalidation quota. Nothing that was refused is counted.
 * Source: CloudFront quotas as documented before 2026 (in progress) and since (per second).
 */

import { isWildcard } from './cloudfront-items.ts';
import type { Switches } from './cloudfront-switches.ts';

export type Refused = Readonly<{ name: string; message: string }>;

/** Says why a batch is over quota at `at`, or takes it into the count; `completedAt` in ms like `at`. */
export type Quotas = Readonly<{
  refuses(items: readonly string[], at: number): Refused | undefined;
  take(items: readonly string[], at: number, completedAt: number): void;
}>;

const limits = {
  old: { paths: 3_000, wildcards: 15, name: 'TooManyInvalidationsInProgress' },
  new: { paths: 150, wildcards: 1, name: 'Throttling' },
} as const;

const windowMs = 1_000;

export const createQuotas = (kind: Switches['quotas']): Quotas => {
  const { paths: pathsMax, wildcards: wildcardsMax, name } = limits[kind];
  let taken: { until: number; paths: number; wildcards: number }[] = [];

  const refuses = (items: readonly string[], at: number): Refused | undefined => {
    taken = taken.filter(({ until }) => until > at);
    const paths = taken.reduce((sum, batch) => sum + batch.paths, items.length);
    const wildcards = taken.reduce((sum, batch) => sum + batch.wildcards, items.filter(isWildcard).length);
    const span = kind === 'old' ? 'in progress' : 'in one second';
    if (wildcards > wildcardsMax)
      return { name, message: `${wildcards} wildcards ${span}, at most ${wildcardsMax}` };
    return paths > pathsMax ? { name, message: `${paths} paths ${span}, at most ${pathsMax}` } : undefined;
  };

  return {
    refuses,
    take: (items, at, completedAt) => {
      const until = kind === 'old' ? completedAt : at + windowMs;
      taken.push({ until, paths: items.length, wildcards: items.filter(isWildcard).length });
    },
  };
};
