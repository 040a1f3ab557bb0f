/**
 * Discord's messages, as a webhook takes them.
 *
 * Sources: Discord, "Execute Webhook", "Embed Limits", "Allowed Mentions"; the names of fields are those of
 * discord-api-types. What Discord would drop in silence is refused as well.
 */

import type { APIEmbed, APIEmbedField, RESTPostAPIWebhookWithTokenJSONBody } from 'discord-api-types/v10';
import { fieldsOf, json, listOf, must, namesOf, type StandIn, webUrl, within } from './requests.ts';

const MESSAGE = namesOf<RESTPostAPIWebhookWithTokenJSONBody>({
  content: true,
  username: true,
  avatar_url: true,
  tts: true,
  embeds: true,
  allowed_mentions: true,
  components: true,
  attachments: true,
  flags: true,
  thread_name: true,
  applied_tags: true,
  poll: true,
});

/** Of an embed that came with a webhook: Discord sets `type`, `video` and `provider` itself. */
const EMBED = namesOf<Omit<APIEmbed, 'type' | 'video' | 'provider' | 'flags'>>({
  title: true,
  description: true,
  url: true,
  timestamp: true,
  color: true,
  footer: true,
  image: true,
  thumbnail: true,
  author: true,
  fields: true,
});

const FIELD = namesOf<APIEmbedField>({ name: true, value: true, inline: true });

const EMBEDS_MAX = 10;
const FIELDS_MAX = 25;
const COLOR_MAX = 0xffffff;
const TOTAL_MAX = 6_000;

const optional = (value: unknown, most: number, what: string): number => {
  if (value === undefined) return 0;
  within(value, most, what);
  return String(value).length;
};

const fieldLength = (value: unknown): number => {
  const { name, value: said } = fieldsOf(value, FIELD, 'a field');
  within(name, 256, 'name');
  within(said, 1_024, 'value');
  return String(name).length + String(said).length;
};

/** How many characters of it count. */
const embedLength = (value: unknown): number => {
  const { title, description, url, color, fields = [] } = fieldsOf(value, EMBED, 'an embed');
  must(title !== undefined || description !== undefined, 'an embed of nothing');
  if (url !== undefined) webUrl(url, 'url');
  must(Number.isInteger(color) && Number(color) >= 0 && Number(color) <= COLOR_MAX, 'color');
  const lengths = listOf(fields, 0, FIELDS_MAX, 'fields').map(fieldLength);
  return (
    optional(title, 256, 'title') +
    optional(description, 4_096, 'description') +
    lengths.reduce((sum, length) => sum + length, 0)
  );
};

export const discord: StandIn = (url, request) => {
  must(new URL(url).searchParams.get('wait') === 'true', 'without wait nobody knows whether it was kept');
  const message = fieldsOf(json(request), MESSAGE, 'the message');
  within(message['content'], 2_000, 'content');
  const { parse } = fieldsOf(message['allowed_mentions'], ['parse', 'replied_user'], 'allowed_mentions');
  must(Array.isArray(parse) && parse.length === 0, 'somebody is mentioned');
  const total = listOf(message['embeds'] ?? [], 0, EMBEDS_MAX, 'embeds')
    .map(embedLength)
    .reduce((sum, length) => sum + length, 0);
  must(total <= TOTAL_MAX, `the embeds have ${total} characters`);
};
