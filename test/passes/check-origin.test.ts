import { uptimeOf } from '../../shared/core/check-history.ts';
import type { ServiceFacts } from '../../shared/ports.ts';
import { MINUTE_MS, now } from '../core/health-fixture.ts';
import { BUILD_ENDED, healthWorld, healthyWorld, status, TICK } from './health-world.ts';

const running: ServiceFacts = { status: 'running' };
const deploying = (startedAt: number): ServiceFacts => ({
  status: 'in-progress',
  operation: { id: 'o', kind: 'deployment', status: 'in-progress', startedAt },
});

describe('what is posted', () => {
  test('that all is well at first sight is not', async () => {
    const world = await healthyWorld();
    expect(world.state()).toMatchObject({ health: 'healthy', since: now, outbox: [] });
    expect(world.sent).toEqual([]);
  });

  test('an outage is, once, and its end with how long it was', async () => {
    const world = await healthyWorld();
    world.answer(503);
    await world.minutes(10);
    const downAt = world.state()?.since ?? 0;
    world.answer(200);
    await world.minutes(5);
    expect(world.reports()).toMatchObject([
      { id: `health/${downAt}/unhealthy`, from: 'healthy', to: 'unhealthy', at: downAt },
      { from: 'unhealthy', to: 'healthy', outageMs: (world.state()?.since ?? 0) - downAt },
    ]);
    expect(world.state()?.outbox).toEqual([]);
  });

  test('an API that never answered is', async () => {
    const world = healthWorld();
    world.answer(503);
    await world.minutes(3);
    expect(world.reports()).toMatchObject([
      { from: 'unknown', to: 'unhealthy', because: 'status 503, 3 times in a row' },
    ]);
  });

  test('a broken route is told from a broken service', async () => {
    const world = await healthyWorld();
    world.answer(200, 502);
    await world.minutes(8);
    expect(world.reports()).toMatchObject([
      { because: 'answers directly, but not through the distribution: status 502, 3 times in a row' },
    ]);
  });

  test('without an API nothing is looked at', async () => {
    const world = healthWorld();
    await world.pass(TICK, { hasApi: false });
    expect(world.probes).toEqual([]);
    expect(world.stored()).toBeUndefined();
  });
});

test.each([5, 60])(
  'a day with an outage of six hours is 75 %% up, where a healthy API is asked each %d minutes',
  async (every) => {
    const world = healthWorld();
    for (let minute = 0; minute <= 1_440; minute += 1) {
      world.answer(minute >= 600 && minute < 960 ? 503 : 200);
      await world.pass(TICK, { checkEveryMs: every * MINUTE_MS });
      world.wait(MINUTE_MS);
    }
    const share = uptimeOf(world.state()?.checks?.days ?? []);
    expect(Math.abs((share ?? 0) - 0.75)).toBeLessThan(0.02);
  },
);

