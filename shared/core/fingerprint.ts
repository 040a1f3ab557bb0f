/**
 * Which file names say that their bytes never change, unless a setting says otherwise.
 *
 * A removed file with such a name is left to expire instead of being invalidated, so a name that is wrongly taken
 * for one is served for a day too long, while one that is missed costs an item. In doubt a name is not one.
 */

/**
 * A number, or a word with numbers around and after it: `2026`, `chapter1`, `LinkedIn`, `IMG`, `i18n`, `1080x720`.
 * Three words in eight letters are more likely a hash: `ClnuDfLq`.
 */
const PLAIN = '\\d*(?:[A-Z]+|[A-Z]?[a-z]+(?:[A-Z][a-z]+)?)?(?:\\d+[a-z]*\\d*)?';

/** Vite, Rollup, esbuild, Parcel: eight characters of base64url, base32 or hex that are not plain words. */
const EIGHT = `(?=[A-Za-z0-9_-]{8}\\.)(?!${PLAIN}(?:[-_]${PLAIN})*\\.)[A-Za-z0-9_-]{8}`;

/** webpack, Next.js, Rails, Hugo: hex, with letters and digits mixed more than once. */
const HEX = '(?![a-f]*\\d*\\.|\\d*[a-f]*\\.)[0-9a-f]{8,64}';

/**
 * Source of the regular expression for the last segment of a key: a hash behind a name and `-`, `.` or `_`, and before
 * the extensions, as in `index-C_gcIYdA.js` and `main.8f3c2a1b.chunk.js`. serverless.yml has the same as its default.
 */
export const DEFAULT_FINGERPRINT = `(?<=.)[-._](?:${EIGHT}|${HEX})(?:\\.[A-Za-z0-9]+)+$`;
