/**
 * What the optional parts of the templates share: how params are read, and errors that name them. A mistake ends
 * packaging here, instead of a deployment half-way.
 *
 * CommonJS, because the framework loads its users with `require`.
 */

/** CloudFront's own certificates, web ACLs and access logs are in no other region. */
const GLOBAL_REGION = 'us-east-1';

const wrong = (name, expected, got) =>
  new Error(`param ${name}: expected ${expected}, got ${JSON.stringify(got)}`);

const isTrue = (params, name) => {
  const value = params[name];
  if (value !== 'true' && value !== 'false') throw wrong(name, 'true or false', value);
  return value === 'true';
};

/** For what belongs to the stack's own distribution: of one that is attached to it would say nothing, silently. */
const refuseAttached = (params, name) => {
  if (params.siteBucket !== '')
    throw wrong(name, 'none, because the distribution is one that exists (siteBucket)', params[name]);
};

/**
 * A property for the framework, made of the named params, all of them texts, and of the stack's `region`.
 * `siteBucket` is always among them.
 */
const property =
  (names, make) =>
  async ({ resolveVariable }) => {
    const all = [...names, 'siteBucket'];
    const values = await Promise.all(all.map((name) => resolveVariable(`param:${name}`)));
    const params = Object.fromEntries(all.map((name, index) => [name, String(values[index])]));
    return make({ ...params, region: await resolveVariable('aws:region') });
  };

module.exports = { GLOBAL_REGION, isTrue, property, refuseAttached, wrong };
