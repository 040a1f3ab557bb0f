/** Builds that end while CloudFront takes no invalidation, or nobody looks. */

import { lookAtBuilds } from '../../shared/passes/look-at-builds.ts';
import type { Ports } from '../../shared/ports.ts';
import { aBuild } from '../core/head-fixture.ts';
import { type QuietWorld, quietWorld } from './quiet-world.ts';

const site = async (): Promise<QuietWorld> => {
  const world = quietWorld();
  world.put('index.html', '1');
  await world.settle();
  world.pass(60_000);
  world.tick();
  await world.settle();
  return world;
};

/** Has CloudFront deny every call until what is returned is called. */
const deny = ({ ports }: QuietWorld): (() => void) => {
  const { cdn } = ports;
  const denying: Ports['cdn'] = { ...cdn, create: async () => ({ kind: 'denied', because: 'AccessDenied' }) };
  Object.assign(ports, { cdn: denying });
  return () => void Object.assign(ports, { cdn });
};

const buildOf = async (world: QuietWorld, text: string, status: 'SUCCEEDED' | 'FAILED'): Promise<string> => {
  const id = world.codebuild.start({ commit: 'c'.repeat(40), logUrl: `https://${'log'.repeat(100)}` });
  world.pass(1_000);
  world.put('index.html', text);
  world.codebuild.finish(id, status);
  world.tick();
  await world.run(10_000);
  return id;
};

test('a build that failed is told of while an invalidation is denied', async () => {
  const world = await site();
  deny(world);
  await buildOf(world, '2', 'SUCCEEDED');
  const failed = await buildOf(world, '2', 'FAILED');
  expect(world.posts().map(({ build, outcome }) => [build, outcome])).toEqual([[failed, 'failed']]);
});

test.each([
  ['while every invalidation is denied', true],
  ['while no pass runs', false],
])('of ninety builds that end %s each gets its status', async (_case, isDenied) => {
  const world = await site();
  const admit = isDenied ? deny(world) : () => {};
  const ids: string[] = [];
  for (let count = 0; count < 90; count += 1) {
    if (isDenied) ids.push(await buildOf(world, `${count}`, 'SUCCEEDED'));
    else {
      ids.push(world.codebuild.start());
      world.put('index.html', `${count}`);
      world.codebuild.finish(ids.at(-1) ?? '', 'SUCCEEDED');
      world.pass(1_000);
    }
  }
  admit();
  for (let ticks = 0; ticks < 3; ticks += 1) {
    world.tick();
    await world.run(300_000);
  }
  const outcomes = new Map(world.posts().map(({ build, outcome }) => [build, outcome]));
  expect(ids.map((id) => outcomes.get(id))).toEqual([...Array(89).fill('superseded'), 'live']);
  expect(world.facts.filter(({ kind }) => kind === 'head-too-large')).toEqual([]);
});

test('only builds whose end is not recorded are asked for', async () => {
  const world = await site();
  const [ended, other] = [world.codebuild.start(), world.codebuild.start()];
  for (const id of [ended, other]) world.codebuild.finish(id, 'SUCCEEDED');
  const asked: (readonly string[])[] = [];
  const builds: Ports['builds'] = {
    ...world.ports.builds,
    get: async (ids) => {
      asked.push(ids);
      return world.ports.builds.get(ids);
    },
  };
  const look = (recorded: readonly string[]) =>
    lookAtBuilds({ ...world.ports, builds }, { builds: recorded.map((id) => aBuild(id)) });
  expect((await look([ended])).ended.map(({ id }) => id)).toEqual([other]);
  expect((await look([ended, other])).ended).toEqual([]);
  expect(asked).toEqual([[other]]);
});
