/**
 * The header by which the API knows the distribution, made of params, for `${file(resources/api-secret.cjs):headers}`.
 * Its value is only ever a reference, which CloudFormation follows: a template is no secret.
 *
 * CommonJS, because the framework loads it with `require`.
 */

const { property, refuseAttached, wrong } = require('./params.cjs');

/** CloudFront refuses the names that it and HTTP use itself; nobody needs another than one that begins with x-. */
const HEADER = /^x-(?!amz-|edge-|forwarded-|real-ip$|cache$)[a-z0-9-]{1,60}$/i;
const SECRET_ARN = /^arn:aws[\w-]*:secretsmanager:([a-z0-9-]+):\d{12}:secret:[\w/+=.@-]+$/;
const VERSION = /^[\w-]{32,64}$/;

const headers = (params) => {
  const { apiSecretHeader, apiSecretArn, apiSecretVersion } = params;
  if (apiSecretHeader === '') {
    if (apiSecretArn !== '' || apiSecretVersion !== '')
      throw wrong('apiSecretHeader', 'the name of the header that has the secret', apiSecretHeader);
    return { Ref: 'AWS::NoValue' };
  }
  refuseAttached(params, 'apiSecretHeader');
  if (params.apiDomain === '' && params.apiImage === '')
    throw wrong('apiSecretHeader', 'none, because there is no API to send it to', apiSecretHeader);
  if (!HEADER.test(apiSecretHeader))
    throw wrong('apiSecretHeader', 'a name such as x-origin-secret', apiSecretHeader);
  return [{ HeaderName: apiSecretHeader, HeaderValue: reference(params) }];
};

/** The whole text of the secret. CloudFormation follows the reference anew only when it changes: so the version. */
const reference = ({ apiSecretArn, apiSecretVersion, region }) => {
  const [, secretRegion] = SECRET_ARN.exec(apiSecretArn) ?? [];
  // What came is not quoted: it may be the secret itself.
  if (secretRegion !== region)
    throw new Error(
      `param apiSecretArn: expected arn:aws:secretsmanager:${region}:ACCOUNT:secret:NAME, because apiSecretHeader is set`,
    );
  if (apiSecretVersion !== '' && !VERSION.test(apiSecretVersion))
    throw wrong(
      'apiSecretVersion',
      'the id of a version of the secret, 32 to 64 characters',
      apiSecretVersion,
    );
  const version = apiSecretVersion === '' ? '' : `:::${apiSecretVersion}`;
  return `{{resolve:secretsmanager:${apiSecretArn}:SecretString${version}}}`;
};

module.exports = {
  headers: property(
    ['apiSecretHeader', 'apiSecretArn', 'apiSecretVersion', 'apiDomain', 'apiImage'],
    headers,
  ),
};
