/** The promises, judged on the models from outside: nothing here asks the code that is judged. */

import type { Head } from '../../shared/core/head.ts';
import { targetsOf } from './operations.ts';
import type { Setup } from './setup.ts';
import { QUEUES, SITE, type World } from './world.ts';

export type Violation = Readonly<{ promise: string; because: string }>;

const decoder = new TextDecoder();

/** A removed object that a setting leaves at the edges until its time to live ends. */
const mayExpire = ({ settings }: Setup, key: string): boolean =>
  !settings.purgeRemoved && settings.fingerprint?.test(key) === true;

/** What each edge holds of each key that is none of `allowed`; undefined stands for "not there". */
const wrongCopies = (
  { cloudfront, history }: World,
  setup: Setup,
  allowedOf: (key: string) => ReadonlySet<string | undefined>,
): readonly string[] =>
  history.keys().flatMap((key) => {
    const allowed = allowedOf(key);
    return targetsOf(key).flatMap((target) =>
      Array.from({ length: cloudfront.edges }, (_, edge) => edge).flatMap((edge) => {
        const copy = cloudfront.peek(edge, target);
        if (!copy.cached) return [];
        const content = copy.status === 200 ? decoder.decode(copy.body) : undefined;
        if (allowed.has(content)) return [];
        if (content !== undefined && allowed.has(undefined) && mayExpire(setup, key)) return [];
        return [
          `edge ${edge} holds ${content ?? `an error ${copy.status}`} for ${target}, allowed is ${[...allowed].join(' | ')}`,
        ];
      }),
    );
  });

/** Promise 1, after quiescence: no edge serves what the origin would not. */
export const staleAtRest = (world: World, setup: Setup): readonly Violation[] =>
  wrongCopies(world, setup, (key) => {
    const current = world.s3.current(SITE, key);
    return new Set([current && decoder.decode(current.body)]);
  }).map((because) => ({ promise: '1 nothing stale', because }));

/** Promise 2, at the instant a build is called live: no edge holds anything older than its end. */
export const staleWhenLive = (world: World, setup: Setup, build: string): readonly Violation[] => {
  const endedAt = world.codebuild.batchGet([build]).builds[0]?.endTime ?? 0;
  return wrongCopies(world, setup, (key) => world.history.contentsSince(key, endedAt)).map((because) => ({
    promise: '2 no early "live"',
    because: `${build} is called live, and ${because}`,
  }));
};

/** Promise 3, after quiescence: each ended build has one final status. */
export const lostPosts = (
  world: World,
  bootstrappedAt: number,
  stateLosses: number,
): readonly Violation[] => {
  const bodies = new Map<string, Set<string>>();
  for (const { body } of world.sqs.peek(QUEUES.post)) {
    const { build } = JSON.parse(body) as { build: string };
    bodies.set(build, (bodies.get(build) ?? new Set()).add(body));
  }
  const twice = [...bodies].filter(([, contents]) => contents.size > 1);
  const { ids } = world.codebuild.listForProject(SITE);
  const ended = world.codebuild
    .batchGet(ids)
    .builds.filter(({ endTime }) => (endTime ?? 0) > bootstrappedAt + CLOCKS_MS);
  const silent = stateLosses > 0 ? [] : ended.filter(({ id }) => !bodies.has(id));
  return [
    ...twice.map(([build]) => ({ promise: '3 nothing lost', because: `${build} has two final statuses` })),
    ...silent.map(({ id }) => ({
      promise: '3 nothing lost',
      because: `${id} ended and nothing was said of it`,
    })),
  ];
};

/** Which of two instants on two clocks came first cannot be said within this. */
const CLOCKS_MS = 5_000;

/** One CreateInvalidation that was accepted for the first time, and when its goal was listed. */
export type Accepted = Readonly<{ items: readonly string[]; at: number; listedAt: number; forced: boolean }>;

const covers = (item: string, path: string): boolean =>
  item.endsWith('*') ? path.startsWith(item.slice(0, -1)) : item === path;

/** Promise 4: what stayed the same since its goal was last listed is not invalidated. */
export const needless = (world: World, setup: Setup, accepted: readonly Accepted[]): readonly Violation[] => {
  const { settings } = setup;
  if (settings.itemsMax < 100 || settings.itemsPerMonth < 1_000) return [];
  const listedBefore = new Map<string, number>();
  const violations: Violation[] = [];
  for (const { items, at, listedAt, forced } of accepted) {
    for (const key of world.history.keys()) {
      const item = items.find((candidate) => targetsOf(key).some((target) => covers(candidate, target)));
      if (item === undefined || !world.history.existedBy(key, listedAt)) continue;
      const from = listedBefore.get(key);
      listedBefore.set(key, Math.max(from ?? 0, listedAt));
      if (forced || isForcedByTilde(setup, item)) continue;
      const changes = world.history.changesIn(key, from ?? 0, listedAt);
      const isNew = from === undefined && !world.history.existedBy(key, accepted[0]?.listedAt ?? 0);
      if (changes > 0 || (isNew && (item.endsWith('*') || longErrors(setup)))) continue;
      violations.push({
        promise: '4 nothing spared is purged',
        because: `${item} at ${at} purges ${key}, which had not changed from ${from} to ${listedAt}: ${world.history.describe(key)}`,
      });
    }
  }
  return violations;
};

/** `x~y.txt` has no exact item, and what begins like it goes with it. */
const isForcedByTilde = ({ keys }: Setup, item: string): boolean =>
  keys.includes('x~y.txt') && item.endsWith('*') && '/x~y.txt'.startsWith(item.slice(0, -1));

const longErrors = ({ distribution }: Setup): boolean =>
  distribution.customErrorResponses.some(({ errorCachingMinTtlSeconds }) => errorCachingMinTtlSeconds > 30);

/** Promise 5: never refused by the quotas, and within the month's items but for single ones. */
export const overdrawn = (
  world: World,
  setup: Setup,
  accepted: readonly Accepted[],
): readonly Violation[] => {
  const refused = [...world.cloudfront.refusals].map(
    ([name, count]) => `CloudFront refused ${count} times: ${name}`,
  );
  const spent = accepted
    .filter(({ items }) => items.length > 1)
    .reduce((sum, { items }) => sum + items.length, 0);
  const over =
    spent > setup.settings.itemsPerMonth ? [`${spent} items of ${setup.settings.itemsPerMonth}`] : [];
  return [...refused, ...over].map((because) => ({ promise: '5 within the quotas and the budget', because }));
};

/** Builds that became live with this write of the head. */
export const becameLive = (before: Head | undefined, after: Head): readonly string[] => {
  const known = new Map(before?.builds.map(({ id, outcome }) => [id, outcome]));
  return after.builds
    .filter(
      ({ id, outcome }) => (outcome === 'live' || outcome === 'live-unproved') && known.get(id) !== outcome,
    )
    .map(({ id }) => id);
};
