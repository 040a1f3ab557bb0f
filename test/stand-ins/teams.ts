/**
 * Teams' messages, as a workflow takes them: one Adaptive Card of version 1.4.
 *
 * Sources: Microsoft, "Incoming webhooks with Workflows", "Adaptive Cards" schema 1.4.
 */

import { createRequire } from 'node:module';
import { type Fields, fieldsOf, json, listOf, must, type StandIn, webUrl, within } from './requests.ts';

const BODY_BYTES_MAX = 25_000;
const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';

type Cards = Readonly<{
  AdaptiveCard: new () => { parse(card: unknown, context: unknown): void };
  SerializationContext: new (
    version: unknown,
  ) => Readonly<{ eventCount: number; getEventAt(index: number): Readonly<{ message: string }> }>;
  Versions: Readonly<Record<'v1_4', unknown>>;
}>;

// Its ES modules leave out the extensions of their files; its types need a browser's.
const { AdaptiveCard, SerializationContext, Versions } = createRequire(import.meta.url)(
  'adaptivecards/dist/adaptivecards.js',
) as Cards;

/** What Microsoft's own reader of cards finds wrong with one of version 1.4. */
const cardFaults = (card: unknown): readonly string[] => {
  const context = new SerializationContext(Versions.v1_4);
  new AdaptiveCard().parse(card, context);
  return Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
};

/** The reader takes a number for a text, and shows nothing. */
const elementShown = (value: unknown): void => {
  const { type, text, facts, items } = value as Fields;
  if (type === 'TextBlock') within(text, BODY_BYTES_MAX, 'a text');
  if (type === 'FactSet')
    for (const fact of listOf(facts, 1, 100, 'facts')) {
      const { title, value: said } = fieldsOf(fact, ['title', 'value'], 'a fact');
      within(title, BODY_BYTES_MAX, "a fact's title");
      within(said, BODY_BYTES_MAX, "a fact's value");
    }
  if (type === 'Container') listOf(items, 1, 100, 'items').forEach(elementShown);
};

const actionShown = (value: unknown): void => {
  const { type, title, url } = fieldsOf(value, ['type', 'title', 'url'], 'an action');
  must(type === 'Action.OpenUrl', 'another action');
  within(title, BODY_BYTES_MAX, "an action's title");
  webUrl(url, "an action's URL");
};

const CARD = ['$schema', 'type', 'version', 'fallbackText', 'body', 'actions', 'msteams'];

const cardShown = (value: unknown): void => {
  const { type, version, body, actions } = fieldsOf(value, CARD, 'the card');
  must(type === 'AdaptiveCard' && version === '1.4', 'the card');
  must(cardFaults(value).length === 0, cardFaults(value).join('; '));
  listOf(body, 1, 100, 'elements').forEach(elementShown);
  listOf(actions, 0, 6, 'actions').forEach(actionShown);
};

export const teams: StandIn = (_url, request) => {
  must(Buffer.byteLength(request.body) < BODY_BYTES_MAX, 'the body has 25 kB or more');
  const { type, attachments } = fieldsOf(json(request), ['type', 'attachments'], 'the message');
  must(type === 'message', 'the message');
  for (const one of listOf(attachments, 1, 1, 'attachments')) {
    const { contentType, content } = fieldsOf(one, ['contentType', 'contentUrl', 'content'], 'an attachment');
    must(contentType === CARD_TYPE, 'contentType');
    cardShown(content);
  }
};
