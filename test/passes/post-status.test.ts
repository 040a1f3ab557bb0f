import fc from 'fast-check';
import { parseChannels } from '../../shared/core/channels.ts';
import { emptyHistory, withReport } from '../../shared/core/history.ts';
import type { Report } from '../../shared/core/report.ts';
import { reportLine } from '../../shared/core/report-line.ts';
import { statusJson } from '../../shared/core/status-json.ts';
import { statusPage } from '../../shared/core/status-page.ts';
import { webhookDelivery } from '../../shared/core/webhook.ts';
import { aBuildReport, aHealthReport, NOON, SITE_NAMES } from '../core/report-fixture.ts';
import { CHANNELS, contents, type StatusWorld, statusWorld, toWebhook } from './status-world.ts';

const REPORTS: readonly Report[] = [
  aBuildReport({ id: 'b1', build: 'shop:1' }),
  aBuildReport({
    id: 'b2',
    build: 'shop:2',
    outcome: 'failed',
    because: 'the build failed',
    endedAt: NOON + 60_000,
  }),
  aHealthReport({ id: 'h1', at: NOON + 30_000 }),
];

/** Every channel has every report, each always with the same content, and the page is the one of all of them. */
const expectAllTold = (world: StatusWorld, reports: readonly Report[] = REPORTS): void => {
  const got = contents(world);
  const names = reports.flatMap(({ id }) => [`log ${id}`, `ops ${id}`]).sort();
  expect([...got.keys()].sort()).toEqual(names);
  for (const [name, different] of got) expect([name, different.size]).toEqual([name, 1]);
  const whole = reports.reduce(withReport, emptyHistory);
  expect(world.history()).toEqual(whole);
  expect(world.files.get('index.html')).toEqual({
    body: statusPage(whole, SITE_NAMES),
    contentType: 'text/html; charset=utf-8',
  });
  expect(world.files.get('status.json')).toEqual({
    body: statusJson(whole, SITE_NAMES),
    contentType: 'application/json',
  });
  expect(world.dead()).toEqual([]);
  expect(world.told('pass-failed')).toEqual([]);
};

const sent = (options?: Parameters<typeof statusWorld>[0], reports = REPORTS): StatusWorld => {
  const world = statusWorld(options);
  for (const report of reports) world.send(report);
  return world;
};

