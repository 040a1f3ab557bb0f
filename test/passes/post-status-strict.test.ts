/** Each channel against a service that refuses what the real one refuses, and fails as it fails. */

import { parseChannels } from '../../shared/core/channels.ts';
import { newDeployment, parseMade } from '../../shared/core/github.ts';
import type { Report } from '../../shared/core/report.ts';
import type { WebAnswer } from '../../shared/ports.ts';
import {
  aBuildReport,
  aHealthReport,
  aStartReport,
  NOON,
  PAGELESS,
  SITE_NAMES,
} from '../core/report-fixture.ts';
import { FORMS } from '../core/report-forms.ts';
import { CHANNELS, COMMIT, channelWorld, NAMES, type Name, TROUBLES } from './channel-world.ts';
import { statusWorld } from './status-world.ts';

const ODD = `<script>&amp; *b* _i_ \`c\` @everyone [x](http://y) "q" \\ \u{1f600} é\u0000\n`;
const LONG = 'because '.repeat(2_000);

const REPORTS: readonly (readonly [string, Report])[] = [
  ['a build', aBuildReport({ commit: COMMIT })],
  [
    'a long reason',
    aBuildReport({
      commit: COMMIT,
      because: LONG,
      outcome: 'stuck',
      api: { health: 'unhealthy', because: LONG },
    }),
  ],
  ['odd characters', aBuildReport({ commit: COMMIT, because: ODD, outcome: 'failed' })],
  ['a start', aStartReport({ commit: COMMIT })],
  ['an outage', aHealthReport()],
  ['a long outage', aHealthReport({ because: LONG })],
  ['an odd recovery', aHealthReport({ from: 'unhealthy', to: 'healthy', outageMs: 1, because: ODD })],
];

/** What GitHub and PagerDuty are not told. */
const isSilent = (name: Name, report: Report): boolean =>
  (name === 'github' && report.kind === 'health') || (name === 'pagerduty' && report.kind === 'start');

const withoutLog = (report: Report): Report => {
  if (report.kind === 'health') return report;
  const { logUrl: _logUrl, ...bare } = report;
  return bare;
};

const EVERY = NAMES.flatMap((name) =>
  REPORTS.flatMap(([what, report]) => [
    [name, what, report, SITE_NAMES] as const,
    [name, `${what} that leads nowhere`, withoutLog(report), PAGELESS] as const,
  ]),
);

test.each(EVERY)('%s takes %s', async (name, _what, report, site) => {
  const { world } = channelWorld(name, { site });
  world.send({ channel: name, report });
  await world.settle();
  expect([world.told('pass-failed'), world.told('not-posted')]).toEqual([[], []]);
  expect(world.posts.length > 0).toBe(!isSilent(name, report));
  for (const { forMs } of world.posts) expect([forMs > 0, forMs <= 10_000]).toEqual([true, true]);
  expect(world.dead()).toEqual([]);
});

test.each(NAMES.flatMap((name) => TROUBLES.map((trouble) => [name, ...trouble] as const)))(
  '%s answers %s',
  async (name, _what, first, again) => {
    const { world, taken } = channelWorld(name);
    let tries = 0;
    world.answer = (post) => {
      tries += 1;
      return tries === 1 ? first : taken(post);
    };
    world.send({ channel: name, report: aBuildReport({ commit: COMMIT }) });
    await world.settle();
    expect(tries > 1).toBe(again);
    expect(world.told('not-posted')).toHaveLength(again ? 0 : 1);
    const [one, other] = world.posts;
    if (again) expect(other?.request).toEqual(one?.request);
    if (first.kind === 'answer' && first.retryAfterMs !== undefined)
      expect((other?.at ?? 0) - (one?.at ?? 0)).toBeGreaterThanOrEqual(first.retryAfterMs);
    expect(world.dead()).toEqual([]);
  },
);

