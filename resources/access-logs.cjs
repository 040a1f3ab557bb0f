/**
 * Whether access logs are kept, for `${file(resources/access-logs.cjs):keeps}`.
 *
 * CommonJS, because the framework loads it with `require`.
 */

const { GLOBAL_REGION, isTrue, property, refuseAttached, wrong } = require('./params.cjs');

const keeps = (params) => {
  if (!isTrue(params, 'accessLogs')) return false;
  refuseAttached(params, 'accessLogs');
  if (params.region !== GLOBAL_REGION)
    throw wrong(
      'accessLogs',
      `false, because CloudFront's logs are delivered in ${GLOBAL_REGION} and not in ${params.region}`,
      params.accessLogs,
    );
  return true;
};

module.exports = { keeps: property(['accessLogs'], (params) => String(keeps(params))) };
