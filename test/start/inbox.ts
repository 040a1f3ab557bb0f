/** Stands in for the channels of `npm start`: takes what they are sent, and shows it. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { signature } from '../../shared/aws/web.ts';
import { type Listening, listenOn } from '../local-cloud/listening.ts';
import { CHANNELS, type Channel } from './inbox-cards.ts';
import { inboxPage, type Kept } from './inbox-page.ts';

export type Inbox = Listening &
  Readonly<{
    /** The setting CHANNELS that sends everything here as well. */
    channels: string;
    /** Parameters of SSM that those channels read, by name. */
    secrets: Readonly<Record<string, string>>;
    /** Newest first. */
    messages(): readonly Kept[];
  }>;

const KEPT_MAX = 200;
const PREFIX = '/afterbuild/inbox';

/** Rejects when the port cannot be had. `now` is the local cloud's clock. */
export const startInbox = async (port: number, now: () => number): Promise<Inbox> => {
  const key = crypto.randomUUID();
  let kept: readonly Kept[] = [];
  const keep = (message: Kept): void => {
    kept = [message, ...kept].slice(0, KEPT_MAX);
  };
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing, key, () => kept, keep, now).catch((error: unknown) =>
      reply(outgoing, 500, 'text/plain', String(error)),
    );
  });
  const listening = await listenOn(server, port);
  return {
    ...listening,
    channels: JSON.stringify([
      { name: 'log', kind: 'log' },
      { name: 'page', kind: 'page' },
      ...CHANNELS.map((channel) => ({
        name: channel,
        kind: channel,
        url: `ssm:${PREFIX}/${channel}`,
        ...(channel === 'webhook' ? { secret: `ssm:${PREFIX}/key` } : {}),
      })),
    ]),
    secrets: {
      [`${PREFIX}/key`]: key,
      ...Object.fromEntries(
        CHANNELS.map((channel) => [`${PREFIX}/${channel}`, `${listening.url}/${channel}`]),
      ),
    },
    messages: () => kept,
  };
};

const reply = (outgoing: ServerResponse, status: number, type: string, body: string): void =>
  void outgoing.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);

const answer = async (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  key: string,
  messages: () => readonly Kept[],
  keep: (message: Kept) => void,
  now: () => number,
): Promise<void> => {
  const path = (incoming.url ?? '/').split('?', 1)[0] ?? '/';
  if (incoming.method !== 'POST') {
    if (path === '/') return reply(outgoing, 200, 'text/html; charset=utf-8', inboxPage(messages()));
    if (path === '/messages.json')
      return reply(outgoing, 200, 'application/json', JSON.stringify(messages()));
    return reply(outgoing, 404, 'text/plain', 'expected / or /messages.json\n');
  }
  const channel = CHANNELS.find((name) => path === `/${name}`);
  if (!channel) return reply(outgoing, 404, 'text/plain', `expected one of ${CHANNELS.join(', ')}\n`);
  const body = await text(incoming);
  keep({
    channel,
    at: now(),
    body,
    ...(channel === 'webhook' ? { signed: isSigned(incoming, key, body) } : {}),
  });
  reply(outgoing, ANSWERS[channel].status, 'text/plain', ANSWERS[channel].body);
};

/** As each of them answers. */
const ANSWERS: Readonly<Record<Channel, Readonly<{ status: number; body: string }>>> = {
  slack: { status: 200, body: 'ok' },
  teams: { status: 202, body: '' },
  discord: { status: 200, body: '{}' },
  webhook: { status: 204, body: '' },
};

const isSigned = ({ headers }: IncomingMessage, key: string, body: string): boolean =>
  headers['webhook-signature'] ===
  signature(key, String(headers['webhook-id']), String(headers['webhook-timestamp']), body);