test.each(NAMES)('%s takes every form that a report can have, with links and without', async (name) => {
  const refused: unknown[] = [];
  for (const site of [SITE_NAMES, PAGELESS]) {
    for (const report of FORMS) {
      const { world } = channelWorld(name, { site });
      world.send({ channel: name, report });
      await world.settle();
      const wrong = [...world.told('pass-failed'), ...world.told('not-posted'), ...world.dead()];
      if (wrong.length > 0) refused.push([wrong, report]);
    }
  }
  expect(refused).toEqual([]);
});

const CALLS_MOST = 16;

test.each(NAMES)(
  '%s: a crash at any call loses nothing, and says nothing else the second time',
  async (name) => {
    for (let call = 0; call < CALLS_MOST; call += 1) {
      for (const fate of ['before', 'after'] as const) {
        const { world, github } = channelWorld(name, { crashes: new Map([[call, fate]]) });
        world.send({ channel: name, report: aBuildReport({ commit: COMMIT }) });
        await world.settle();
        const bodies = new Map<string, Set<string>>();
        for (const { url, request } of world.posts)
          bodies.set(url, (bodies.get(url) ?? new Set()).add(request.body));
        expect(world.posts.length).toBeGreaterThan(0);
        expect([call, fate, [...bodies.values()].every(({ size }) => size === 1)]).toEqual([
          call,
          fate,
          true,
        ]);
        if (name !== 'github') continue;
        expect(github.deployments).toHaveLength(1);
        expect(new Set(github.deployments[0]?.states)).toEqual(new Set(['success']));
      }
    }
  },
);