describe('a probe', () => {
  test('is made both ways, within its own limit', async () => {
    const world = healthWorld();
    await world.pass();
    expect(world.probes).toEqual([
      { route: 'direct', forMs: 5_000 },
      { route: 'edge', forMs: 5_000 },
    ]);
  });

  test('that fails is made again at once, and the second answer counts', async () => {
    const world = await healthyWorld();
    const codes = [503, 200];
    world.answers.direct = () => status(codes.shift() ?? 200);
    world.wait(MINUTE_MS / 2);
    await world.pass(BUILD_ENDED);
    expect(world.probes.map(({ route }) => route).sort()).toEqual(['direct', 'direct', 'edge']);
    expect(world.state()?.direct.probes.map(({ ok }) => ok)).toEqual([true, true]);
  });

  test('that fails twice is one failure', async () => {
    const world = await healthyWorld();
    world.answer(503);
    world.wait(MINUTE_MS / 2);
    await world.pass(BUILD_ENDED);
    expect(world.probes).toHaveLength(4);
    expect(world.state()).toMatchObject({ health: 'healthy', because: 'status 503, 1 of 3' });
  });

  test('is made every five minutes while all is well, and nothing is written in between', async () => {
    const world = await healthyWorld();
    await world.minutes(4);
    expect(world.probes).toEqual([]);
    expect(world.writes).toBe(1);
    await world.minutes(1);
    expect(world.probes).toHaveLength(2);
    await world.minutes(4);
    expect(world.probes).toHaveLength(2);
  });

  test('is made every five minutes although probes take time and ticks come early', async () => {
    const world = healthWorld();
    world.answers.direct = () => {
      world.wait(700);
      return status(200);
    };
    await world.pass();
    world.wait(5 * MINUTE_MS - 2_000);
    await world.pass();
    expect(world.probes).toHaveLength(4);
  });

  test('is made with each tick from the first failure to the recovery', async () => {
    const world = await healthyWorld();
    world.answer(503);
    world.wait(MINUTE_MS / 2);
    await world.pass(BUILD_ENDED);
    world.wait(5 * MINUTE_MS);
    await world.minutes(3);
    world.answer(200);
    world.probes.length = 0;
    await world.minutes(2);
    expect(world.probes).toHaveLength(4);
    expect(world.state()?.health).toBe('healthy');
    await world.minutes(4);
    expect(world.probes).toHaveLength(4);
  });

  test.each([
    ['a build', BUILD_ENDED],
    ['an operation of the service', '{"source":"aws.apprunner"}'],
  ])('is made at once and for five minutes after %s', async (_case, body) => {
    const world = await healthyWorld();
    world.wait(MINUTE_MS);
    await world.pass(body);
    expect(world.probes).toHaveLength(2);
    await world.minutes(4);
    expect(world.probes).toHaveLength(10);
    await world.minutes(4);
    expect(world.probes).toHaveLength(10);
  });

  test('is made once of what comes at once: three ticks that waited are no three failures', async () => {
    const world = await healthyWorld();
    world.wait(5 * MINUTE_MS);
    world.answer(503);
    for (const message of [BUILD_ENDED, TICK, TICK, TICK]) {
      await world.pass(message);
      world.wait(300);
    }
    // Directly and through the distribution, each tried twice.
    expect(world.probes).toHaveLength(4);
    expect(world.state()).toMatchObject({ health: 'healthy', because: 'status 503, 1 of 3' });
  });

  test('that just was made is not made again for a build, which is looked at closer all the same', async () => {
    const world = await healthyWorld();
    await world.pass(BUILD_ENDED);
    expect(world.probes).toEqual([]);
    await world.minutes(2);
    expect(world.probes).toHaveLength(4);
  });

  test('is made when only one of several messages asks for it', async () => {
    const world = await healthyWorld();
    world.wait(MINUTE_MS / 2);
    await world.pass([TICK, BUILD_ENDED, TICK]);
    expect(world.probes).toHaveLength(2);
    await world.minutes(1);
    expect(world.probes).toHaveLength(4);
    expect(world.told('hint-unknown')).toEqual([]);
    await world.pass([TICK, '{"what":1}']);
    expect(world.told('hint-unknown')).toHaveLength(1);
  });

  test('has the status page made anew when it is one that is kept, and at no other', async () => {
    const world = await healthyWorld();
    world.answer(503);
    await world.minutes(20);
    expect(world.probes.length).toBeGreaterThan(40);
    const kept = world.state()?.checks?.checks.length ?? 0;
    expect(kept).toBeGreaterThan(3);
    expect(kept).toBeLessThan(10);
    expect(world.pages).toBe(kept);
  });

  test('is made for a message that nobody understands, and that is told', async () => {
    const world = await healthyWorld();
    world.wait(MINUTE_MS / 2);
    await world.pass('{"what":1}');
    expect(world.probes).toHaveLength(2);
    expect(world.told('hint-unknown')).toHaveLength(1);
    expect(world.state()?.probeUntil).toBe(0);
  });

  test.each([
    [10_000, 2],
    [9_999, 0],
  ])('with %d ms left: %d probes, as one that is cut short would be a failure', async (leftMs, probes) => {
    const world = healthWorld();
    await world.pass(TICK, {}, leftMs);
    expect(world.probes).toHaveLength(probes);
    const told = [{ kind: 'no-time-to-probe', alarm: true }];
    expect(world.told('no-time-to-probe')).toEqual(probes === 0 ? told : []);
  });
});

