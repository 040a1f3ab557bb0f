/** One episode of changes to the site: a build, an edit, a deletion, and the turns that have fooled others. */

import type { Random } from './random.ts';
import type { Operation, Timed } from './schedule.ts';
import { escaped } from './targets.ts';

/** What the site holds as far as the drawing knows, and how many builds there are. */
export type Planned = { readonly contents: Map<string, number>; builds: number };

export type Episode = Readonly<{
  keys: readonly string[];
  planned: Planned;
  isHasty: boolean;
  at: number;
}>;

type Draw = Readonly<{ random: Random; keys: readonly string[]; planned: Planned }>;

const CONTENTS_MAX = 3;

export const drawChanges = (random: Random, { keys, planned, isHasty, at }: Episode): readonly Timed[] => {
  const draw: Draw = { random, keys, planned };
  const key = random.pick(keys);
  const kind = random.whole(0, 99);
  if (isHasty && kind < 60) return withinASecond(draw, key, at);
  if (kind < 30) return build(draw, at);
  if (kind < 50) return [put(draw, key, changed(draw, key), at)];
  if (kind < 65) return thereAndBack(draw, key, at);
  if (kind < 73) return removed(draw, key, at);
  if (kind < 80) return rolledBack(draw, key, at);
  if (kind < 86) return [headersOnly(draw, key, at)];
  if (kind < 90) return withinASecond(draw, key, at);
  if (kind < 94) return [put(draw, key, planned.contents.get(key) ?? 0, at)];
  return rapid(draw, key, at);
};

const put = ({ random, planned }: Draw, key: string, content: number, at: number): Timed => {
  planned.contents.set(key, content);
  return { at, kind: 'put', key, content, headers: 0, multipart: random.chance(0.02) };
};

/** Other bytes than now; a fingerprinted key seldom gets any. */
const changed = ({ random, planned }: Draw, key: string): number => {
  const now = planned.contents.get(key);
  if (now === undefined) return random.whole(0, CONTENTS_MAX);
  return (now + random.whole(1, CONTENTS_MAX)) % (CONTENTS_MAX + 1);
};

const isFingerprinted = (key: string): boolean => /-[0-9a-f]{8}\./.test(key);

const headersOnly = ({ random, planned }: Draw, key: string, at: number): Timed => ({
  at,
  kind: 'put',
  key,
  content: planned.contents.get(key) ?? 0,
  headers: random.whole(0, 2),
  multipart: false,
});

/** Within a second, within a pass, or with passes in between. */
const pause = (random: Random): number =>
  random.pick([
    random.whole(1, 400),
    random.whole(100, 1_500),
    random.whole(1_000, 12_000),
    random.whole(10_000, 90_000),
  ]);

/** A build uploads every file again, as CodeBuild does, some of them with other bytes, and may take some away. */
const build = (draw: Draw, from: number): readonly Timed[] => {
  const { random, keys, planned } = draw;
  const number = planned.builds;
  planned.builds += 1;
  const lastsMs = random.pick([300, 2_000, 10_000, 60_000]);
  const within = (): number => from + random.whole(1, lastsMs - 1);
  const operations: Timed[] = [{ at: from, kind: 'build-start', build: number }];
  for (const key of keys) {
    if (random.chance(0.1)) continue;
    if (random.chance(0.08) && planned.contents.has(key)) {
      planned.contents.delete(key);
      operations.push({ at: within(), kind: 'delete', key });
      continue;
    }
    if (random.chance(0.06) && planned.contents.has(key)) {
      // A publisher that clears the site first.
      const [first, second] = [within(), within()].sort((a, b) => a - b) as [number, number];
      operations.push({ at: first, kind: 'delete', key });
      operations.push(put(draw, key, planned.contents.get(key) ?? 0, second));
      continue;
    }
    const isOther = random.chance(isFingerprinted(key) ? 0.1 : 0.4);
    const content = isOther ? changed(draw, key) : (planned.contents.get(key) ?? 0);
    operations.push(put(draw, key, content, within()));
  }
  const status = random.pick([
    'SUCCEEDED',
    'SUCCEEDED',
    'SUCCEEDED',
    'SUCCEEDED',
    'FAILED',
    'STOPPED',
  ] as const);
  operations.push({ at: from + lastsMs, kind: 'build-end', build: number, status });
  return operations;
};

