/** Sites that were there before: a folder of a bucket, a bucket without versioning, a state that was another's. */

import { invalidate } from '../../shared/passes/invalidate.ts';
import { errorCachingDefaultSeconds } from '../world/cloudfront-config.ts';
import { type QuietWorld, quietWorld, SETTINGS, STATE, type WorldOptions } from './quiet-world.ts';

const NO_FUNCTION: Partial<typeof SETTINGS> = { paths: { routing: 'none', canonical: false } };

const settled = async (files: Readonly<Record<string, string>>, options: WorldOptions) => {
  const world = quietWorld(options);
  for (const [key, text] of Object.entries(files)) world.put(key, text);
  await world.settle();
  world.pass(60_000);
  world.tick();
  await world.settle();
  world.newItems();
  return world;
};

describe('a distribution whose origin has a path', () => {
  const options: WorldOptions = {
    settings: NO_FUNCTION,
    distribution: { origins: [{ id: 'site', domainName: 'site.s3.amazonaws.com', path: '/web' }] },
  };
  const files = {
    'web/index.html': '1',
    'web/a.html': '1',
    'web/b.html': '1',
    'other/a.html': '1',
    'a.html': '1',
  };

  test('items are relative to that path, and the default root object is the one inside', async () => {
    const world = await settled(files, options);
    world.visit('/', '/index.html', '/a.html');
    world.put('web/index.html', '2');
    world.put('web/a.html', '2');
    await world.settle();
    expect(world.newItems().flat().sort()).toEqual(['/', '/a.html', '/index.html']);
    expect(world.served('/')).toEqual(['2', '2']);
    expect(world.served('/a.html')).toEqual(['2', '2']);
  });

  test.each(['a.html', 'other/a.html', 'webs/a.html', 'web'])('%s is none of the site', async (key) => {
    const world = await settled(files, options);
    world.put(key, '2');
    await world.settle();
    world.remove(key);
    await world.settle();
    expect(world.newItems()).toEqual([]);
  });

  test('of the bucket no more is listed than that folder', async () => {
    const world = await settled(files, options);
    const prefixes: string[] = [];
    const list = world.ports.site.list;
    const ports = {
      ...world.ports,
      site: {
        ...world.ports.site,
        list: (prefix: string, next: string | undefined) => {
          prefixes.push(prefix);
          return list(prefix, next);
        },
      },
    };
    const tick = { id: 't', body: '{"kind":"tick"}', receipt: 'r', sentAt: world.now(), receives: 1 };
    await invalidate([tick], ports, { ...SETTINGS, ...NO_FUNCTION }, world.now() + 60_000);
    expect(prefixes).toEqual(['web/']);
  });

  test('another path is another site: one /*, and from then on its keys', async () => {
    const world = await settled(files, options);
    const { config } = world.cloudfront.getDistribution();
    world.visit('/a.html');
    world.cloudfront.setConfig({
      ...config,
      origins: [{ id: 'site', domainName: 'site.s3.amazonaws.com', path: '/other' }],
    });
    world.pass(120_000);
    world.tick();
    await world.settle();
    expect(world.newItems()).toEqual([['/*']]);
    world.put('other/a.html', '2');
    world.put('web/a.html', '2');
    await world.settle();
    expect(world.newItems()).toEqual([['/a.html']]);
    expect(world.served('/a.html')).toEqual(['2', '2']);
  });
});

describe('a bucket without versioning', () => {
  const options: WorldOptions = {
    settings: NO_FUNCTION,
    versioning: 'off',
    distribution: {
      customErrorResponses: [403, 404].map((code) => ({
        code,
        errorCachingMinTtlSeconds: errorCachingDefaultSeconds,
      })),
    },
  };
  const files = { 'index.html': '1', 'a.html': '1', 'b.html': '1' };
  const edited = async (edit: (world: QuietWorld) => void): Promise<QuietWorld> => {
    const world = await settled(files, options);
    world.visit('/', '/index.html', '/a.html', '/b.html');
    edit(world);
    await world.settle();
    return world;
  };

  test('what changed is purged, and what was uploaded again as it was is not', async () => {
    const world = await edited(({ put }) => {
      put('a.html', '2');
      put('b.html', '1');
    });
    expect(world.newItems()).toEqual([['/a.html']]);
    expect(world.served('/a.html')).toEqual(['2', '2']);
  });

  test('what was removed is purged', async () => {
    const world = await edited(({ remove }) => remove('a.html'));
    expect(world.newItems()).toEqual([['/a.html']]);
    expect(world.served('/a.html')).toEqual([403, 403]);
  });

  test('A, B and A again between two looks: the events tell of B', async () => {
    const world = await edited(({ put }) => {
      put('a.html', '2');
      put('a.html', '1');
    });
    expect(world.newItems()).toEqual([['/a.html']]);
  });

  test('without events the next tick sees what is another now', async () => {
    const world = await settled(files, options);
    world.visit('/a.html');
    world.put('a.html', '2');
    for (const message of world.sqs.receive('work', 10)) world.sqs.delete('work', message.receiptHandle);
    world.tick();
    await world.settle();
    expect(world.newItems()).toEqual([['/a.html']]);
    expect(world.served('/a.html')).toEqual(['2', '2']);
  });
});

describe('a state that was recorded', () => {
  test.each([
    ['for another bucket', { ...SETTINGS, bucket: 'earlier' }],
    ['for another distribution', { ...SETTINGS, distributionId: 'EARLIER' }],
  ])('%s is put aside, and everything is invalidated once', async (_name, earlier) => {
    const world = await settled({ 'a.html': '1' }, {});
    const head = JSON.parse(new TextDecoder().decode(world.s3.get(STATE, 'head.json').body));
    const foreign = JSON.stringify({ ...head, site: `${earlier.bucket} ${earlier.distributionId}` });
    world.s3.put(STATE, 'head.json', new TextEncoder().encode(foreign));
    world.visit('/a.html');
    world.tick();
    await world.settle();
    expect(world.newItems()).toEqual([['/*']]);
    expect(world.facts).toContainEqual(
      expect.objectContaining({
        kind: 'head-unreadable',
        because: `expected the state of "site E1", got that of "${earlier.bucket} ${earlier.distributionId}"`,
      }),
    );
    world.tick();
    await world.settle();
    expect(world.newItems()).toEqual([]);
  });
});
