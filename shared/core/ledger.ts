/**
 * The project's own account of what it asked of CloudFront, so that quotas and budget are kept without ever
 * being refused.
 *
 * CloudFront documents 3,000 paths and 15 wildcards in progress, and since 2026 150 paths and 1 wildcard a
 * second; whether there is a burst is not said. Both are kept, without a burst.
 */

import { monthOf } from './calendar.ts';

/** One CreateInvalidation, written down before it is made. `by` is the pass that made it. */
export type Request = Readonly<{ at: number; by: string; items: number; wildcards: number }>;

/** `items` were asked for in `month` ("2026-11", UTC); `recent` are the requests that may still count. */
export type Ledger = Readonly<{ month: string; items: number; recent: readonly Request[] }>;

export const BATCH_ITEMS_MAX = 150;
export const BATCH_WILDCARDS_MAX = 1;
export const IN_PROGRESS_ITEMS_MAX = 3_000;
export const IN_PROGRESS_WILDCARDS_MAX = 15;

/** The window of the per-second quotas. */
const WINDOW_MS = 1_000;

/**
 * Another pass's request may have reached CloudFront later than it was written down, by a clock that differs:
 * 5 s of clock, and as long again for the call itself.
 */
const OTHERS_WINDOW_MS = WINDOW_MS + 10_000;

export const emptyLedger = (now: number): Ledger => ({ month: monthOf(now), items: 0, recent: [] });

/** What is left of the month's items, never less than zero. */
export const itemsLeft = (ledger: Ledger, now: number, itemsPerMonth: number): number =>
  Math.max(0, itemsPerMonth - (ledger.month >= monthOf(now) ? ledger.items : 0));

/** Charges a plan when its intent is written: a repeated reference is not charged again. */
export const charge = (ledger: Ledger, now: number, items: number): Ledger => {
  // Of two passes whose clocks differ, one may be in the new month already: its account goes on.
  const isSameMonth = ledger.month >= monthOf(now);
  return {
    ...ledger,
    month: isSameMonth ? ledger.month : monthOf(now),
    items: (isSameMonth ? ledger.items : 0) + items,
  };
};

/** Gives back what was charged at `chargedAt` and certainly not asked for; an account of another month is not touched. */
export const refund = (ledger: Ledger, chargedAt: number, items: number): Ledger =>
  ledger.month === monthOf(chargedAt) ? { ...ledger, items: Math.max(0, ledger.items - items) } : ledger;

/** Writes a request down and forgets those that no longer count. */
export const record = (ledger: Ledger, request: Request): Ledger => ({
  ...ledger,
  recent: [...ledger.recent.filter(({ at }) => request.at - at < 2 * OTHERS_WINDOW_MS), request],
});

/** How long `by` must wait before a request of this size, in ms. */
export const waitForRate = ({ recent }: Ledger, { at, by, items, wildcards }: Request): number => {
  // The oldest that must leave the window before the request fits.
  const counted = recent
    .map((request) => ({
      ...request,
      leaves: request.at + (request.by === by ? WINDOW_MS : OTHERS_WINDOW_MS),
    }))
    .filter(({ leaves }) => leaves > at)
    .sort((a, b) => a.leaves - b.leaves);
  let itemsInWindow = sum(counted.map((request) => request.items));
  let wildcardsInWindow = sum(counted.map((request) => request.wildcards));
  let wait = 0;
  for (const request of counted) {
    if (itemsInWindow + items <= BATCH_ITEMS_MAX && wildcardsInWindow + wildcards <= BATCH_WILDCARDS_MAX)
      break;
    itemsInWindow -= request.items;
    wildcardsInWindow -= request.wildcards;
    wait = request.leaves - at;
  }
  return wait;
};

/** Whether a request fits beside what is in progress. */
export const fitsInProgress = (
  inProgress: Readonly<{ items: number; wildcards: number }>,
  request: Readonly<{ items: number; wildcards: number }>,
): boolean =>
  inProgress.items + request.items <= IN_PROGRESS_ITEMS_MAX &&
  inProgress.wildcards + request.wildcards <= IN_PROGRESS_WILDCARDS_MAX;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Cuts a plan into requests that each fit the quotas of one second; order is kept within each kind. */
export const cutIntoBatches = (
  items: readonly string[],
): readonly Readonly<{ items: readonly string[]; wildcards: number }>[] => {
  const wildcards = items.filter((item) => item.endsWith('*'));
  const exact = items.filter((item) => !item.endsWith('*'));
  const batches: { items: string[]; wildcards: number }[] = [];
  while (exact.length > 0 || wildcards.length > 0) {
    const wild = wildcards.splice(0, BATCH_WILDCARDS_MAX);
    batches.push({
      items: [...exact.splice(0, BATCH_ITEMS_MAX - wild.length), ...wild],
      wildcards: wild.length,
    });
  }
  return batches;
};
