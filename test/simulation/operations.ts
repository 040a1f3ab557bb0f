/** What people, builds and visitors do, drawn from a seed. */

import type { Chance } from './chance.ts';
import type { Setup } from './setup.ts';
import { SITE, STATE, type World } from './world.ts';

/** What was done to the world beyond the site itself, for the oracles. */
export type Done = { stateLosses: number; distributionChanges: number };

const CONTENTS = ['A', 'B', 'C'];
const HEADERS = ['text/html', 'text/plain'];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The request targets under which a key is asked for; S3 reads `+` as a space. */
export const targetsOf = (key: string): readonly string[] => {
  const path = `/${key.split('/').map(encodeURIComponent).join('/')}`;
  const plus = path.replaceAll('%20', '+');
  return [...new Set([path, plus, ...(key === 'index.html' ? ['/'] : [])])];
};

/** Writes down how a key is now, in the history that the oracles read. */
export const observe = ({ s3, history, timeline }: World, key: string, touched = false): void => {
  const current = s3.current(SITE, key);
  const content = current && decoder.decode(current.body);
  history.note(key, timeline.now(), content, current?.contentType ?? '', touched);
};

const put = (world: World, key: string, content: string, contentType = 'text/html'): void => {
  world.s3.put(SITE, key, encoder.encode(content), { contentType });
  observe(world, key);
};

export const publish = (world: World, chance: Chance, keys: readonly string[]): void => {
  for (const key of keys) put(world, key, `${key} ${chance.pick(CONTENTS)}`);
};

type Operation = (world: World, chance: Chance, setup: Setup, done: Done) => void;

const putOne: Operation = (world, chance, { keys }) => {
  const key = chance.pick(keys);
  put(world, key, `${key} ${chance.pick(CONTENTS)}`, chance.hit(0.2) ? chance.pick(HEADERS) : 'text/html');
};

const remove: Operation = (world, chance, { keys }) => {
  const key = chance.pick(keys);
  if (!world.s3.current(SITE, key)) return;
  world.s3.delete(SITE, key);
  observe(world, key);
};

/** Deletes the latest entry for good: an undelete where it is a marker, a roll-back where it is a version. */
const deleteLatest: Operation = (world, chance, { keys, events }) => {
  const key = chance.pick(keys);
  const latest = world.s3
    .listObjectVersions(SITE, { prefix: key })
    .entries.find((entry) => entry.key === key);
  if (!latest) return;
  // What was there for a while and left no trace is told by its events alone: they must not be lost.
  if (latest.kind === 'version' && events.lost > 0) return;
  world.s3.delete(SITE, key, latest.versionId);
  observe(world, key, true);
};

/** A, B, A: in one second or some seconds apart, seen by a visitor in between. */
const thereAndBack: Operation = (world, chance, { keys }) => {
  const key = chance.pick(keys);
  const before = world.s3.current(SITE, key);
  if (!before) return;
  put(world, key, `${key} between`);
  const { at, now } = world.timeline;
  const back = chance.pick([10, 900, 5_000]);
  at(now() + back / 2, () => visitAll(world, key));
  at(now() + back, () => put(world, key, decoder.decode(before.body)));
};

const visitAll = (world: World, key: string): void => {
  for (let edge = 0; edge < world.cloudfront.edges; edge += 1) {
    for (const target of targetsOf(key)) world.cloudfront.get(edge, { target });
  }
};

const visit: Operation = (world, chance, { keys }) => {
  for (let count = chance.whole(1, 6); count > 0; count -= 1) {
    const target = chance.pick(targetsOf(chance.pick(keys)));
    world.cloudfront.get(chance.whole(0, world.cloudfront.edges - 1), { target });
  }
};

/** A build uploads every file again, as CodeBuild does; some are changed, some removed. */
const build: Operation = (world, chance, { keys }) => {
  const id = world.codebuild.start({ commit: chance.id().slice(0, 8) });
  const { at, now } = world.timeline;
  const length = chance.pick([100, 2_000, 30_000]);
  const ends = chance.pick(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'FAILED', 'STOPPED'] as const);
  for (const key of keys) {
    const content = chance.hit(0.4) ? `${key} ${chance.pick(CONTENTS)}` : undefined;
    at(now() + chance.whole(0, length), () => {
      const current = world.s3.current(SITE, key);
      if (current) put(world, key, content ?? decoder.decode(current.body));
      else if (content !== undefined) put(world, key, content);
    });
  }
  if (chance.hit(0.3))
    at(now() + length, () =>
      remove(world, chance, { keys } as Setup, { stateLosses: 0, distributionChanges: 0 }),
    );
  at(now() + length + chance.whole(1, 500), () => world.codebuild.finish(id, ends));
};

const tick: Operation = (world) => {
  for (const queue of ['work', 'follow'] as const) world.send(queue, '{"kind":"tick"}');
};

const loseState: Operation = (world, chance, { stateFaults }, done) => {
  if (!stateFaults || !world.s3.current(STATE, 'head.json')) return;
  done.stateLosses += 1;
  const damage = chance.whole(0, 3);
  if (damage === 0) world.s3.delete(STATE, 'head.json');
  if (damage === 1) world.s3.put(STATE, 'head.json', encoder.encode('{"schema":1,'));
  if (damage === 2) world.s3.put(STATE, 'head.json', encoder.encode('{"schema":2}'));
  if (damage === 3) {
    const blobs = world.s3.listObjectsV2(STATE, { prefix: 'blobs/' }).objects;
    if (blobs.length > 0) world.s3.delete(STATE, chance.pick(blobs).key);
  }
};

const changeDistribution: Operation = (world, chance, _setup, done) => {
  done.distributionChanges += 1;
  const { config } = world.cloudfront.getDistribution();
  const customErrorResponses = [403, 404].map((code) => ({
    code,
    errorCachingMinTtlSeconds: chance.whole(1, 20),
  }));
  world.cloudfront.setConfig({ ...config, customErrorResponses });
};

const strange: Operation = (world) => world.send('work', 'not JSON');

const OPERATIONS: readonly (readonly [number, Operation])[] = [
  [20, putOne],
  [8, remove],
  [6, deleteLatest],
  [10, thereAndBack],
  [25, visit],
  [20, build],
  [8, tick],
  [4, loseState],
  [1, changeDistribution],
  [1, strange],
];

const TOTAL = OPERATIONS.reduce((sum, [weight]) => sum + weight, 0);

/** Draws one operation; visitors come along with every one, so that the edges hold things. */
export const drawOperation = (chance: Chance): Operation => {
  let at = chance.whole(1, TOTAL);
  for (const [weight, operation] of OPERATIONS) {
    at -= weight;
    if (at <= 0) return operation;
  }
  return visit;
};

export { tick, visit };
