/** What no source confirms about CloudFront: each question is a switch, and what is built must bear both answers. */

export type Switches = Readonly<{
  /** `normalised`: item and URL are both percent-decoded once before they are compared. */
  matching: 'exact' | 'normalised';
  /** Whether `/` is a cache entry of its own or the entry of the default root object. */
  root: 'two' | 'one';
  /** Whether an item is matched against the rewritten URI only, or also against the URI the viewer sent. */
  rewritten: 'cached' | 'either';
  /** `old`: 3,000 paths and 15 wildcards in progress; `new`: 150 paths and 1 wildcard in any second. */
  quotas: 'old' | 'new';
  /** How long a custom error page is kept: as an error, or for the time of the behaviour its path matches. */
  errorPageTtl: 'error' | 'behaviour';
}>;

export const defaultSwitches: Switches = {
  matching: 'exact',
  root: 'two',
  rewritten: 'cached',
  quotas: 'old',
  errorPageTtl: 'error',
};

/** Every combination, the default one first. */
export const allSwitches = (): readonly Switches[] => {
  const combinations: Switches[] = [];
  for (const matching of ['exact', 'normalised'] as const)
    for (const root of ['two', 'one'] as const)
      for (const rewritten of ['cached', 'either'] as const)
        for (const quotas of ['old', 'new'] as const)
          for (const errorPageTtl of ['error', 'behaviour'] as const)
            combinations.push({ matching, root, rewritten, quotas, errorPageTtl });
  return combinations;
};

/**
 * Ways in which the model breaks CloudFront's promises, so that a test can see who notices.
 * `ignore-all`: invalidations complete but evict nothing; `ignore-one`: one item that would have evicted a
 * copy on edge 0 misses, once, at every edge (`/*` never does); `never-cache`: edges store and reuse nothing.
 */
export type Sabotage = 'ignore-all' | 'ignore-one' | 'never-cache';

/** Times in ms, each drawn between both bounds. */
export type Timing = Readonly<{
  /** From CreateInvalidation to one edge. */
  arrivalMs: readonly [number, number];
  /** From the last edge to `Completed`. */
  completionMs: readonly [number, number];
  /** From an update of the distribution to one edge. */
  deploymentMs: readonly [number, number];
}>;

export const defaultTiming: Timing = {
  arrivalMs: [200, 2_000],
  completionMs: [500, 8_000],
  deploymentMs: [5_000, 60_000],
};

/** A whole number of milliseconds between both bounds; `random` gives 0 to 1. */
export const draw = ([least, most]: readonly [number, number], random: () => number): number =>
  least + Math.round(random() * (most - least));
