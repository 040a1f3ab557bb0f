/** What users live through, one story each, on the models and in virtual time. */

import { createdFromRefusal } from '../../shared/core/answers.ts';
import { type QuietWorld, quietWorld, SITE, STATE } from './quiet-world.ts';

/** A site that is published, bootstrapped, known to the edges, and quiet. */
const site = async (
  files: Readonly<Record<string, string>>,
  options: Parameters<typeof quietWorld>[0] = {},
) => {
  const world = quietWorld(options);
  for (const [key, text] of Object.entries(files)) world.put(key, text);
  await world.settle();
  world.visit('/', ...Object.keys(files).map((key) => `/${key}`));
  world.tick();
  // Long enough for the bootstrap's second to be over, so that every test starts from a settled record.
  world.pass(60_000);
  world.tick();
  await world.settle();
  world.newItems();
  return world;
};

const build = (
  world: QuietWorld,
  files: Readonly<Record<string, string>>,
  removed: readonly string[] = [],
): string => {
  const id = world.codebuild.start({ commit: 'c0ffee' });
  for (const [key, text] of Object.entries(files)) world.put(key, text);
  for (const key of removed) world.remove(key);
  world.codebuild.finish(id, 'SUCCEEDED');
  return id;
};

test('a build that uploads every file again invalidates what changed, and is called live once', async () => {
  const world = await site({ 'index.html': '1', 'about.html': '1', 'app.js': '1' });
  const id = build(world, { 'index.html': '2', 'about.html': '1', 'app.js': '1' });
  await world.settle();
  expect(world.newItems()).toEqual([['/', '/index.html']]);
  expect(world.served('/index.html')).toEqual(['2', '2']);
  const posts = world.posts().filter((post) => post['build'] === id);
  expect(posts).toHaveLength(1);
  expect(posts[0]).toMatchObject({
    id: `${id}/final`,
    outcome: 'live',
    because: 'proved 2 of 2 at LOC50-P1',
    changed: 1,
    objects: 3,
    items: 2,
  });
});

test('the same build again is no call at all, and live all the same', async () => {
  const world = await site({ 'index.html': '1', 'app.js': '1' });
  const id = build(world, { 'index.html': '1', 'app.js': '1' });
  await world.settle();
  expect(world.newItems()).toEqual([]);
  expect(world.posts().find((post) => post['build'] === id)).toMatchObject({ outcome: 'live' });
});

test('a thousand duplicates of every event add nothing', async () => {
  const world = await site({ 'index.html': '1', 'logo.svg': '1' });
  world.put('index.html', '2');
  const [event] = world.sqs.peek('work');
  for (let copy = 0; copy < 1_000; copy += 1) world.sqs.send('work', event?.body ?? '');
  await world.settle();
  world.sqs.send('work', event?.body ?? '');
  await world.settle();
  expect(world.newItems()).toEqual([['/', '/index.html']]);
});

test('a lost event costs time until the next tick, and no page', async () => {
  const world = await site({ 'about.html': '1' });
  world.put('about.html', '2');
  for (const { receiptHandle } of world.sqs.receive('work', 10)) world.sqs.delete('work', receiptHandle);
  await world.settle();
  expect(world.newItems()).toEqual([]);
  world.pass(300_000);
  world.tick();
  await world.settle();
  expect(world.newItems()).toEqual([['/about.html']]);
});

test('A, then B, then A again between two looks leaves no B at an edge', async () => {
  const world = await site({ 'a.html': 'A' });
  world.put('a.html', 'B');
  world.pass(1_200_000);
  // Nobody has looked yet when the edges drop their copy and fetch B.
  world.cloudfront.createInvalidation('by-hand', ['/a.html']);
  world.pass(60_000);
  world.visit('/a.html');
  world.put('a.html', 'A');
  await world.settle();
  expect(world.served('/a.html')).toEqual(['A', 'A']);
});

test('the same within one second is noticed as well', async () => {
  const world = quietWorld();
  world.put('a.html', 'A');
  await world.settle();
  world.visit('/a.html');
  world.put('a.html', 'B');
  world.cloudfront.createInvalidation('by-hand', ['/a.html']);
  world.pass(12_000);
  world.visit('/a.html');
  world.put('a.html', 'A');
  await world.settle();
  expect(world.served('/a.html')).toEqual(['A', 'A']);
});

test('a removed page is gone from the edges', async () => {
  const world = await site({ 'old.html': '1', 'index.html': '1' });
  world.remove('old.html');
  await world.settle();
  expect(world.newItems()).toEqual([['/old.html']]);
  expect(world.served('/old.html')).toEqual([403, 403]);
});

