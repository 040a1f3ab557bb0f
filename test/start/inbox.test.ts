/** What the inbox of `npm start` shows of what the channels are really sent. */

import { signature } from '../../shared/aws/web.ts';
import { loadStatusConfig } from '../../shared/config-status.ts';
import { discordMessage, slackMessage, teamsMessage } from '../../shared/core/chat-messages.ts';
import { chatSummary } from '../../shared/core/chat-summary.ts';
import { commitStatus, deploymentsUrl, headersFor, newDeployment } from '../../shared/core/github.ts';
import { pagerDutyEvent } from '../../shared/core/pagerduty.ts';
import { editedMessage, newMessage, slackHeaders } from '../../shared/core/slack.ts';
import { topicMessage } from '../../shared/core/sns-message.ts';
import { webhookDelivery } from '../../shared/core/webhook.ts';
import { aBuildReport } from '../core/report-fixture.ts';
import { type Inbox, startInbox } from './inbox.ts';
import { type Channel, cardOf } from './inbox-cards.ts';
import { inboxPage } from './inbox-page.ts';

const SITE = {
  name: 'shop',
  stage: 'local',
  url: 'https://shop.example',
  statusUrl: 'https://shop.example/_status/',
};
const NASTY = '<script>alert("a*b_c & d")</script>';
const report = aBuildReport({ outcome: 'stuck', because: NASTY });
const summary = chatSummary(report, SITE);

const SLACK = { conversation: 'C0123456789', api: 'https://slack.com/api' };
const GITHUB = { repository: 'you/site', environment: 'production', api: 'https://api.github.com' };

const BODIES: Readonly<Record<Channel, string>> = {
  slack: JSON.stringify(slackMessage(summary)),
  teams: JSON.stringify(teamsMessage(summary)),
  discord: JSON.stringify(discordMessage(summary)),
  webhook: webhookDelivery(report, 'webhook', SITE.url).body,
  'slack-bot': JSON.stringify(newMessage(report, SLACK, SITE).body),
  github: JSON.stringify(commitStatus(report, GITHUB, SITE).body),
  pagerduty: JSON.stringify(pagerDutyEvent(report, SITE, 'key')?.body),
  mail: JSON.stringify(topicMessage(report, SITE, 'text')),
};

const channels = Object.entries(BODIES) as [Channel, string][];

test.each(channels)(
  '%s: a message says the reason as it is, whatever the channel had to escape',
  (channel, body) => {
    const { title, text = '', facts } = cardOf(channel, body);
    expect(title).not.toBe('');
    const shown = [text, ...facts.map(({ value }) => value)].join('\n').replaceAll('\\"', '"');
    expect(shown).toContain(NASTY);
  },
);

test.each(channels)('%s: on the page nothing of it is markup', (channel, body) => {
  const page = inboxPage([{ channel, at: 0, body }]);
  expect(page).not.toContain('<script>alert');
  expect(page).toContain('&lt;script&gt;alert');
});

test('what a channel would refuse is shown as that', () => {
  expect(inboxPage([{ channel: 'slack', at: 0, body: '{}' }])).toContain('would refuse');
});

test('a link that is no web address is no link', () => {
  const body = JSON.stringify({
    ...discordMessage(summary),
    embeds: [{ ...discordMessage(summary).embeds[0], url: 'javascript:alert(1)' }],
  });
  expect(inboxPage([{ channel: 'discord', at: 0, body }])).not.toContain('href="javascript:');
});

