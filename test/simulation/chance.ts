/** Seeded chance: the same seed gives the same schedule, on any machine. */

export type Chance = Readonly<{
  /** From 0 to 1, 1 excluded. */
  real(): number;
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  /** True with the probability `p`. */
  hit(p: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** 128 bits as text. */
  id(): string;
  /** A stream of its own, so that drawing from one does not move the other. */
  fork(name: string): Chance;
}>;

/** mulberry32, by Tommy Ettinger (public domain): 32 bits of state are plenty for one schedule. */
export const chanceOf = (seed: number): Chance => {
  let state = seed >>> 0;
  const real = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (least: number, most: number): number => least + Math.floor(real() * (most - least + 1));
  return {
    real,
    whole,
    hit: (p) => real() < p,
    pick: (from) => {
      const picked = from[whole(0, from.length - 1)];
      if (picked === undefined) throw new Error('expected something to pick from, got an empty list');
      return picked;
    },
    id: () => Array.from({ length: 4 }, () => whole(0, 0xffffffff).toString(16).padStart(8, '0')).join(''),
    fork: (name) => chanceOf(hashText(`${seed}/${name}`)),
  };
};

/** FNV-1a over UTF-16 units. */
export const hashText = (text: string, from = 0x811c9dc5): number => {
  let hash = from;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
};