test('a removed fingerprinted file is left to expire; back with other bytes it is invalidated', async () => {
  const world = await site({ 'app-1a2b3c4d.js': '1' }, { settings: { fingerprint: /-[0-9a-f]{8}\./ } });
  world.remove('app-1a2b3c4d.js');
  await world.settle();
  expect(world.newItems()).toEqual([]);
  expect(world.served('/app-1a2b3c4d.js')).toEqual(['1', '1']);

  world.put('app-1a2b3c4d.js', 'other bytes');
  await world.settle();
  expect(world.newItems()).toEqual([['/app-1a2b3c4d.js']]);
  expect(world.served('/app-1a2b3c4d.js')).toEqual(['other bytes', 'other bytes']);
});

test('a removed fingerprinted file that is back with its own bytes needs no invalidation', async () => {
  const world = await site({ 'app-1a2b3c4d.js': '1' }, { settings: { fingerprint: /-[0-9a-f]{8}\./ } });
  world.remove('app-1a2b3c4d.js');
  await world.settle();
  world.put('app-1a2b3c4d.js', '1');
  await world.settle();
  expect(world.newItems()).toEqual([]);
});

test('an undelete brings the page back at every edge', async () => {
  const world = await site({ 'a.html': '1' });
  world.remove('a.html');
  await world.settle();
  world.visit('/a.html');
  const marker = world.s3.listObjectVersions(SITE).entries[0];
  world.s3.delete(SITE, 'a.html', marker?.versionId);
  await world.settle();
  expect(world.served('/a.html')).toEqual(['1', '1']);
});

test('a roll-back by deleting the latest version is served by every edge', async () => {
  const world = await site({ 'a.html': '1' });
  world.put('a.html', '2');
  await world.settle();
  world.visit('/a.html');
  const latest = world.s3.listObjectVersions(SITE).entries[0];
  world.s3.delete(SITE, 'a.html', latest?.versionId);
  await world.settle();
  expect(world.served('/a.html')).toEqual(['1', '1']);
});

test('an object that came and went between two looks leaves nothing behind', async () => {
  const world = await site({ 'index.html': '1' });
  world.put('secret.html', 'oops');
  world.visit('/secret.html');
  world.remove('secret.html');
  await world.settle();
  expect(world.newItems()).toEqual([['/secret.html']]);
  expect(world.served('/secret.html')).toEqual([403, 403]);
});

test('a changed header alone is invalidated, a re-upload with the same headers is not', async () => {
  const world = await site({ 'a.html': '1', 'b.html': '1' });
  world.put('a.html', '1', { cacheControl: 'no-cache' });
  world.put('b.html', '1');
  await world.settle();
  expect(world.newItems()).toEqual([['/a.html']]);
});

test('a new file is not called live while an error for it may be cached', async () => {
  const world = await site({ 'index.html': '1' });
  world.visit('/new.html');
  const id = build(world, { 'index.html': '1', 'new.html': 'new' });
  await world.settle();
  expect(world.newItems()).toEqual([]);
  expect(world.posts().find((post) => post['build'] === id)).toMatchObject({ outcome: 'live-unproved' });
  expect(world.served('/new.html')).toEqual(['new', 'new']);
});

test('a new file whose error is purged is waited for no longer than CloudFront needs', async () => {
  const day = { errorCachingMinTtlSeconds: 86_400 };
  const customErrorResponses = [403, 404].map((code) => ({ code, ...day }));
  const world = await site({ 'index.html': '1', 'a.html': '1' }, { distribution: { customErrorResponses } });
  world.visit('/new.html');
  const id = build(world, { 'index.html': '2', 'new.html': 'new' });
  await world.settle();
  expect(world.newItems()).toEqual([['/', '/index.html', '/new.html']]);
  const post = world.posts().find((one) => one['build'] === id);
  expect(post).toMatchObject({ outcome: 'live' });
  expect(post?.['tookMs']).toBeLessThan(60_000);
  expect(world.served('/new.html')).toEqual(['new', 'new']);
});

test('an upload in the middle of a build waits for its end: one invalidation', async () => {
  const world = await site({ 'index.html': '1', 'app.js': '1', 'logo.svg': '1' });
  const id = world.codebuild.start();
  world.put('app.js', '2');
  await world.run(180_000);
  world.put('index.html', '2');
  world.codebuild.finish(id, 'SUCCEEDED');
  await world.settle();
  expect(world.newItems()).toEqual([['/', '/app.js', '/index.html']]);
});

test('of two builds that end before a look the first is superseded and the last is live', async () => {
  const world = await site({ 'index.html': '1' });
  const first = build(world, { 'index.html': '2' });
  world.pass(1_000);
  const second = build(world, { 'index.html': '3' });
  await world.settle();
  const outcomes = world.posts().map((post) => [post['build'], post['outcome']]);
  expect(outcomes).toEqual([
    [first, 'superseded'],
    [second, 'live'],
  ]);
});