describe('GitHub', () => {
  const build = (number: number, more = {}) =>
    aBuildReport({
      id: `b${number}/final`,
      build: `shop:b${number}`,
      commit: COMMIT,
      startedAt: NOON - 60_000 + number,
      endedAt: NOON + number,
      ...more,
    });

  test('makes the former deployment inactive, and keeps the one that is there', async () => {
    const { world, github } = channelWorld('github');
    for (const number of [1, 2]) {
      world.send({ channel: 'github', report: build(number) });
      await world.settle();
    }
    expect(github.deployments.map(({ description, states }) => [description, states])).toEqual([
      ['2026-11-23T11:59:00.001Z Build shop:b1', ['success', 'inactive']],
      ['2026-11-23T11:59:00.002Z Build shop:b2', ['success']],
    ]);
  });

  test('leaves the deployments of another environment as they are', async () => {
    const { world, github } = channelWorld('github');
    world.send({ channel: 'github', report: build(1) });
    await world.settle();
    const [first] = github.deployments;
    if (first) first.environment = 'preview';
    world.send({ channel: 'github', report: build(2) });
    await world.settle();
    expect(github.deployments.map(({ environment, states }) => [environment, states])).toEqual([
      ['preview', ['success']],
      ['production', ['success']],
    ]);
  });

  test('a report that comes twice makes one deployment', async () => {
    const { world, github } = channelWorld('github');
    for (const _again of [1, 2]) {
      world.send({ channel: 'github', report: build(1) });
      await world.settle();
    }
    expect(github.deployments).toHaveLength(1);
  });

  test.each([
    ['live', 'success', 1],
    ['live-unproved', 'success', 1],
    ['stuck', 'failure', 1],
    ['failed', 'failure', 0],
    ['stopped', 'error', 0],
    ['superseded', 'error', 0],
  ] as const)(
    'a build that is %s is "%s" at its commit, and %d deployments',
    async (outcome, state, made) => {
      const { world, github } = channelWorld('github');
      world.send({ channel: 'github', report: build(1, { outcome }) });
      await world.settle();
      expect(github.statuses.map((status) => [status.state, status.context])).toEqual([
        [state, 'afterbuild'],
      ]);
      expect(github.deployments).toHaveLength(made);
    },
  );

  test('a build that is stuck does not take the place of the one before it', async () => {
    const { world, github } = channelWorld('github');
    world.send({ channel: 'github', report: build(1) });
    await world.settle();
    world.send({ channel: 'github', report: build(2, { outcome: 'stuck' }) });
    await world.settle();
    expect(github.deployments[0]?.states).toEqual(['success']);
  });

  test.each([
    ['production', true],
    ['staging', false],
  ])('is told that %s is one of production: %s', (environment, isProduction) => {
    const target = { repository: 'you/site', environment, api: 'https://api.github.com' };
    expect(newDeployment(build(1), target).body.production_environment).toBe(isProduction);
  });

  test('without a commit there is nothing that a repository knows', async () => {
    const { world } = channelWorld('github');
    const { commit: _commit, ...bare } = build(1);
    world.send({ channel: 'github', report: bare });
    await world.settle();
    expect(world.posts).toEqual([]);
  });

  test('a 403 with a time is one of too many requests', async () => {
    const { world, taken } = channelWorld('github');
    let tries = 0;
    world.answer = (post) => {
      tries += 1;
      return tries === 1 ? { kind: 'answer', status: 403, retryAfterMs: 60_000 } : taken(post);
    };
    world.send({ channel: 'github', report: build(1) });
    await world.settle();
    expect(world.told('not-posted')).toEqual([]);
    expect(tries).toBeGreaterThan(1);
  });

  test.each([
    ['broke with it', { isNew: true }, 'failure'],
    ['was broken before', {}, 'success'],
  ] as const)('a live build with which the API %s (%j) is a %s', async (_what, more, state) => {
    const { world, github } = channelWorld('github');
    const api = { health: 'unhealthy', because: 'status 503', ...more } as const;
    for (const report of [build(1), build(2, { api })]) {
      world.send({ channel: 'github', report });
      await world.settle();
    }
    expect(github.statuses.at(-1)?.state).toBe(state);
    // It is what visitors get all the same.
    expect(github.deployments.map(({ states }) => states)).toEqual([['success', 'inactive'], [state]]);
  });

  test('of many deployments as many are asked for as can be read', async () => {
    const { world, github } = channelWorld('github');
    for (let number = 0; number < 40; number += 1) {
      world.send({ channel: 'github', report: build(number) });
      await world.settle();
    }
    expect(world.told('pass-failed')).toEqual([]);
    expect(github.deployments.filter(({ states }) => states.at(-1) === 'success')).toHaveLength(1);
  });

  const begun = (number: number) =>
    aStartReport({
      id: `shop:b${number}/start`,
      build: `shop:b${number}`,
      commit: COMMIT,
      startedAt: build(number).startedAt,
    });

  test.each([
    ['after a later one', [begun(1), begun(2), build(2), build(1)]],
    ['in order, where it was told of last that it began', [begun(2), begun(1), build(1), build(2)]],
    ['for the first time after a later one', [build(2), build(1)]],
  ])('a build that is told of %s does not take its place', async (_when, reports) => {
    const { world, github } = channelWorld('github');
    for (const report of reports) {
      world.send({ channel: 'github', report });
      await world.settle();
    }
    const shown = github.deployments.map(({ description, states }) => [
      /Build (.*)/.exec(description ?? '')?.[1],
      states.at(-1),
    ]);
    expect(Object.fromEntries(shown)).toEqual({ 'shop:b1': 'inactive', 'shop:b2': 'success' });
  });

  test("where others' deployments are too long to be read, fewer are asked for", async () => {
    const { world, github, taken } = channelWorld('github');
    const asked: string[] = [];
    world.answer = (post) => {
      const [, most] = /per_page=(\d+)$/.exec(post.url) ?? [];
      if (post.request.method !== 'GET' || post.url.includes('/statuses')) return taken(post);
      asked.push(most ?? '');
      return most === '15' ? { kind: 'answer', status: 200, body: '[{"id":1,"payload":"' } : taken(post);
    };
    world.send({ channel: 'github', report: build(1) });
    await world.settle();
    expect(asked).toEqual(['15', '3']);
    expect(github.deployments.map(({ states }) => states)).toEqual([['success']]);
  });

  test('a 403 that speaks of a rate limit is one of too many requests, and waited for', async () => {
    const { world, taken } = channelWorld('github');
    const tries: number[] = [];
    const body = '{"message":"You have exceeded a secondary rate limit."}';
    world.answer = (post) => {
      tries.push(post.at);
      return tries.length === 1 ? { kind: 'answer', status: 403, body } : taken(post);
    };
    world.send({ channel: 'github', report: build(1) });
    await world.settle();
    expect(world.told('not-posted')).toEqual([]);
    expect((tries[1] ?? 0) - (tries[0] ?? 0)).toBe(60_000);
  });

  test('a 403 without a time is one for good', async () => {
    const { world } = channelWorld('github');
    world.answer = () => ({ kind: 'answer', status: 403 });
    world.send({ channel: 'github', report: build(1) });
    await world.settle();
    expect(world.told('not-posted')).toHaveLength(1);
  });

  test.each([
    ['a start', aStartReport({ commit: COMMIT }), '/_status/'],
    ['a build without a page', build(1), '/_status/'],
    [
      'a build with a page',
      build(1, { plan: `blobs/2026-11/${'0'.repeat(64)}` }),
      '/_status/deployments/b1.html',
    ],
  ])('leads from %s to its status', async (_what, report, path) => {
    const { world, github } = channelWorld('github');
    world.send({ channel: 'github', report });
    await world.settle();
    expect(github.statuses[0]?.target_url).toMatch(new RegExp(`[^/]${path.replaceAll('.', '\\.')}$`));
  });

  test.each(['', 'null', '{}', '{"id":0}', '{"id":1.5}', '{"id":"x"}'])(
    'a deployment made with %j as answer is none',
    (text) => {
      expect(parseMade(text)).toBeUndefined();
    },
  );

  test('the log stays inside, and so does the token', async () => {
    const { world } = channelWorld('github');
    world.send({ channel: 'github', report: build(1) });
    await world.settle();
    expect(world.posts.map(({ url, request }) => url + request.body).join('\n')).not.toMatch(
      /log-canary|token-canary/,
    );
    expect(JSON.stringify(world.facts)).not.toContain('token-canary');
  });
});

