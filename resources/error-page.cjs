/**
 * What the distribution answers where an object is missing, for `${file(resources/error-page.cjs):responses}`.
 *
 * CommonJS, because the framework loads it with `require`.
 */

const { property, refuseAttached, wrong } = require('./params.cjs');

/** S3 answers 403 for a missing object to whoever may not list the bucket, as CloudFront may not. */
const MISSING = [403, 404];

/** A new file is there when the last error for it has expired: as soon as may be. */
const ERROR_TTL_SECONDS = 1;

/**
 * All that CloudFront keeps, for ten seconds unless told otherwise, under the path alone and whatever the behaviour's
 * cache policy says: one visitor's error of the API would be everybody's, and a second try would see the first.
 * Source: CloudFront developer guide, "How CloudFront processes HTTP 4xx and 5xx status codes from your origin".
 */
const CACHED_ERRORS = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];

const ENCODED_PATH = /^\/(?!\/)[A-Za-z0-9!$&'()*,\-./:;=@_%]+$/;

const hasApi = ({ apiDomain, apiImage }) => apiDomain !== '' || apiImage !== '';

/** Error responses belong to the whole distribution: a page would replace the API's own answers as well. */
const page = (params) => {
  const { errorPage } = params;
  if (errorPage === '') return {};
  refuseAttached(params, 'errorPage');
  if (hasApi(params)) throw wrong('errorPage', "none, because it would replace the API's errors", errorPage);
  if (!ENCODED_PATH.test(errorPage))
    throw wrong('errorPage', 'the encoded path of a page, such as /404.html', errorPage);
  return { ResponseCode: 404, ResponsePagePath: errorPage };
};

const responses = (params) => {
  const shown = page(params);
  return hasApi(params)
    ? CACHED_ERRORS.map((code) => ({ ErrorCode: code, ErrorCachingMinTTL: 0 }))
    : MISSING.map((code) => ({ ErrorCode: code, ErrorCachingMinTTL: ERROR_TTL_SECONDS, ...shown }));
};

module.exports = { responses: property(['errorPage', 'apiDomain', 'apiImage'], responses) };
