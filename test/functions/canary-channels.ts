/** A channel of each kind for each way in which a service may answer, every one with secrets of its own. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export const CANARY = 'canary7f3a';

/** The canaries in a text, each with what it was planted as. */
export const canariesIn = (found: string): readonly string[] => [
  ...new Set(found.match(new RegExp(`${CANARY}[\\w-]*`, 'g')) ?? []),
];

/** What came, with all that a service could say again. */
export type Came = Readonly<{ name: string; echo: string }>;

/** What a service answers that means no good, or is no good at answering: mostly what it was sent. */
const ANSWERS: Readonly<Record<string, (outgoing: ServerResponse, echo: string) => void>> = {
  refuses: (outgoing, echo) => outgoing.writeHead(400, CANARY, { 'x-echo': CANARY }).end(echo),
  breaks: (outgoing, echo) => outgoing.writeHead(503, { 'retry-after': CANARY }).end(echo),
  redirects: (outgoing, echo) =>
    outgoing.writeHead(301, { location: `https://${CANARY}.example.com` }).end(echo),
  'hangs-up': (outgoing, echo) =>
    outgoing.writeHead(200, { 'content-length': 100_000 }).write(echo, () => outgoing.destroy()),
  // Where ids, times, states and reasons are looked for there is a secret.
  'takes-it-oddly': (outgoing, echo) => {
    const odd = { ok: true, ts: echo, id: echo, description: echo, state: echo };
    outgoing.writeHead(200).end(JSON.stringify(outgoing.req.method === 'GET' ? [odd] : odd));
  },
  'says-why-not': (outgoing, echo) =>
    outgoing.writeHead(200).end(JSON.stringify({ ok: false, error: echo, message: echo, status: echo })),
};

/** Where nobody answers, or nobody is asked. */
const NOWHERE: Readonly<Record<string, string>> = {
  unreachable: 'http://127.0.0.1:1',
  private: 'https://10.0.0.1',
};

/** All kinds go the same way to their service, so that some of it is tried with one of them. */
const OF_ONE: Readonly<Record<string, string>> = {
  redirects: 'webhook',
  'hangs-up': 'webhook',
  private: 'webhook',
  'says-why-not': 'slack-bot',
};

const modesOf = (kind: string, modes: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(modes).filter((mode) => (OF_ONE[mode] ?? kind) === kind);

/** The ways in which the service of a channel of a kind answers. */
export const answersOf = (kind: string): readonly string[] => modesOf(kind, ANSWERS);

/** The settings of a channel whose service is at an address; `plant` gives the name of a parameter with a value. */
type Made = (
  base: string,
  plant: (what: string, value: string) => string,
  canary: string,
) => { kind: string };

const byAddress =
  (kind: string): Made =>
  (base, plant, canary) => ({ kind, url: plant('url', `${base}/${canary}-url?key=${canary}-query`) });

export const KINDS: Readonly<Record<string, Made>> = {
  slack: byAddress('slack'),
  teams: byAddress('teams'),
  discord: byAddress('discord'),
  webhook: (base, plant, canary) => ({
    ...byAddress('webhook')(base, plant, canary),
    secret: plant('secret', `${canary}-secret`),
  }),
  // The address in the setting itself, and a key of Standard Webhooks' own form.
  'webhook-with-its-address': (base, plant, canary) => ({
    kind: 'webhook',
    url: `${base}/${canary}-url`,
    secret: plant('secret', `whsec_${canary}-secret`),
  }),
  'slack-bot': (base, plant, canary) => ({
    kind: 'slack-bot',
    conversation: 'C0123456789',
    token: plant('token', `xoxb-${canary}-token`),
    api: `${base}/${canary}-api`,
  }),
  pagerduty: (base, plant, canary) => ({
    kind: 'pagerduty',
    secret: plant('routing-key', `${canary}-routing-key`),
    api: `${base}/${canary}-api`,
  }),
  github: (base, plant, canary) => ({
    kind: 'github',
    repository: 'you/site',
    token: plant('token', `${canary}-token`),
    api: `${base}/${canary}-api`,
  }),
};

/** The services, at one address, and the channels that lead to them; `parameters` are those that the channels name. */
export const canaryChannels = async () => {
  const came: Came[] = [];
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const [, mode = '', name = ''] = (incoming.url ?? '').split('/');
    const echo = `${incoming.method} ${incoming.url} ${JSON.stringify(incoming.headers)} ${await text(incoming)}`;
    came.push({ name, echo });
    ANSWERS[mode]?.(outgoing, echo);
  };
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const parameters = new Map<string, string>();
  const plantedBy =
    (name: string) =>
    (what: string, value: string): string => {
      parameters.set(`/afterbuild/${name}/${what}`, value);
      return `ssm:/afterbuild/${name}/${what}`;
    };
  const channelTo = (kind: string, made: Made, mode: string, base: string) => {
    const name = `${kind}.${mode}`;
    const canary = `${CANARY}-of-${kind}-that-${mode}`;
    return { name, ...made(`${base}/${mode}/${name}`, plantedBy(name), canary) };
  };
  const channels = [
    ...Object.entries(KINDS).flatMap(([kind, made]) => [
      ...answersOf(kind).map((mode) => channelTo(kind, made, mode, url)),
      ...modesOf(kind, NOWHERE).map((mode) => channelTo(kind, made, mode, NOWHERE[mode] ?? '')),
    ]),
    // Parameters that are not there, and ones whose values cannot be used.
    { name: 'gone', kind: 'discord', url: 'ssm:/afterbuild/gone' },
    { name: 'no-address', kind: 'teams', url: plantedBy('no-address')('url', `${CANARY}-of-no address`) },
    {
      name: 'no-header',
      kind: 'github',
      repository: 'you/site',
      token: plantedBy('no-header')('token', `${CANARY}-of-no\n-header`),
      api: `${url}/refuses/no-header`,
    },
  ];
  return { came, channels, parameters, close: () => void server.close() };
};
