/**
 * Each channel in trouble at any of its calls, by any answer and by any behaviour of a connection: it is told all of
 * it in the end, or a person is; and never the same thing with another content.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { webAdapter } from '../../shared/aws/web.ts';
import { parseChannels } from '../../shared/core/channels.ts';
import { deliverTo } from '../../shared/passes/deliver.ts';
import type { StatusPorts, WebAnswer } from '../../shared/ports.ts';
import { aBuildReport, aStartReport, SITE_NAMES } from '../core/report-fixture.ts';
import { STAND_INS } from '../stand-ins/chats.ts';
import { createGitHub } from '../stand-ins/github.ts';
import { createSlack } from '../stand-ins/slack-bot.ts';
import { CHANNELS, COMMIT, channelWorld, NAMES, type Name, TROUBLES } from './channel-world.ts';
import type { Post } from './status-world.ts';

/** What was posted, and the report that was told of by it. */
type Posted = Post & Readonly<{ of: string }>;

/** More than any of them makes. */
const CALLS_MOST = 20;

const former = aBuildReport({ id: 'former/final', build: 'shop:former', commit: COMMIT });
const start = aStartReport({ id: 'shop:b/start', build: 'shop:b', commit: COMMIT });
const end = aBuildReport({ id: 'shop:b/final', build: 'shop:b', commit: COMMIT });

/** A build after another one, with this answer to one of its requests; `isTaken`: which the service took. */
const toldWith = async (name: Name, trouble: WebAnswer, nth: number, isTaken = false) => {
  const told = channelWorld(name);
  told.world.send({ channel: name, report: former });
  await told.world.settle();
  const before = told.world.posts.length;
  let asked = 0;
  told.world.answer = (post) => {
    asked += 1;
    if (asked !== nth) return told.taken(post);
    if (isTaken) told.taken(post);
    return trouble;
  };
  const posts: Posted[] = [];
  for (const report of [start, end]) {
    told.world.send({ channel: name, report });
    await told.world.settle();
    for (const post of told.world.posts.slice(before + posts.length)) posts.push({ ...post, of: report.id });
  }
  return { ...told, posts, isMet: asked >= nth };
};

/** The steps of telling a report of which one address got several contents. */
const twofold = (posts: readonly Posted[]): readonly string[] => {
  const contents = new Map<string, Set<string>>();
  for (const { url, request, of } of posts) {
    const { headers, body, method, signedWith } = request;
    const step = `${method ?? 'POST'} ${url} of ${of}`;
    contents.set(step, (contents.get(step) ?? new Set()).add(JSON.stringify([headers, body, signedWith])));
  }
  return [...contents].filter(([, { size }]) => size !== 1).map(([step]) => step);
};

describe.each(NAMES)('%s', (name) => {
  test.each(TROUBLES)('answers any one of its requests %s', async (_what, trouble, again) => {
    let met = 0;
    for (let nth = 1; nth <= CALLS_MOST; nth += 1) {
      const { world, github, slack, posts, isMet } = await toldWith(name, trouble, nth);
      if (!isMet) break;
      met += 1;
      expect([nth, world.told('pass-failed'), world.dead()]).toEqual([nth, [], []]);
      // Told to the end, or else a person was told that it was not.
      expect([nth, world.told('not-posted').length]).toEqual([nth, again ? 0 : 1]);
      expect([nth, twofold(posts)]).toEqual([nth, []]);
      if (name === 'github' && again) {
        expect([nth, github.statuses.at(-1)?.state]).toEqual([nth, 'success']);
        expect([nth, github.deployments.map(({ states }) => states.at(-1))]).toEqual([
          nth,
          ['inactive', 'success'],
        ]);
      }
      if (name === 'slack-bot' && again)
        expect([nth, slack.messages.map(({ texts }) => /live a1b2c3d/.test(texts.at(-1) ?? ''))]).toEqual([
          nth,
          [true, true],
        ]);
    }
    // A post for the build at least; GitHub is asked for what is there, and Slack's message is edited.
    expect(met).toBeGreaterThanOrEqual({ github: 8, 'slack-bot': 2 }[name as string] ?? 1);
    expect(met).toBeLessThan(CALLS_MOST);
  });

  test('takes any one of its requests, and the answer is lost', async () => {
    const lost: WebAnswer = { kind: 'no-answer', because: 'no answer within 10000 ms' };
    for (let nth = 1; nth <= CALLS_MOST; nth += 1) {
      const { world, github, slack, posts, isMet } = await toldWith(name, lost, nth, true);
      if (!isMet) break;
      expect([nth, world.told('pass-failed'), world.told('not-posted'), world.dead()]).toEqual([
        nth,
        [],
        [],
        [],
      ]);
      expect([nth, twofold(posts)]).toEqual([nth, []]);
      // It is found again by its description, so that it is not made twice.
      if (name === 'github')
        expect([nth, github.deployments.map(({ states }) => states.at(-1))]).toEqual([
          nth,
          ['inactive', 'success'],
        ]);
      // Slack has nothing to find a message by: a start may stand there twice, and the end is shown all the same.
      if (name !== 'slack-bot') continue;
      expect([nth, slack.messages.at(-1)?.texts.at(-1)]).toEqual([
        nth,
        expect.stringMatching(/live a1b2c3d/),
      ]);
      expect(slack.messages.length).toBeLessThanOrEqual(3);
    }
  });
});

