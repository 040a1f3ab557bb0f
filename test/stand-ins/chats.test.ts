/** What the stand-ins refuse: one that takes everything would prove nothing. */

import { discordMessage, slackMessage, teamsMessage } from '../../shared/core/chat-messages.ts';
import { chatSummary } from '../../shared/core/chat-summary.ts';
import { pagerDutyEvent } from '../../shared/core/pagerduty.ts';
import { webhookDelivery } from '../../shared/core/webhook.ts';
import { aBuildReport, aHealthReport, SITE_NAMES } from '../core/report-fixture.ts';
import { STAND_INS } from './chats.ts';

const summary = chatSummary(aBuildReport(), SITE_NAMES);
const BODIES = {
  slack: slackMessage(summary),
  teams: teamsMessage(summary),
  discord: discordMessage(summary),
  pagerduty: pagerDutyEvent(aHealthReport(), SITE_NAMES, 'key')?.body ?? {},
  webhook: JSON.parse(webhookDelivery(aBuildReport(), 'hook', SITE_NAMES.url).body) as object,
};
type Name = keyof typeof BODIES;
const headers = { 'content-type': 'application/json', 'webhook-id': 'id' };
const take = (name: Name, body: object, url = 'https://example.com/?wait=true') =>
  STAND_INS[name](url, { headers, body: JSON.stringify(body), signedWith: 'key' });

test.each(Object.keys(BODIES) as Name[])('%s takes what is right', (name) => {
  expect(() => take(name, BODIES[name])).not.toThrow();
});

const card = (change: object) => {
  const [attachment] = BODIES.teams.attachments;
  return {
    ...BODIES.teams,
    attachments: [{ ...attachment, content: { ...attachment?.content, ...change } }],
  };
};

const WRONG: readonly (readonly [string, Name, object, RegExp])[] = [
  [
    'an element of a newer card',
    'teams',
    card({ body: [{ type: 'Table' }] }),
    /Unknown element type "Table"/,
  ],
  ['a style that is none', 'teams', card({ body: [{ type: 'Container', style: 'nice' }] }), /"nice"/],
  ['a newer version', 'teams', card({ version: '1.5' }), /the card/],
  ['a text that is too long', 'discord', { ...BODIES.discord, content: 'x'.repeat(2_001) }, /2000 at most/],
  ['everyone', 'discord', { ...BODIES.discord, allowed_mentions: { parse: ['everyone'] } }, /mentioned/],
  ['a text that is not escaped', 'slack', { ...BODIES.slack, text: 'a < b' }, /not escaped/],
  ['no blocks', 'slack', { ...BODIES.slack, attachments: [] }, /number of blocks/],
  ['another action', 'pagerduty', { ...BODIES.pagerduty, event_action: 'page' }, /event_action/],
  ['no type', 'webhook', { ...BODIES.webhook, type: '' }, /invalid payload/],
  ['a time that is none', 'webhook', { ...BODIES.webhook, time: 'noon' }, /invalid payload/],
  ['an older specification', 'webhook', { ...BODIES.webhook, specversion: '0.3' }, /specversion|invalid/],
];

test.each(WRONG)('%s is refused: %s', (_what, name, body, message) => {
  expect(() => take(name, body)).toThrow(message);
});

test('Discord has to be waited for', () => {
  expect(() => take('discord', BODIES.discord, 'https://example.com/')).toThrow('without wait');
});