/** A -> B -> A, or A -> B -> C. */
const thereAndBack = (draw: Draw, key: string, at: number): readonly Timed[] => {
  const before = draw.planned.contents.get(key) ?? 0;
  const first = put(draw, key, changed(draw, key), at);
  const back = draw.random.chance(0.8) ? before : changed(draw, key);
  return [first, put(draw, key, back, at + pause(draw.random))];
};

/** Deleted, and maybe back: with the same bytes, with others, or undeleted; and maybe gone again. */
const removed = (draw: Draw, key: string, at: number): readonly Timed[] => {
  const { random, planned } = draw;
  const before = planned.contents.get(key) ?? 0;
  const operations: Timed[] = [];
  if (random.chance(0.2)) operations.push(put(draw, key, changed(draw, key), at - 1));
  operations.push({ at, kind: 'delete', key });
  if (isFingerprinted(key) && random.chance(0.3)) return [...operations, ...backAfterADay(draw, key, at)];
  const backAt = at + pause(random);
  switch (random.pick(['gone', 'undelete', 'same', 'other'] as const)) {
    case 'gone':
      planned.contents.delete(key);
      return operations;
    case 'undelete':
      operations.push({ at: backAt, kind: 'undelete', key });
      break;
    case 'same':
      operations.push(put(draw, key, before, backAt));
      break;
    case 'other':
      operations.push(put(draw, key, changed(draw, key), backAt));
      break;
  }
  if (random.chance(0.2)) operations.push({ at: backAt + pause(random), kind: 'delete', key });
  return operations;
};

const DAY_MS = 86_400_000;

/** The old versions have expired by then, and what the edges hold has not. */
const backAfterADay = (draw: Draw, key: string, at: number): readonly Timed[] => {
  const backAt = at + DAY_MS + draw.random.whole(400_000, DAY_MS / 4);
  const content = draw.random.chance(0.7) ? changed(draw, key) : (draw.planned.contents.get(key) ?? 0);
  return [{ at: backAt - 1_000, kind: 'expire' }, put(draw, key, content, backAt)];
};

/** Three writes with one LastModified, a look after the first, and viewers of the second. */
const withinASecond = (draw: Draw, key: string, from: number): readonly Timed[] => {
  const at = Math.ceil(from / 1_000) * 1_000;
  const content = changed(draw, key);
  const first = put(draw, key, content, at + draw.random.whole(1, 100));
  const between = put(draw, key, changed(draw, key), at + draw.random.whole(400, 800));
  return [
    first,
    { at: first.at + 1, kind: 'poke' },
    between,
    { at: between.at + 20, kind: 'view', edge: 0, target: escaped(key) },
    { at: between.at + 20, kind: 'view', edge: 1, target: escaped(key) },
    put(draw, key, content, at + draw.random.whole(900, 999)),
  ];
};

/** Deletes the latest version: of what was there before, or of what has just been put. */
const rolledBack = (draw: Draw, key: string, at: number): readonly Timed[] => {
  const { random, planned } = draw;
  const before = planned.contents.get(key);
  const undo = (when: number): Timed =>
    ({ at: when, kind: 'roll-back', key }) satisfies Operation & { at: number };
  if (random.chance(0.3)) return [undo(at)];
  const operations = [put(draw, key, changed(draw, key), at), undo(at + pause(random))];
  if (before === undefined) planned.contents.delete(key);
  else planned.contents.set(key, before);
  return operations;
};

/** The same key again and again, faster than any pass. */
const rapid = (draw: Draw, key: string, at: number): readonly Timed[] => {
  const count = draw.random.whole(2, 5);
  const step = draw.random.pick([100, 700, 2_000, 5_000]);
  return Array.from({ length: count }, (_, index) => put(draw, key, changed(draw, key), at + index * step));
};
