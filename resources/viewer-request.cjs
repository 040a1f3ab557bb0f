/**
 * The code of the viewer-request function with its settings, for `${file(resources/viewer-request.cjs):text}`.
 *
 * CommonJS, because the framework loads it with `require`.
 */

const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const ROUTINGS = ['none', 'single-page', 'directory'];

const source = readFileSync(join(__dirname, 'viewer-request.js'), 'utf8');

/** Sets `const NAME = ...;`, which has to be there exactly once. */
const setConstant = (code, name, value) => {
  const declaration = new RegExp(`^const ${name} = .*;$`, 'gm');
  const found = code.match(declaration)?.length ?? 0;
  if (found !== 1)
    throw new Error(`viewer-request.js: expected one line "const ${name} = ...;", got ${found}`);
  return code.replace(declaration, () => `const ${name} = ${JSON.stringify(value)};`);
};

/** @param {{ routing: string, defaultRootObject: string }} settings */
const viewerRequestCode = ({ routing, defaultRootObject }) => {
  if (!ROUTINGS.includes(routing))
    throw new Error(`param routing: expected ${ROUTINGS.join(', ')}, got ${JSON.stringify(routing)}`);
  if (typeof defaultRootObject !== 'string' || defaultRootObject.startsWith('/'))
    throw new Error(
      `param defaultRootObject: expected a key without a leading slash, got ${JSON.stringify(defaultRootObject)}`,
    );
  const routed = setConstant(source, 'ROUTING', routing);
  return setConstant(routed, 'DEFAULT_ROOT_OBJECT', defaultRootObject);
};

module.exports = {
  viewerRequestCode,
  text: async ({ resolveVariable }) =>
    viewerRequestCode({
      routing: await resolveVariable('param:routing'),
      defaultRootObject: await resolveVariable('param:defaultRootObject'),
    }),
};
