/**
 * Which states the planner's search has to look at.
 *
 * A state is (k, w, i): the segments from k on are to be covered with at most i items, at most w of them
 * wildcards. Of a large site's states few lie on any way from start to end within the limits: to stop in the
 * middle of a directory takes many items before and after. The rest cost neither time nor memory.
 */

import type { Step } from './plan-steps.ts';

export type Steps = readonly (readonly Step[])[];

/** itemsMax is 1 or more, wildcardsMax 0 or more; both count items of one plan. */
export type Limits = Readonly<{ itemsMax: number; wildcardsMax: number }>;

/** More than any count of paths or items, and its double is still an Int32. */
export const NONE = 2 ** 29;

/**
 * The states of line k * width + w are those with `low` to `high` items, if that is any; `at` + items is
 * their place among all. `width` is the number of values of w, from 0 to the limit.
 */
export type States = Readonly<{
  width: number;
  itemsMax: number;
  low: Int32Array;
  high: Int32Array;
  at: Float64Array;
  size: number;
}>;

export const affordable = (steps: Steps, limits: Limits): States => {
  const itemsMax = Math.min(limits.itemsMax, mostItems(steps));
  const width = Math.min(limits.wildcardsMax, itemsMax, steps.length) + 1;
  const low = fewestAfter(steps, width);
  const used = fewestBefore(steps, width);
  const high = new Int32Array(low.length);
  const at = new Float64Array(low.length);
  let size = 0;
  for (let line = 0; line < low.length; line++) {
    // With w wildcards left, at most width - 1 - w were used: the mirror image within the segment's lines.
    const w = line % width;
    high[line] = itemsMax - (used[line + width - 1 - 2 * w] as number);
    at[line] = size - (low[line] as number);
    size += Math.max(0, (high[line] as number) - (low[line] as number) + 1);
  }
  return { width, itemsMax, low, high, at, size };
};

/** Whether segment k has any state. */
export const isOnTheWay = ({ width, low, high }: States, k: number): boolean => {
  for (let line = k * width; line < (k + 1) * width; line++) {
    if ((low[line] as number) <= (high[line] as number)) return true;
  }
  return false;
};

/** More items than this are of no use. */
const mostItems = (steps: Steps): number =>
  steps.reduce((sum, ways) => sum + ways.reduce((most, { items }) => Math.max(most, items), 0), 0);

/** Fewest items that cover everything from segment k on with at most w wildcards, at k * width + w. */
const fewestAfter = (steps: Steps, width: number): Int32Array => {
  const fewest = new Int32Array((steps.length + 1) * width).fill(NONE, 0, steps.length * width);
  for (let k = steps.length - 1; k >= 0; k--) {
    for (const step of steps[k] as readonly Step[]) {
      for (let w = step.wildcards; w < width; w++) {
        lower(fewest, k * width + w, (fewest[step.to * width + w - step.wildcards] as number) + step.items);
      }
    }
  }
  return fewest;
};

/** Fewest items that cover everything before segment k, and nothing else, with at most w wildcards. */
const fewestBefore = (steps: Steps, width: number): Int32Array => {
  const fewest = new Int32Array((steps.length + 1) * width).fill(NONE, width);
  for (const [k, ways] of steps.entries()) {
    for (const step of ways) {
      for (let w = step.wildcards; w < width; w++) {
        lower(fewest, step.to * width + w, (fewest[k * width + w - step.wildcards] as number) + step.items);
      }
    }
  }
  return fewest;
};

/** `NONE` plus something stays more than `NONE`, and so is never taken. */
const lower = (values: Int32Array, at: number, value: number): void => {
  if (value < (values[at] as number)) values[at] = value;
};
