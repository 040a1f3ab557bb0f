/** Slack's Web API for bots: it keeps messages. Sources: those of shared/core/slack.ts. */

import type { WebRequest } from '../../shared/ports.ts';
import { json, must } from './requests.ts';
import { type SlackBody, slackShown } from './slack.ts';

export type BotOptions = Readonly<{ api: string; token: string; conversation: string }>;

/** Slack keeps messages: each has its `ts`, and its conversation, by which it is edited. */
export const createSlack = ({ api, token, conversation }: BotOptions) => {
  const messages: { ts: string; texts: string[] }[] = [];
  const said = (body: object) => ({ status: 200, body: JSON.stringify(body) });
  const answer = (url: string, request: WebRequest): Readonly<{ status: number; body: string }> => {
    must(url.startsWith(`${api}/`), url);
    const method = url.slice(api.length + 1);
    must(request.headers['authorization'] === `Bearer ${token}`, 'authorization');
    must(request.headers['content-type'] === 'application/json; charset=utf-8', 'the content type');
    const body = json<SlackBody & { channel: string; ts?: string }>(request);
    if (body.channel !== conversation) return said({ ok: false, error: 'channel_not_found' });
    slackShown(body);
    if (method === 'chat.postMessage') {
      must(body.ts === undefined, 'a new message with a time');
      const ts = `1795435200.${String(messages.length).padStart(6, '0')}`;
      messages.push({ ts, texts: [body.text] });
      return said({ ok: true, channel: body.channel, ts });
    }
    must(method === 'chat.update', method);
    const found = messages.find(({ ts }) => ts === body.ts);
    if (!found) return said({ ok: false, error: 'message_not_found' });
    found.texts.push(body.text);
    return said({ ok: true, channel: body.channel, ts: found.ts, text: body.text });
  };
  return { messages, answer };
};
