import fc from 'fast-check';
import type { KeyVersions } from '../../shared/core/changes.ts';
import type { Entry } from '../../shared/core/entries.ts';
import { takeSnapshot } from '../../shared/passes/take-snapshot.ts';
import { sitePort } from '../simulation/ports/site.ts';
import { createS3, type S3 } from '../world/s3.ts';

const BUCKET = 'site';
const LATER = 86_400_000;

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
  const ports = {
    clock: { now: () => now, sleep: async () => {} },
    site: {
      ...site,
      list: (prefix: string, next: string | undefined) => {
        calls.list += 1;
        return site.list(prefix, next);
      },
      versions: (from: Parameters<typeof site.versions>[0]) => {
        calls.versions += 1;
        return site.versions(from);
      },
    },
  };
  return {
    s3,
    ports,
    calls,
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

test('every key that moved, and every key that a hint names, has all of its versions and markers, however small the pages', async () => {
  const steps = fc.array(fc.record({ key: fc.constantFrom(...KEYS), put: fc.boolean() }), { maxLength: 30 });
  const hints = fc.subarray([...KEYS, 'nothing']);
  await fc.assert(
    fc.asyncProperty(
      steps,
      steps,
      hints,
      fc.integer({ min: 1, max: 5 }),
      async (before, after, hinted, pageKeysMax) => {
        const { s3, ports, put, later } = world(pageKeysMax);
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
        const { lookedUp } = await takeSnapshot(ports, recorded, hinted, '');
        const moved = new Set([...after.map(({ key }) => key), ...hinted]);
        const current = new Set(recorded.map(({ key }) => key));
        for (const key of moved) {
          const seen = listedOf(s3, key);
          // A key that came and went is known by its hint alone.
          if (!hinted.includes(key) && !current.has(key) && !seen.versions[0]?.isLatest) continue;
          expect([key, lookedUp.get(key)]).toEqual([key, seen]);
        }
        for (const [key, seen] of lookedUp) expect([key, seen]).toEqual([key, listedOf(s3, key)]);
      },
    ),
    { numRuns: 300 },
  );
});

test('with nothing recorded the whole history is listed, to the last deleted key', async () => {
  const { s3, ports, put } = world(2);
  for (const key of ['a', 'm', 'z']) put(key, key);
  for (const key of ['m', 'z']) s3.delete(BUCKET, key);
  const { lookedUp } = await takeSnapshot(ports, [], [], '');
  expect([...lookedUp.keys()]).toEqual(['a', 'm', 'z']);
});

const many = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `k${String(index).padStart(5, '0')}`);

test.each([
  ['nothing changed: no versions are listed', [], 0],
  ['one changed file: one call', ['k01500'], 1],
  ['two that are near each other: one call', ['k01500', 'k01600'], 1],
  ['two that are far apart: one call each', ['k00100', 'k04800'], 2],
  ['the first and the last', ['k00000', 'k04999'], 2],
])('of 5,000 files: %s', async (_case, changed, versions) => {
  const { ports, calls, put, later, s3 } = world(1_000);
  for (const key of many(5_000)) put(key, 'same');
  const recorded: Entry[] = [];
  let token: string | undefined;
  do {
    const page: ReturnType<S3['listObjectsV2']> = s3.listObjectsV2(
      BUCKET,
      token ? { continuationToken: token } : {},
    );
    recorded.push(...page.objects.map((object) => ({ kind: 'object' as const, ...object, versionId: 'v' })));
    token = page.nextContinuationToken;
  } while (token);
  later();
  for (const key of changed) put(key, 'changed');
  const { lookedUp } = await takeSnapshot(ports, recorded, [], '');
  expect(calls).toEqual({ list: 5, versions });
  for (const key of changed) expect(lookedUp.get(key)?.versions).toHaveLength(2);
});

test('a build that uploaded all of 5,000 files again costs as many calls as the bucket has pages', async () => {
  const { ports, calls, put, later } = world(1_000);
  for (const key of many(5_000)) put(key, 'same');
  later();
  for (const key of many(5_000)) put(key, 'same');
  await takeSnapshot(ports, [], [], '');
  expect(calls).toEqual({ list: 5, versions: 10 });
});
