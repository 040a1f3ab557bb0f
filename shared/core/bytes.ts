/** The order of S3's listings and of every sorted list here: strings as their UTF-8 bytes. */

/**
 * Negative, zero or positive as `a` sorts before, with or after `b`. JavaScript's own `<` compares UTF-16
 * units and so puts U+1F600 (its surrogates start at 0xD800) before U+FF5E, which UTF-8 does not.
 * Allocates nothing.
 */
export const compareBytes = (a: string, b: string): number => {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA !== unitB) return rank(unitA) - rank(unitB);
  }
  return a.length - b.length;
};

/** Moves surrogates, which stand for U+10000 and above, behind U+E000 to U+FFFF. */
const rank = (unit: number): number => {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
};
