/**
 * What the tutorial leaves behind, made by hand in the console: a bucket without versioning whose events go nowhere,
 * a distribution as the console makes it, a build project of one's own. The stack attaches to it.
 */

import { KEYS, startWorld, type World } from '../faults/world.ts';
import { BUILD_PROJECT, DISTRIBUTION_ID, SITE_BUCKET } from '../local-cloud/cloud.ts';
import { defaultDistribution } from '../world/cloudfront.ts';
import { cachingDisabled } from '../world/cloudfront-config.ts';

const TIMEOUT_MS = 60_000;

const ATTACH = {
  siteBucket: SITE_BUCKET,
  distributionId: DISTRIBUTION_ID,
  distributionDomain: 'd111111abcdef8.cloudfront.net',
  buildProject: BUILD_PROJECT,
};

const tutorial = defaultDistribution({
  id: DISTRIBUTION_ID,
  origins: ['site', 'api'].map((id) => ({ id, domainName: `${id}.example.com`, path: '' })),
  behaviours: [
    {
      pathPattern: '/api/*',
      originId: 'api',
      cachePolicy: cachingDisabled,
      allowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
      cachedMethods: ['GET', 'HEAD'],
    },
  ],
  customErrorResponses: [],
});

let world: World;
let version = 1;

beforeAll(async () => {
  world = await startWorld(
    { attached: { bucket: { versioning: 'off', eventBridge: false }, distribution: tutorial } },
    ATTACH,
  );
  world.upload(version, ...KEYS);
  await world.visit();
  world.cloud.tick();
  await world.rest();
});
afterAll(() => world.stop());

/** The items of each invalidation that an act causes, once every edge holds the version before. */
const caused = async (act: () => Promise<void> | void): Promise<readonly (readonly string[])[]> => {
  await world.visit();
  const before = world.cloud.cloudfront.listInvalidations().length;
  await act();
  await world.rest();
  return world.cloud.cloudfront
    .listInvalidations()
    .slice(0, -before)
    .map(({ items }) => [...items].sort());
};

test('what was there before is invalidated once, because nobody knows what the edges have', () => {
  expect(world.cloud.cloudfront.listInvalidations().map(({ items }) => items)).toEqual([['/*']]);
});

test(
  'a build of the project is live, with the changed paths invalidated and nothing stale',
  async () => {
    version += 1;
    let build = '';
    const made = await caused(() => {
      build = world.publish(version);
    });
    expect(made).toEqual([['/', '/about.html', '/index.html']]);
    expect(await world.stale()).toEqual([]);
    const [told] = world.received.filter(({ id }) => id === `${build}/final/hook`);
    expect(told?.body).toMatch(/"type":"afterbuild\.build\.live(-unproved)?"/);
  },
  TIMEOUT_MS,
);

test(
  'an upload by hand, of which no event tells, is found by the next tick',
  async () => {
    version += 1;
    const made = await caused(async () => {
      world.upload(version, 'about.html');
      // A tick is due every five minutes.
      await world.run(300_000);
    });
    expect(made).toEqual([['/about.html']]);
    expect(await world.stale()).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'the same files once more cost nothing',
  async () => {
    world.publish(version);
    await world.rest();
    expect(await caused(() => void world.publish(version))).toEqual([]);
  },
  TIMEOUT_MS,
);
