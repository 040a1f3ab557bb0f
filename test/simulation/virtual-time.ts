/** Virtual time: acts run in the order of their instants, and all promises settle between two of them. */

export type VirtualTime = Readonly<{
  /** ms since 1970. */
  now(): number;
  /** Runs `act` at `instant`, or now where that is past; acts of one instant in the order they were added. */
  at(instant: number, act: () => void): void;
  after(ms: number, act: () => void): void;
  /** Runs act after act until `isOver` says so; it is asked between any two. Throws when nothing is left to do. */
  run(isOver: () => boolean): Promise<void>;
}>;

type Entry = Readonly<{ instant: number; order: number; act: () => void }>;

export const virtualTimeFrom = (start: number): VirtualTime => {
  const heap: Entry[] = [];
  let time = start;
  let order = 0;
  const at = (instant: number, act: () => void): void => {
    order += 1;
    push(heap, { instant: Math.max(instant, time), order, act });
  };
  return {
    now: () => time,
    at,
    after: (ms, act) => at(time + ms, act),
    run: async (isOver) => {
      while (!isOver()) {
        const next = pop(heap);
        if (!next) throw new Error('expected something to happen, nothing is left to do');
        time = next.instant;
        next.act();
        await settled();
      }
    },
  };
};

/** Every promise that can settle has: Node runs its tick queue again only when the microtasks are used up. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

const isBefore = (a: Entry | undefined, b: Entry | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  (a.instant < b.instant || (a.instant === b.instant && a.order < b.order));

const push = (heap: Entry[], entry: Entry): void => {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(entry, heap[parent])) break;
    heap[at] = heap[parent] as Entry;
    at = parent;
  }
  heap[at] = entry;
};

const pop = (heap: Entry[]): Entry | undefined => {
  const first = heap[0];
  const last = heap.pop();
  if (!last || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const smaller = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
    if (!isBefore(heap[smaller], last)) break;
    heap[at] = heap[smaller] as Entry;
    at = smaller;
  }
  heap[at] = last;
  return first;
};
