/** That a build began: told once, by whoever sees it first, and looked at no further. */

import { type QuietWorld, quietWorld, STATE } from './quiet-world.ts';

const TOLD = { settings: { reportsStarts: true } };

/** A site that is published and quiet. */
const site = async (options: Parameters<typeof quietWorld>[0] = TOLD): Promise<QuietWorld> => {
  const world = quietWorld(options);
  for (const key of ['index.html', 'about.html']) world.put(key, '1');
  await world.settle();
  world.pass(60_000);
  world.newItems();
  return world;
};

const postsOf = (world: QuietWorld, build: string) => world.posts().filter((post) => post['build'] === build);

test('a build is told of while it runs, and then of its end', async () => {
  const world = await site();
  const id = world.codebuild.start({ commit: 'c0ffee' });
  await world.run(5_000);
  expect(postsOf(world, id)).toEqual([
    { kind: 'start', id: `${id}/start`, build: id, startedAt: expect.any(Number), commit: 'c0ffee' },
  ]);
  // Whoever looks while it runs tells nothing new.
  world.put('app.js', '1');
  world.tick();
  await world.run(60_000);
  expect(postsOf(world, id)).toHaveLength(1);
  world.codebuild.finish(id, 'SUCCEEDED');
  await world.settle();
  expect(postsOf(world, id).map(({ kind, outcome }) => [kind, outcome])).toEqual([
    ['start', undefined],
    ['build', 'live-unproved'],
  ]);
});

test('where nobody wants to know, nobody is told', async () => {
  const world = await site({});
  const id = world.codebuild.start({ commit: 'c0ffee' });
  await world.run(90_000);
  world.codebuild.finish(id, 'FAILED');
  await world.settle();
  expect(postsOf(world, id).map(({ kind }) => kind)).toEqual(['build']);
});

test('its commit is waited for, for a minute', async () => {
  const world = await site();
  const [early, never] = [world.codebuild.start({}), world.codebuild.start({})];
  await world.run(20_000);
  expect(world.posts().filter(({ kind }) => kind === 'start')).toEqual([]);
  world.codebuild.describe(early, { resolvedSourceVersion: 'c0ffee' });
  await world.run(20_000);
  expect(postsOf(world, early)).toMatchObject([{ commit: 'c0ffee' }]);
  expect(postsOf(world, never)).toEqual([]);
  await world.run(40_000);
  expect(postsOf(world, never)).toHaveLength(1);
  expect(postsOf(world, never)[0]).not.toHaveProperty('commit');
});

test('its event has nobody list the site, and is acknowledged at once', async () => {
  const world = await site();
  let listed = 0;
  const { list } = world.ports.site;
  Object.assign(world.ports.site, {
    list: (...given: Parameters<typeof list>) => {
      listed += 1;
      return list(...given);
    },
  });
  world.codebuild.start({ commit: 'c0ffee' });
  await world.run(5_000);
  expect([listed, world.sqs.peek('work')]).toEqual([0, []]);
});

test('a change that waits for the build is not hurried by its start', async () => {
  const world = await site({ settings: { reportsStarts: true, holdMaxMs: 20_000 } });
  // Without a commit, so that it still waits, for longer than a hold lasts, when the change comes.
  const id = world.codebuild.start({});
  await world.run(30_000);
  world.put('index.html', '2');
  await world.run(15_000);
  expect(world.newItems()).toEqual([]);
  world.codebuild.finish(id, 'SUCCEEDED');
  await world.settle();
  expect(world.newItems()).toContainEqual(['/', '/index.html']);
});

test('an event that is lost is made up for by whoever looks next', async () => {
  const world = await site();
  const id = world.codebuild.start({ commit: 'c0ffee' });
  for (const { body } of world.sqs.peek('work')) expect(body).toContain('IN_PROGRESS');
  const [lost] = world.sqs.receive('work', 1);
  world.sqs.delete('work', lost?.receiptHandle ?? '');
  await world.run(5_000);
  expect(postsOf(world, id)).toEqual([]);
  world.tick();
  await world.run(5_000);
  expect(postsOf(world, id)).toHaveLength(1);
});

test('without a state the first invalidation comes first', async () => {
  const world = quietWorld(TOLD);
  world.put('index.html', '1');
  const id = world.codebuild.start({ commit: 'c0ffee' });
  await world.run(10_000);
  expect(world.posts()).toEqual([]);
  expect(world.s3.listObjectsV2(STATE).objects).toEqual([]);
  world.codebuild.finish(id, 'SUCCEEDED');
  await world.settle();
  expect(world.newItems()).toEqual([['/*']]);
});
