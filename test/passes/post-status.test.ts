import fc from 'fast-check';
import { emptyHistory, withReport } from '../../shared/core/history.ts';
import type { Report } from '../../shared/core/report.ts';
import { reportLine } from '../../shared/core/report-line.ts';
import { statusJson } from '../../shared/core/status-json.ts';
import { statusPage } from '../../shared/core/status-page.ts';
import { webhookDelivery } from '../../shared/core/webhook.ts';
import type { WebAnswer } from '../../shared/ports.ts';
import { aBuildReport, aHealthReport, NOON, SITE_NAMES } from '../core/report-fixture.ts';
import { CHANNELS, contents, type StatusWorld, statusWorld, WEBHOOK } from './status-world.ts';

const REPORTS: readonly Report[] = [
  aBuildReport({ id: 'b1' }),
  aBuildReport({ id: 'b2', outcome: 'failed', because: 'the build failed', endedAt: NOON + 60_000 }),
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

const toWebhook = (report: Report = aBuildReport()) => ({ channel: WEBHOOK.name, report });

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
          const choose = (count: number): number => (left.shift() ?? 0) % count;
          const world = sent({ choose, crashes: new Map(crashes) });
          await world.settle();
          expectAllTold(world);
        },
      ),
      { numRuns: 150 },
    );
  }, 30_000);

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

type Verdict = 'done' | 'later' | 'never';

test.each<[string, WebAnswer, Verdict, number?]>([
  ['200', { kind: 'answer', status: 200 }, 'done'],
  ['299', { kind: 'answer', status: 299 }, 'done'],
  ['199', { kind: 'answer', status: 199 }, 'never'],
  ['a redirect', { kind: 'answer', status: 302 }, 'never'],
  ['400', { kind: 'answer', status: 400 }, 'never'],
  ['410', { kind: 'answer', status: 410 }, 'never'],
  ['408', { kind: 'answer', status: 408 }, 'later', 5],
  ['425', { kind: 'answer', status: 425 }, 'later', 5],
  ['429', { kind: 'answer', status: 429 }, 'later', 5],
  ['429 with a time', { kind: 'answer', status: 429, retryAfterMs: 29_001 }, 'later', 30],
  ['429 that wants us at once', { kind: 'answer', status: 429, retryAfterMs: 0 }, 'later', 5],
  ['429 with a day', { kind: 'answer', status: 429, retryAfterMs: 86_400_000 }, 'later', 900],
  ['499', { kind: 'answer', status: 499 }, 'never'],
  ['500', { kind: 'answer', status: 500 }, 'later', 5],
  ['503 with a time', { kind: 'answer', status: 503, retryAfterMs: 60_000 }, 'later', 60],
  ['no answer', { kind: 'no-answer', because: 'ECONNRESET' }, 'later', 5],
  ['an address that is not sent to', { kind: 'refused', because: 'a private one' }, 'never'],
])('after %s the report is: %j → %s', async (_case, answer, verdict, seconds) => {
  const world = statusWorld({ workers: 1 });
  world.answer = () => answer;
  world.send(toWebhook());
  await world.settle(0);
  const because = answer.kind === 'answer' ? `status ${answer.status}` : answer.because;
  const told = world.facts.map(({ kind, alarm, because: why }) => ({ kind, alarm: alarm === true, why }));
  expect(told).toEqual(
    {
      done: [],
      later: [{ kind: 'posted-later', alarm: false, why: because }],
      never: [{ kind: 'not-posted', alarm: true, why: because }],
    }[verdict],
  );
  expect(world.sqs.nextAt('post')).toEqual(seconds === undefined ? undefined : world.now() + seconds * 1000);
});

