/** Delivers one report to one server that is not ours. */

import type { Channel, Chat } from '../core/channels.ts';
import { discordMessage, slackMessage, teamsMessage } from '../core/chat-messages.ts';
import { type ChatSummary, chatSummary } from '../core/chat-summary.ts';
import { pagerDutyEvent } from '../core/pagerduty.ts';
import type { Report } from '../core/report.ts';
import { topicMessage } from '../core/sns-message.ts';
import type { SiteNames } from '../core/status-json.ts';
import { webhookDelivery } from '../core/webhook.ts';
import type { Instant, StatusPorts, WebAnswer, WebRequest } from '../ports.ts';
import { postToGitHub } from './deliver-github.ts';
import { postToSlackBot } from './deliver-slack-bot.ts';
import { DELIVERY_MS, type Delivered, DONE, deliveredBy, withSecrets } from './delivered.ts';

/** A channel that is neither our log nor our page. */
type Elsewhere = Exclude<Channel, { kind: 'log' | 'page' }>;

/** `message` is the one that shows the build there already, where it can be edited. */
export const deliverTo = async (
  channel: Elsewhere,
  report: Report,
  message: string | undefined,
  ports: StatusPorts,
  site: SiteNames,
  deadline: Instant,
): Promise<Delivered> => {
  switch (channel.kind) {
    case 'webhook':
      return postToWebhook(report, channel, ports, site, deadline);
    case 'slack':
    case 'teams':
    case 'discord':
      return postToChat(report, channel, ports, site, deadline);
    case 'slack-bot':
      return withSecrets(ports, [channel.token], (token = '') =>
        postToSlackBot(report, channel, token, message, ports, site, deadline),
      );
    case 'sns':
      return postToTopic(report, channel, ports, site);
    case 'github':
      // A build without a commit, and the API's health, are nothing that a repository knows.
      if (report.kind === 'health' || report.commit === undefined) return DONE;
      return withSecrets(ports, [channel.token], (token = '') =>
        postToGitHub(report, channel, token, ports, site, deadline),
      );
    case 'pagerduty':
      return postToPagerDuty(report, channel, ports, site, deadline);
  }
};

type Of<K extends Channel['kind']> = Extract<Channel, { kind: K }>;

const post = async (
  { web, clock }: StatusPorts,
  url: string,
  request: WebRequest,
  deadline: Instant,
): Promise<Delivered> =>
  deliveredBy(withPause(await web.post(url, request, Math.min(deadline, clock.now() + DELIVERY_MS))));

/** Discord says in the body when to come back, in seconds. Source: Discord, "Rate Limits". */
const withPause = (answer: WebAnswer): WebAnswer => {
  if (answer.kind !== 'answer' || answer.status !== 429 || answer.retryAfterMs !== undefined) return answer;
  const seconds = Number(/"retry_after":\s*(\d+(?:\.\d+)?)/.exec(answer.body ?? '')?.[1]);
  return Number.isFinite(seconds) ? { ...answer, retryAfterMs: Math.ceil(seconds * 1000) } : answer;
};

const JSON_HEADERS = { 'content-type': 'application/json' };

const postToWebhook = (
  report: Report,
  { name, url, secret }: Of<'webhook'>,
  ports: StatusPorts,
  site: SiteNames,
  deadline: Instant,
): Promise<Delivered> =>
  withSecrets(ports, [url, secret], (target = '', key = '') => {
    const { id, body } = webhookDelivery(report, name, site.url);
    const headers = { 'content-type': 'application/cloudevents+json', 'webhook-id': id };
    return post(ports, target, { headers, body, signedWith: key }, deadline);
  });

const MESSAGES: Readonly<Record<Chat, (summary: ChatSummary) => object>> = {
  slack: slackMessage,
  teams: teamsMessage,
  discord: discordMessage,
};

/** Without `wait` Discord answers before it knows whether the message can be kept. */
const addressed = (kind: Chat, url: string): string =>
  kind === 'discord' ? `${url}${url.includes('?') ? '&' : '?'}wait=true` : url;

const postToChat = (
  report: Report,
  { kind, url }: Of<Chat>,
  ports: StatusPorts,
  site: SiteNames,
  deadline: Instant,
): Promise<Delivered> =>
  withSecrets(ports, [url], (target = '') => {
    const body = JSON.stringify(MESSAGES[kind](chatSummary(report, site)));
    const asks = kind === 'discord' ? { wantsBody: true as const } : {};
    return post(ports, addressed(kind, target), { headers: JSON_HEADERS, body, ...asks }, deadline);
  });

const postToPagerDuty = (
  report: Report,
  { secret, api }: Of<'pagerduty'>,
  ports: StatusPorts,
  site: SiteNames,
  deadline: Instant,
): Promise<Delivered> =>
  withSecrets(ports, [secret], async (key = '') => {
    const event = pagerDutyEvent(report, site, key);
    if (!event) return DONE;
    return post(
      ports,
      api + event.path,
      { headers: JSON_HEADERS, body: JSON.stringify(event.body) },
      deadline,
    );
  });

const postToTopic = async (
  report: Report,
  { topic, format }: Of<'sns'>,
  { topics }: StatusPorts,
  site: SiteNames,
): Promise<Delivered> => {
  const published = await topics.publish(topic, topicMessage(report, site, format));
  if (published.kind === 'published') return DONE;
  return { kind: published.kind === 'refused' ? 'never' : 'later', because: published.because };
};
