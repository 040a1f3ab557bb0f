/** Virtual time: things happen in the order of their instants, and between two of them all promises settle. */

export type Timeline = Readonly<{
  now(): number;
  /** Runs `act` at `instant`, not earlier than now. */
  at(instant: number, act: () => void): void;
  /** Runs until nothing is left, `isOver` says so (asked after each event), or `until` is reached. */
  run(until: number, isOver?: () => boolean): Promise<void>;
}>;

type Entry = Readonly<{ instant: number; order: number; act: () => void }>;

export const timelineFrom = (start: number): Timeline => {
  const heap: Entry[] = [];
  let time = start;
  let order = 0;

  return {
    now: () => time,
    at: (instant, act) => {
      order += 1;
      push(heap, { instant: Math.max(instant, time), order, act });
    },
    run: async (until, isOver = () => false) => {
      for (let next = heap[0]; next && next.instant <= until && !isOver(); next = heap[0]) {
        pop(heap);
        time = next.instant;
        next.act();
        await settled();
      }
      time = Math.max(time, Math.min(until, heap[0]?.instant ?? until));
    },
  };
};

/** All promises that can settle have settled: microtasks go before the next macrotask. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

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

const pop = (heap: Entry[]): void => {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const smaller = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
    if (!isBefore(heap[smaller], last)) break;
    heap[at] = heap[smaller] as Entry;
    at = smaller;
  }
  heap[at] = last;
};
