/**
 * From an object's key to the URL paths under which the edges may hold it.
 *
 * CloudFront matches an invalidation against the path as it is encoded, so there is one encoding of a key, and
 * the distribution's viewer-request function rewrites every request to it before the cache.
 */

import { compareBytes } from './bytes.ts';

export type Routing = 'none' | 'single-page' | 'directory';

/**
 * `defaultRootObject` is a key without a leading slash, '' if there is none. `canonical`: our viewer-request
 * function makes one encoding of every URI before the cache. `originPath`: the site's folder in the bucket.
 */
export type PathRules = Readonly<{
  routing: Routing;
  defaultRootObject: string;
  canonical: boolean;
  originPath?: string;
}>;

/**
 * Encoded: control characters, space and what RFC 1738 calls unsafe, `?`, all that is not ASCII; `*`, because it
 * would be a wildcard; `+`, because S3 reads it as a space. Not `~`: CloudFront rejects it raw and ignores it
 * encoded, so that the planner has to cover such a key with a wildcard.
 * Source: CloudFront developer guide, "Specify the files to invalidate"; RFC 1738, 2.2.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are unsafe in a URL.
const UNSAFE = /[\u0000-\u0020\u007f"<>#%{}|\\^[\]`?*+]|[^\u0000-\u007f]+/g;

const utf8 = new TextEncoder();

const percentEncoded = (text: string): string =>
  Array.from(utf8.encode(text), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** The one URL path of a key: `css/main.css` is `/css/main.css`. A lone surrogate cannot come from S3. */
export const encodeKey = (key: string): string => `/${key.replace(UNSAFE, percentEncoded)}`;

/** Every path under which an edge may hold the object, unique, in byte order; none if no viewer can reach it. */
export const viewerPaths = (key: string, rules: PathRules): readonly string[] => {
  const inside = insideOrigin(key, rules.originPath ?? '');
  if (inside === undefined) return [];
  const paths = new Set(isReachable(inside, rules) ? ownPaths(inside, rules.canonical) : []);
  if (rules.defaultRootObject !== '' && inside === rules.defaultRootObject) paths.add('/');
  if (rules.routing === 'directory') {
    for (const folder of foldersOf(inside))
      for (const path of ownPaths(folder, rules.canonical)) paths.add(path);
  }
  return [...paths].sort(compareBytes);
};

const insideOrigin = (key: string, originPath: string): string | undefined => {
  const prefix = originPath === '' ? '' : `${originPath.replace(/^\//, '')}/`;
  return key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
};

const INDEX = 'index.html';

/** `dir/` and `dir` of an index document; `blog/myindex.html` is none. */
const foldersOf = (key: string): readonly string[] => {
  if (!key.endsWith(`/${INDEX}`)) return [];
  const folder = key.slice(0, -INDEX.length);
  return [folder, folder.slice(0, -1)];
};

/** In single-page routing our function sends a path without an extension to the root object before the cache. */
const isReachable = (key: string, { routing, canonical }: PathRules): boolean =>
  routing === 'none' || !canonical || hasExtension(key) || key.startsWith('.well-known/');

const hasExtension = (key: string): boolean =>
  /[^/]\.[A-Za-z0-9]+$/.test(key.slice(key.lastIndexOf('/') + 1));

const ownPaths = (key: string, canonical: boolean): readonly string[] => {
  const path = encodeKey(key);
  if (canonical) return [path];
  // Whether `+` or its escape was asked for, and which of them CloudFront takes as which, nobody says: send both.
  return [path, path.replaceAll('%20', '+'), path.replaceAll('%2B', '+')];
};
