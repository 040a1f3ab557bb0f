import type { Channel, Chat } from '../../shared/core/channels.ts';
import { discordMessage, slackMessage, teamsMessage } from '../../shared/core/chat-messages.ts';
import { chatSummary } from '../../shared/core/chat-summary.ts';
import { aBuildReport, aHealthReport, SITE_NAMES } from '../core/report-fixture.ts';
import { statusWorld } from './status-world.ts';

const NAME = '/afterbuild/chat';
const ADDRESS = 'https://chat.example.com/secret-canary';
const MESSAGES = { slack: slackMessage, teams: teamsMessage, discord: discordMessage } as const;

const chat = (kind: Chat): Channel => ({ name: kind, kind, url: `ssm:${NAME}` });

const worldWith = (kind: Chat, address = ADDRESS) => {
  const world = statusWorld({ channels: [chat(kind)], workers: 1 });
  world.secrets.set(NAME, address);
  return world;
};

const CHATS: readonly Chat[] = ['slack', 'teams', 'discord'];

test.each(CHATS)('%s gets its own form of a report, as JSON and unsigned', async (kind) => {
  for (const report of [aBuildReport(), aHealthReport()]) {
    const world = worldWith(kind);
    world.send({ channel: kind, report });
    await world.settle();
    expect(world.posts.map(({ request }) => request)).toEqual([
      {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(MESSAGES[kind](chatSummary(report, SITE_NAMES))),
        ...(kind === 'discord' ? { wantsBody: true } : {}),
      },
    ]);
  }
});

test.each([
  ['slack', ADDRESS, ADDRESS],
  ['teams', ADDRESS, ADDRESS],
  ['discord', ADDRESS, `${ADDRESS}?wait=true`],
  ['discord', `${ADDRESS}?thread_id=1`, `${ADDRESS}?thread_id=1&wait=true`],
] as const)('%s at %s is sent to %s', async (kind, address, expected) => {
  const world = worldWith(kind, address);
  world.send({ channel: kind, report: aBuildReport() });
  await world.settle();
  expect(world.posts.map(({ url }) => url)).toEqual([expected]);
});

test.each(CHATS)(
  '%s that is busy gets the same message again, and one that is gone is told of',
  async (kind) => {
    const world = worldWith(kind);
    const answers = [
      { kind: 'answer', status: 429, retryAfterMs: 30_000 },
      { kind: 'answer', status: 404 },
    ] as const;
    world.answer = () => answers[world.posts.length - 1] ?? { kind: 'answer', status: 200 };
    world.send({ channel: kind, report: aBuildReport() });
    await world.settle();
    expect(new Set(world.posts.map(({ request }) => request.body)).size).toBe(1);
    expect(world.posts).toHaveLength(2);
    expect(world.facts.filter(({ alarm }) => alarm)).toEqual([
      { kind: 'not-posted', alarm: true, channel: kind, report: expect.any(String), because: 'status 404' },
    ]);
    expect(JSON.stringify(world.facts)).not.toContain('secret-canary');
  },
);

test.each(CHATS)('%s whose address cannot be read waits for it', async (kind) => {
  const world = statusWorld({ channels: [chat(kind)], workers: 1 });
  world.send({ channel: kind, report: aBuildReport() });
  await world.settle(0);
  expect(world.posts).toEqual([]);
  expect(world.facts).toMatchObject([{ kind: 'posted-later', channel: kind }]);
});
