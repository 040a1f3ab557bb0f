/** One episode of changes to the site: a build, an edit, a deletion, and the turns that have fooled others. */

import type { Random } from './random.ts';
import type { Operation, Timed } from './schedule.ts';

/** What the site holds as far as the drawing knows, and how many builds there are. */
export type Planned = { readonly contents: Map<string, number>; builds: number };

export type Episode = Readonly<{ keys: readonly string[]; planned: Planned; at: number }>;

type Draw = Readonly<{ random: Random; keys: readonly string[]; planned: Planned }>;

const CONTENTS_MAX = 3;

export const drawChanges = (random: Random, { keys, planned, at }: Episode): readonly Timed[] => {
  const draw: Draw = { random, keys, planned };
  const key = random.pick(keys);
  const kind = random.whole(0, 99);
  if (kind < 30) return build(draw, at);
  if (kind < 50) return [put(draw, key, changed(draw, key), at)];
  if (kind < 65) return thereAndBack(draw, key, at);
  if (kind < 73) return removed(draw, key, at);
  if (kind < 80) return rolledBack(draw, key, at);
  if (kind < 87) return [headersOnly(draw, key, at)];
  if (kind < 93) return [put(draw, key, planned.contents.get(key) ?? 0, at)];
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
