/**
 * Headers made of params, for `${file(resources/headers.cjs):hstsSeconds}`. CommonJS, because the framework loads it
 * with `require`.
 */

/** What CloudFront allows: a signed 32-bit integer. */
const HSTS_MAX_SECONDS = 2_147_483_647;

const hstsSeconds = (given) => {
  const seconds = Number(given);
  if (/^\d+$/.test(given) && seconds <= HSTS_MAX_SECONDS) return seconds;
  throw new Error(
    `param hstsSeconds: expected 0 to ${HSTS_MAX_SECONDS} seconds, got ${JSON.stringify(given)}`,
  );
};

module.exports = {
  hstsSeconds: async ({ resolveVariable }) => hstsSeconds(String(await resolveVariable('param:hstsSeconds'))),
};