type Behaviour = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

const pour = (outgoing: ServerResponse): void => {
  const chunk = Buffer.alloc(65_536, '[');
  const more = (): void => {
    while (!outgoing.destroyed && outgoing.write(chunk));
  };
  outgoing.on('drain', more);
  more();
};

/** Far less than a channel may take, and far more than an answer on this machine takes. */
const PATIENCE_MS = 400;
const READY_MS = 10_000;

/** What a connection may do, and what becomes of the delivery where only the status counts, and where the text does. */
const BEHAVIOURS: readonly (readonly [string, Behaviour, 'done' | 'later' | 'never', 'later' | 'never'])[] = [
  ['does not answer', () => undefined, 'later', 'later'],
  ['is reset', (incoming) => incoming.socket.resetAndDestroy(), 'later', 'later'],
  ['is closed at once', (incoming) => incoming.socket.destroy(), 'later', 'later'],
  ['speaks no HTTP', (incoming) => incoming.socket.end('220 mail.example.com ESMTP\r\n'), 'later', 'later'],
  [
    'ends in the middle of the answer',
    (_incoming, outgoing) =>
      outgoing
        .writeHead(200, { 'content-length': 1_000 })
        .write('{"ok":true,"ts":"1.', () => outgoing.destroy()),
    'later',
    'later',
  ],
  [
    'drips',
    (_incoming, outgoing) => {
      outgoing.writeHead(200).flushHeaders();
      const timer = setInterval(() => outgoing.write('['), 20);
      outgoing.on('close', () => clearInterval(timer));
    },
    'later',
    'later',
  ],
  ['answers without an end', (_incoming, outgoing) => pour(outgoing.writeHead(200)), 'done', 'later'],
  [
    'is led elsewhere',
    (_incoming, outgoing) => outgoing.writeHead(307, { location: '/elsewhere' }).end(),
    'never',
    'never',
  ],
];

const waits = (given: string): boolean => given === 'does not answer' || given === 'drips';

const worldOfSockets = async (name: Name) => {
  let behaviour: Behaviour | undefined;
  const bodies: string[] = [];
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const github = createGitHub({ api, token: 'token-canary', repository: 'you/site' });
  const slack = createSlack({ api, token: 'token-canary', conversation: 'C0123456789' });

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await text(incoming);
    if (incoming.url === '/elsewhere') throw new Error('expected no redirect to be followed');
    if (incoming.method === 'POST') bodies.push(body);
    if (behaviour) return behaviour(incoming, outgoing);
    const url = `${api}${incoming.url}`;
    const headers = incoming.headers as Record<string, string>;
    const request = {
      headers,
      body,
      method: incoming.method === 'GET' ? ('GET' as const) : ('POST' as const),
      signedWith: headers['webhook-signature'] ?? '',
    };
    if (name === 'github' || name === 'slack-bot') {
      const said = name === 'github' ? github.answer(url, request) : slack.answer(url, request);
      return void outgoing.writeHead(said.status).end(said.body);
    }
    STAND_INS[name](url, request);
    outgoing.writeHead(202).end('ok');
  };

  const [channel] = parseChannels(JSON.stringify([{ name, ...CHANNELS[name] }]));
  const secrets = new Map([
    ['/afterbuild/url', `${api}/hook`],
    ['/afterbuild/ops', 'secret-canary'],
    ['/afterbuild/token', 'token-canary'],
  ]);
  const ports = {
    clock: { now: () => Date.now() },
    secrets: { read: async (of: string) => secrets.get(of) ?? '' },
    web: webAdapter({ allowLocal: true }),
  } as unknown as StatusPorts;
  return {
    bodies,
    github,
    slack,
    behave: (next: Behaviour | undefined) => {
      behaviour = next;
    },
    deliver: (forMs: number) => {
      if (!channel || channel.kind === 'log' || channel.kind === 'page')
        throw new Error('expected a channel');
      const placed = 'api' in channel ? { ...channel, api } : channel;
      return deliverTo(placed, end, undefined, ports, SITE_NAMES, Date.now() + forMs);
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

describe.each(NAMES)('%s', (name) => {
  let world: Awaited<ReturnType<typeof worldOfSockets>>;
  beforeAll(async () => {
    world = await worldOfSockets(name);
  });
  afterAll(() => world.close());

  test.each(BEHAVIOURS)('whose connection %s', async (what, behaviour, byStatus, byText) => {
    const isRead = name === 'slack-bot' || name === 'github';
    world.bodies.splice(0);
    world.behave(behaviour);
    const delivered = await world.deliver(waits(what) ? PATIENCE_MS : READY_MS);
    expect(delivered.kind).toBe(isRead ? byText : byStatus);
    expect(world.bodies.length).toBeGreaterThan(0);
    const [first] = world.bodies;

    world.behave(undefined);
    expect((await world.deliver(READY_MS)).kind).toBe('done');
    // Which of GitHub's requests it was is not the first again.
    expect(world.bodies.slice(1)).toContain(first);
  });
});
