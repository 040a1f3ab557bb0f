/** Where to go on reading versions: the next page, or a jump to the next key that is needed. */

import { compareBytes } from './bytes.ts';
import type { VersionsCursor } from './listing.ts';

/** Keys to read, from `from` (absent: the first there is) to before `before` (absent: the last), by one reader. */
export type KeyRange = Readonly<{
  /** Not yet read, in byte order. */
  needed: readonly string[];
  from?: string;
  before?: string;
  cursor: VersionsCursor;
}>;

/** What can be reached: `known` keys in byte order; `whole`: every key of the history is read, known or not. */
export type Reach = Readonly<{ known: readonly string[]; prefix: string; whole: boolean }>;

export const wholeRange = (needed: readonly string[], reach: Reach): KeyRange => ({
  needed,
  cursor: reach.whole ? start(undefined, reach) : startBefore(needed[0], reach),
});

export const isWithin = ({ from, before }: KeyRange, key: string): boolean =>
  (from === undefined || compareBytes(key, from) >= 0) &&
  (before === undefined || compareBytes(key, before) < 0);

/** `read`: needed keys of which everything was read. `cut`: a key of which only a part was. `rest`: what is left. */
export type Advance = Readonly<{ read: readonly string[]; cut?: string; rest?: KeyRange }>;

/**
 * After a page that names `next`. A jump is one call, as the next page is, and starts nearer to what is needed: so
 * the later of both is never the worse one, however many versions lie between.
 */
export const advance = (range: KeyRange, next: VersionsCursor | undefined, reach: Reach): Advance => {
  const position = next?.keyMarker;
  // The marker's key may go on over the next page; all before it are complete.
  if (next === undefined || position === undefined) return { read: range.needed };
  if (range.before !== undefined && compareBytes(position, range.before) >= 0) return { read: range.needed };
  const count = countBefore(range.needed, position);
  const read = range.needed.slice(0, count);
  const needed = range.needed.slice(count);
  if (reach.whole) return { read, rest: { ...range, needed, cursor: next } };
  if (needed.length === 0) return { read, cut: position };
  const jump = startBefore(needed[0], reach);
  return jump.keyMarker !== undefined && compareBytes(jump.keyMarker, position) >= 0
    ? { read, cut: position, rest: { ...range, needed, cursor: jump } }
    : { read, rest: { ...range, needed, cursor: next } };
};

/** A key of which only a part was read when the reading ends here. */
export const cutAt = ({ cursor }: KeyRange): string | undefined =>
  cursor.versionIdMarker === undefined ? undefined : cursor.keyMarker;

/** As many ranges, of as many needed keys each; the first goes on where `range` is. */
export const split = (range: KeyRange, parts: number, reach: Reach): readonly KeyRange[] => {
  const size = Math.ceil(range.needed.length / parts);
  const ranges: KeyRange[] = [];
  for (let at = size; at < range.needed.length; at += size) {
    const needed = range.needed.slice(at, at + size);
    const [from = ''] = needed;
    const before = range.needed[at + size] ?? range.before;
    ranges.push({
      needed,
      from,
      ...(before === undefined ? {} : { before }),
      cursor: startBefore(from, reach),
    });
  }
  const [second] = ranges;
  return second?.from === undefined
    ? [range]
    : [{ ...range, needed: range.needed.slice(0, size), before: second.from }, ...ranges];
};

/** A listing cannot start at a key, only after one: after the last known key before `key`. */
const startBefore = (key: string | undefined, reach: Reach): VersionsCursor =>
  start(key === undefined ? undefined : reach.known[countBefore(reach.known, key) - 1], reach);

const start = (keyMarker: string | undefined, { prefix }: Reach): VersionsCursor => ({
  ...(prefix === '' ? {} : { prefix }),
  ...(keyMarker === undefined ? {} : { keyMarker }),
});

/** How many of the sorted keys stand before `key`. */
const countBefore = (keys: readonly string[], key: string): number => {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBytes(keys[middle] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
};
