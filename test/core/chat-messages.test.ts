/** Messages for chats, against the official types and the documented limits. */

import type { MessageAttachment } from '@slack/types';
import type { RESTPostAPIWebhookWithTokenJSONBody } from 'discord-api-types/v10';
import fc from 'fast-check';
import { discordMessage, slackMessage, teamsMessage } from '../../shared/core/chat-messages.ts';
import { type ChatSummary, chatSummary, clipped } from '../../shared/core/chat-summary.ts';
import { commitStatus } from '../../shared/core/github.ts';
import { pagerDutyEvent } from '../../shared/core/pagerduty.ts';
import type { Report } from '../../shared/core/report.ts';
import { topicMessage } from '../../shared/core/sns-message.ts';
import { aBuildReport, aHealthReport, aStartReport, NOON, SITE_NAMES, without } from './report-fixture.ts';

const GITHUB = { repository: 'you/site', environment: 'production', api: 'https://api.github.com' };

const summary = (): ChatSummary => chatSummary(aBuildReport(), SITE_NAMES);

/** Long texts and odd characters in every place that is not our own. */
const hostile = fc.record({
  because: fc.string({ unit: 'binary', maxLength: 9_000 }),
  name: fc.string({ unit: 'binary', maxLength: 600 }),
  api: fc.string({ unit: 'binary', maxLength: 9_000 }),
});

const summaries = hostile.map(({ because, name, api }) =>
  chatSummary(aBuildReport({ because, commit: name, api: { health: 'unhealthy', because: api } }), {
    ...SITE_NAMES,
    name,
  }),
);

test('a live build is one title, its facts and where to look', () => {
  const { title, tone, facts, links } = summary();
  expect([title, tone]).toEqual(['shop: a1b2c3d is live', 'good']);
  expect(facts.map(({ title: name }) => name)).toEqual([
    'Changed',
    'Build ended',
    'From the build to here',
    'API',
    'Invalidation',
    'Why',
  ]);
  expect(links[0]).toEqual({ title: 'Status', url: `${SITE_NAMES.url}/_status/` });
});

test.each([
  ['slack', slackMessage, '&', '&amp;'],
  ['discord', discordMessage, '*', '\\*'],
  ['teams', teamsMessage, '*', '\\*'],
] as const)('%s: what is too long is never cut within an escape', (_kind, messageOf, odd, escaped) => {
  for (let before = 0; before < escaped.length; before += 1) {
    const because = `${'x'.repeat(before)}${odd.repeat(5_000)}`;
    const message = messageOf(chatSummary(aBuildReport({ because }), SITE_NAMES));
    // What is shown where a card cannot be is plain text.
    const text = JSON.stringify(message, (name, value) => (name === 'fallbackText' ? '' : value));
    const cut = JSON.stringify(escaped).slice(1, -1);
    const ends = [...text.matchAll(/(.{8})…/g)].map(([, end = '']) => end.endsWith(cut));
    expect([before, ends.length > 0, ends.every(Boolean)]).toEqual([before, true, true]);
  }
});

test.each(['', ' \n'])('a reason that is blank (%j) is told as none: chats refuse blank facts', (because) => {
  for (const report of [aBuildReport({ because }), aHealthReport({ because })])
    expect(chatSummary(report, SITE_NAMES).facts.at(-1)).toEqual({
      title: 'Why',
      value: 'no reason is known',
    });
});

test.each(['console', 'javascript:x', `https://a.example/${'x'.repeat(3_000)}`, 'https://a b'])(
  'what is no address that a button may have is left out (%#)',
  (url) => {
    const links = chatSummary(aBuildReport({ logUrl: url }), { ...SITE_NAMES, statusUrl: url }).links;
    expect(links).toEqual([]);
  },
);

test('Discord, too, leads to the build log', () => {
  const { embeds } = discordMessage(summary());
  expect(embeds[0]?.fields.at(-1)).toMatchObject({ name: 'Build log', value: aBuildReport().logUrl });
});

const factOf = (report: Report, title: string): string | undefined =>
  chatSummary(report, SITE_NAMES).facts.find((fact) => fact.title === title)?.value;
const built = (...lacks: string[]): Report => without(aBuildReport(), ...lacks) as unknown as Report;

