/**
 * What is posted to Slack, Microsoft Teams and Discord, within their documented limits.
 *
 * Sources: Slack, "Block Kit reference"; Microsoft, "Adaptive Cards" 1.4 and "Incoming webhooks with Workflows";
 * Discord, "Execute Webhook" and "Embed limits".
 */

import { type ChatSummary, clipped, type Tone } from './chat-summary.ts';

const SLACK = { headerMax: 150, fieldsMax: 10, fieldMax: 2_000, textMax: 3_000 };

const HEX: Readonly<Record<Tone, string>> = {
  good: '#2eb886',
  warning: '#daa038',
  bad: '#a30200',
  neutral: '#717171',
};

const slackEscaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const slackButton = ({ title, url }: ChatSummary['links'][number]) => ({
  type: 'button' as const,
  text: { type: 'plain_text' as const, text: title },
  url,
});

/** The colour exists on attachments only, so the blocks are inside one. `text` is the notification. */
export const slackMessage = ({ text, title, tone, facts, links }: ChatSummary) => {
  const fields = facts.slice(0, SLACK.fieldsMax).map((one) => ({
    type: 'mrkdwn' as const,
    text: `*${slackEscaped(one.title)}*\n${clipped(slackEscaped(one.value), SLACK.fieldMax - one.title.length - 8)}`,
  }));
  return {
    text: clipped(slackEscaped(text), SLACK.textMax),
    unfurl_links: false,
    attachments: [
      {
        color: HEX[tone],
        blocks: [
          {
            type: 'header' as const,
            text: { type: 'plain_text' as const, text: clipped(title, SLACK.headerMax) },
          },
          ...(fields.length === 0 ? [] : [{ type: 'section' as const, fields }]),
          // Slack refuses a block of no buttons.
          ...(links.length === 0 ? [] : [{ type: 'actions' as const, elements: links.map(slackButton) }]),
        ],
      },
    ],
  };
};

/** All of an embed together may have 6,000 characters: one title, five short facts and a reason stay below that. */
const DISCORD = { titleMax: 256, factsMax: 5, nameMax: 64, valueMax: 512, whyMax: 2_048, contentMax: 2_000 };

const discordEscaped = (text: string): string => text.replace(/[\\*_~`|>[\]()#]/g, '\\$&');

/** Nobody is mentioned, whatever a reason says. The last fact is the reason. */
export const discordMessage = ({ text, title, tone, facts, links }: ChatSummary) => ({
  content: clipped(discordEscaped(text), DISCORD.contentMax),
  allowed_mentions: { parse: [] },
  embeds: [
    {
      title: clipped(discordEscaped(title), DISCORD.titleMax),
      ...(links[0] ? { url: links[0].url } : {}),
      color: Number.parseInt(HEX[tone].slice(1), 16),
      fields: facts
        .slice(0, -1)
        .slice(0, DISCORD.factsMax)
        .map(({ title: name, value }) => ({
          name: clipped(name, DISCORD.nameMax),
          value: clipped(discordEscaped(value), DISCORD.valueMax),
          inline: true,
        })),
      description: clipped(discordEscaped(facts.at(-1)?.value ?? text), DISCORD.whyMax),
    },
  ],
});

/** Far below 25 kB for the whole, however many bytes a character takes. */
const TEAMS_VALUE_MAX = 800;

const TEAMS_STYLE: Readonly<Record<Tone, 'good' | 'warning' | 'attention' | 'emphasis'>> = {
  good: 'good',
  warning: 'warning',
  bad: 'attention',
  neutral: 'emphasis',
};

const teamsEscaped = (text: string): string => text.replace(/[\\*_[\]()#`]/g, '\\$&');

/** An Adaptive Card of version 1.4: newer ones are not shown by all clients. */
export const teamsMessage = ({ text, title, tone, facts, links }: ChatSummary) => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        fallbackText: clipped(text, TEAMS_VALUE_MAX),
        body: [
          {
            type: 'Container',
            style: TEAMS_STYLE[tone],
            items: [
              {
                type: 'TextBlock',
                text: clipped(teamsEscaped(title), TEAMS_VALUE_MAX),
                weight: 'Bolder',
                wrap: true,
              },
            ],
          },
          {
            type: 'FactSet',
            facts: facts.map((one) => ({
              title: one.title,
              value: clipped(teamsEscaped(one.value), TEAMS_VALUE_MAX),
            })),
          },
        ],
        actions: links.map((link) => ({ type: 'Action.OpenUrl', title: link.title, url: link.url })),
      },
    },
  ],
});
