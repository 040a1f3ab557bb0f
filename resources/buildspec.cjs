/**
 * The text of buildspec.yml, for `${file(resources/buildspec.cjs):text}`: of a YAML file the framework would give the
 * parsed object, and the project takes text.
 *
 * CommonJS, because the framework loads it with `require`.
 */

const { readFileSync } = require('node:fs');
const { join } = require('node:path');

module.exports = { text: readFileSync(join(__dirname, '..', 'buildspec.yml'), 'utf8') };
