import fc from 'fast-check';
import type { KeyVersions } from '../../shared/core/changes.ts';
import type { Entry } from '../../shared/core/entries.ts';
import { takeSnapshot } from '../../shared/passes/take-snapshot.ts';
import type { Fact } from '../../shared/ports.ts';
import { keptOf } from '../core/history.ts';
import { sitePort } from '../simulation/ports/site.ts';
import { createS3, type S3 } from '../world/s3.ts';

const BUCKET = 'site';
const LATER = 86_400_000;

const hinting = (keys: readonly string[]) => new Map(keys.map((key) => [key, { wrote: new Set<string>() }]));
const NO_HINTS = hinting([]);

const world = (pageKeysMax: number) => {
  let now = Date.UTC(2026, 10, 23);
  let ids = 0;
  const s3 = createS3({
    now: () => now,
    id: () => {
      ids += 1;
      return `v${ids}`;
    },
    pageKeysMax,
  });
  s3.createBucket(BUCKET, { versioning: 'enabled', eventBridge: false });
  const site = sitePort(s3, BUCKET);
  const calls = { list: 0, versions: 0 };
  const facts: Fact[] = [];
  let pageMs = 0;
  let listMs = 0;
  const ports = {
    clock: { now: () => now, sleep: async () => {} },
    site: {
      ...site,
      list: (prefix: string, next: string | undefined) => {
        calls.list += 1;
        now += listMs;
        return site.list(prefix, next);
      },
      versions: (from: Parameters<typeof site.versions>[0]) => {
        calls.versions += 1;
        now += pageMs;
        return site.versions(from);
      },
    },
  };
  return {
    s3,
    ports: { ...ports, tell: (fact: Fact) => facts.push(fact) },
    calls,
    facts,
    slow: (ms: number) => (pageMs = ms),
    slowToList: (ms: number) => (listMs = ms),
    put: (key: string, text: string) => s3.put(BUCKET, key, new TextEncoder().encode(text)),
    later: () => (now += LATER),
  };
};

/** What is listed of a key, asked for by itself. */
const listedOf = (s3: S3, key: string): KeyVersions => {
  const entries = [];
  let from: { keyMarker?: string; versionIdMarker?: string } | undefined = {};
  while (from) {
    const page = s3.listObjectVersions(BUCKET, { prefix: key, ...from });
    entries.push(...page.entries.filter((entry) => entry.key === key));
    from = page.next;
  }
  const bare = entries.map(({ kind: _kind, ...entry }) => entry);
  return {
    versions: bare.filter((entry) => 'etag' in entry),
    markers: bare.filter((entry) => !('etag' in entry)),
  } as KeyVersions;
};

const KEYS = ['a', 'a/', 'a/b', 'a//b', 'aa', 'b', 'é', '😀', 'z'];

/** The time over which versions are read at least. */
const LEAST_MS = 20_000;

test('every key that moved, and every key that a hint names, has all of its versions and markers that are needed or is told to be unread, however small the pages', async () => {
  const steps = fc.array(fc.record({ key: fc.constantFrom(...KEYS), put: fc.boolean() }), { maxLength: 30 });
  const hints = fc.subarray([...KEYS, 'nothing']);
  await fc.assert(
    fc.asyncProperty(
      steps,
      steps,
      hints,
      fc.integer({ min: 1, max: 5 }),
      fc.option(fc.integer({ min: 1, max: 30 })),
      async (before, after, hinted, pageKeysMax, pagesInTime) => {
        const { s3, ports, facts, slow, put, later } = world(pageKeysMax);
        const play = (some: typeof before): void => {
          for (const step of some) {
            if (step.put) put(step.key, step.key);
            else s3.delete(BUCKET, step.key);
          }
        };
        play(before);
        const recorded = KEYS.flatMap((key) => {
          const { versions } = listedOf(s3, key);
          const latest = versions[0];
          return latest?.isLatest ? [{ kind: 'object' as const, ...latest }] : [];
        });
        later();
        play(after);
        if (pagesInTime !== null) slow(LEAST_MS / pagesInTime);
        const deadline = ports.clock.now() + (pagesInTime === null ? 300_000 : 0);
        const { lookedUp, unread } = await takeSnapshot(ports, recorded, hinting(hinted), '', deadline);
        if (pagesInTime === null) expect([unread.size, facts]).toEqual([0, []]);
        for (const [key, object] of unread) {
          expect([key, lookedUp.has(key), object?.key]).toEqual([key, false, s3.current(BUCKET, key) && key]);
        }
        const moved = new Set([...after.map(({ key }) => key), ...hinted]);
        const current = new Set(recorded.map(({ key }) => key));
        const neededOf = (key: string): KeyVersions =>
          keptOf(listedOf(s3, key), { entry: recorded.find((one) => one.key === key), named: new Set() });
        for (const key of moved) {
          const seen = neededOf(key);
          // A key that came and went is known by its hint alone.
          if (!hinted.includes(key) && !current.has(key) && !seen.versions[0]?.isLatest) continue;
          if (!unread.has(key)) expect([key, lookedUp.get(key)]).toEqual([key, seen]);
        }
        for (const [key, seen] of lookedUp) expect([key, seen]).toEqual([key, neededOf(key)]);
      },
    ),
    { numRuns: 300 },
  );
});