describe('the server', () => {
  let inbox: Inbox;
  beforeAll(async () => {
    inbox = await startInbox({ port: 0, now: () => 1_000 });
  });
  afterAll(() => inbox.close());

  const post = (channel: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${inbox.url}/${channel}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'webhook-id': 'id', ...headers },
    });

  test('its setting of channels is one that post-status takes, with every secret there', () => {
    const { settings } = loadStatusConfig({
      STATE_BUCKET: 'b',
      POST_QUEUE_URL: 'https://sqs.example/q',
      SITE_NAME: 'shop',
      STAGE: 'local',
      SITE_URL: 'https://shop.example',
      STATUS_URL: 'https://shop.example/_status',
      CHANNELS: inbox.channels,
    });
    expect(settings.channels.map(({ kind }) => kind)).toEqual([
      'log',
      'page',
      'slack',
      'slack-bot',
      'teams',
      'discord',
      'github',
      'pagerduty',
      'webhook',
      'sns',
    ]);
    const named = [...inbox.channels.matchAll(/ssm:([^"]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => inbox.secrets[name] === undefined)).toEqual([]);
  });

  const PATHS: Readonly<Record<string, string>> = {
    discord: '?wait=true',
    pagerduty: '/v2/change/enqueue',
  };

  /** Those that are no more than posted to. */
  const posted = channels.filter(([channel]) => !['slack-bot', 'github', 'mail'].includes(channel));

  test.each(posted)('%s: a message is answered as there, kept, and shown', async (channel, body) => {
    const answer = await post(`${channel}${PATHS[channel] ?? ''}`, body);
    expect(answer.ok).toBe(true);
    expect(inbox.messages()[0]).toMatchObject({ channel, body, at: 1_000 });
    expect(await (await fetch(inbox.url)).text()).toContain(cardOf(channel, body).title);
  });

  test.each([
    ['the right signature is verified', '', true],
    ['a signature over something else is not', ' ', false],
  ])('%s', async (_case, added, signed) => {
    const key = inbox.secrets['/afterbuild/inbox/key'] ?? '';
    await post('webhook', `${BODIES.webhook}${added}`, {
      'webhook-id': 'id',
      'webhook-timestamp': '1',
      'webhook-signature': signature(key, 'id', '1', BODIES.webhook),
    });
    expect(inbox.messages()[0]?.signed).toBe(signed);
  });

  const key = (): string => inbox.secrets['/afterbuild/inbox/key'] ?? '';

  test('slack-bot: a message is edited in its place, and another token is refused', async () => {
    const target = { ...SLACK, api: '/slack-bot' };
    const headers = slackHeaders(key());
    const first = newMessage(report, target, SITE);
    const { ts } = JSON.parse(
      await (await post(first.url.slice(1), JSON.stringify(first.body), headers)).text(),
    );
    const count = inbox.messages().length;
    const edit = editedMessage(ts, aBuildReport(), target, SITE);
    expect((await post(edit.url.slice(1), JSON.stringify(edit.body), headers)).status).toBe(200);
    expect(inbox.messages()).toHaveLength(count);
    expect(inbox.messages()[0]).toMatchObject({ channel: 'slack-bot', edits: 1 });
    expect(inboxPage(inbox.messages())).toContain('edited');
    const refused = await post(first.url.slice(1), JSON.stringify(first.body), slackHeaders('other'));
    expect(refused.status).toBe(422);
    expect(inboxPage(inbox.messages())).toContain('the service refuses it: authorization');
  });

  test('github: a deployment is kept for whoever asks for it', async () => {
    const api = `${inbox.url}/github`;
    const headers = headersFor(key());
    const target = { ...GITHUB, api };
    const made = newDeployment(report, target);
    const posted = { method: 'POST', headers, body: JSON.stringify(made.body) };
    expect((await fetch(made.url, posted)).status).toBe(201);
    const listed = await (await fetch(deploymentsUrl(target, 1), { headers })).json();
    expect(listed).toMatchObject([{ id: 1, ref: report.commit }]);
    expect(inbox.messages()[0]?.channel).toBe('github');
  });

  test('mail: what is published to the topic of the inbox is shown, and nothing else', async () => {
    const [, arn = ''] = /"topic":"([^"]+)"/.exec(inbox.channels) ?? [];
    const mails = [
      { topicArn: arn, at: 2_000, ...topicMessage(report, SITE, 'text') },
      { topicArn: `${arn}-other`, at: 3_000 },
    ];
    const other = await startInbox({ port: 0, now: () => 1_000, mails: () => mails });
    expect(other.messages()).toMatchObject([{ channel: 'mail', at: 2_000 }]);
    await other.close();
  });

  test.each([
    ['another channel', 'POST', '/pigeon', 404],
    ['another page', 'GET', '/slack', 404],
  ])('%s is not there', async (_case, method, path, status) => {
    expect((await fetch(inbox.url + path, { method })).status).toBe(status);
  });
});
