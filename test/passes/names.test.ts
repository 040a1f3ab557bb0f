/**
 * Names that break URL code, each changed alone, under every reading of what AWS's documentation leaves open:
 * what was changed is fresh, and nothing else is purged beyond what `~` forces.
 */

import { createRequire } from 'node:module';
import { allSwitches, defaultDistribution } from '../world/cloudfront.ts';
import { quietWorld } from './quiet-world.ts';

const { viewerRequestCode } = createRequire(import.meta.url)('../../resources/viewer-request.cjs') as {
  viewerRequestCode(settings: { routing: string; defaultRootObject: string }): string;
};

const NAMES = [
  'index.html',
  'with space.txt',
  'with+plus.txt',
  'with space+plus.txt',
  '100%.txt',
  '100%25.txt',
  'c#/notes.txt',
  'what?.txt',
  'star*.txt',
  'star.txt',
  'tilde~.txt',
  'tilde.txt',
  '\u00e9.txt',
  'e\u0301.txt',
  '😀.txt',
  '[x].txt',
  'quote"s.txt',
  "it's.txt",
  '__proto__',
  'constructor',
  'CASE.txt',
  'case.txt',
  'a//b.txt',
  `${'long-name/'.repeat(60)}end.txt`,
  'blog/index.html',
  'blog/myindex.html',
];

/** As a browser writes it; independent of the encoder that is tested. */
const target = (key: string): string => `/${key.split('/').map(encodeURIComponent).join('/')}`;

const { defaultBehaviour } = defaultDistribution();
const distribution = {
  defaultBehaviour: {
    ...defaultBehaviour,
    viewerRequest: {
      name: 'request',
      arn: 'arn:aws:cloudfront::000000000000:function/request',
      code: viewerRequestCode({ routing: 'none', defaultRootObject: 'index.html' }),
      etag: 'E1',
    },
  },
};

/** Other spellings under which somebody may have asked before: the function makes one cache key of them. */
const spellings = (key: string): readonly string[] => [
  target(key),
  target(key).replaceAll('%20', '+'),
  target(key).replaceAll(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase()),
  target(key).replaceAll('.', '%2E'),
];

const TILDE = 'tilde~.txt';

const combinations = allSwitches().map((switches) => [Object.values(switches).join(', '), switches] as const);

test.each(combinations)('every odd name is exact with edges that are: %s', async (_case, switches) => {
  const world = quietWorld({ switches, distribution });
  for (const key of NAMES) world.put(key, `${key} 1`);
  await world.settle();
  world.pass(60_000);
  world.tick();
  await world.settle();

  for (const key of NAMES) {
    world.visit('/', ...NAMES.flatMap(spellings));
    world.newItems();
    world.put(key, `${key} 2`);
    await world.settle();
    const items = world.newItems().flat();
    expect([key, items.includes('/*')]).toEqual([key, false]);

    const isOther = (name: string): boolean => name !== key && (key !== TILDE || !name.startsWith('tilde'));
    const lost = NAMES.filter(isOther).filter((name) => {
      const urls = name === 'index.html' ? ['/', target(name)] : [target(name)];
      return urls.some((url) =>
        [0, 1].some((edge) => world.cloudfront.get(edge, { target: url }).cache !== 'hit'),
      );
    });
    expect([key, 'lost', lost]).toEqual([key, 'lost', []]);
    for (const url of spellings(key))
      expect([key, url, world.served(url)]).toEqual([key, url, [`${key} 2`, `${key} 2`]]);
    if (key === 'index.html') expect(world.served('/')).toEqual([`${key} 2`, `${key} 2`]);
    world.put(key, `${key} 1`);
    await world.settle();
    world.pass(60_000);
  }
});

/** The encoded form of `*`: raw it would be a wildcard in an item. */
const listed = (key: string): string => target(key).replaceAll('*', '%2A');

test('without a function the listed forms are fresh: the name, encoded', async () => {
  for (const [, switches] of combinations) {
    const world = quietWorld({
      switches,
      settings: { paths: { routing: 'none', canonical: false } },
    });
    for (const key of NAMES) world.put(key, `${key} 1`);
    await world.settle();
    for (const key of NAMES) {
      world.visit(...NAMES.map(listed));
      world.put(key, `${key} 2`);
      await world.settle();
      expect([key, world.served(listed(key))]).toEqual([key, [`${key} 2`, `${key} 2`]]);
    }
  }
});
