/**
 * The cheapest way along the segments, exactly: dynamic programming over `States` from the last segment to
 * the first. A state costs a byte (two where more than 256 steps begin at one segment) until the end; what a
 * segment's states cost in collateral is forgotten when the last step that leads there has been weighed.
 */

import { affordable, isOnTheWay, type Limits, NONE, type States, type Steps } from './plan-states.ts';
import type { Step } from './plan-steps.ts';

/**
 * The steps from the first segment to the end with the least collateral, then items, then wildcards, then
 * the earlier step in each segment's list; undefined when nothing fits the limits.
 */
export const cheapest = (steps: Steps, limits: Limits): Step[] | undefined => {
  const states = affordable(steps, limits);
  if (!isOnTheWay(states, 0)) return undefined;
  const { least, chosen } = solve(steps, states);
  return follow(steps, states, chosen, tightest(states, least));
};

/**
 * The least collateral of one segment's states, at w * (itemsMax + 1) + i. Only those that are on the way
 * are ever written or read.
 */
type Row = Int32Array;

/** For each state its best step's place in the segment's list. */
type Chosen = Uint8Array | Uint16Array;

const solve = (steps: Steps, states: States): { least: Row; chosen: Chosen } => {
  const mostSteps = steps.reduce((most, { length }) => Math.max(most, length), 0);
  const chosen = mostSteps > 256 ? new Uint16Array(states.size) : new Uint8Array(states.size);
  const leftmost = leftmostUsers(steps);
  const newRow = (): Row => new Int32Array(states.width * (states.itemsMax + 1));
  const spare: Row[] = [];
  // Nothing is left to cover after the last segment: zeros.
  const rows = new Map<number, Row>([[steps.length, newRow()]]);

  for (let k = steps.length - 1; k >= 0; k--) {
    if (!isOnTheWay(states, k)) continue;
    const row = (spare.pop() ?? newRow()).fill(NONE);
    for (const [index, step] of (steps[k] as readonly Step[]).entries()) {
      const next = rows.get(step.to);
      if (next) weigh({ k, step, index, row, next, states, chosen });
    }
    for (const { to } of steps[k] as readonly Step[]) {
      const read = leftmost[to] === k && rows.get(to);
      if (read && rows.delete(to)) spare.push(read);
    }
    rows.set(k, row);
  }
  return { least: rows.get(0) ?? newRow(), chosen };
};

/** For each segment the first one with a step that leads there. */
const leftmostUsers = (steps: Steps): number[] => {
  const users: number[] = [];
  for (let k = steps.length - 1; k >= 0; k--) for (const { to } of steps[k] as readonly Step[]) users[to] = k;
  return users;
};

type Weighed = Readonly<{
  k: number;
  step: Step;
  index: number;
  row: Row;
  next: Row;
  states: States;
  chosen: Chosen;
}>;

/** Takes `step` wherever it is better than the steps before it in the list. */
const weigh = ({ k, step, index, row, next, states, chosen }: Weighed): void => {
  const { width, itemsMax, low, high, at } = states;
  const { items, wildcards, collateral, to } = step;
  for (let w = wildcards; w < width; w++) {
    const line = k * width + w;
    const target = w * (itemsMax + 1);
    const source = (w - wildcards) * (itemsMax + 1) - items;
    const place = at[line] as number;
    const end = high[line] as number;
    const start = Math.max(low[line] as number, (low[to * width + w - wildcards] as number) + items);
    for (let i = start; i <= end; i++) {
      const total = (next[source + i] as number) + collateral;
      if (total < (row[target + i] as number)) {
        row[target + i] = total;
        chosen[place + i] = index;
      }
    }
  }
};

type Budget = Readonly<{ i: number; w: number }>;

/** The fewest items, then wildcards, with which the first segment reaches its least collateral. */
const tightest = ({ width, itemsMax, low }: States, least: Row): Budget => {
  const leastOf = (w: number, i: number) =>
    i < (low[w] as number) ? NONE : (least[w * (itemsMax + 1) + i] as number);
  const collateral = leastOf(width - 1, itemsMax);
  let i = low[width - 1] as number;
  while (leastOf(width - 1, i) > collateral) i++;
  let w = 0;
  while (leastOf(w, i) > collateral) w++;
  return { i, w };
};

/**
 * The way from a budget that every cheapest way uses up. Of the steps that keep to it, `chosen` has the first
 * in the list; as steps that begin together differ in their first item, it wins whatever follows.
 */
const follow = (steps: Steps, { width, at }: States, chosen: Chosen, budget: Budget): Step[] => {
  const way: Step[] = [];
  let { i, w } = budget;
  for (let k = 0; k < steps.length; ) {
    const index = chosen[(at[k * width + w] as number) + i] as number;
    const step = steps[k]?.[index];
    if (!step) throw new Error(`expected a step from segment ${k} with ${i} items, ${w} of them wildcards`);
    way.push(step);
    i -= step.items;
    w -= step.wildcards;
    k = step.to;
  }
  return way;
};
