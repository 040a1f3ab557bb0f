/** Delivers one report to one server that is not ours, and says whether trying again would help. */

import type { Channel, Chat } from '../core/channels.ts';
import { discordMessage, slackMessage, teamsMessage } from '../core/chat-messages.ts';
import { type ChatSummary, chatSummary } from '../core/chat-summary.ts';
import { pagerDutyEvent } from '../core/pagerduty.ts';
import type { Report } from '../core/report.ts';
import { topicMessage } from '../core/sns-message.ts';
import type { SiteNames } from '../core/status-json.ts';
import { webhookDelivery } from '../core/webhook.ts';
import type { Instant, StatusPorts, WebAnswer, WebRequest } from '../ports.ts';

/** `never`: trying again would not help. */
export type Delivered =
  | Readonly<{ kind: 'done' }>
  | Readonly<{ kind: 'later'; because: string; seconds?: number }>
  | Readonly<{ kind: 'never'; because: string }>;

export const DONE: Delivered = { kind: 'done' };

export const RETRY_MOST_SECONDS = 900;

/** One channel may take so long. */
export const DELIVERY_MS = 10_000;

type Of<K extends Channel['kind']> = Extract<Channel, { kind: K }>;

/** The values of `ssm:` settings, in order; one that cannot be read is tried again later. */
export const withSecrets = async (
  { secrets }: StatusPorts,
  settings: readonly string[],
  deliver: (...values: string[]) => Promise<Delivered>,
): Promise<Delivered> => {
  const values: string[] = [];
  for (const setting of settings) {
    try {
      values.push(setting.startsWith('ssm:') ? await secrets.read(setting.slice('ssm:'.length)) : setting);
    } catch (error) {
      return { kind: 'later', because: String(error) };
    }
  }
  return deliver(...values);
};

const post = async (
  { web, clock }: StatusPorts,
  url: string,
  request: WebRequest,
  deadline: Instant,
): Promise<Delivered> =>
  deliveredBy(await web.post(url, request, Math.min(deadline, clock.now() + DELIVERY_MS)));

const JSON_HEADERS = { 'content-type': 'application/json' };

export const postToWebhook = (
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

export const postToChat = (
  report: Report,
  { kind, url }: Of<Chat>,
  ports: StatusPorts,
  site: SiteNames,
  deadline: Instant,
): Promise<Delivered> =>
  withSecrets(ports, [url], (target = '') => {
    const body = JSON.stringify(MESSAGES[kind](chatSummary(report, site)));
    return post(ports, addressed(kind, target), { headers: JSON_HEADERS, body }, deadline);
  });

export const postToPagerDuty = (
  report: Report,
  { secret }: Of<'pagerduty'>,
  ports: StatusPorts,
  site: SiteNames,
  deadline: Instant,
): Promise<Delivered> =>
  withSecrets(ports, [secret], async (key = '') => {
    const event = pagerDutyEvent(report, site, key);
    if (!event) return DONE;
    return post(ports, event.url, { headers: JSON_HEADERS, body: JSON.stringify(event.body) }, deadline);
  });

export const deliveredBy = (answer: WebAnswer): Delivered => {
  if (answer.kind !== 'answer') {
    return { kind: answer.kind === 'refused' ? 'never' : 'later', because: answer.because };
  }
  const { status, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return DONE;
  const because = `status ${status}`;
  if (status !== 408 && status !== 425 && status !== 429 && status < 500) return { kind: 'never', because };
  if (retryAfterMs === undefined) return { kind: 'later', because };
  return { kind: 'later', because, seconds: Math.min(RETRY_MOST_SECONDS, Math.ceil(retryAfterMs / 1000)) };
};

export const postToTopic = async (
  report: Report,
  { topic, format }: Of<'sns'>,
  { topics }: StatusPorts,
  site: SiteNames,
): Promise<Delivered> => {
  const published = await topics.publish(topic, topicMessage(report, site, format));
  if (published.kind === 'published') return DONE;
  return { kind: published.kind === 'refused' ? 'never' : 'later', because: published.because };
};