test('with nothing recorded the whole history is listed, to the last deleted key', async () => {
  const { s3, ports, put } = world(2);
  for (const key of ['a', 'm', 'z']) put(key, key);
  for (const key of ['m', 'z']) s3.delete(BUCKET, key);
  const { lookedUp } = await takeSnapshot(ports, [], NO_HINTS, '', ports.clock.now() + 300_000);
  expect([...lookedUp.keys()]).toEqual(['a', 'm', 'z']);
});

const many = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `k${String(index).padStart(5, '0')}`);

/** What a look now would record. */
const recordedOf = (s3: S3): readonly Entry[] => {
  const recorded: Entry[] = [];
  let token: string | undefined;
  do {
    const page: ReturnType<S3['listObjectsV2']> = s3.listObjectsV2(
      BUCKET,
      token ? { continuationToken: token } : {},
    );
    recorded.push(
      ...page.objects.map((object) => ({
        kind: 'object' as const,
        ...object,
        versionId: s3.head(BUCKET, object.key).versionId ?? '',
      })),
    );
    token = page.nextContinuationToken;
  } while (token);
  return recorded;
};

test.each([
  ['nothing changed: no versions are listed', [], 0],
  ['one changed file: one call', ['k01500'], 1],
  ['two that are near each other: one call', ['k01500', 'k01600'], 1],
  ['two that are far apart: one call each', ['k00100', 'k04800'], 2],
  ['the first and the last', ['k00000', 'k04999'], 2],
])('of 5,000 files: %s', async (_case, changed, versions) => {
  const { ports, calls, put, later, s3 } = world(1_000);
  for (const key of many(5_000)) put(key, 'same');
  const recorded = recordedOf(s3);
  later();
  for (const key of changed) put(key, 'changed');
  const { lookedUp } = await takeSnapshot(ports, recorded, NO_HINTS, '', ports.clock.now() + 300_000);
  expect(calls).toEqual({ list: 5, versions });
  for (const key of changed) expect(lookedUp.get(key)?.versions).toHaveLength(2);
});

test('a build that uploaded all of 5,000 files again costs as many calls as the bucket has pages', async () => {
  const { ports, calls, put, later } = world(1_000);
  for (const key of many(5_000)) put(key, 'same');
  later();
  for (const key of many(5_000)) put(key, 'same');
  await takeSnapshot(ports, [], NO_HINTS, '', ports.clock.now() + 300_000);
  expect(calls).toEqual({ list: 5, versions: 10 });
});

/** `builds` versions of each of `files` files; at last `changed` of them are uploaded once more. */
const history = (files: number, builds: number, changed: (index: number) => boolean) => {
  const all = world(100);
  for (let build = 0; build < builds; build += 1) {
    for (const key of many(files)) all.put(key, 'same');
    all.later();
  }
  const recorded = recordedOf(all.s3);
  const keys = many(files).filter((_key, index) => changed(index));
  for (const key of keys) all.put(key, 'same');
  return { ...all, recorded, keys, pages: Math.ceil((files * builds + keys.length) / 100) };
};

const inTime = ({ ports }: ReturnType<typeof world>): number => ports.clock.now() + 300_000;

