/**
 * What is posted to Slack, Microsoft Teams and Discord, within their documented limits.
 *
 * Sources: Slack, "Block Kit reference"; Microsoft, "Adaptive Cards" 1.4 and "Incoming webhooks with Workflows";
 * Discord, "Execute Webhook" and "Embed limits".
 */

import { type ChatSummary, clipped, clippedEscaped, type Tone } from './chat-summary.ts';

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
    // Otherwise Slack makes links and mentions of what looks like one.
    verbatim: true,
    text: `*${slackEscaped(one.title)}*\n${clippedEscaped(one.value, SLACK.fieldMax - one.title.length - 8, slackEscaped)}`,
  }));
  return {
    text: clippedEscaped(text, SLACK.textMax, slackEscaped),
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

/**
 * All of an embed together may have 6,000 characters: a title, six short facts, a link and a reason stay below that.
 */
const DISCORD = {
  titleMax: 256,
  factsMax: 6,
  nameMax: 64,
  valueMax: 400,
  linkMax: 1_000,
  whyMax: 1_600,
  contentMax: 2_000,
};

/** The title leads to the first; one that is too long would be cut, and lead nowhere. */
const discordLinks = ([, ...others]: ChatSummary['links']) =>
  others
    .filter(({ url }) => url.length <= DISCORD.linkMax)
    .slice(0, 1)
    .map(({ title, url }) => ({ name: title, value: url, inline: false }));

const discordEscaped = (text: string): string => text.replace(/[\\*_~`|>[\]()#]/g, '\\$&');

/** Nobody is mentioned, whatever a reason says. The last fact is the reason. */
export const discordMessage = ({ text, title, tone, facts, links }: ChatSummary) => ({
  content: clippedEscaped(text, DISCORD.contentMax, discordEscaped),
  allowed_mentions: { parse: [] },
  embeds: [
    {
      title: clippedEscaped(title, DISCORD.titleMax, discordEscaped),
      ...(links[0] ? { url: links[0].url } : {}),
      color: Number.parseInt(HEX[tone].slice(1), 16),
      fields: [
        ...facts
          .slice(0, -1)
          .slice(0, DISCORD.factsMax)
          .map(({ title: name, value }) => ({
            name: clipped(name, DISCORD.nameMax),
            value: clippedEscaped(value, DISCORD.valueMax, discordEscaped),
            inline: true,
          })),
        ...discordLinks(links),
      ],
      description: clippedEscaped(facts.at(-1)?.value ?? text, DISCORD.whyMax, discordEscaped),
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
                text: clippedEscaped(title, TEAMS_VALUE_MAX, teamsEscaped),
                weight: 'Bolder',
                wrap: true,
              },
            ],
          },
          {
            type: 'FactSet',
            facts: facts.map((one) => ({
              title: one.title,
              value: clippedEscaped(one.value, TEAMS_VALUE_MAX, teamsEscaped),
            })),
          },
        ],
        actions: links.map((link) => ({ type: 'Action.OpenUrl', title: link.title, url: link.url })),
      },
    },
  ],
});
