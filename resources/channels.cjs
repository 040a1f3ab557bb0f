/**
 * What channels need of the stack, made of the param `channels`: the topics that may be published to.
 *
 * CommonJS, because the framework loads it with `require`.
 */

const { property, wrong } = require('./params.cjs');

/** Whatever else is wrong with the setting, the function says at its start, by name and without a value. */
const topics = ({ channels }) => {
  let list;
  try {
    list = JSON.parse(channels);
  } catch {
    throw wrong('channels', 'a JSON list of channels', '(not JSON)');
  }
  if (!Array.isArray(list)) throw wrong('channels', 'a JSON list of channels', '(something else)');
  return [...new Set(list.flatMap((channel) => (channel?.kind === 'sns' ? [String(channel.topic)] : [])))];
};

const params = ['channels'];

module.exports = {
  hasTopics: property(params, (given) => String(topics(given).length > 0)),
  /** A policy without a resource is none: where there is no topic, its condition leaves it out. */
  topics: property(params, (given) => (topics(given).length > 0 ? topics(given) : ['*'])),
};
