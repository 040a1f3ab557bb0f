/** A channel of each kind, and a service behind it that refuses what the real one refuses. */

import { parseChannels } from '../../shared/core/channels.ts';
import type { WebAnswer } from '../../shared/ports.ts';
import { STAND_INS } from '../stand-ins/chats.ts';
import { createGitHub } from '../stand-ins/github.ts';
import { createSlack } from '../stand-ins/slack-bot.ts';
import { type Post, statusWorld, type WorldOptions } from './status-world.ts';

const URL_OF = 'ssm:/afterbuild/url';
export const CHANNELS = {
  slack: { kind: 'slack', url: URL_OF },
  teams: { kind: 'teams', url: URL_OF },
  discord: { kind: 'discord', url: URL_OF },
  pagerduty: { kind: 'pagerduty', secret: 'ssm:/afterbuild/ops' },
  webhook: { kind: 'webhook', url: URL_OF, secret: 'ssm:/afterbuild/ops' },
  'slack-bot': { kind: 'slack-bot', conversation: 'C0123456789', token: 'ssm:/afterbuild/token' },
  github: { kind: 'github', repository: 'you/site', token: 'ssm:/afterbuild/token' },
} as const;
export type Name = keyof typeof CHANNELS;
export const NAMES = Object.keys(CHANNELS) as Name[];

export const COMMIT = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';
export const channelWorld = (name: Name, options: WorldOptions = {}) => {
  const github = createGitHub({
    api: 'https://api.github.com',
    token: 'token-canary',
    repository: 'you/site',
    now: () => world.now(),
  });
  const slack = createSlack({
    api: 'https://slack.com/api',
    token: 'token-canary',
    conversation: 'C0123456789',
  });
  const world = statusWorld({
    workers: 1,
    channels: parseChannels(JSON.stringify([{ name, ...CHANNELS[name] }])),
    ...options,
  });
  world.secrets.set('/afterbuild/url', 'https://example.com/hook').set('/afterbuild/token', 'token-canary');
  /** What the service says to a request that it would take. */
  const taken = ({ url, request }: Post): WebAnswer => {
    if (name === 'github') return { kind: 'answer', ...github.answer(url, request) };
    if (name === 'slack-bot') return { kind: 'answer', ...slack.answer(url, request) };
    STAND_INS[name](url, request);
    return { kind: 'answer', status: name === 'teams' || name === 'pagerduty' ? 202 : 200 };
  };
  world.answer = taken;
  return { world, github, slack, taken };
};

/** An answer; then all is well. `again`: whether it has to be tried again. */
export const TROUBLES: readonly (readonly [string, WebAnswer, boolean])[] = [
  ['too many requests, for half a minute', { kind: 'answer', status: 429, retryAfterMs: 30_000 }, true],
  ['too many requests', { kind: 'answer', status: 429 }, true],
  ['an error of its own', { kind: 'answer', status: 503 }, true],
  ['no answer in time', { kind: 'no-answer', because: 'no answer within 10000 ms' }, true],
  ['a refusal for good', { kind: 'answer', status: 400 }, false],
  ['that it is gone', { kind: 'answer', status: 410 }, false],
  ['a redirect, which is not followed', { kind: 'answer', status: 302 }, false],
  ['a private address', { kind: 'refused', because: 'not a public address' }, false],
];
