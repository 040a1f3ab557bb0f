import type { ObjectEntry } from '../../shared/core/entries.ts';
import { REFUSED } from '../../shared/core/headers.ts';
import { compareHeaders } from '../../shared/passes/compare-headers.ts';
import type { Fact, Ports } from '../../shared/ports.ts';
import { anObject } from '../core/entry-fixture.ts';
import { quietWorld } from './quiet-world.ts';

type Answer = Awaited<ReturnType<Ports['site']['headers']>> | Error;

/** The comparing alone, with an S3 that answers as told, by key and version. */
const comparing = (answerOf: (key: string, versionId: string) => Answer) => {
  const { ports } = quietWorld();
  const asked: string[] = [];
  const facts: Fact[] = [];
  const site: Ports['site'] = {
    ...ports.site,
    headers: async (key, versionId) => {
      asked.push(key);
      const answer = answerOf(key, versionId);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return {
    asked,
    facts,
    compare: (goal: readonly ObjectEntry[]) =>
      compareHeaders({ site, tell: (fact) => facts.push(fact) }, goal, 200, 0),
  };
};

const PLAIN = { metadata: {} };
const TIMEOUT = new Error('TimeoutError: no answer');

test('an object whose headers are refused stops no invalidation, and its key is told', async () => {
  const world = quietWorld();
  const { headers } = world.ports.site;
  const site: Ports['site'] = {
    ...world.ports.site,
    headers: async (key, versionId) => (key === 'secret.bin' ? 'refused' : headers(key, versionId)),
  };
  Object.assign(world.ports, { site });
  world.put('index.html', '1');
  world.put('secret.bin', '1');
  await world.settle();
  world.newItems();
  world.pass(60_000);
  world.put('index.html', '2');
  world.put('secret.bin', '1');
  await world.settle();
  expect(world.newItems()).toEqual([['/', '/index.html']]);
  expect(world.facts.find(({ kind }) => kind === 'headers-unread')).toMatchObject({
    count: 1,
    first: [{ key: 'secret.bin', because: 'S3 refuses its headers' }],
  });
});

test('refused headers are asked for once, until the key is uploaded again', async () => {
  const { asked, compare } = comparing(() => 'refused');
  const first = await compare([anObject('k')]);
  expect(first).toEqual({ goal: [anObject('k', { headers: REFUSED })], changes: [] });
  expect(await compare([anObject('k', { headers: REFUSED })])).toEqual(first);
  expect(asked).toEqual(['k']);
  await compare([anObject('k', { headers: REFUSED, base: 'v1' })]);
  expect(asked).toEqual(['k', 'k', 'k']);
});

test('headers that may be read again are compared with those of the version before', async () => {
  const { compare } = comparing((_key, version) =>
    version === 'v1' ? PLAIN : { ...PLAIN, contentType: 'a/b' },
  );
  const { changes } = await compare([anObject('k', { headers: REFUSED, base: 'v1' })]);
  expect(changes).toMatchObject([{ key: 'k', because: 'headers' }]);
});

test.each([
  ['the latest', 'v2'],
  ['the old', 'v1'],
])('where %s version is refused, nothing is known and nothing is purged', async (_case, refused) => {
  const { compare } = comparing((_key, version) => (version === refused ? 'refused' : PLAIN));
  const { goal, changes } = await compare([anObject('k', { base: 'v1' })]);
  expect(changes).toEqual([]);
  expect(goal[0]).not.toHaveProperty('base');
});

test('what S3 could not answer is left as it is for a later pass, and what it answered is kept', async () => {
  const { facts, compare } = comparing((key) => (key === 'b' ? TIMEOUT : PLAIN));
  const { goal } = await compare([anObject('a'), anObject('b', { base: 'v1', headers: 'h' })]);
  expect(goal[0]).toHaveProperty('headers');
  expect(goal[1]).toEqual(anObject('b', { base: 'v1', headers: 'h' }));
  expect(facts).toEqual([
    { kind: 'headers-unread', count: 1, first: [{ key: 'b', because: 'Error: TimeoutError: no answer' }] },
  ]);
});

test('an S3 in trouble is asked no further, and no more than ten keys are told', async () => {
  const { asked, facts, compare } = comparing(() => TIMEOUT);
  await compare(Array.from({ length: 60 }, (_, index) => anObject(`k${index}`)));
  expect(asked).toHaveLength(20);
  expect(facts[0]?.['first']).toHaveLength(10);
});
