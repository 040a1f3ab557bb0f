/** Invalidations of which CloudFront never says that they are completed. */

import type { Ports } from '../../shared/ports.ts';
import { type QuietWorld, quietWorld } from './quiet-world.ts';

type Status = Awaited<ReturnType<Ports['cdn']['status']>>;

/** A quiet site, where the status of the next so many invalidations stays what it is said to be. */
const site = async (status: Status, count: number, widening = true): Promise<QuietWorld> => {
  const world = quietWorld({ settings: { widening } });
  for (const key of ['index.html', 'a.html']) world.put(key, '1');
  await world.settle();
  world.pass(60_000);
  world.tick();
  await world.settle();
  world.newItems();
  const { status: completing } = world.ports.cdn;
  const stays = new Set<string>();
  const cdn: Ports['cdn'] = {
    ...world.ports.cdn,
    status: async (id) => {
      if (stays.size < count) stays.add(id);
      return stays.has(id) ? status : completing(id);
    },
  };
  Object.assign(world.ports, { cdn });
  return world;
};

const build = async (world: QuietWorld, text: string, ms: number): Promise<string> => {
  const id = world.codebuild.start();
  world.put('index.html', text);
  world.codebuild.finish(id, 'SUCCEEDED');
  for (const end = world.now() + ms; world.now() < end; ) {
    world.tick();
    await world.run(300_000);
  }
  return id;
};

const outcomesOf = (world: QuietWorld, ids: readonly string[]) =>
  ids.map((id) => world.posts().find(({ build: of }) => of === id)?.['outcome']);

test.each([true, false])(
  'one that CloudFront does not know is made up for within minutes, widening or not: %s',
  async (widening) => {
    const world = await site('missing', 1, widening);
    const id = await build(world, '2', 300_000);
    expect(world.newItems()).toEqual([['/', '/index.html'], ['/*']]);
    expect(outcomesOf(world, [id])).toEqual(['live']);
    expect(world.facts.filter(({ alarm }) => alarm).map(({ kind }) => kind)).toEqual(['widened']);
  },
);

test('one that was made a moment ago may be unknown without being made up for', async () => {
  const world = await site('completed', 0);
  const { status } = world.ports.cdn;
  const since = world.now();
  const late = async (id: string): Promise<Status> => (world.now() < since + 40_000 ? 'missing' : status(id));
  Object.assign(world.ports, { cdn: { ...world.ports.cdn, status: late } });
  const id = await build(world, '2', 300_000);
  expect(world.newItems()).toEqual([['/', '/index.html']]);
  expect(outcomesOf(world, [id])).toEqual(['live']);
});

// Of three that never complete, the third is a build's own where half an hour is waited for the first.
test.each([
  ['missing', 3],
  ['in-progress', 2],
] as const)(
  'when three in a row stay %s everything is asked for %d times, and later builds are live',
  async (status, times) => {
    const world = await site(status, 3);
    const ids: string[] = [];
    for (let count = 0; count < 4; count += 1) ids.push(await build(world, `${count}`, 3_600_000));
    const outcomes = outcomesOf(world, ids);
    expect(outcomes[0]).toBe('stuck');
    expect(outcomes.at(-1)).toBe('live');
    const whole = world.newItems().filter(([item]) => item === '/*');
    expect(whole).toHaveLength(times);
    const read = await world.ports.state.readHead();
    const head = JSON.parse(read === 'missing' ? '' : new TextDecoder().decode(read.bytes));
    expect(head.follows).toEqual([]);
  },
);