/** Each channel that shows a build is told of its start and of its end. */
const TWICE = ['slack-bot', 'github'] as const;
const start = aStartReport({ commit: COMMIT });
const end = aBuildReport({ commit: COMMIT });
/** What the channel shows at last, of each message or deployment. */
const shownBy = (name: (typeof TWICE)[number], { github, slack }: ReturnType<typeof channelWorld>) =>
  name === 'github'
    ? [...github.deployments.map(({ states }) => states.at(-1)), github.statuses.at(-1)?.state]
    : slack.messages.map(({ texts }) => /(live|pending) a1b2c3d/.exec(texts.at(-1) ?? '')?.[1]);
const LIVE = { github: ['success', 'success'], 'slack-bot': ['live'] } as const;

describe.each(TWICE)('%s, which is told of a start and of an end', (name) => {
  test('shows one thing, that is edited', async () => {
    const told = channelWorld(name);
    told.world.send({ channel: name, report: start });
    await told.world.settle();
    expect(shownBy(name, told)).toEqual(name === 'github' ? ['in_progress', 'pending'] : ['pending']);
    told.world.send({ channel: name, report: end });
    await told.world.settle();
    expect(shownBy(name, told)).toEqual(LIVE[name]);
  });

  test('is not told of a start that comes after the end', async () => {
    const told = channelWorld(name);
    for (const report of [end, start]) {
      told.world.send({ channel: name, report });
      await told.world.settle();
    }
    expect(shownBy(name, told)).toEqual(LIVE[name]);
  });

  test('shows the end at last, whatever two workers do in whichever order', async () => {
    for (let order = 0; order < 400; order += 1) {
      let state = order * 48_271 + 1;
      const choose = (waiting: readonly number[]): number => {
        state = (state * 48_271) % 2_147_483_647;
        return (state >> 12) % waiting.length;
      };
      const told = channelWorld(name, { workers: 2, choose });
      for (const report of [start, end]) told.world.send({ channel: name, report });
      await told.world.settle();
      const shown = shownBy(name, told);
      expect([order, shown]).toEqual([order, LIVE[name]]);
    }
  });

  test('shows the end at last, and the start no longer, whichever call a worker dies at', async () => {
    for (let call = 0; call < CALLS_OF_BOTH; call += 1) {
      for (const fate of ['before', 'after'] as const) {
        const told = channelWorld(name, { workers: 2, crashes: new Map([[call, fate]]) });
        for (const report of [start, end]) told.world.send({ channel: name, report });
        await told.world.settle();
        const shown = shownBy(name, told);
        expect([call, fate, shown.at(-1)]).toEqual([call, fate, LIVE[name].at(-1)]);
        // Slack has nothing to find a message by that was posted just before the worker died.
        expect(shown.length).toBeLessThanOrEqual(LIVE[name].length + (name === 'github' ? 0 : 1));
      }
    }
  });

  test('is told of the end, whatever it says to the start', async () => {
    for (const [, first] of TROUBLES) {
      const told = channelWorld(name);
      let asked = 0;
      told.world.answer = (post) => {
        asked += 1;
        return asked === 1 ? first : told.taken(post);
      };
      for (const report of [start, end]) told.world.send({ channel: name, report });
      await told.world.settle();
      expect([first, shownBy(name, told).at(-1)]).toEqual([first, LIVE[name].at(-1)]);
    }
  });
});

