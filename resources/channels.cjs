/**
 * What channels need of the stack, made of the param `channels`: the topics that may be published to, and whether
 * anybody is told when a build begins.
 *
 * CommonJS, because the framework loads it with `require`.
 */

const { property, wrong } = require('./params.cjs');

/** Lambda takes 4 kB of all the variables of a function together; the others have less than what is left. */
const CHANNELS_MAX_BYTES = 3_000;

/** Whatever else is wrong with the setting, the function says at its start, by name and without a value. */
const parsed = ({ channels }) => {
  const bytes = Buffer.byteLength(channels);
  if (bytes > CHANNELS_MAX_BYTES)
    throw wrong('channels', `at most ${CHANNELS_MAX_BYTES} bytes`, `(${bytes} bytes)`);
  let list;
  try {
    list = JSON.parse(channels);
  } catch {
    throw wrong('channels', 'a JSON list of channels', '(not JSON)');
  }
  if (!Array.isArray(list)) throw wrong('channels', 'a JSON list of channels', '(something else)');
  return list;
};

const topics = (given) => [
  ...new Set(parsed(given).flatMap((channel) => (channel?.kind === 'sns' ? [String(channel.topic)] : []))),
];

/** As `takesStarts` in shared/core/channels.ts. */
const SHOWS_BUILDS = ['log', 'page', 'github', 'slack-bot'];
const takesStarts = ({ kind, only }) =>
  only === undefined ? SHOWS_BUILDS.includes(kind) : Array.isArray(only) && only.includes('pending');

const params = ['channels'];

module.exports = {
  reportsStarts: property(params, (given) => String(parsed(given).some((one) => one && takesStarts(one)))),
  hasTopics: property(params, (given) => String(topics(given).length > 0)),
  /** A policy without a resource is none: where there is no topic, its condition leaves it out. */
  topics: property(params, (given) => (topics(given).length > 0 ? topics(given) : ['*'])),
};
