/** Slow uploads, floods of messages, overlapping builds and lost events, with the packaged handlers. */

import { KEYS, startWorld, type World } from '../faults/world.ts';
import { SITE_BUCKET } from '../local-cloud/cloud.ts';
import { createWeather } from '../local-cloud/weather.ts';

const TIMEOUT_MS = 60_000;

const weather = createWeather(Math.random);
let world: World;
let version = 10;

beforeAll(async () => {
  world = await startWorld({ delivers: weather.delivers });
  world.cloud.tick();
  await world.rest();
});
afterAll(() => world.stop());

beforeEach(async () => {
  weather.set({ objects: 0, builds: 0 });
  version += 10;
  world.publish(version);
  await world.rest();
  await world.visit();
}, TIMEOUT_MS);

/** The items of each invalidation that an act causes. */
const caused = async (act: () => Promise<void> | void): Promise<readonly (readonly string[])[]> => {
  const before = world.cloud.cloudfront.listInvalidations().length;
  await act();
  await world.rest();
  return world.cloud.cloudfront
    .listInvalidations()
    .slice(0, -before)
    .map(({ items }) => [...items].sort());
};

const outcomeOf = (build: string): string | undefined => {
  const bodies = new Set(
    world.received.filter(({ id }) => id === `${build}/final/hook`).map(({ body }) => body),
  );
  expect(bodies.size).toBe(1);
  return /"type":"afterbuild\.build\.([a-z-]+)"/.exec([...bodies][0] ?? '')?.[1];
};

const CHANGED = ['/', '/about.html', '/index.html'];

test(
  'a build whose upload takes a minute costs one invalidation',
  async () => {
    const made = await caused(async () => {
      const build = world.cloud.codebuild.start({});
      for (const key of KEYS) {
        world.upload(version + 1, key);
        await world.run(60_000 / KEYS.length);
      }
      world.cloud.codebuild.finish(build, 'SUCCEEDED');
    });
    expect(made).toEqual([CHANGED]);
    expect(await world.stale()).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'a thousand messages for one change, some of them after the commit, cost one invalidation',
  async () => {
    const { sqs, s3 } = world.cloud;
    const made = await caused(async () => {
      world.upload(version + 1, 'about.html');
      const [{ body } = { body: '' }] = sqs.peek('WorkQueue');
      const { versionId } = s3.current(SITE_BUCKET, 'about.html') ?? {};
      expect(body).toContain(versionId);
      const flood = (count: number): void => {
        for (let index = 0; index < count; index += 1) {
          sqs.send('WorkQueue', JSON.stringify({ ...(JSON.parse(body) as object), id: `copy ${index}` }));
        }
      };
      flood(700);
      await world.rest();
      flood(300);
    });
    expect(made).toEqual([['/about.html']]);
    expect(await world.stale()).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'of two builds that overlap the first is superseded, the last is live, and nothing is stale',
  async () => {
    const { codebuild } = world.cloud;
    const first = codebuild.start({});
    world.upload(version + 1, ...KEYS);
    await world.run(5_000);
    const last = codebuild.start({});
    world.upload(version + 2, 'index.html');
    await world.run(5_000);
    codebuild.finish(first, 'SUCCEEDED');
    await world.run(30_000);
    world.upload(version + 2, ...KEYS);
    codebuild.finish(last, 'SUCCEEDED');
    await world.rest();
    expect(outcomeOf(first)).toBe('superseded');
    expect(outcomeOf(last)).toMatch(/^live/);
    expect(await world.stale()).toEqual([]);
  },
  TIMEOUT_MS,
);

test.each([
  ['30 % of the events of objects', 0.3],
  ['all events of objects', 1],
])(
  'without %s, and without any of builds, the next tick makes it fresh',
  async (_case, objects) => {
    weather.set({ objects, builds: 1 });
    const build = world.publish(version + 1);
    await world.rest();
    // A tick is due every five minutes.
    await world.run(300_000);
    await world.rest();
    expect(await world.stale()).toEqual([]);
    expect(outcomeOf(build)).toMatch(/^live/);
  },
  TIMEOUT_MS,
);
