/**
 * Where a wildcard may end: at any character, but inside none, be it an escape (`%2F`), the escaped bytes
 * of one character (`%C3%A9`) or a surrogate pair. Whether `P*` is allowed depends on `P` alone, never on
 * what follows in one of the paths, so a broken escape at the end of a path (`/100%`) ends no wildcard.
 */

const STAR = 0x2a;
const PERCENT = 0x25;
/** The length of `%XX`. */
const ESCAPE_LENGTH = 3;
/** No character of UTF-8 has more bytes than this after its first. */
const CONTINUATIONS_MAX = 3;

/** Whether a wildcard may consist of the first `length` units of `path`; `~` is the caller's business. */
export const isCut = (path: string, length: number): boolean => {
  const last = path.charCodeAt(length - 1);
  if (last === PERCENT || (last >= 0xd800 && last < 0xdc00)) return false;
  if (path.charCodeAt(length - 2) === PERCENT) return hexValue(last) < 0;
  return path.charCodeAt(length - ESCAPE_LENGTH) !== PERCENT || endsCharacter(path, length);
};

/** How far wildcards can reach into `path`: CloudFront takes no item with a `~`. */
export const reach = (path: string): number => {
  const tilde = path.indexOf('~');
  return tilde < 0 ? path.length : tilde;
};

/** The greatest cut of `path` in (above, upTo], or 0 when there is none. */
export const deepestCut = (path: string, above: number, upTo: number): number => {
  for (let length = upTo; length > above; length--) if (isCut(path, length)) return length;
  return 0;
};

/**
 * The cut in (above, deepest] whose wildcard comes first in byte order. Of two cuts the shorter comes first
 * exactly when the path goes on with more than `*` there, whatever the longer one is.
 */
export const firstCut = (path: string, above: number, deepest: number): number => {
  for (let length = above + 1; length < deepest; length++) {
    if (beatsLonger(path, length) && isCut(path, length)) return length;
  }
  return deepest;
};

/** Whether the wildcard of this length sorts before every longer item that starts like `path`. */
export const beatsLonger = (path: string, length: number): boolean => path.charCodeAt(length) > STAR;

/** Whether an escape that ends at `length` ends a whole character; what is no escape always does. */
const endsCharacter = (path: string, length: number): boolean => {
  for (let after = 0; after < CONTINUATIONS_MAX; after++) {
    const byte = escapedByte(path, length - ESCAPE_LENGTH * (after + 1));
    if (byte < 0x80) return true;
    if (byte >= 0xc0) return after >= continuationsOf(byte);
  }
  return true;
};

const continuationsOf = (leadByte: number): number => {
  if (leadByte < 0xe0) return 1;
  return leadByte < 0xf0 ? 2 : 3;
};

/** The byte that `%XX` at `at` stands for, or -1 when there is no escape. */
const escapedByte = (path: string, at: number): number => {
  if (path.charCodeAt(at) !== PERCENT) return -1;
  const high = hexValue(path.charCodeAt(at + 1));
  const low = hexValue(path.charCodeAt(at + 2));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
};

const hexValue = (unit: number): number => {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const letter = unit | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
};
