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
  'reference-from-build': 1,
  'reference-from-paths': 1,
  'deployment-not-awaited': 1,
  'acknowledge-early': 1,
  'commit-before-create': 1,
  'completion-not-awaited': 1,
  'bootstrap-posts': 2,
  'builds-after-listing': 4,
  'etags-only': 10,
  'no-condition': 10,
  'past-forgotten': 10,
  'deleted-version-ignored': 15,
  'removed-not-purged': 18,
  'hint-takes-away': 20,
  'root-forgotten': 20,
  'outbox-forgets': 25,
  'everything-forgets': 26,
  'reference-from-clock': 29,
  'send-before-write': 35,
  'one-plan-one-request': 50,
  'no-pace': 50,
  'start-told-again': 52,
  'overlap-ignored': 63,
  'young-ignored': 80,
  'budget-ignored': 104,
  'headers-ignored': 112,
  'no-reply-means-written': 129,
  'between-dropped': 130,
  'lost-versions-ignored': 153,
  'record-what-is-there-now': 195,
  'earlier-forgotten': 305,
  'unread-is-unchanged': 359,
  'marker-ignored': 374,
  'settle-time-ignored': 377,
  'plan-lost-asks-for-nothing': 425,
  'error-page-ignored': 513,
  'plus-is-a-plus': 553,
  'no-reply-means-new-reference': 586,
  'tombstone-dropped': 740,
  'distribution-ignored': 765,
  'damaged-state-is-empty': 879,
  'start-looks-at-nothing': 990,
  'asked-once': 1054,
  'denied-acknowledges': 1310,
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
});
