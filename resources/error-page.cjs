/**
 * What the distribution answers where an object is missing, for `${file(resources/error-page.cjs):responses}`.
 *
 * CommonJS, because the framework loads it with `require`.
 */

const { property, refuseAttached, wrong } = require('./params.cjs');

/** S3 answers 403 for a missing object to whoever may not list the bucket, as CloudFront may not. */
const CODES = [403, 404];

/** A new file is there when the last error for it has expired: as soon as may be. */
const ERROR_TTL_SECONDS = 1;

const ENCODED_PATH = /^\/(?!\/)[A-Za-z0-9!$&'()*,\-./:;=@_%]+$/;

/** Error responses belong to the whole distribution: a page would replace the API's own answers as well. */
const page = (params) => {
  const { errorPage, apiDomain, apiImage } = params;
  if (errorPage === '') return {};
  refuseAttached(params, 'errorPage');
  if (apiDomain !== '' || apiImage !== '')
    throw wrong('errorPage', "none, because it would replace the API's errors", errorPage);
  if (!ENCODED_PATH.test(errorPage))
    throw wrong('errorPage', 'the encoded path of a page, such as /404.html', errorPage);
  return { ResponseCode: 404, ResponsePagePath: errorPage };
};

const responses = (params) =>
  CODES.map((code) => ({ ErrorCode: code, ErrorCachingMinTTL: ERROR_TTL_SECONDS, ...page(params) }));

module.exports = { responses: property(['errorPage', 'apiDomain', 'apiImage'], responses) };
