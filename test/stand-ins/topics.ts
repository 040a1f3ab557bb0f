/**
 * What reads a topic: Amazon Q Developer in chat applications takes only its own schema, and is silent about the rest.
 *
 * Source: Amazon Q Developer in chat applications, "Custom notifications", event schema and parameter details.
 */

import { fieldsOf, must, parsed } from './requests.ts';

const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0;
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isText);

/** Chats read these as somebody to notify. */
const MENTION = /<[!@#]|@(?:here|channel|everyone)\b/;

/** Throws with what is wrong with a notification. */
export const amazonQ = (message: string): void => {
  const top = fieldsOf(parsed(message), ['version', 'source', 'id', 'content', 'metadata'], 'the whole');
  must(top['version'] === '1.0', 'version');
  must(top['source'] === 'custom', 'source');
  must(isText(top['id']), 'id');
  const content = fieldsOf(
    top['content'],
    ['textType', 'title', 'description', 'nextSteps', 'keywords'],
    'content',
  );
  must(content['textType'] === 'client-markdown', 'textType');
  for (const name of ['title', 'description']) must(isText(content[name]), name);
  for (const name of ['nextSteps', 'keywords']) must(isTexts(content[name]), name);
  const metadata = fieldsOf(
    top['metadata'],
    ['threadId', 'summary', 'eventType', 'relatedResources', 'additionalContext'],
    'metadata',
  );
  for (const name of ['threadId', 'summary', 'eventType']) must(isText(metadata[name]), name);
  must(!MENTION.test(JSON.stringify([content, metadata])), 'somebody is mentioned');
};
