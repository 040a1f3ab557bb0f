/**
 * Slack by a bot's token: one message a build, edited when it ends.
 *
 * Sources: Slack, "chat.postMessage", "chat.update" and "Web API errors".
 */

import { slackMessage } from './chat-messages.ts';
import { chatSummary } from './chat-summary.ts';
import type { Report } from './report.ts';
import type { SiteNames } from './status-json.ts';

export type SlackTarget = Readonly<{ conversation: string; api: string }>;

export const slackHeaders = (token: string): Readonly<Record<string, string>> => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json; charset=utf-8',
});

export const newMessage = (report: Report, { conversation, api }: SlackTarget, site: SiteNames) => ({
  url: `${api}/chat.postMessage`,
  body: { channel: conversation, ...slackMessage(chatSummary(report, site)) },
});

/** `ts` is what Slack calls the message. */
export const editedMessage = (
  ts: string,
  report: Report,
  { conversation, api }: SlackTarget,
  site: SiteNames,
) => {
  const { unfurl_links: _onceOnly, ...message } = slackMessage(chatSummary(report, site));
  return { url: `${api}/chat.update`, body: { channel: conversation, ts, ...message } };
};

/** `gone`: the message is not there any more, or may not be edited. */
export type SlackSaid =
  | Readonly<{ kind: 'taken'; ts: string }>
  | Readonly<{ kind: 'gone' | 'later' | 'never'; because: string }>;

const GONE: readonly string[] = [
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'update_failed',
];
const LATER: readonly string[] = [
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
];

/** It is kept: what looks otherwise may be anything, such as an echo of the token. */
const TS = /^\d{1,20}\.\d{1,20}$/;

/** Slack says with status 200 what is wrong. */
export const slackSaid = (text: string): SlackSaid => {
  const { ok, ts, error } = fieldsOf(text);
  if (ok === true && typeof ts === 'string' && TS.test(ts)) return { kind: 'taken', ts };
  if (ok !== false || typeof error !== 'string' || !/^\w{1,80}$/.test(error))
    return { kind: 'later', because: 'Slack gave an answer that cannot be read' };
  const because = `Slack said ${error}`;
  if (GONE.includes(error)) return { kind: 'gone', because };
  return { kind: LATER.includes(error) ? 'later' : 'never', because };
};

const fieldsOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
};
