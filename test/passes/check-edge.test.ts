import type { UrlCheck } from '../../shared/core/verdict.ts';
import { checkEdge } from '../../shared/passes/check-edge.ts';
import type { EdgeAnswer, Ports } from '../../shared/ports.ts';
import { quietWorld, SITE } from './quiet-world.ts';

const MINUTE_MS = 60_000;

/** The latest version of what was put: its id, and its ETag. */
const latestOf = ({ s3 }: ReturnType<typeof quietWorld>, key: string) => {
  const found = s3.current(SITE, key);
  if (!found) throw new Error(`expected ${key} to be there`);
  return found;
};

test('of more versions than a page lists, the goal is found on a later one', async () => {
  const world = quietWorld();
  world.put('a.txt', 'old');
  world.put('a.txt', 'goal');
  const { etag, versionId } = latestOf(world, 'a.txt');
  world.put('a.txt', 'later');
  world.visit('/a.txt');
  const onePerPage: Ports['site'] = {
    ...world.ports.site,
    versions: async (from) => {
      const { entries, next } = world.s3.listObjectVersions(SITE, { ...from, maxKeys: 1 });
      const versions = entries.flatMap((entry) => (entry.kind === 'version' ? [entry] : []));
      return { versions, markers: [], ...(next ? { next } : {}) };
    },
  };
  const check: UrlCheck = { path: '/a.txt', key: 'a.txt', etag, versionId: versionId ?? '', was: 'x' };
  const summary = await checkEdge(
    { ...world.ports, site: onePerPage },
    [check],
    new Map(),
    world.now() + MINUTE_MS,
  );
  expect(summary).toMatchObject({ of: 1, checked: 1 });
  expect(summary.old).toBeUndefined();
});

describe('an answer that looks old', () => {
  const check: UrlCheck = { path: '/k', key: 'k', etag: 'B', versionId: 'v', was: 'A' };
  const answering = (etags: readonly string[]) => {
    const asked: string[] = [];
    const { ports, now } = quietWorld();
    const edge: Ports['edge'] = {
      get: async (path): Promise<EdgeAnswer> => {
        asked.push(path);
        return { kind: 'answer', status: 200, etag: etags[asked.length - 1] ?? 'none', cache: 'hit' };
      },
    };
    const version = { key: 'k', etag: 'B', size: 1, lastModified: 0, versionId: 'v', isLatest: true };
    const site: Ports['site'] = {
      ...ports.site,
      versions: async () => ({ versions: [version], markers: [] }),
    };
    return {
      asked,
      check: () => checkEdge({ ...ports, edge, site }, [check, check], new Map(), now() + MINUTE_MS),
    };
  };

  test('is asked for again, and counts when it is old again', async () => {
    const { asked, check: run } = answering(['A', 'A']);
    expect((await run()).old).toMatchObject({ path: '/k' });
    expect(asked).toHaveLength(2);
  });

  test('does not count when the second answer is not: its version was rolled back in between', async () => {
    const { asked, check: run } = answering(['A', 'B', 'B']);
    expect(await run()).toMatchObject({ of: 2, checked: 2 });
    expect(asked).toHaveLength(3);
  });
});