test.each([
  ['every 50th file, with many versions between: one call each', 50],
  ['every second one: no more than the history has pages, and what ranges have in common', 2],
  ['each', 1],
])('a listing goes on or jumps, whichever is nearer: %s', async (_case, every) => {
  const site = history(1_000, 40, (index) => index % every === 0);
  const { lookedUp } = await takeSnapshot(site.ports, site.recorded, NO_HINTS, '', inTime(site));
  expect(site.calls.versions).toBeLessThanOrEqual(Math.min(site.keys.length, site.pages) + 8);
  expect(site.keys.filter((key) => lookedUp.get(key)?.versions.length !== 2)).toEqual([]);
});

test('a long history is read in eight places at once, after ten pages in one', async () => {
  const site = history(1_000, 40, () => true);
  let under = 0;
  const most: number[] = [];
  const versions = async (from: Parameters<typeof site.ports.site.versions>[0]) => {
    under += 1;
    most.push(under);
    await Promise.resolve();
    under -= 1;
    return site.ports.site.versions(from);
  };
  const ports = { ...site.ports, site: { ...site.ports.site, versions } };
  await takeSnapshot(ports, site.recorded, NO_HINTS, '', inTime(site));
  expect(most.slice(0, 18)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(Math.max(...most)).toBe(8);
});

test('of each key so little is kept that the length of its history makes no difference', async () => {
  const kept = async (builds: number): Promise<number> => {
    const site = history(20, builds, () => true);
    const { lookedUp } = await takeSnapshot(site.ports, site.recorded, NO_HINTS, '', inTime(site));
    return [...lookedUp.values()].reduce((sum, { versions }) => sum + versions.length, 0);
  };
  expect([await kept(2), await kept(60)]).toEqual([40, 40]);
});

test.each([
  ['half of the time that is left', 100_000, 50],
  ['twenty seconds, where hardly any is left', 2_000, 20],
])(
  'versions are read for %s; what is not read then is told with an alarm',
  async (_case, leftMs, seconds) => {
    const site = history(1_000, 40, () => true);
    site.slow(1_000);
    const began = site.ports.clock.now();
    const { lookedUp, unread } = await takeSnapshot(site.ports, site.recorded, NO_HINTS, '', began + leftMs);
    // A round of eight takes eight seconds here.
    expect(site.ports.clock.now() - began).toBeGreaterThanOrEqual(seconds * 1_000);
    expect(site.ports.clock.now() - began).toBeLessThan((seconds + 8) * 1_000);
    expect(unread.size).toBeGreaterThan(0);
    expect([...lookedUp.keys(), ...unread.keys()].sort()).toEqual(many(1_000));
    expect(site.facts).toMatchObject([
      { kind: 'versions-unread', alarm: true, keys: unread.size, of: 1_000, pages: site.calls.versions },
    ]);
  },
);

test('a listing of objects that takes most of the time takes none from the versions', async () => {
  const site = history(20, 2, () => true);
  site.slowToList(290_000);
  const { unread } = await takeSnapshot(site.ports, site.recorded, NO_HINTS, '', inTime(site));
  expect([unread.size, site.facts]).toEqual([0, []]);
});

test('with nothing recorded, too, the history is read for as long as there is time', async () => {
  const site = history(1_000, 40, () => true);
  site.slow(1_000);
  const { lookedUp, unread } = await takeSnapshot(site.ports, [], NO_HINTS, '', site.ports.clock.now());
  expect(unread.size).toBeGreaterThan(0);
  expect([...lookedUp.keys(), ...unread.keys()].sort()).toEqual(many(1_000));
  expect(site.facts).toHaveLength(1);
});

test('a history of deleted keys that is not read to its end is told, too', async () => {
  const site = world(1);
  for (const key of many(40)) site.put(key, 'same');
  for (const key of many(40)) site.s3.delete(BUCKET, key);
  site.slow(1_000);
  const { lookedUp, unread } = await takeSnapshot(site.ports, [], NO_HINTS, '', site.ports.clock.now());
  expect([lookedUp.size, unread.size]).toEqual([9, 0]);
  expect(site.facts).toMatchObject([{ kind: 'versions-unread', keys: 0 }]);
});
