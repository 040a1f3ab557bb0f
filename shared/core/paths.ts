/**
 * From an object's key to the URL paths under which the edges may hold it.
 *
 * CloudFront matches an invalidation against the path as it is encoded, so there is one encoding of a key, and
 * the distribution's viewer-request function (resources/viewer-request.js) rewrites every request to it before
 * the cache. The two are kept alike by one table of tests, test/core/paths-table.ts.
 */

import { compareBytes } from './bytes.ts';

export type Routing = 'none' | 'single-page' | 'directory';

/**
 * `defaultRootObject` is a key without a leading slash, '' if there is none. `canonical`: our viewer-request
 * function makes one encoding of every URI, and routes it, before the cache. `originPath`: the site's folder in
 * the bucket, as CloudFront has it (`/web`). `keepPaths`: what is not routed, with all below it (`/feeds`), beside
 * `/.well-known`; their characters need no encoding. `fileExtensions`: the only ones of files, in lower case; any
 * unless there are some.
 */
export type PathRules = Readonly<{
  routing: Routing;
  defaultRootObject: string;
  canonical: boolean;
  originPath?: string;
  keepPaths?: readonly string[];
  fileExtensions?: readonly string[];
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

/**
 * The one URL path of a key: `css/main.css` is `/css/main.css`, and segments `.` and `..` stay as they are. A
 * lone surrogate cannot come from S3, whose keys are UTF-8; it becomes U+FFFD, as any UTF-8 encoder writes it,
 * because an error here would end every pass and so leave all other keys stale.
 */
export const encodeKey = (key: string): string => `/${key.replace(UNSAFE, percentEncoded)}`;

/**
 * Every path under which an edge may hold the object, unique, in byte order; none if no viewer can reach it,
 * which is so outside `originPath`, and for a key without an extension where our function routes its path
 * elsewhere. Of a URL that the function rewrites both forms are here, as AWS recommends, except in single-page
 * routing, where they are without number: there the copies are all under the root object's path.
 */
export const viewerPaths = (key: string, rules: PathRules): readonly string[] => {
  const inside = insideOrigin(key, rules.originPath ?? '');
  if (inside === undefined) return [];
  const isRoot = inside === rootDocument(rules);
  const folders = folderNames(inside, rules);
  // What a folder's path is rewritten to is looked up, whether or not it can be asked for itself.
  const own = isRoot || folders.length > 0 || !isRoutedAway(inside, rules) ? [inside] : [];
  const names = [...own, ...folders];
  const paths = new Set(names.flatMap((name) => spellings(name, rules.canonical)));
  if (isRoot) paths.add('/');
  return [...paths].sort(compareBytes);
};

/** What the keys of a site begin with: `web/` for CloudFront's `/web`; empty where it has the whole bucket. */
export const originPrefix = (originPath: string): string => {
  const folder = originPath.replace(/^\/|\/$/g, '');
  return folder === '' ? '' : `${folder}/`;
};

const insideOrigin = (key: string, originPath: string): string | undefined => {
  const prefix = originPrefix(originPath);
  return key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
};

const INDEX = 'index.html';

/** What `/` shows. Routing needs one, so that there `index.html` stands in for a default root object. */
const rootDocument = ({ routing, defaultRootObject }: PathRules): string =>
  defaultRootObject === '' && routing !== 'none' ? INDEX : defaultRootObject;

/** What has an extension is asked for as a file: `app.js` and also `v1.2`, but not `.htaccess` or `a.b-c`. */
const hasExtension = (key: string, { fileExtensions = [] }: PathRules): boolean => {
  const [, extension] = /[^/]\.([A-Za-z0-9]+)$/.exec(key) ?? [];
  if (extension === undefined) return false;
  return fileExtensions.length === 0 || fileExtensions.includes(extension.toLowerCase());
};

/** `/.well-known` belongs to others, who want what they ask for. */
const isKept = (key: string, { keepPaths = [] }: PathRules): boolean =>
  ['/.well-known', ...keepPaths].some((path) => `/${key}` === path || `/${key}`.startsWith(`${path}/`));

/** Whether our function sends the key's own path to another object before the cache. */
const isRoutedAway = (key: string, rules: PathRules): boolean =>
  rules.canonical && rules.routing !== 'none' && !hasExtension(key, rules) && !isKept(key, rules);

/**
 * `dir/` and `dir` of `dir/index.html`; `blog/myindex.html` is no index document. Our function takes `v1.2` for a
 * file, and with an empty last segment there is no form without the slash: `a//index.html` is not at `/a/`.
 */
const folderNames = (key: string, rules: PathRules): readonly string[] => {
  const { routing, canonical } = rules;
  if (routing !== 'directory' || !key.endsWith(`/${INDEX}`)) return [];
  if (canonical && isKept(key, rules)) return [];
  const folder = key.slice(0, -INDEX.length);
  const bare = folder.slice(0, -1);
  const isFile = canonical && hasExtension(bare, rules);
  return isFile || bare === '' || bare.endsWith('/') ? [folder] : [folder, bare];
};

const spellings = (name: string, canonical: boolean): readonly string[] => {
  const path = encodeKey(name);
  if (canonical) return [path];
  // S3 serves a space as `+` too, and which of `+` and its escape CloudFront takes for which, nobody says.
  const spaces = path.replaceAll('%20', '+');
  return [path, spaces, path.replaceAll('%2B', '+'), spaces.replaceAll('%2B', '+')];
};