describe('a webhook', () => {
  test('is sent with its id, signed with the secret that the parameter holds', async () => {
    const world = statusWorld({ workers: 1 });
    const report = aBuildReport();
    world.send(toWebhook(report));
    await world.settle();
    const { id, body } = webhookDelivery(report, 'ops', SITE_NAMES.url);
    expect(world.posts.map(({ url, request }) => ({ url, request }))).toEqual([
      {
        url: 'https://example.com/url-canary',
        request: {
          headers: { 'content-type': 'application/cloudevents+json', 'webhook-id': id },
          body,
          signedWith: 'secret-canary',
        },
      },
    ]);
  });

  test('goes to the address that a parameter holds', async () => {
    const channels = [{ ...WEBHOOK, url: 'ssm:/afterbuild/url' }];
    const world = statusWorld({ channels, workers: 1 });
    world.secrets.set('/afterbuild/url', 'https://example.com/held');
    world.send(toWebhook());
    await world.settle();
    expect(world.posts.map(({ url }) => url)).toEqual(['https://example.com/held']);
  });

  test('whose secret cannot be read is not sent, and waits for it', async () => {
    const world = statusWorld({ workers: 1 });
    world.secrets.clear();
    world.send(toWebhook());
    await world.settle(0);
    expect(world.posts).toEqual([]);
    expect(world.told('posted-later')).toMatchObject([
      {
        channel: 'ops',
        because: expect.stringContaining('/afterbuild/ops cannot be read: ParameterNotFound'),
      },
    ]);
    world.secrets.set('/afterbuild/ops', 'secret-canary');
    await world.settle();
    expect(world.posts.length).toBe(1);
  });

  test.each<[string, WebAnswer]>([
    ['done', { kind: 'answer', status: 200 }],
    ['later', { kind: 'answer', status: 500 }],
    ['never', { kind: 'refused', because: 'expected a public address, got a private one' }],
  ])('that is %s tells nothing of its address or secret', async (_case, answer) => {
    const world = statusWorld({ workers: 1 });
    world.answer = () => answer;
    world.send(toWebhook());
    await world.settle(0);
    expect(world.posts.length).toBe(1);
    expect(JSON.stringify(world.facts)).not.toContain('canary');
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

describe('the history', () => {
  const toPage = (report: Report) => ({ channel: 'page', report });
  const told = async (world: StatusWorld) => {
    const [report] = REPORTS;
    if (!report) throw new Error('expected a report');
    world.send(toPage(report));
    await world.settle();
    expect(world.history()).toEqual(withReport(emptyHistory, report));
    expect(world.files.get('index.html')?.body).toBe(statusPage(world.history(), SITE_NAMES));
  };

  test.each([
    ['written', [], 1],
    ['refused once', ['conflict'], 2],
    ['lost without a reply', ['lost'], 2],
    ['there without a reply: it is not written again', ['unheard'], 1],
    ['refused four times', ['conflict', 'conflict', 'conflict', 'conflict'], 5],
  ] as const)('is %s', async (_case, fates, writes) => {
    const world = statusWorld({ workers: 1 });
    world.fates.push(...fates);
    await told(world);
    expect(world.historyWrites).toBe(writes);
    expect(world.told('posted-later')).toEqual([]);
  });

  test('refused five times is tried again later', async () => {
    const world = statusWorld({ workers: 1 });
    world.fates.push(...Array.from({ length: 5 }, () => 'conflict' as const));
    await told(world);
    expect(world.told('posted-later').length).toBe(1);
    expect(world.historyWrites).toBe(6);
  });

  test('that is damaged begins anew, with an alarm', async () => {
    const world = statusWorld({ workers: 1 });
    world.put('{"schema":1,');
    await told(world);
    expect(world.told('history-unreadable')).toEqual([{ kind: 'history-unreadable', alarm: true }]);
  });

  test('with a report that cannot be read does not stop the page', async () => {
    const world = statusWorld({ workers: 1 });
    world.put('{"schema":1,"builds":[null],"health":[{}]}');
    await told(world);
  });

  test('of two workers the slower does not leave the older page', async () => {
    // The first reads and writes the history, then stands still while the second does all of its own.
    const order = [0, 0, ...Array.from({ length: 6 }, () => 1)];
    const world = statusWorld({ choose: (count) => Math.min(order.shift() ?? 0, count - 2) });
    const [one, other] = REPORTS;
    if (!one || !other) throw new Error('expected two reports');
    world.send(toPage(one));
    world.send(toPage(other));
    await world.settle();
    const whole = [one, other].reduce(withReport, emptyHistory);
    expect(world.files.get('index.html')?.body).toBe(statusPage(whole, SITE_NAMES));
    expect(world.files.get('status.json')?.body).toBe(statusJson(whole, SITE_NAMES));
  });
});
