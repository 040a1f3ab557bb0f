/**
 * The code of the viewer-request function with its settings, for `${file(resources/viewer-request.cjs):text}`.
 *
 * CommonJS, because the framework loads it with `require`.
 */

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { wrong } = require('./params.cjs');

const ROUTINGS = ['none', 'single-page', 'directory'];

/** As in shared/config.ts: no last slash, and nothing that needs an encoding. */
const KEEP_PATH = /^(?:\/[A-Za-z0-9._@-]+)+$/;
const EXTENSION = /^[a-z0-9]+$/;

/** What CloudFront allows. */
const CODE_MAX_BYTES = 10_000;

const source = readFileSync(join(__dirname, 'viewer-request.js'), 'utf8');

/** Sets `const NAME = ...;`, which has to be there exactly once. */
const setConstant = (code, name, value) => {
  const declaration = new RegExp(`^const ${name} = .*;$`, 'gm');
  const found = code.match(declaration)?.length ?? 0;
  if (found !== 1)
    throw new Error(`viewer-request.js: expected one line "const ${name} = ...;", got ${found}`);
  return code.replace(declaration, () => `const ${name} = ${JSON.stringify(value)};`);
};

const listOf = (name, text, pattern, expected) => {
  const values = text === '' ? [] : text.split(',').map((value) => value.trim());
  const unfit = values.find((value) => !pattern.test(value));
  if (unfit !== undefined) throw wrong(name, `${expected}, separated by commas`, unfit);
  return values;
};

/** @param {{ routing: string, defaultRootObject: string, keepPaths?: string, fileExtensions?: string }} settings */
const viewerRequestCode = ({ routing, defaultRootObject, keepPaths = '', fileExtensions = '' }) => {
  if (!ROUTINGS.includes(routing)) throw wrong('routing', ROUTINGS.join(', '), routing);
  if (typeof defaultRootObject !== 'string' || defaultRootObject.startsWith('/'))
    throw wrong('defaultRootObject', 'a key without a leading slash', defaultRootObject);
  const constants = {
    ROUTING: routing,
    DEFAULT_ROOT_OBJECT: defaultRootObject,
    KEEP_PATHS: ['/.well-known', ...listOf('keepPaths', keepPaths, KEEP_PATH, 'paths such as /feeds')],
    FILE_EXTENSIONS: listOf('fileExtensions', fileExtensions, EXTENSION, 'extensions such as html'),
  };
  const code = Object.entries(constants).reduce(
    (given, [name, value]) => setConstant(given, name, value),
    source,
  );
  if (Buffer.byteLength(code) > CODE_MAX_BYTES)
    throw wrong('keepPaths', `at most ${CODE_MAX_BYTES} bytes with the function's code`, keepPaths);
  return code;
};

const PARAMS = ['routing', 'defaultRootObject', 'keepPaths', 'fileExtensions', 'siteBucket'];

/** Where a site is attached to the function serves the status page alone, which is no page of the site's routing. */
const ofStack = ({ siteBucket, ...settings }) =>
  siteBucket === '' ? settings : { ...settings, routing: 'none' };

module.exports = {
  viewerRequestCode,
  /** Checked, for the other function, which has to take the same for files. */
  fileExtensions: (text) => listOf('fileExtensions', text, EXTENSION, 'extensions such as html'),
  text: async ({ resolveVariable }) => {
    const values = await Promise.all(PARAMS.map((name) => resolveVariable(`param:${name}`)));
    return viewerRequestCode(ofStack(Object.fromEntries(PARAMS.map((name, index) => [name, values[index]]))));
  },
};
