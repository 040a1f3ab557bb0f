/** Stands in for the channels of `npm start`: takes what they are sent, and shows it. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { signature } from '../../shared/aws/web.ts';
import type { WebRequest } from '../../shared/ports.ts';
import { type Listening, listenOn } from '../local-cloud/listening.ts';
import { STAND_INS } from '../stand-ins/chats.ts';
import { createGitHub } from '../stand-ins/github.ts';
import { createSlack } from '../stand-ins/slack-bot.ts';
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

/** What was published to a topic, as the model of SNS keeps it. */
export type Mail = Readonly<{ topicArn: string; at: number }>;

export type InboxOptions = Readonly<{
  port: number;
  /** The local cloud's clock. */
  now(): number;
  /** All that was published to topics, oldest first. */
  mails?(): readonly Mail[];
}>;

/** The topic that mails are published to; whoever starts the cloud makes it. */
export const MAIL_TOPIC = 'afterbuild-inbox';
const MAIL_TOPIC_ARN = `arn:aws:sns:us-east-1:123456789012:${MAIL_TOPIC}`;

const KEPT_MAX = 200;
const PREFIX = '/afterbuild/inbox';
const REPOSITORY = 'you/site';
const CONVERSATION = 'C0123456789';

/** Rejects when the port cannot be had. */
export const startInbox = async ({ port, now, mails = () => [] }: InboxOptions): Promise<Inbox> => {
  const key = crypto.randomUUID();
  let kept: readonly Kept[] = [];
  const keep = (channel: Channel, message: Partial<Kept> & Readonly<{ body: string }>): void => {
    const before = kept.find(({ id }) => id !== undefined && id === message.id);
    const edits = before ? { edits: (before.edits ?? 0) + 1 } : {};
    const others = kept.filter((one) => one !== before);
    kept = [{ channel, at: now(), ...message, ...edits }, ...others].slice(0, KEPT_MAX);
  };
  const messages = (): readonly Kept[] =>
    [...kept, ...mails().flatMap(mailOf)].sort((one, other) => other.at - one.at).slice(0, KEPT_MAX);
  let take: Take = () => ({ status: 503, body: 'not ready' });
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing, take, messages).catch((error: unknown) =>
      reply(outgoing, 500, 'text/plain', String(error)),
    );
  });
  const listening = await listenOn(server, port);
  take = taking(listening.url, key, keep);
  return {
    ...listening,
    channels: JSON.stringify([
      { name: 'log', kind: 'log' },
      { name: 'page', kind: 'page' },
      ...CHANNELS.map((channel) => settingOf(channel, listening.url)),
    ]),
    secrets: {
      [`${PREFIX}/key`]: key,
      ...Object.fromEntries(
        CHANNELS.map((channel) => [`${PREFIX}/${channel}`, `${listening.url}/${channel}`]),
      ),
    },
    messages,
  };
};

const mailOf = (mail: Mail): readonly Kept[] =>
  mail.topicArn === MAIL_TOPIC_ARN ? [{ channel: 'mail', at: mail.at, body: JSON.stringify(mail) }] : [];

/** Each channel as a user sets it, with this server in the place of its service. */
const settingOf = (channel: Channel, url: string): object => {
  const secret = `ssm:${PREFIX}/key`;
  switch (channel) {
    case 'webhook':
      return { name: channel, kind: channel, url: `ssm:${PREFIX}/${channel}`, secret };
    case 'slack-bot':
      return {
        name: channel,
        kind: channel,
        conversation: CONVERSATION,
        token: secret,
        api: `${url}/${channel}`,
      };
    case 'github':
      return {
        name: channel,
        kind: channel,
        repository: REPOSITORY,
        token: secret,
        api: `${url}/${channel}`,
      };
    case 'pagerduty':
      return { name: channel, kind: channel, secret, api: `${url}/${channel}` };
    case 'mail':
      return { name: channel, kind: 'sns', topic: MAIL_TOPIC_ARN };
    default:
      return { name: channel, kind: channel, url: `ssm:${PREFIX}/${channel}` };
  }
};