describe('the host', () => {
  test('is asked with every tick, and what it says is posted although no probe is due', async () => {
    const world = await healthyWorld();
    world.service = () => ({ status: 'paused' });
    await world.minutes(1);
    expect(world.probes).toEqual([]);
    expect(world.reports()).toMatchObject([{ to: 'paused', because: 'the service is paused' }]);
  });

  test('with an operation in progress explains failures until its deadline', async () => {
    const world = await healthyWorld();
    world.service = () => deploying(now);
    world.answer(503);
    world.wait(MINUTE_MS / 2);
    await world.pass(BUILD_ENDED);
    await world.minutes(14);
    expect(world.reports()).toMatchObject([{ to: 'deploying' }]);
    await world.minutes(1);
    expect(world.reports()).toMatchObject([{ to: 'deploying' }, { from: 'deploying', to: 'unhealthy' }]);
  });

  test('whose operation is over explains nothing any more after two minutes, and is named', async () => {
    const world = await healthyWorld();
    const ended = { ...deploying(now).operation, status: 'failed', endedAt: now + MINUTE_MS / 2 + 1 };
    world.service = () => ({ ...running, operation: ended as NonNullable<ServiceFacts['operation']> });
    world.answer(503);
    world.wait(MINUTE_MS / 2);
    await world.pass(BUILD_ENDED);
    await world.minutes(2);
    expect(world.reports()).toMatchObject([{ to: 'deploying' }]);
    await world.minutes(1);
    expect(world.reports().slice(1)).toMatchObject([{ to: 'unhealthy' }]);
    expect(world.reports()[1]?.because).toMatch(
      /^status 503, .*; a deployment of the service \(\w+\) failed$/,
    );
  });

  test('that was seen to deploy explains failures, also where its event got lost and it cannot be asked any more', async () => {
    const world = await healthyWorld();
    world.service = () => running;
    await world.minutes(1);
    world.service = () => deploying(now + 2 * MINUTE_MS);
    world.answer(503);
    await world.minutes(1);
    // Nothing was due; but what the host said is kept, and looked at closer.
    expect(world.state()?.host).toMatchObject({ status: 'in-progress' });
    expect(world.probes).toEqual([]);
    world.service = () => {
      throw new Error('Throttling');
    };
    await world.minutes(4);
    expect(world.reports()).toMatchObject([{ to: 'deploying' }]);
  });

  test('that began to deploy within an outage is not what the outage followed', async () => {
    const world = await healthyWorld();
    world.service = () => running;
    world.answer(503);
    await world.minutes(10);
    const began = world.at();
    world.service = () => ({
      ...running,
      operation: { id: 'o', kind: 'deployment', status: 'failed', startedAt: began, endedAt: began + 1 },
    });
    await world.minutes(10);
    expect(world.state()).toMatchObject({ health: 'unhealthy' });
    expect(world.state()?.because).not.toContain('deployment');
  });

  test('that cannot be asked is told, and the probes go on', async () => {
    const world = healthWorld();
    world.service = () => {
      throw new Error('Throttling');
    };
    await world.pass();
    expect(world.told('service-unknown')).toEqual([
      { kind: 'service-unknown', because: 'Error: Throttling' },
    ]);
    expect(world.state()?.health).toBe('healthy');
  });

  test.each([
    [9, 'paused'],
    [10, 'unhealthy'],
  ])('that cannot be asked for %d minutes: %s', async (minutes, health) => {
    const world = await healthyWorld();
    world.service = () => ({ status: 'paused' });
    world.answer(503);
    await world.minutes(5);
    world.service = () => {
      throw new Error('Throttling');
    };
    await world.minutes(minutes);
    expect(world.state()?.health).toBe(health);
  });
});

test('a change of health is told, and the same health is not told again', async () => {
  const world = healthWorld();
  await world.pass();
  await world.minutes(5);
  expect(world.told('health')).toEqual([
    { kind: 'health', health: 'healthy', because: 'status 200', since: now },
  ]);
  expect(world.told('health-unreadable')).toEqual([]);
});

test('another reason for the same health is told, too', async () => {
  const world = await healthyWorld();
  world.answer(503);
  await world.minutes(8);
  expect(world.told('health').map(({ health, because }) => [health, because])).toEqual([
    ['healthy', 'status 200'],
    ['healthy', 'status 503, 1 of 3'],
    ['healthy', 'status 503, 2 of 3'],
    ['unhealthy', 'status 503, 3 times in a row'],
    ['unhealthy', 'status 503, 4 times in a row'],
  ]);
});

test('ApiUp comes with every check, so that its average is the share of the time', async () => {
  const world = await healthyWorld();
  world.facts.length = 0;
  await world.minutes(4);
  expect(world.probes).toEqual([]);
  const told = world.told('probed').map(({ metrics }) => Object.keys(metrics ?? {}));
  expect(told).toEqual(Array.from({ length: 4 }, () => ['ApiUp']));
});

test('where metrics are not wanted there are none', async () => {
  const world = healthWorld();
  await world.pass(TICK, { hasMetrics: false });
  expect(world.probes).toHaveLength(2);
  expect(world.told('probed')).toEqual([]);
});

test.each([
  [200, 200, { ApiUp: 1, ApiLatencyDirect: 80, ApiLatencyEdge: 80 }],
  [503, 503, { ApiUp: 0 }],
  [200, 502, { ApiUp: 0, ApiLatencyDirect: 80 }],
  [500, 200, { ApiUp: 0, ApiLatencyEdge: 80 }],
])(
  'metrics of status %d directly and %d at the edge: a failure has no latency',
  async (code, edge, expected) => {
    const world = healthWorld();
    world.answer(code, edge);
    await world.pass();
    const [{ metrics = {} } = {}] = world.told('probed') as { metrics?: Record<string, { value: number }> }[];
    const values = Object.entries(metrics).map(([name, { value }]) => [name, value]);
    expect(Object.fromEntries(values)).toEqual(expected);
  },
);
