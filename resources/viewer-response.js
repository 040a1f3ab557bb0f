/*
 * CloudFront function on viewer-response: how long a browser may keep what the upload gave no Cache-Control.
 *
 * A name with a fingerprint never has other bytes; everything else is asked for again, which costs a 304. The edge
 * does not see this: for how long it keeps an object is decided before. CloudFront does not run it for errors.
 *
 * Runtime 2.0 is ES 5.1 with some of ES 6 to 12: no imports, and no template literals because the framework would
 * resolve them. FINGERPRINT, ROUTING and FILE_EXTENSIONS are declared above this by viewer-response.cjs at packaging.
 */

const IMMUTABLE = 'public, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';

/* biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it */
function handler(event) {
  const response = event.response;
  if (response.statusCode < 200 || response.statusCode > 299) return response;
  if (response.headers['cache-control'] !== undefined) return response;
  response.headers['cache-control'] = { value: isImmutable(event.request.uri) ? IMMUTABLE : ASK_AGAIN };
  return response;
}

/* The URI may be the viewer's or the one that viewer-request made of it: both decode to the same key. */
function isImmutable(uri) {
  const key = decoded(uri);
  if (FINGERPRINT === '' || key === undefined || isPage(key)) return false;
  return new RegExp(FINGERPRINT).test(key.slice(key.lastIndexOf('/') + 1));
}

/* As in viewer-request.js. */
function decoded(uri) {
  try {
    return decodeURIComponent(uri.replace(/\+/g, ' '));
  } catch (_error) {
    return undefined;
  }
}

/* With a routing /users/8f3c2a1b may be the page of another key, whose bytes do change. */
function isPage(key) {
  return key.charAt(key.length - 1) === '/' || (ROUTING !== 'none' && !isFile(key));
}

/* As in viewer-request.js. */
function isFile(key) {
  const found = /[^/]\.([A-Za-z0-9]+)$/.exec(key);
  if (found === null) return false;
  return FILE_EXTENSIONS.length === 0 || FILE_EXTENSIONS.indexOf(found[1].toLowerCase()) >= 0;
}
