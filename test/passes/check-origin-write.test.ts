import { MINUTE_MS } from '../core/health-fixture.ts';
import { BUILD_ENDED, Crash, type Fate, healthWorld, healthyWorld } from './health-world.ts';

describe('the write', () => {
  /** A world one tick before the third failure, which makes the outage. */
  const failingWorld = async () => {
    const world = await healthyWorld();
    world.answer(503);
    world.wait(MINUTE_MS / 2);
    await world.pass(BUILD_ENDED);
    await world.minutes(1);
    world.wait(MINUTE_MS);
    world.facts.length = 0;
    return world;
  };

  test('of an outage holds its report, and the next one does not', async () => {
    const world = await failingWorld();
    const before = world.state()?.generation ?? 0;
    await world.pass();
    expect(world.state()).toMatchObject({ health: 'unhealthy', generation: before + 2, outbox: [] });
    expect(world.sent).toHaveLength(1);
  });

  test.each<[Fate, number, string]>([
    ['arrives', 1, 'unhealthy'],
    ['unheard', 1, 'unhealthy'],
    ['conflicts', 0, 'healthy'],
    ['lost', 0, 'healthy'],
    ['overtaken', 0, 'unhealthy'],
  ])('that %s: %d reports are sent by this check', async (fate, reports, health) => {
    const world = await failingWorld();
    world.fates = [fate];
    await world.pass();
    expect(world.sent).toHaveLength(reports);
    expect(world.state()?.health).toBe(health);
    // Whatever became of it, the outage is posted by the next check, and once.
    await world.minutes(2);
    expect(world.reports()).toMatchObject([{ to: 'unhealthy' }]);
    expect(world.state()?.outbox).toEqual([]);
  });

  test('is the only one where two checks look at once, and so is the report', async () => {
    const world = await failingWorld();
    await Promise.all([world.pass(), world.pass()]);
    expect(new Set(world.sent).size).toBe(1);
    expect(world.state()?.direct.probes.filter(({ ok }) => !ok)).toHaveLength(3);
  });

  test('and then a crash: the report is sent later, with the same id and content', async () => {
    const world = await failingWorld();
    world.queue = () => {
      throw new Crash();
    };
    await expect(world.pass()).rejects.toThrow(Crash);
    const owed = world.state()?.outbox.map(({ body }) => body);
    expect(owed).toHaveLength(1);
    world.queue = () => 'sent';
    world.answer(200);
    await world.minutes(1);
    expect(world.sent).toEqual(owed);
  });

  test('that forgets what was sent is lost: it is sent again, the same', async () => {
    const world = await failingWorld();
    world.fates = ['arrives', 'lost'];
    await world.pass();
    await world.minutes(1);
    expect(world.sent).toHaveLength(2);
    expect(world.sent[0]).toBe(world.sent[1]);
    expect(world.state()?.outbox).toEqual([]);
  });

  test('a queue that refuses: the reports wait, in order, and none is lost', async () => {
    const world = await failingWorld();
    world.queue = () => 'not-sent';
    await world.pass();
    world.answer(200);
    await world.minutes(3);
    expect(world.sent).toEqual([]);
    expect(world.state()?.outbox).toHaveLength(2);
    world.queue = () => 'sent';
    await world.minutes(1);
    expect(world.reports().map(({ to }) => to)).toEqual(['unhealthy', 'healthy']);
    expect(world.state()?.outbox).toEqual([]);
  });

  test('that another check overtakes while this one sends what is owed ends this one', async () => {
    const world = await failingWorld();
    world.queue = () => 'not-sent';
    await world.pass();
    world.queue = () => 'sent';
    world.probes.length = 0;
    world.fates = ['conflicts'];
    await world.pass();
    expect(world.sent).toHaveLength(1);
    expect(world.probes).toEqual([]);
  });

  test.each<readonly [string, Fate[]]>([
    ['another check wrote first', ['overtaken']],
    ['the reply was lost', ['lost']],
    ['another check wrote first, twice', ['conflicts', 'conflicts']],
  ])('after a build the next minutes are looked at closely, though %s', async (_what, fates) => {
    const world = await healthyWorld();
    world.fates = [...fates];
    world.wait(MINUTE_MS / 2);
    await world.pass(BUILD_ENDED);
    world.probes.length = 0;
    await world.minutes(4);
    expect(world.probes).toHaveLength(8);
  });

  test('a queue that takes one of two: the other waits', async () => {
    const world = await failingWorld();
    world.queue = () => 'not-sent';
    await world.pass();
    world.answer(200);
    await world.minutes(3);
    const answers = ['sent', 'not-sent'] as const;
    let asked = 0;
    world.queue = () => answers[asked++] ?? 'not-sent';
    await world.minutes(1);
    expect(world.reports().map(({ to }) => to)).toEqual(['unhealthy']);
    expect(world.state()?.outbox.map(({ id }) => id.split('/').at(-1))).toEqual(['healthy']);
  });
});

describe('a state that cannot be read', () => {
  test('keeps its checks where those can be: ninety days are not lost for a word that is not known yet', async () => {
    const world = await healthyWorld();
    const before = world.state();
    world.put(JSON.stringify({ ...before, because: 1 }));
    await world.minutes(1);
    expect(world.told('health-unreadable')).toHaveLength(1);
    expect(world.state()?.checks?.checks[0]).toEqual(before?.checks?.checks[0]);
    expect(world.state()?.checks?.last?.at).toBe(world.at());
  });

  test.each(['', '<html>', '{"schema":2}', '{"schema":1,"outbox":[null]}'])(
    '%j is an alarm, once, and health is looked at anew and told: an outage may be open somewhere',
    async (text) => {
      const world = healthWorld();
      world.put(text);
      await world.pass();
      await world.minutes(1);
      expect(world.told('health-unreadable')).toEqual([{ kind: 'health-unreadable', alarm: true }]);
      expect(world.state()).toMatchObject({ health: 'healthy', schema: 1 });
      expect(world.reports()).toMatchObject([{ from: 'unknown', to: 'healthy', endsAny: true }]);
      await world.minutes(10);
      expect(world.sent).toHaveLength(1);
    },
  );
});
