/** What people, builds and viewers do in one schedule: a list of operations with their instants. */

import { drawChanges, type Planned } from './draw-changes.ts';
import type { Random } from './random.ts';
import type { Harm, Operation, Timed } from './schedule.ts';
import { escaped } from './targets.ts';

export type Drawing = Readonly<{
  keys: readonly string[];
  targets: readonly string[];
  calm: boolean;
  /** Much happens within one second. */
  isHasty: boolean;
}>;

/** Long enough for everything that the operations caused to be under way. */
const AFTERMATH_MS = 5_000;
const DAY_MS = 86_400_000;
/** What was drawn before is mostly at rest by then. */
const QUIET_MS = 60_000;

export const drawOperations = (
  random: Random,
  { keys, targets, calm, isHasty }: Drawing,
): Readonly<{ operations: readonly Timed[]; endsAt: number }> => {
  const operations: Timed[] = [];
  const add = (at: number, operation: Operation): void => void operations.push({ at, ...operation });
  const view = (at: number, target: string): void =>
    add(at, { kind: 'view', edge: random.whole(0, 1), target });
  const planned: Planned = { contents: new Map(), builds: 0 };

  for (const key of keys) {
    if (random.chance(0.2)) continue;
    planned.contents.set(key, 0);
    add(0, { kind: 'put', key, content: 0, headers: 0, multipart: false });
  }
  // Most sites are known to the edges before anything changes; some change while they are first looked at.
  let at = random.chance(0.85) ? random.whole(15_000, 40_000) : random.whole(0, 5_000);
  if (random.chance(0.7)) for (const target of targets) view(at - random.whole(0, 3_000), target);

  if (!calm && random.chance(0.05)) rollBackUnrecorded(random, at, random.pick(keys), add);
  if (!calm && random.chance(0.3)) add(at, { kind: 'harm', harm: 'lose-plan', which: 0 });
  const episodes = calm ? random.whole(1, 3) : random.whole(1, 12);
  for (let episode = 0; episode < episodes; episode += 1) {
    const changes = drawChanges(random, { keys, planned, isHasty, at });
    operations.push(...changes);
    for (const change of changes) viewAround(random, change, targets, view);
    at += drawGap(random);
    if (!calm) drawAccidents(random, at, targets, add);
    if (!calm && random.chance(0.01)) {
      at += DAY_MS + random.whole(0, DAY_MS / 8);
      add(at, { kind: 'expire' });
    }
  }
  if (!calm && random.chance(0.25)) rollBackWhileChecked(random, at + QUIET_MS, random.pick(keys), add);
  const last = operations.reduce((latest, operation) => Math.max(latest, operation.at), 0);
  const sorted = operations.map((operation, order) => ({ operation, order }));
  sorted.sort((a, b) => a.operation.at - b.operation.at || a.order - b.order);
  return { operations: sorted.map(({ operation }) => operation), endsAt: last + AFTERMATH_MS };
};

/** Bursts within a second or two, minutes of quiet, and what lies between. */
const drawGap = (random: Random): number =>
  random.pick([
    random.whole(0, 1_000),
    random.whole(0, 5_000),
    random.whole(0, 5_000),
    random.whole(2_000, 40_000),
    random.whole(30_000, 400_000),
  ]);

/** Viewers at the edges shortly before and after each change: what they fetch is what may be stale later. */
const viewAround = (
  random: Random,
  change: Timed,
  targets: readonly string[],
  view: (at: number, target: string) => void,
): void => {
  if (!('key' in change)) return;
  const encoded = encodeURIComponent(change.key).replaceAll('%2F', '/');
  const own = targets.filter((target) => target.includes(encoded));
  const pool = own.length > 0 && random.chance(0.8) ? own : targets;
  const count = random.pick([0, 1, 1, 2, 3]);
  for (let index = 0; index < count; index += 1) {
    const offset = random.pick([random.whole(-500, 0), random.whole(0, 300), random.whole(0, 8_000)]);
    view(Math.max(0, change.at + offset), random.pick(pool));
  }
};

/** A key is rolled back to one version while its record is lost: nothing that is listed tells of it. */
const rollBackUnrecorded = (
  random: Random,
  at: number,
  key: string,
  add: (at: number, operation: Operation) => void,
): void => {
  const putAt = Math.max(5_000, at - random.whole(5_000, 20_000));
  add(putAt, { kind: 'put', key, content: random.whole(0, 3), headers: 0, multipart: false });
  for (const edge of [0, 1]) add(at - 1_000, { kind: 'view', edge, target: escaped(key) });
  add(at, { kind: 'harm', harm: random.pick(['lose-blob', 'garble-blob']), which: random.whole(0, 1_000) });
  add(at + random.whole(-300, 300), { kind: 'roll-back', key });
};

/**
 * While the edges are checked for a change, the bytes before it are put, seen and rolled back: what the edge then
 * serves is older by its bytes, and not by its time.
 */
const rollBackWhileChecked = (
  random: Random,
  at: number,
  key: string,
  add: (at: number, operation: Operation) => void,
): void => {
  const put = (when: number, content: number): void =>
    add(when, { kind: 'put', key, content, headers: 0, multipart: false });
  put(at - 30_000, 0);
  put(at, 1);
  const putAt = at + random.whole(3_000, 18_000);
  put(putAt, 0);
  add(putAt + random.whole(0, 1_000), { kind: 'view', edge: 0, target: escaped(key) });
  add(putAt + random.whole(1_000, 10_000), { kind: 'roll-back', key });
};

const HARMS: readonly Harm[] = [
  'lose-head',
  'garble-head',
  'newer-head',
  'lose-blob',
  'garble-blob',
  'lose-blob',
];

/** Things that happen to the state and to the distribution, seldom. */
const drawAccidents = (
  random: Random,
  at: number,
  targets: readonly string[],
  add: (at: number, operation: Operation) => void,
): void => {
  if (random.chance(0.04)) {
    add(at, { kind: 'harm', harm: random.pick(HARMS), which: random.whole(0, 1_000) });
  }
  if (random.chance(0.03)) {
    add(at, { kind: 'configure', errorPage: random.pick(['', '/index.html', '/404.html']) });
    // Nothing but what the edges hold tells of a configuration that was another.
    if (random.chance(0.5)) {
      for (const target of targets) add(at - 100, { kind: 'view', edge: random.whole(0, 1), target });
    }
  }
};
