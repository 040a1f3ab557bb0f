/** Every planted bug is found: what no oracle notices, no schedule proves. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUGS, type Bug } from './bugs.ts';
import { PROJECT, patched, withBug } from './bundle.ts';
import { runMany } from './many.ts';

/**
 * A seed that finds each bug, so that a test need not search; `npm run simulate -- --bug NAME` finds another one
 * where what is drawn, or the order of the passes' calls, has changed.
 */
const SEEDS: Readonly<Record<string, number>> = {
  'reference-from-paths': 1,
  'reference-from-build': 1,
  'no-condition': 1,
  'send-before-write': 1,
  'bootstrap-posts': 3,
  'overlap-ignored': 5,
  'past-forgotten': 10,
  'etags-only': 11,
  'lost-versions-ignored': 208,
  'everything-forgets': 29,
  'removed-not-purged': 18,
  'hint-takes-away': 22,
  'error-page-ignored': 121,
  'outbox-forgets': 23,
  'deleted-version-ignored': 23,
  'commit-before-create': 28,
  'completion-not-awaited': 28,
  'young-ignored': 45,
  'reference-from-clock': 50,
  'no-reply-means-written': 56,
  'marker-ignored': 73,
  'record-what-is-there-now': 77,
  'budget-ignored': 104,
  'root-forgotten': 178,
  'deployment-not-awaited': 181,
  'acknowledge-early': 191,
  'earlier-forgotten': 195,
  'builds-after-listing': 216,
  'settle-time-ignored': 277,
  'no-reply-means-new-reference': 279,
  'headers-ignored': 309,
  'one-plan-one-request': 386,
  'plus-is-a-plus': 644,
  'denied-acknowledges': 708,
  'tombstone-dropped': 896,
  'no-pace': 982,
  'damaged-state-is-empty': 2863,
  'distribution-ignored': 4578,
};

/** Seeds that are tried, from the known one on. */
const WINDOW = 3;

const find = async (bug: Bug) => {
  const { runMany } = await withBug(bug);
  const { found } = await runMany({ seed: SEEDS[bug.name] ?? 1, schedules: WINDOW, stopAtFirst: true });
  return found;
};

test.each(BUGS.map((bug) => [bug.name, bug] as const))(
  'the patch of %s fits its file exactly once',
  async (_name, bug) => {
    const source = await readFile(join(PROJECT, bug.file), 'utf8');
    expect(patched(source, bug)).not.toBe(source);
    expect(() => patched('', bug)).toThrow(`bug ${bug.name}: expected its text once`);
  },
);

test('every bug has a name of its own, and says why it is one', () => {
  expect(new Set(BUGS.map(({ name }) => name)).size).toBe(BUGS.length);
  expect(BUGS.filter(({ why }) => why === '')).toEqual([]);
});

test.each(BUGS.map((bug) => [bug.name, bug] as const))(
  'the simulator finds %s',
  async (_name, bug) => {
    expect(await find(bug)).not.toEqual([]);
  },
  30_000,
);

test('the same seeds without a bug show nothing', async () => {
  for (const seed of new Set(Object.values(SEEDS))) {
    const { found } = await runMany({ seed, schedules: WINDOW });
    expect([seed, found]).toEqual([seed, []]);
  }
}, 60_000);