test.each(['FAILED', 'STOPPED', 'TIMED_OUT'] as const)(
  'a build that ends as %s is posted once, whatever else happens',
  async (status) => {
    const world = await site({ 'index.html': '1' });
    world.codebuild.finish(world.codebuild.start(), status);
    await world.settle();
    world.tick();
    await world.settle();
    expect(world.posts().map((post) => post['outcome'])).toEqual([
      status === 'STOPPED' ? 'stopped' : 'failed',
    ]);
  },
);

test.each([
  ['lost', (world: QuietWorld) => void world.s3.delete(STATE, 'head.json')],
  ['garbage', (world: QuietWorld) => void world.s3.put(STATE, 'head.json', new TextEncoder().encode('{'))],
  [
    'of a newer schema',
    (world: QuietWorld) => void world.s3.put(STATE, 'head.json', new TextEncoder().encode('{"schema":2}')),
  ],
])('a state that is %s costs one /*, and the next pass is exact again', async (_case, damage) => {
  const world = await site({ 'index.html': '1', 'a.html': '1' });
  damage(world);
  world.put('a.html', '2');
  await world.settle();
  expect(world.newItems()).toEqual([['/*']]);
  expect(world.served('/a.html')).toEqual(['2', '2']);
  world.pass(10_000);
  world.put('index.html', '2');
  await world.settle();
  expect(world.newItems()).toEqual([['/', '/index.html']]);
});

test('a damaged blob costs one /* and an alarm', async () => {
  const world = await site({ 'index.html': '1' });
  const blobs = world.s3.listObjectsV2(STATE, { prefix: 'blobs/' }).objects;
  for (const { key } of blobs) world.s3.put(STATE, key, new TextEncoder().encode('damaged'));
  world.tick();
  await world.settle();
  expect(world.newItems()).toEqual([['/*']]);
  expect(world.facts.some(({ kind, alarm }) => kind === 'state-damaged' && alarm)).toBe(true);
});

test('with each month what is recorded is written anew, and not one item more is asked for', async () => {
  const world = await site({ 'index.html': '1', 'a.html': '1' });
  const months = () =>
    new Set(world.s3.listObjectsV2(STATE, { prefix: 'blobs/' }).objects.map(({ key }) => key.slice(0, 14)));
  expect([...months()]).toEqual(['blobs/2026-11/']);
  world.pass(30 * 86_400_000);
  world.tick();
  await world.settle();
  expect([...months()]).toContain('blobs/2026-12/');
  // As the bucket's rule does with what is old.
  for (const { key } of world.s3.listObjectsV2(STATE, { prefix: 'blobs/2026-11/' }).objects)
    world.s3.delete(STATE, key);
  build(world, { 'index.html': '1', 'a.html': '2' });
  await world.settle();
  expect(world.newItems()).toEqual([['/a.html']]);
  expect(world.facts.filter(({ alarm }) => alarm)).toEqual([]);
});

test('an edge that misses an invalidation is proved old, and one /* heals it', async () => {
  const world = await site({ 'index.html': '1', 'a.html': '1' });
  world.cloudfront.setSabotage('ignore-one');
  build(world, { 'index.html': '1', 'a.html': '2' });
  await world.settle();
  expect(world.newItems()).toEqual([['/a.html'], ['/*']]);
  expect(world.served('/a.html')).toEqual(['2', '2']);
  expect(world.facts.find(({ kind }) => kind === 'old-copy')).toMatchObject({ alarm: true, url: '/a.html' });
});

describe('an edge that holds nothing when a page is published', () => {
  const publish = async (between: (world: QuietWorld) => void) => {
    const world = await site({ 'index.html': '1', 'a.html': '1' });
    world.pass(26 * 3_600_000);
    world.put('index.html', '2');
    world.put('new.html', 'new');
    await world.run(1_000);
    between(world);
    await world.settle();
    return String(world.facts.findLast(({ kind }) => kind === 'checked')?.['because']);
  };

  test('proves nothing when it fetched the new page before the call', async () => {
    expect(await publish((world) => world.tick())).toBe(
      'unproved: 3 of 3 fresh at LOC50-P1, no old copy seen there before',
    );
  });

  test('proves nothing when notes of an earlier form say that it held the page', async () => {
    const because = await publish((world) => {
      const notes = JSON.stringify(['LOC50-P1 /', 'LOC50-P1 /index.html', 'LOC50-P1 /new.html']);
      world.s3.put(STATE, 'warm.json', new TextEncoder().encode(notes));
    });
    expect(because).toMatch(/^unproved: 3 of 3/);
  });
});

