/**
 * The code of the viewer-response function with its settings, for `${file(resources/viewer-response.cjs):text}`.
 *
 * CommonJS, because the framework loads it with `require`.
 */

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const viewerRequest = require('./viewer-request.cjs');

/** What CloudFront allows. */
const CODE_MAX_BYTES = 10_000;

const source = readFileSync(join(__dirname, 'viewer-response.js'), 'utf8');

const LEADING_LOOKBEHIND = '(?<=.)';

const wrong = (expected, got) =>
  new Error(`param fingerprint: expected ${expected}, got ${JSON.stringify(got)}`);

/**
 * The runtime's regular expressions are those of ES 5.1, which cannot look behind. Where only a match counts, "behind
 * any character" at the beginning is the same as that character.
 */
const withoutLookbehind = (fingerprint) => {
  const rewritten = fingerprint.startsWith(LEADING_LOOKBEHIND)
    ? `.${fingerprint.slice(LEADING_LOOKBEHIND.length)}`
    : fingerprint;
  // Neither an escaped parenthesis nor one in a class opens a group.
  const groups = rewritten.replace(/\\./gs, '').replace(/\[[^\]]*\]/g, '');
  if (/\(\?<[=!]/.test(groups))
    throw wrong(
      `no lookbehind but ${LEADING_LOOKBEHIND} at the beginning, because CloudFront has none`,
      fingerprint,
    );
  return rewritten;
};

/** @param {{ fingerprint: string, routing: string, fileExtensions?: string }} settings */
const viewerResponseCode = ({ fingerprint, routing, fileExtensions = '' }) => {
  try {
    new RegExp(fingerprint);
  } catch (_error) {
    throw wrong('a regular expression', fingerprint);
  }
  const settings = {
    FINGERPRINT: withoutLookbehind(fingerprint),
    ROUTING: routing,
    FILE_EXTENSIONS: viewerRequest.fileExtensions(fileExtensions),
  };
  const constants = Object.entries(settings).map(
    ([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`,
  );
  const code = `${constants.join('')}${source}`;
  if (Buffer.byteLength(code) > CODE_MAX_BYTES)
    throw wrong(`at most ${CODE_MAX_BYTES} bytes with the function's code`, fingerprint);
  return code;
};

module.exports = {
  viewerResponseCode,
  text: async ({ resolveVariable }) =>
    viewerResponseCode({
      fingerprint: await resolveVariable('param:fingerprint'),
      routing: await resolveVariable('param:routing'),
      fileExtensions: await resolveVariable('param:fileExtensions'),
    }),
};