const CALLS_OF_BOTH = 34;

describe('GitHub, told of a start', () => {
  test.each([
    ['failed', 'failure'],
    ['stopped', 'error'],
    ['superseded', 'error'],
  ] as const)('is told how a build that is %s ended: "%s"', async (outcome, state) => {
    const { world, github } = channelWorld('github');
    for (const report of [start, aBuildReport({ commit: COMMIT, outcome })]) {
      world.send({ channel: 'github', report });
      await world.settle();
    }
    expect(github.deployments.map(({ states }) => states)).toEqual([['in_progress', state]]);
  });

  test('makes inactive what was live, however many failed since', async () => {
    const { world, github } = channelWorld('github');
    const outcomes = ['live', 'failed', 'failed', 'live-unproved'] as const;
    for (const [number, outcome] of outcomes.entries()) {
      const build = `shop:b${number}`;
      const at = NOON + number * 1_000;
      for (const report of [
        aStartReport({ id: `${build}/start`, build, startedAt: at, commit: COMMIT }),
        aBuildReport({ id: `${build}/final`, build, startedAt: at, endedAt: at, outcome, commit: COMMIT }),
      ]) {
        world.send({ channel: 'github', report });
        await world.settle();
      }
    }
    expect(github.deployments.map(({ states }) => states.at(-1))).toEqual([
      'inactive',
      'failure',
      'failure',
      'success',
    ]);
  });
});

