/**
 * Strict stand-ins for the services that are only posted to: each refuses what the real one would refuse, by its
 * documented shapes and limits. Sources: those of shared/core/chat-messages.ts, pagerduty.ts and webhook.ts.
 */

import { createRequire } from 'node:module';
import type { KnownBlock } from '@slack/types';
import { CloudEvent, type CloudEventV1 } from 'cloudevents';
import type { APIEmbed } from 'discord-api-types/v10';
import { json, must, type StandIn, within } from './requests.ts';

const NO_ENTITY = /&(?!amp;|lt;|gt;)|[<>]/;

export type SlackBody = { text: string; attachments: { color: string; blocks: KnownBlock[] }[] };

const slack: StandIn = (_url, request) => slackShown(json<SlackBody>(request));

export const slackShown = ({ text, attachments }: SlackBody): void => {
  within(text, 40_000, 'text');
  must(!NO_ENTITY.test(text), 'text is not escaped');
  const blocks = attachments.flatMap((one) => one.blocks);
  must(blocks.length > 0 && blocks.length <= 50, 'the number of blocks');
  for (const { color } of attachments) must(/^#[0-9a-f]{6}$/.test(color), 'color');
  for (const block of blocks) {
    if (block.type === 'header') within(block.text.text, 150, 'header');
    if (block.type === 'section') {
      must((block.fields ?? []).length <= 10, 'fields');
      for (const field of block.fields ?? []) {
        within(field.text, 2_000, 'field');
        must(!NO_ENTITY.test(field.text), 'a field is not escaped');
      }
    }
    if (block.type === 'actions') must(block.elements.length >= 1 && block.elements.length <= 25, 'elements');
  }
};

type Card = { type: string; version: string; body: object[]; actions: { type: string; url: string }[] };

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

const teams: StandIn = (_url, request) => {
  must(Buffer.byteLength(request.body) < 25_000, 'the body has 25 kB or more');
  const { type, attachments } = json<{ type: string; attachments: { contentType: string; content: Card }[] }>(
    request,
  );
  must(type === 'message' && Array.isArray(attachments) && attachments.length === 1, 'the message');
  for (const { contentType, content } of attachments) {
    must(contentType === 'application/vnd.microsoft.card.adaptive', 'contentType');
    must(content.type === 'AdaptiveCard' && content.version === '1.4', 'the card');
    must(content.body.length > 0, 'an empty card');
    must(cardFaults(content).length === 0, cardFaults(content).join('; '));
    for (const action of content.actions)
      must(action.type === 'Action.OpenUrl' && URL.canParse(action.url), 'action');
  }
};

const discord: StandIn = (url, request) => {
  must(new URL(url).searchParams.get('wait') === 'true', 'without wait nobody knows whether it was kept');
  const {
    content,
    embeds,
    allowed_mentions: mentions,
  } = json<{
    content: string;
    embeds: APIEmbed[];
    allowed_mentions: { parse: unknown[] };
  }>(request);
  within(content, 2_000, 'content');
  must(mentions.parse.length === 0, 'somebody is mentioned');
  let total = 0;
  for (const { title, description, fields = [], color } of embeds) {
    within(title, 256, 'title');
    within(description, 4_096, 'description');
    must(fields.length <= 25 && Number.isInteger(color), 'embed');
    total += (title ?? '').length + (description ?? '').length;
    for (const { name, value } of fields) {
      within(name, 256, 'name');
      within(value, 1_024, 'value');
      total += name.length + value.length;
    }
  }
  must(total <= 6_000, `the embeds have ${total} characters`);
};

const pagerduty: StandIn = (url, request) => {
  const event = json<{
    routing_key: string;
    event_action?: string;
    dedup_key?: string;
    payload: { summary: string; source: string; severity?: string };
  }>(request);
  within(event.routing_key, 64, 'routing_key');
  within(event.payload.summary, 1_024, 'summary');
  within(event.payload.source, 1_024, 'source');
  if (url.endsWith('/change/enqueue')) return;
  must(['trigger', 'acknowledge', 'resolve'].includes(event.event_action ?? ''), 'event_action');
  within(event.dedup_key, 255, 'dedup_key');
  must(['critical', 'error', 'warning', 'info'].includes(event.payload.severity ?? ''), 'severity');
};

const webhook: StandIn = (_url, request) => {
  const event = json<CloudEventV1<unknown>>(request);
  // Throws what the specification's schema finds wrong.
  new CloudEvent(event, true);
  must(event.specversion === '1.0', 'specversion');
  must(/^[\x21-\x7e]+$/.test(request.headers['webhook-id'] ?? ''), 'webhook-id');
  must((request.signedWith ?? '') !== '', 'it is not signed');
};

export const STAND_INS: Readonly<Record<'slack' | 'teams' | 'discord' | 'pagerduty' | 'webhook', StandIn>> = {
  slack,
  teams,
  discord,
  pagerduty,
  webhook,
};