type Said = Readonly<{ status: number; body: string; refused?: string }>;
/** `path` is what follows the channel's own address. */
type Take = (channel: Channel, path: string, request: WebRequest) => Said;
type Keep = (channel: Channel, message: Partial<Kept> & Readonly<{ body: string }>) => void;

/** As each of them answers; those that keep something for their senders keep it here too. */
const taking = (url: string, key: string, keep: Keep): Take => {
  const github = createGitHub({ api: `${url}/github`, token: key, repository: REPOSITORY });
  const slack = createSlack({ api: `${url}/slack-bot`, token: key, conversation: CONVERSATION });
  return (channel, path, request) => {
    const { body } = request;
    switch (channel) {
      case 'github': {
        const said = strictly(() => github.answer(`${url}/github${path}`, request));
        if (request.method === 'POST' || said.refused !== undefined)
          keep(channel, { ...refusalOf(said), body });
        return said;
      }
      case 'slack-bot': {
        const said = strictly(() => slack.answer(`${url}/slack-bot${path}`, request));
        keep(channel, { ...refusalOf(said), ...idOf(said), body });
        return said;
      }
      case 'mail':
        return { status: 404, body: '' };
      default: {
        const signed = channel === 'webhook' ? { signed: isSigned(request, key) } : {};
        const said = strictly(() => {
          STAND_INS[channel](`${url}${path}`, { ...request, signedWith: key });
          return ANSWERS[channel];
        });
        keep(channel, { ...refusalOf(said), ...signed, body });
        return said;
      }
    }
  };
};

/** Slack's name for a message. */
const idOf = ({ refused, body }: Said): Readonly<{ id?: string }> => {
  if (refused !== undefined) return {};
  const { ts } = JSON.parse(body) as { ts?: string };
  return ts === undefined ? {} : { id: ts };
};

const refusalOf = ({ refused }: Said): Readonly<{ refused?: string }> =>
  refused === undefined ? {} : { refused };

/** A stand-in throws what is wrong with a request; its sender learns no more than that it is. */
const strictly = (take: () => Said): Said => {
  try {
    return take();
  } catch (error) {
    return { status: 422, body: '{}', refused: String(error) };
  }
};

const ANSWERS: Readonly<Record<keyof typeof STAND_INS, Said>> = {
  slack: { status: 200, body: 'ok' },
  teams: { status: 202, body: '' },
  discord: { status: 200, body: '{}' },
  pagerduty: { status: 202, body: '' },
  webhook: { status: 204, body: '' },
};

const reply = (outgoing: ServerResponse, status: number, type: string, body: string): void =>
  void outgoing.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);

const answer = async (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  take: Take,
  messages: () => readonly Kept[],
): Promise<void> => {
  const { url = '/', method = 'GET' } = incoming;
  const [path = ''] = url.split('?', 1);
  const [, first = '', rest = ''] = /^\/([^/?]*)(.*)$/.exec(url) ?? [];
  const channel = CHANNELS.find((name) => name === first);
  // A page of the inbox's own, or something that a channel asks its service for.
  if (method !== 'POST' && channel !== 'github') {
    if (path === '/') return reply(outgoing, 200, 'text/html; charset=utf-8', inboxPage(messages()));
    if (path === '/messages.json')
      return reply(outgoing, 200, 'application/json', JSON.stringify(messages()));
    return reply(outgoing, 404, 'text/plain', 'expected / or /messages.json\n');
  }
  if (!channel) return reply(outgoing, 404, 'text/plain', `expected one of ${CHANNELS.join(', ')}\n`);
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
  );
  const body = await text(incoming);
  const said = take(channel, rest, { headers, body, method: method === 'GET' ? 'GET' : 'POST' });
  reply(outgoing, said.status, 'text/plain', said.body);
};

const isSigned = ({ headers, body }: WebRequest, key: string): boolean =>
  headers['webhook-signature'] ===
  signature(key, String(headers['webhook-id']), String(headers['webhook-timestamp']), body);