describe('Slack by a bot', () => {
  const said = (body: string): WebAnswer => ({ kind: 'answer', status: 200, body });

  test.each([
    ['that it has too much to do', '{"ok":false,"error":"ratelimited"}', true],
    ['that it is broken', '{"ok":false,"error":"internal_error"}', true],
    ['nothing that can be read', '<html>', true],
    ['null', 'null', true],
    ['that it took it, but not by which name', '{"ok":true}', true],
    ['that it took it, by a name that is none', '{"ok":true,"ts":"token-canary"}', true],
    ['neither that it took it nor why not', '{"error":"invalid_auth"}', true],
    ['nothing of why not', '{"ok":false}', true],
    ['a reason that is none of its words', '{"ok":false,"error":"<b>token-canary</b>"}', true],
    ['that the bot is not there', '{"ok":false,"error":"not_in_channel"}', false],
    ['that the token is none', '{"ok":false,"error":"invalid_auth"}', false],
  ])('says with status 200 %s', async (_what, body, again) => {
    const { world, slack, taken } = channelWorld('slack-bot');
    let asked = 0;
    world.answer = (post) => {
      asked += 1;
      return asked === 1 ? said(body) : taken(post);
    };
    world.send({ channel: 'slack-bot', report: end });
    await world.settle();
    expect(slack.messages).toHaveLength(again ? 1 : 0);
    expect(world.told('not-posted')).toHaveLength(again ? 0 : 1);
    expect(JSON.stringify(world.facts)).not.toContain('token-canary');
  });

  test('a message that somebody deleted is posted anew', async () => {
    const { world, slack } = channelWorld('slack-bot');
    world.send({ channel: 'slack-bot', report: start });
    await world.settle();
    slack.messages.splice(0);
    world.send({ channel: 'slack-bot', report: end });
    await world.settle();
    expect(slack.messages.map(({ texts }) => texts.length)).toEqual([1]);
  });

  test('an outage and its end are messages of their own, since nobody is told of an edit', async () => {
    const { world, slack } = channelWorld('slack-bot');
    for (const report of [
      aHealthReport({ id: 'h1' }),
      aHealthReport({ id: 'h2', from: 'unhealthy', to: 'healthy', outageMs: 60_000 }),
    ]) {
      world.send({ channel: 'slack-bot', report });
      await world.settle();
    }
    expect(slack.messages.map(({ texts }) => texts.length)).toEqual([1, 1]);
  });
});

describe('a chat that asks for starts', () => {
  test('is told in order, by messages of their own', async () => {
    const only = ['pending', 'live'];
    const world = statusWorld({
      workers: 1,
      channels: parseChannels(JSON.stringify([{ name: 'slack', ...CHANNELS.slack, only }])),
    });
    world.secrets.set('/afterbuild/url', 'https://example.com/hook');
    for (const report of [end, start]) world.send({ channel: 'slack', report });
    await world.settle();
    expect(world.posts).toHaveLength(1);
    expect(world.posts[0]?.request.body).toContain('is live');
  });
});

describe('a topic', () => {
  const topic = 'arn:aws:sns:us-east-1:123456789012:status';
  const topicWorld = () =>
    statusWorld({
      workers: 1,
      channels: parseChannels(JSON.stringify([{ name: 'mail', kind: 'sns', topic }])),
    });

  test('is told the same again after trouble, until it takes it', async () => {
    const world = topicWorld();
    let tries = 0;
    world.publishing = () => {
      tries += 1;
      return tries === 1 ? { kind: 'not-published', because: 'Throttled' } : { kind: 'published' };
    };
    world.send({ channel: 'mail', report: aBuildReport() });
    await world.settle();
    expect(world.published).toHaveLength(2);
    expect(world.published[0]).toEqual(world.published[1]);
    expect(world.published[0]?.topic).toBe(topic);
  });

  test('that refuses it is not asked again, and a person is told', async () => {
    const world = topicWorld();
    world.publishing = () => ({ kind: 'refused', because: 'NotFound' });
    world.send({ channel: 'mail', report: aBuildReport() });
    await world.settle();
    expect(world.published).toHaveLength(1);
    expect(world.told('not-posted')).toMatchObject([{ alarm: true, because: 'NotFound' }]);
  });
});

test('Discord says in its body when to come back', async () => {
  const { world, taken } = channelWorld('discord');
  const body = JSON.stringify({ message: 'You are being rate limited.', retry_after: 64.57, global: false });
  world.answer = (post) => (world.posts.length === 1 ? { kind: 'answer', status: 429, body } : taken(post));
  world.send({ channel: 'discord', report: aBuildReport() });
  await world.settle();
  expect(world.posts.map(({ at }) => at - NOON)).toEqual([0, 65_000]);
});