describe('every channel gets every report', () => {
  test('once each, when nothing goes wrong, with what the report says', async () => {
    const world = sent({ workers: 1 });
    await world.settle();
    expectAllTold(world);
    expect(world.told('status').map(({ line }) => line)).toEqual(REPORTS.map(reportLine));
    expect(world.posts.map(({ request }) => request.body)).toEqual(
      REPORTS.map((report) => webhookDelivery(report, 'ops', SITE_NAMES.url).body),
    );
    expect(world.historyWrites).toBe(REPORTS.length);
    expect(world.told('posted-later')).toEqual([]);
  });

  test('whichever call of a worker never returns, before or after it took effect', async () => {
    const quiet = sent();
    await quiet.settle();
    expect(quiet.calls()).toBeGreaterThan(40);
    for (let call = 0; call < quiet.calls(); call += 1) {
      for (const fate of ['before', 'after'] as const) {
        const world = sent({ crashes: new Map([[call, fate]]) });
        await world.settle();
        expectAllTold(world);
      }
    }
  });

  test('in any order of two workers’ calls, with pauses longer than a message is hidden, and crashes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { maxLength: 150 }),
        fc.array(fc.tuple(fc.nat(120), fc.constantFrom('before' as const, 'after' as const)), {
          maxLength: 4,
        }),
        async (choices, crashes) => {
          const left = [...choices];
          const choose = ({ length }: readonly number[]): number => (left.shift() ?? 0) % (length + 1);
          const world = sent({ choose, crashes: new Map(crashes) });
          await world.settle();
          expectAllTold(world);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('when each report comes twice', async () => {
    const world = sent({}, [...REPORTS, ...REPORTS]);
    await world.settle();
    expectAllTold(world);
    expect(world.historyWrites).toBe(REPORTS.length);
  });
});

describe('a report for all', () => {
  test('becomes one message for each channel that wants it', async () => {
    const channels = [...CHANNELS, { name: 'bad', kind: 'log', only: ['failed'] } as const];
    const world = statusWorld({ channels, workers: 1 });
    const bodies: string[] = [];
    world.sending = (body) => {
      bodies.push(body);
      return 'sent';
    };
    const report = aBuildReport();
    world.send(report);
    await world.settle();
    expect(bodies.map((body) => JSON.parse(body))).toEqual(
      ['log', 'page', 'ops'].map((channel) => ({ channel, report })),
    );
  });

  test('that no channel wants is done with', async () => {
    const world = statusWorld({ channels: [{ name: 'bad', kind: 'log', only: ['failed'] }] });
    world.send(aBuildReport());
    await world.settle();
    expect(world.facts).toEqual([]);
  });

  test('stays until each of its messages is sent', async () => {
    const world = statusWorld();
    let refusals = 3;
    world.sending = (body) => {
      if (!body.includes('"ops"') || refusals === 0) return 'sent';
      refusals -= 1;
      return 'not-sent';
    };
    world.send(aBuildReport());
    await world.settle();
    expectAllTold(world, [aBuildReport()]);
    expect(world.told('posted-later').map(({ channel, seconds }) => [channel, seconds])).toEqual([
      ['all', 5],
      ['all', 10],
      ['all', 20],
    ]);
    // The others are told once all the same.
    expect(world.told('status')).toHaveLength(1);
  });
});

describe('a channel that is down', () => {
  test('delays no other, and gets its own when it is back', async () => {
    const world = sent({ workers: 1 });
    world.answer = () => ({ kind: 'no-answer', because: 'ECONNREFUSED' });
    await world.settle(60_000);
    expect(world.told('status').length).toBe(REPORTS.length);
    expect(world.history()).toEqual(REPORTS.reduce(withReport, emptyHistory));
    expect(world.now()).toBeLessThanOrEqual(NOON + 60_000);
    world.answer = () => ({ kind: 'answer', status: 204 });
    await world.settle();
    expectAllTold(world);
  });

  test('is tried again after 5 s, doubled each time up to 15 min, until the queue gives up', async () => {
    const world = statusWorld({ workers: 1 });
    world.answer = () => ({ kind: 'answer', status: 503 });
    world.send(toWebhook());
    await world.settle();
    const at = world.posts.map((post) => post.at);
    const waits = at.slice(1).map((time, n) => (time - Number(at[n])) / 1000);
    expect(waits.slice(0, 10)).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
    expect(world.posts.length).toBe(100);
    expect(world.dead().length).toBe(1);
  });

  test('has ten seconds, and no more than the function has', async () => {
    const world = statusWorld({ workers: 1 });
    world.send(toWebhook());
    await world.settle();
    expect(world.posts.map(({ forMs }) => forMs)).toEqual([10_000]);
  });
});

test.each([
  ['no JSON', 'x'],
  ['no report', '{"kind":"cost"}'],
])('%s is kept with an alarm, and ends where a person finds it', async (_case, body) => {
  const world = statusWorld({ workers: 1 });
  world.send(body);
  await world.settle();
  expect(world.told('report-unreadable')[0]).toMatchObject({ alarm: true, message: expect.any(String) });
  expect(world.dead().map((message) => message.body)).toEqual([body]);
});

test('a message for a channel that was taken away is done with, and says so', async () => {
  const world = statusWorld({ channels: [], workers: 1 });
  world.send(toWebhook());
  await world.settle();
  expect(world.facts).toEqual([
    {
      kind: 'not-posted',
      alarm: true,
      channel: 'ops',
      report: aBuildReport().id,
      because: 'there is no such channel any more',
    },
  ]);
});

test('a pass that fails is tried again at longer and longer intervals', async () => {
  const channels = parseChannels(
    '[{"name":"mail","kind":"sns","topic":"arn:aws:sns:us-east-1:123456789012:x"}]',
  );
  const world = statusWorld({ channels, workers: 1 });
  const tries: number[] = [];
  world.publishing = () => {
    tries.push(world.now());
    if (tries.length < 5) throw new Error('a mistake of our own');
    return { kind: 'published' };
  };
  world.send({ channel: 'mail', report: aBuildReport() });
  await world.settle();
  const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
  expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000]);
});
