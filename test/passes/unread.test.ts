/** A pass that has no time left to list versions invalidates what it could not judge, and the next ones are as ever. */

import { quietWorld } from './quiet-world.ts';

test('what could not be read is purged once; afterwards only what changed is', async () => {
  const world = quietWorld();
  let pageMs = 0;
  const { versions } = world.ports.site;
  Object.assign(world.ports.site, {
    // A page may be empty, with more to come.
    versions: (from: Parameters<typeof versions>[0]) => {
      world.pass(pageMs);
      const empty = { versions: [], markers: [], next: { keyMarker: 'a.html', versionIdMarker: 'v' } };
      return pageMs > 0 ? Promise.resolve(empty) : versions(from);
    },
  });
  const rest = async (): Promise<readonly string[]> => {
    // What was written within the last seconds is looked at once more, and so would be purged once more.
    world.pass(10_000);
    await world.settle();
    world.pass(60_000);
    world.tick();
    await world.settle();
    return world.newItems().flat().sort();
  };
  for (const key of ['a.html', 'b.html', 'c.html', 'd.html']) world.put(key, '1');
  expect(await rest()).toEqual(['/*']);
  world.visit('/a.html', '/b.html', '/c.html');

  pageMs = 200_000;
  world.put('a.html', '2');
  world.put('b.html', '1');
  world.remove('c.html');
  expect(await rest()).toEqual(['/a.html', '/b.html', '/c.html']);
  expect(world.served('/a.html')).toEqual(world.served('/a.html').map(() => '2'));
  expect(world.facts.filter(({ alarm }) => alarm)).toMatchObject([
    { kind: 'versions-unread', keys: 3, of: 3 },
  ]);

  pageMs = 0;
  world.put('b.html', '1');
  expect(await rest()).toEqual(['/b.html']);
  world.put('b.html', '1');
  expect(await rest()).toEqual([]);
});
