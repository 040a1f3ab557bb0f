/**
 * The web ACL of the distribution, made of params, for `${file(resources/web-acl.cjs):makes}` and so on.
 *
 * CommonJS, because the framework loads it with `require`.
 */

const { GLOBAL_REGION, isTrue, property, refuseAttached, wrong } = require('./params.cjs');

/** One of WAF, not of WAF Classic, which is gone. */
const WEB_ACL_ARN = /^arn:aws[\w-]*:wafv2:us-east-1:\d{12}:global\/webacl\/[\w-]+\/[\w-]+$/;

/** What WAF allows in a rate-based rule. */
const REQUESTS_LEAST = 10;
const REQUESTS_MOST = 2_000_000_000;

const makes = (params) => {
  const { webAclArn, region } = params;
  if (!isTrue(params, 'webAcl')) return false;
  refuseAttached(params, 'webAcl');
  if (webAclArn !== '') throw wrong('webAclArn', 'none, because webAcl makes one', webAclArn);
  if (region !== GLOBAL_REGION)
    throw wrong(
      'webAclArn',
      `one in ${GLOBAL_REGION} instead of webAcl, because a stack in ${region} cannot make it there`,
      webAclArn,
    );
  return true;
};

/** Empty where none is brought. */
const broughtArn = (params) => {
  const { webAclArn } = params;
  if (webAclArn === '') return '';
  refuseAttached(params, 'webAclArn');
  if (WEB_ACL_ARN.test(webAclArn)) return webAclArn;
  throw wrong('webAclArn', `arn:aws:wafv2:${GLOBAL_REGION}:ACCOUNT:global/webacl/NAME/ID`, webAclArn);
};

const requestsMax = ({ webAclRequestsMax }) => {
  const requests = Number(webAclRequestsMax);
  if (/^\d+$/.test(webAclRequestsMax) && requests >= REQUESTS_LEAST && requests <= REQUESTS_MOST)
    return requests;
  throw wrong('webAclRequestsMax', `${REQUESTS_LEAST} to ${REQUESTS_MOST}`, webAclRequestsMax);
};

const PARAMS = ['webAcl', 'webAclArn', 'webAclRequestsMax'];

module.exports = {
  makes: property(PARAMS, (params) => String(makes(params))),
  arn: property(PARAMS, broughtArn),
  requestsMax: property(PARAMS, requestsMax),
};
