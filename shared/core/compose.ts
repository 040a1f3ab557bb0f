/** From changes to a plan: which items to invalidate, why, and which URLs to check afterwards. */

import { compareBytes } from './bytes.ts';
import type { Change } from './changes.ts';
import { type DistributionFacts, MISSING_CODES } from './distribution.ts';
import { type Entry, UNREAD_ID } from './entries.ts';
import { type PathRules, viewerPaths } from './paths.ts';
import { planInvalidation } from './plan.ts';
import type { UrlCheck } from './verdict.ts';

export type PlanRules = Readonly<{ paths: PathRules; itemsMax: number; wildcardsMax: number }>;

export type PlannedItem = Readonly<{ item: string; because: string }>;

export type Plan = Readonly<{ items: readonly PlannedItem[]; collateral: number; whole: boolean }>;

/** An error for a new key that is cached no longer than this is waited for, not purged. */
const ERROR_TTL_WAITED_FOR_S = 30;

/** CloudFront's default for ErrorCachingMinTTL. */
const DEFAULT_ERROR_TTL_S = 10;

/** How long an edge may go on serving an error for a key that is there by now, in seconds. */
export const errorTtlSeconds = ({ errorResponses }: DistributionFacts): number =>
  Math.max(
    ...MISSING_CODES.map(
      (missing) => errorResponses.find(({ code }) => code === missing)?.ttlSeconds ?? DEFAULT_ERROR_TTL_S,
    ),
  );

/** Everything, as one item. */
export const wholePlan = (because: string, goal: readonly Entry[]): Plan => ({
  items: [{ item: '/*', because }],
  collateral: goal.filter(({ kind }) => kind === 'object').length,
  whole: true,
});

/** The fewest items that purge every changed path, and as few unchanged ones as the limits allow. */
export const composePlan = (
  changes: readonly Change[],
  goal: readonly Entry[],
  facts: DistributionFacts,
  rules: PlanRules,
): Plan => {
  const purged = changes.filter((change) => mustPurge(change, facts));
  const page = changedErrorPage(purged, facts, rules);
  if (page !== undefined)
    return wholePlan(`the error page ${page} changed and may be cached under any URL`, goal);

  const because = new Map<string, string>();
  for (const { key, kind, because: why } of purged) {
    const reason = kind === why ? kind : `${kind} (${why})`;
    for (const path of viewerPaths(key, rules.paths)) because.set(path, reason);
  }
  const changed = [...because.keys()];
  const unchanged = changed.length === 0 ? [] : unchangedPaths(changes, goal, facts, rules, because);
  const { items, collateral } = planInvalidation({ changed, unchanged, limits: rules });
  const whole = items.some(({ item }) => item === '/*');
  return {
    items: items.map(({ item, because: why }) => ({ item, because: because.get(item) ?? why })),
    collateral,
    whole,
  };
};

const mustPurge = ({ kind }: Change, facts: DistributionFacts): boolean => {
  if (kind === 'changed' || kind === 'removed') return true;
  if (kind === 'expiring') return false;
  return (
    facts.fallsBack === true ||
    errorTtlSeconds(facts) > ERROR_TTL_WAITED_FOR_S ||
    facts.errorResponses.some(({ page }) => page !== undefined)
  );
};

/**
 * Whether an error that an edge cached for a new key has to be waited for: an invalidation of the key, or of
 * everything, evicts whatever was fetched before it, and since then the key is there.
 */
export const leavesErrors = (
  changes: readonly Change[],
  { whole }: Plan,
  facts: DistributionFacts,
): boolean =>
  !whole &&
  changes.some(
    (change) => (change.kind === 'new' || change.kind === 'returned') && !mustPurge(change, facts),
  );

const changedErrorPage = (
  purged: readonly Change[],
  { errorResponses }: DistributionFacts,
  rules: PlanRules,
): string | undefined => {
  const pages = new Set(errorResponses.flatMap(({ page }) => (page === undefined ? [] : [page])));
  return purged.flatMap(({ key }) => viewerPaths(key, rules.paths)).find((path) => pages.has(path));
};

/** Paths that may be cached and shall stay so. New keys are not among them: nobody has them yet. */
const unchangedPaths = (
  changes: readonly Change[],
  goal: readonly Entry[],
  facts: DistributionFacts,
  rules: PlanRules,
  changed: ReadonlyMap<string, string>,
): readonly string[] => {
  const moved = new Set(changes.filter(({ kind }) => kind !== 'returned').map(({ key }) => key));
  const paths = new Set<string>();
  const add = (path: string): void => {
    if (!changed.has(path)) paths.add(path);
  };
  for (const entry of goal) {
    if (entry.kind === 'object' && !moved.has(entry.key)) viewerPaths(entry.key, rules.paths).forEach(add);
  }
  for (const { pathPattern, cached } of facts.otherBehaviours) if (cached) add(literalPrefix(pathPattern));
  return [...paths];
};

/** A path that stands for all that a behaviour's pattern matches. */
const literalPrefix = (pattern: string): string => {
  const rooted = pattern.startsWith('/') ? pattern : `/${pattern}`;
  return rooted.slice(0, rooted.search(/[*?]|$/));
};

const isPage = (key: string): boolean => key.endsWith('.html') || key.endsWith('.htm');

/** At most `urlsMax` URLs to check: pages first, since they name everything else, then by path. */
export const urlsToCheck = (
  changes: readonly Change[],
  paths: PathRules,
  urlsMax: number,
): readonly UrlCheck[] =>
  changes
    .filter(({ kind }) => kind !== 'expiring' && kind !== 'returned')
    .flatMap(({ key, etag, versionId, was }) =>
      viewerPaths(key, paths).map((path) => ({
        path,
        key,
        ...(etag === undefined ? {} : { etag }),
        ...(versionId === undefined ? {} : { versionId }),
        ...(was === undefined ? {} : { was }),
      })),
    )
    .sort((a, b) => Number(isPage(b.key)) - Number(isPage(a.key)) || compareBytes(a.path, b.path))
    .slice(0, urlsMax);

/** A few pages that stand for the site: kept warm where the checker looks, and checked when nothing changed. */
export const sampleOf = (goal: readonly Entry[], paths: PathRules, urlsMax: number): readonly UrlCheck[] => {
  const objects = goal.filter((entry) => entry.kind === 'object');
  const pages = objects.filter(({ key }) => isPage(key));
  return [...pages, ...objects.filter(({ key }) => !isPage(key))]
    .slice(0, urlsMax)
    .flatMap(({ key, etag, versionId }) =>
      viewerPaths(key, paths).map((path) => ({
        path,
        key,
        etag,
        ...(versionId === UNREAD_ID ? {} : { versionId }),
        unchanged: true as const,
      })),
    )
    .slice(0, urlsMax);
};
