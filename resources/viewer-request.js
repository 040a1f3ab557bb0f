/*
 * CloudFront function on viewer-request: one cache key for each object.
 *
 * An object can be asked for in many spellings (/a%20b, /a+b, /%61%20b), and CloudFront caches each on its own but
 * invalidates only the one that it is told. So every URI becomes the one spelling that shared/core/paths.ts sends
 * to CloudFront, before the cache is looked at; both are held to the table in test/core/paths-table.ts.
 *
 * Runtime 2.0 is ES 5.1 with some of ES 6 to 12: no imports, and no template literals because the framework would
 * resolve them. The next four lines are set by viewer-request.cjs when the template is packaged.
 */
const ROUTING = 'none';
const DEFAULT_ROOT_OBJECT = 'index.html';
const KEEP_PATHS = ['/.well-known'];
const FILE_EXTENSIONS = [];

const INDEX = 'index.html';

function handler(event) {
  const request = event.request;
  const canonical = canonicalUri(request.uri);
  if (canonical === '/_status') return movedTo('/_status/');
  if (canonical !== undefined) request.uri = route(canonical);
  return request;
}

/*
 * Undefined for what is no percent-encoded UTF-8: S3 has no object there, so it stays as it was received.
 * S3 reads a plus sign as a space, and %2F as a slash within the key: decoding both loses nothing.
 */
function canonicalUri(uri) {
  try {
    return encode(decodeURIComponent(uri.replace(/\+/g, ' ')));
  } catch (_error) {
    return undefined;
  }
}

/* Runs of unsafe characters, so that the two halves of a surrogate pair stay together; encodeURIComponent spares `*`. */
function encode(text) {
  return text.replace(/[^!$&'(),\-./0-9:;=@A-Z_a-z~]+/g, function escapeRun(run) {
    return encodeURIComponent(run).replace(/\*/g, '%2A');
  });
}

/* A path without an extension is a page; what is to be kept belongs to others, who want what they ask for. */
function route(uri) {
  /* The status page has an origin, and an index rule, of its own. */
  if (/^\/_status\//.test(uri)) return uri.charAt(uri.length - 1) === '/' ? uri + INDEX : uri;
  if (ROUTING === 'none' || isKept(uri)) return uri;
  if (uri === '/') return root();
  if (isFile(uri)) return uri;
  if (ROUTING === 'single-page') return root();
  return uri.charAt(uri.length - 1) === '/' ? uri + INDEX : uri + '/' + INDEX;
}

function isKept(uri) {
  return KEEP_PATHS.some(function isAtOrAbove(path) {
    return (uri + '/').indexOf(path + '/') === 0;
  });
}

/* As in shared/core/paths.ts: /v1.2 counts as a file, unless the extensions of files are said. */
function isFile(uri) {
  const found = /[^/]\.([A-Za-z0-9]+)$/.exec(uri);
  if (found === null) return false;
  return FILE_EXTENSIONS.length === 0 || FILE_EXTENSIONS.indexOf(found[1].toLowerCase()) >= 0;
}

function root() {
  return encode('/' + (DEFAULT_ROOT_OBJECT === '' ? INDEX : DEFAULT_ROOT_OBJECT));
}

function movedTo(location) {
  return {
    statusCode: 301,
    statusDescription: 'Moved Permanently',
    headers: { location: { value: location } },
  };
}
