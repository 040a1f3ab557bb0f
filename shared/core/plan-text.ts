/**
 * A plan as its blob holds it: the items in the order in which they are sent, and, for whoever asks later, why. It is
 * written before the call and never changed, so that a deployment's page can be made of it at any time.
 */

import type { Change } from './changes.ts';
import type { PlannedItem } from './compose.ts';

/** More of a diff helps nobody; what is left out is counted. */
export const DIFF_SHOWN_MAX = 200;

/** What a deployment changed, for people. */
export type Diff = Readonly<{
  changed: number;
  changes: readonly Readonly<{ key: string; kind: string; because: string }>[];
  items: number;
  purged: readonly PlannedItem[];
}>;

/** `items` as they are sent, `purged` with their reasons. */
export const planText = (
  items: readonly string[],
  purged: readonly PlannedItem[],
  changes: readonly Pick<Change, 'key' | 'kind' | 'because'>[],
): string =>
  JSON.stringify({
    items,
    diff: {
      changed: changes.length,
      changes: changes.slice(0, DIFF_SHOWN_MAX).map(({ key, kind, because }) => ({ key, kind, because })),
      items: purged.length,
      purged: purged.slice(0, DIFF_SHOWN_MAX),
    } satisfies Diff,
  });

type Stored = Readonly<{ items: readonly string[]; diff: Diff }>;

/** The blob is named by its content's hash: what is read here was written by `planText`. */
export const itemsOfPlan = (text: string): readonly string[] => (JSON.parse(text) as Stored).items;

export const diffOfPlan = (text: string): Diff => (JSON.parse(text) as Stored).diff;
