/**
 * Turns paths into the planner's problem: a row of segments to cover from left to right, and for each one
 * the steps that begin there.
 *
 * A cheapest plan has no item to spare, so of two of its items neither covers what the other does, and in
 * byte order each item covers the first changed path that is still uncovered. A single path is covered by its
 * exact item, which purges nothing and is no wildcard; only with a `~` it has none.
 *
 * A run without collateral is one segment: one wildcard or all of its paths one by one; anything between
 * costs more than the one wildcard and gains nothing.
 */

import { beatsLonger } from './plan-cuts.ts';
import { type Run, runsOf } from './plan-runs.ts';

/**
 * Covers the changed paths `first` to `last` (indexes, inclusive) and so goes on at the segment `to`.
 * `items` and `wildcards` are what it uses of the limits, `collateral` the unchanged paths it purges. The
 * wildcard's `*` comes after `cut` units of the first path.
 */
export type Step = Readonly<{ items: number; collateral: number; to: number; first: number; last: number }> &
  (Readonly<{ kind: 'exact'; wildcards: 0 }> | Readonly<{ kind: 'wildcard'; wildcards: 1; cut: number }>);

/**
 * The steps that begin at each segment, in byte order of their first item. Both lists are in byte order;
 * throws a TypeError when they share a path.
 */
export const stepsOver = (changed: readonly string[], unchanged: readonly string[]): Step[][] => {
  const runs = runsOf(changed, unchanged);
  const { segments, segmentAt } = segmentsOf(changed.length, runs);
  const steps = segments.map((): Step[] => []);

  // Of runs with the same first path the shorter ones, whose wildcards are longer, come first.
  for (const run of runs) {
    const from = segmentAt[run.first] as number;
    if (isInside(run, segments[from] as Segment)) continue;
    const to = segmentAt[run.last + 1] as number;
    steps[from]?.push({ kind: 'wildcard', items: 1, wildcards: 1, to, ...run });
  }
  return steps.map((wildcards, k) => {
    const { first, last } = segments[k] as Segment;
    return inByteOrder(changed[first] as string, wildcards, exactStep(changed, first, last, k + 1));
  });
};

type Segment = Readonly<{ first: number; last: number }>;

const isInside = (run: Run, { first, last }: Segment): boolean =>
  run.collateral === 0 && (run.first > first || run.last < last);

/**
 * Segments are the greatest runs without collateral, and what is in none of these, one by one; `segmentAt`
 * has the segment of each changed path, and at the end the number of segments.
 */
const segmentsOf = (count: number, runs: readonly Run[]): { segments: Segment[]; segmentAt: number[] } => {
  const ends = Array.from({ length: count }, (_, k) => k);
  for (const { first, last, collateral } of runs) if (collateral === 0) ends[first] = last;

  const segments: Segment[] = [];
  const segmentAt: number[] = [];
  for (let first = 0; first < count; first = segmentAt.length) {
    const last = ends[first] as number;
    for (let k = first; k <= last; k++) segmentAt.push(segments.length);
    segments.push({ first, last });
  }
  segmentAt.push(segments.length);
  return { segments, segmentAt };
};

const exactStep = (changed: readonly string[], first: number, last: number, to: number): Step | undefined => {
  for (let k = first; k <= last; k++) if (changed[k]?.includes('~')) return undefined;
  return { kind: 'exact', items: last - first + 1, wildcards: 0, collateral: 0, to, first, last };
};

/**
 * `wildcards` are all of `path`, the longest first. None is longer than `path`, so that the exact item comes
 * where the longest possible wildcard would.
 */
const inByteOrder = (path: string, wildcards: readonly Step[], exact: Step | undefined): Step[] => {
  const winners: Step[] = [];
  const losers: Step[] = [];
  for (const step of wildcards) {
    const wins = step.kind === 'wildcard' && beatsLonger(path, step.cut);
    (wins ? winners : losers).push(step);
  }
  return [...winners.reverse(), ...(exact ? [exact] : []), ...losers];
};
