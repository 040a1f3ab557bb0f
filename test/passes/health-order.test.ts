/** An outage and its end at one channel: whatever the service answers, and whoever is slower, the end is last. */

import fc from 'fast-check';
import { parseChannels } from '../../shared/core/channels.ts';
import type { WebAnswer } from '../../shared/ports.ts';
import { aHealthReport, NOON } from '../core/report-fixture.ts';
import { statusWorld, type WorldOptions } from './status-world.ts';

const outage = aHealthReport({ id: 'health/1', at: NOON, generation: 7 });
const recovery = aHealthReport({
  id: 'health/2',
  at: NOON + 240_000,
  generation: 9,
  from: 'unhealthy',
  to: 'healthy',
  outageMs: 240_000,
  because: 'status 200',
});

const CHANNEL = { name: 'ops', kind: 'slack', url: 'ssm:/afterbuild/ops-url' };
const BUSY: WebAnswer = { kind: 'answer', status: 503 };
const TAKEN: WebAnswer = { kind: 'answer', status: 200 };

const orderWorld = (options: WorldOptions = {}) => {
  const world = statusWorld({ channels: parseChannels(JSON.stringify([CHANNEL])), ...options });
  world.secrets.set('/afterbuild/ops-url', 'https://example.com/hook');
  const shown: string[] = [];
  const show = (body: string): void => void shown.push(body.includes('recovered') ? 'recovery' : 'outage');
  return { world, shown, show };
};

test('an outage that a channel did not take for minutes is not told after its end', async () => {
  const { world, shown, show } = orderWorld();
  world.answer = ({ request, at }) => {
    if (at < NOON + 300_000) return BUSY;
    show(request.body);
    return TAKEN;
  };
  world.send({ channel: 'ops', report: outage });
  await world.settle(200_000);
  world.send({ channel: 'ops', report: recovery });
  await world.settle();
  expect(shown).toEqual(['recovery']);
  expect(world.told('report-overtaken')).toEqual([
    { kind: 'report-overtaken', channel: 'ops', report: outage.id },
  ]);
  expect(world.sqs.nextAt('post')).toBeUndefined();
});

test('a channel that is well is told of both, at once', async () => {
  const { world, shown, show } = orderWorld();
  world.answer = ({ request }) => {
    show(request.body);
    return TAKEN;
  };
  world.send({ channel: 'ops', report: outage });
  await world.settle();
  world.send({ channel: 'ops', report: recovery });
  await world.settle();
  expect(shown).toEqual(['outage', 'recovery']);
  expect(world.now()).toBe(NOON);
});

test('a channel that was busy is told again when its time is up, not when nobody can be at it any more', async () => {
  const { world } = orderWorld();
  world.answer = () => (world.posts.length === 1 ? BUSY : TAKEN);
  world.send({ channel: 'ops', report: outage });
  await world.settle();
  expect(world.posts.map(({ at }) => at - NOON)).toEqual([0, 5_000]);
});

test('the end is last, whatever two workers do in whichever order, and whatever the channel answers', async () => {
  const answers = fc.constantFrom<WebAnswer | 'unheard'>(BUSY, TAKEN, 'unheard');
  let overtaken = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(answers, { maxLength: 6 }),
      fc.array(fc.nat(3), { maxLength: 40 }),
      fc.boolean(),
      async (said, turns, isOutageFirst) => {
        const left = [...said];
        const order = [...turns];
        const { world, shown, show } = orderWorld({
          choose: (waiting) => (order.shift() ?? 0) % Math.max(1, waiting.length),
        });
        world.answer = ({ request }) => {
          const answer = left.shift() ?? TAKEN;
          if (answer === BUSY) return BUSY;
          show(request.body);
          return answer === 'unheard' ? { kind: 'no-answer', because: 'no answer within 10000 ms' } : TAKEN;
        };
        const both = isOutageFirst ? [outage, recovery] : [recovery, outage];
        for (const report of both) world.send({ channel: 'ops', report });
        await world.settle();
        overtaken += world.told('report-overtaken').length;
        expect(shown.at(-1)).toBe('recovery');
        expect(world.dead()).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
  expect(overtaken).toBeGreaterThan(0);
});

test('what was told is noted, and nothing is said of that', async () => {
  const { world } = orderWorld();
  for (const report of [outage, recovery]) {
    world.send({ channel: 'ops', report });
    await world.settle();
    world.send({ channel: 'ops', report });
    await world.settle();
  }
  expect(world.posts).toHaveLength(2);
  expect(world.told('delivery-not-noted')).toEqual([]);
});

test('what was told and cannot be noted is said, and is delivered all the same', async () => {
  const { world } = orderWorld({ workers: 1 });
  world.answer = () => {
    world.overtakes = () => true;
    return TAKEN;
  };
  world.send({ channel: 'ops', report: outage });
  await world.settle();
  expect(world.posts).toHaveLength(1);
  expect(world.told('delivery-not-noted')).toEqual([
    { kind: 'delivery-not-noted', report: outage.id, channel: 'ops' },
  ]);
  expect(world.sqs.nextAt('post')).toBeUndefined();
});

test('what nobody could write down is not told, but later', async () => {
  const { world } = orderWorld({ workers: 1 });
  world.overtakes = () => world.now() < NOON + 60_000;
  world.send({ channel: 'ops', report: outage });
  await world.settle();
  expect(world.posts.map(({ at }) => at >= NOON + 60_000)).toEqual([true]);
  expect(world.told('posted-later').length).toBeGreaterThan(0);
});