test.each<[string, Report, string, string | undefined]>([
  ['all of it is known', built(), 'Changed', '3 of 1,204 objects'],
  ['nobody knows how many changed', built('changed'), 'Changed', undefined],
  ['nobody knows of how many', built('objects'), 'Changed', undefined],
  ['nobody knows how long it took', built('tookMs'), 'From the build to here', undefined],
  ['it took a while', aBuildReport({ tookMs: 250_000 }), 'From the build to here', '4 min 10 s'],
  ['there are no items', built('items'), 'Invalidation', undefined],
  ['the month is not known', built('itemsOfMonth'), 'Invalidation', undefined],
  ['the budget is not known', built('itemsPerMonth'), 'Invalidation', undefined],
  ['nobody looks at the API', built('api'), 'API', undefined],
  ['the API is well', aBuildReport({ api: { health: 'healthy', because: 'status 200' } }), 'API', 'healthy'],
  [
    'the API is not',
    aBuildReport({ api: { health: 'degraded', because: 'status 200, slow' } }),
    'API',
    'degraded: status 200, slow',
  ],
  ['an outage has begun', aHealthReport(), 'Outage', undefined],
  ['an outage is over', aHealthReport({ to: 'healthy', outageMs: 250_000 }), 'Outage', '4 min 10 s'],
  ['the API answers', aHealthReport({ latencyMs: 1_284 }), 'Latency', '1,284 ms'],
  ['it does not', without(aHealthReport(), 'latencyMs') as unknown as Report, 'Latency', undefined],
])('where %s there is one fact of it, or none: %#', (_case, report, title, value) => {
  expect(factOf(report, title)).toBe(value);
});

test('a build log is linked where there is one', () => {
  const titles = (report: Report) => chatSummary(report, SITE_NAMES).links.map((link) => link.title);
  expect(titles(aBuildReport({ logUrl: 'https://log.example' }))).toEqual(['Status', 'Build log']);
  expect(titles(built('logUrl'))).toEqual(['Status']);
});

test.each([
  [{}, '3 items, 214 of 1,000 this month'],
  [{ items: 1, itemsOfMonth: 2_000, itemsPerMonth: 5_000 }, '1 item, 2,000 of 5,000 this month ($5.00)'],
])('the items of %p and what they cost are a fact', (more, value) => {
  const { facts } = chatSummary(aBuildReport(more), SITE_NAMES);
  expect(facts).toContainEqual({ title: 'Invalidation', value });
});

test.each([
  [{ to: 'unhealthy' as const }, 'shop: the API is unhealthy', 'bad'],
  [{ to: 'degraded' as const }, 'shop: the API is degraded', 'warning'],
  [{ to: 'healthy' as const, outageMs: 250_000 }, 'shop: the API has recovered', 'good'],
])('a change of health %p is titled', (more, title, tone) => {
  expect(chatSummary(aHealthReport(more), SITE_NAMES)).toMatchObject({ title, tone });
});

test('a message to Slack is what its types say, and nothing in it is markup that a reason brought', () => {
  const because = '<!channel> & <https://evil.example|click>';
  const message = slackMessage(chatSummary(aBuildReport({ because }), SITE_NAMES));
  const attachments: MessageAttachment[] = message.attachments;
  expect(attachments[0]?.color).toBe('#2eb886');
  expect(JSON.stringify(message)).not.toContain('<!channel>');
  expect(JSON.stringify(message)).toContain('&lt;!channel&gt; &amp; &lt;https');
});

test('whatever is told, Slack takes it', () => {
  fc.assert(
    fc.property(summaries, (told) => {
      const { text, attachments } = slackMessage(told);
      expect(text.length).toBeGreaterThan(0);
      for (const block of attachments[0]?.blocks ?? []) {
        if (block.type === 'header') expect(block.text.text.length).toBeLessThanOrEqual(150);
        if (block.type !== 'section') continue;
        expect(block.fields.length).toBeLessThanOrEqual(10);
        for (const field of block.fields) expect(field.text.length).toBeLessThanOrEqual(2_000);
      }
    }),
    { numRuns: 50 },
  );
});

test('a message to Discord is what its types say, mentions nobody, and is no markup', () => {
  const because = '@everyone [click](https://evil.example) **bold**';
  const message = discordMessage(chatSummary(aBuildReport({ because }), SITE_NAMES));
  const body: RESTPostAPIWebhookWithTokenJSONBody = message;
  expect(body.allowed_mentions).toEqual({ parse: [] });
  expect(message.embeds[0]?.description).toContain('\\[click\\]\\(https://evil.example\\)');
  expect(message.embeds[0]?.color).toBe(0x2eb886);
});