test('a tick between the call and the check takes away no proof', async () => {
  const world = await site({ 'index.html': '1', 'a.html': '1' });
  world.put('index.html', '2');
  while (world.cloudfront.peek(0, '/index.html').cached) await world.run(500);
  world.tick();
  await world.settle();
  expect(world.facts.findLast(({ kind }) => kind === 'checked')?.['because']).toBe(
    'proved 2 of 2 at LOC50-P1',
  );
});

test('without widening the build ends as stuck, with the URL named', async () => {
  const world = await site({ 'a.html': '1' }, { settings: { widening: false } });
  world.cloudfront.setSabotage('ignore-one');
  build(world, { 'a.html': '2' });
  await world.settle();
  expect(world.newItems()).toEqual([['/a.html']]);
  expect(world.posts()[0]).toMatchObject({ outcome: 'stuck', because: expect.stringContaining('/a.html') });
});

test('edges that ignore everything are asked once more and no more', async () => {
  const world = await site({ 'a.html': '1' });
  world.cloudfront.setSabotage('ignore-all');
  build(world, { 'a.html': '2' });
  await world.settle();
  expect(world.newItems()).toEqual([['/a.html'], ['/*']]);
  expect(world.posts()[0]).toMatchObject({ outcome: 'stuck' });
});

test('a changed configuration of the distribution is one /*, once it is deployed', async () => {
  const world = await site({ 'a.html': '1' });
  const { config } = world.cloudfront.getDistribution();
  world.cloudfront.setConfig({ ...config, defaultRootObject: 'home.html' });
  world.tick();
  await world.settle();
  expect(world.newItems()).toEqual([]);
  world.pass(120_000);
  world.tick();
  await world.settle();
  expect(world.newItems()).toEqual([['/*']]);
});

test('while a configuration is rolled out no build is called live, whatever has to be invalidated meanwhile', async () => {
  const at = (path: string) => ({ origins: [{ id: 'site', domainName: 'site.s3.amazonaws.com', path }] });
  const world = await site({ 'v1/index.html': 'v1', 'v2/index.html': 'v2' }, { distribution: at('/v1') });
  world.visit('/index.html');
  world.cloudfront.setConfig({ ...world.cloudfront.getDistribution().config, ...at('/v2') });
  const blobs = world.s3.listObjectsV2(STATE, { prefix: 'blobs/' }).objects;
  for (const { key } of blobs) world.s3.put(STATE, key, new TextEncoder().encode('damaged'));
  const id = build(world, { 'v2/index.html': 'v2, built anew' });
  const isPosted = () => world.posts().some((post) => post['build'] === id);
  for (let minutes = 0; minutes < 30 && !isPosted(); minutes += 1) {
    world.tick();
    await world.run(60_000);
    world.visit('/index.html');
  }
  expect(world.newItems()).toEqual([['/*'], ['/*']]);
  expect(world.posts().find((post) => post['build'] === id)?.['outcome']).toMatch(/^live/);
  expect(world.served('/index.html')).toEqual(['v2, built anew', 'v2, built anew']);
});

test.each([
  ['every plan but everything', (items: readonly string[]) => items[0] !== '/*', [['/*']], 'live'],
  ['everything, too', () => true, [], undefined],
])(
  'an error that nobody knows, for %s, is told and never ends in silence',
  async (_case, isRefused, items, outcome) => {
    const world = await site({ 'index.html': '1', 'a.html': '1' });
    const { create } = world.ports.cdn;
    const refusal = createdFromRefusal({ name: 'Novelty', status: 400, message: 'no such thing' });
    const cdn = {
      ...world.ports.cdn,
      create: async (reference: string, asked: readonly string[]) =>
        isRefused(asked) ? refusal : create(reference, asked),
    };
    Object.assign(world.ports, { cdn });
    const id = build(world, { 'index.html': '2', 'a.html': '1' });
    await world.run(600_000);
    expect(world.newItems()).toEqual(items);
    expect(world.posts().find((post) => post['build'] === id)?.['outcome']).toBe(outcome);
    expect(world.facts.filter(({ alarm }) => alarm).map(({ kind }) => kind)).toContain(
      'invalidation-rejected',
    );
  },
);

test('with nothing left of the month a plan is one /*', async () => {
  const world = await site(
    { 'a.html': '1', 'b.html': '1', 'c.html': '1' },
    { settings: { itemsPerMonth: 1 } },
  );
  world.put('a.html', '2');
  world.put('b.html', '2');
  await world.settle();
  expect(world.newItems()).toEqual([['/*']]);
});
