/** Seeded chance: the same seed and name give the same draws, on any machine. */

export type Random = Readonly<{
  /** From 0 to 1, 1 excluded. */
  real(): number;
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  pick<T>(from: readonly T[]): T;
}>;

/** One stream of a schedule: drawing from one does not move another. mulberry32 by Tommy Ettinger (public domain). */
export const randomOf = (seed: number, stream: string): Random => {
  let state = digest(stream, (seed ^ 0x9e3779b9) >>> 0);
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
    chance: (p) => real() < p,
    pick: (from) => {
      if (from.length === 0) throw new Error('expected something to pick from, got an empty list');
      return from[whole(0, from.length - 1)] as (typeof from)[number];
    },
  };
};

/** FNV-1a over UTF-16 units, 32 bits; `from` is the digest of what came before. */
export const digest = (text: string, from = 0x811c9dc5): number => {
  let hash = from;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
};