test('whatever is told, Discord takes it', () => {
  fc.assert(
    fc.property(summaries, (told) => {
      const { content, embeds } = discordMessage(told);
      const [embed] = embeds;
      expect(content.length).toBeLessThanOrEqual(2_000);
      const texts = [embed?.title ?? '', embed?.description ?? ''];
      expect(texts[0]?.length).toBeLessThanOrEqual(256);
      expect(texts[1]?.length).toBeLessThanOrEqual(4_096);
      for (const { name, value } of embed?.fields ?? []) {
        expect(name.length).toBeLessThanOrEqual(256);
        expect(value.length).toBeLessThanOrEqual(1_024);
        texts.push(name, value);
      }
      expect(texts.join('').length).toBeLessThanOrEqual(6_000);
    }),
    { numRuns: 50 },
  );
});

test('a message to Teams is an Adaptive Card of version 1.4 with a style of its own', () => {
  const { attachments } = teamsMessage(chatSummary(aBuildReport({ outcome: 'failed' }), SITE_NAMES));
  expect(attachments).toHaveLength(1);
  expect(attachments[0]).toMatchObject({
    contentType: 'application/vnd.microsoft.card.adaptive',
    content: {
      type: 'AdaptiveCard',
      version: '1.4',
      body: [{ type: 'Container', style: 'attention' }, { type: 'FactSet' }],
    },
  });
});

test('whatever is told, it stays below the 25 kB that Teams takes', () => {
  fc.assert(
    fc.property(summaries, (told) => {
      expect(Buffer.byteLength(JSON.stringify(teamsMessage(told)))).toBeLessThan(25_000);
    }),
    { numRuns: 50 },
  );
});

test.each([
  ['short', 10, 'short'],
  ['exactly', 7, 'exactly'],
  ['too long', 7, 'too lo…'],
  ['ab😀cd', 4, 'ab…'],
  ['ab😀cd', 5, 'ab😀…'],
])('%s within %d units is %s', (text, max, expected) => {
  expect(clipped(text, max)).toBe(expected);
});

test.each([
  ['live', 'unhealthy', 'is live, but the API is unhealthy', 'bad'],
  ['live-unproved', 'unhealthy', 'is live, as far as could be checked, but the API is unhealthy', 'bad'],
  ['live', 'degraded', 'is live', 'good'],
  ['superseded', 'unhealthy', 'was overtaken by a later build', 'neutral'],
] as const)('a build that is %s beside an API that is %s %s: %s', (outcome, health, title, tone) => {
  const report = aBuildReport({ outcome, api: { health, because: 'status 503' } });
  expect(chatSummary(report, SITE_NAMES)).toMatchObject({ title: `shop: a1b2c3d ${title}`, tone });
});

test('where there is no status page nothing links to it', () => {
  const { statusUrl: _none, ...site } = SITE_NAMES;
  for (const report of [aBuildReport(), aStartReport(), aHealthReport()]) {
    const told = [
      JSON.stringify(chatSummary(report, site)),
      JSON.stringify(pagerDutyEvent(report, site, 'key')),
      JSON.stringify([topicMessage(report, site, 'text'), topicMessage(report, site, 'amazon-q')]),
    ];
    expect(told.join('\n')).not.toContain('_status');
  }
  expect(commitStatus(aBuildReport(), GITHUB, site).body.target_url).toBe(site.url);
});

test('in Slack no text of a fact is made a link or a mention', () => {
  const [attachment] = slackMessage(summary()).attachments;
  const fields = attachment?.blocks.flatMap((block) => ('fields' in block ? (block.fields ?? []) : [])) ?? [];
  expect(fields.length).toBeGreaterThan(3);
  expect(fields.every(({ verbatim }) => verbatim)).toBe(true);
});

test.each([
  [1_000, true],
  [1_001, false],
])('in Discord a link of %d characters is there: %p', (length, isThere) => {
  const url = `https://a.example/${'x'.repeat(length - 18)}`;
  const links = [
    { title: 'Status', url: SITE_NAMES.url },
    { title: 'Build log', url },
  ];
  const { embeds } = discordMessage({ ...summary(), links });
  expect(embeds[0]?.fields.some(({ name }) => name === 'Build log')).toBe(isThere);
});

test('an end that leaves the API slow says both, and the reports after an outage name it', () => {
  const end = aHealthReport({ from: 'unhealthy', to: 'degraded', outageMs: 250_000 });
  expect(chatSummary(end, SITE_NAMES).title).toBe('shop: the API has recovered, and is degraded');
  const later = aHealthReport({ to: 'degraded', lastOutage: { endedAt: NOON, ms: 250_000 } });
  expect(factOf(later, 'Outage before')).toBe('4 min 10 s, ended 2026-11-23 12:00 UTC');
  expect(factOf(aHealthReport(), 'Outage before')).toBeUndefined();
});
