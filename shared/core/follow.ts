/** Steps of a followed invalidation, each from one head to the next. */

import { type BuildReport, concluded, waitingBuilds } from './builds.ts';
import type { BuildRecord, Follow, Head, Outcome } from './head.ts';
import type { HealthNow } from './health-report.ts';
import { type CheckSummary, describeCheck } from './verdict.ts';

export const followById = ({ follows }: Head, id: string): Follow | undefined =>
  follows.find((follow) => follow.id === id);

/** An invalidation has been asked for, or is about to be, and the edge is not yet checked. */
export const isUnderWay = ({ intent, follows }: Head): boolean =>
  intent !== undefined || follows.some(({ stuck }) => !stuck);

/** An earlier invalidation that is still open: until it is settled nobody after it is live. */
export const earlierThan = ({ follows }: Head, { id, generation }: Follow): Follow | undefined =>
  follows.find((follow) => follow.id !== id && follow.generation < generation);

export const updated = (head: Head, id: string, change: Partial<Follow>): Head => ({
  ...head,
  follows: head.follows.map((follow) => (follow.id === id ? { ...follow, ...change } : follow)),
});

export type Settled = Readonly<{ outcome: Outcome; because: string }>;

/** What is known of the API's health at that time, and since when it is so (ms since 1970). */
export type ApiSaid = HealthNow | undefined;

/** What a check says of the builds that wait for it. */
export const outcomeOf = (summary: CheckSummary): Settled => {
  const because = describeCheck(summary);
  if (summary.old) return { outcome: 'stuck', because };
  return { outcome: summary.proved > 0 ? 'live' : 'live-unproved', because };
};

const apiFor = ({ startedAt }: BuildRecord, api: ApiSaid): Pick<BuildReport, 'api'> => {
  if (api === undefined) return {};
  const { health, because, since } = api;
  const isNew = health === 'unhealthy' && since >= startedAt;
  return { api: { health, because, ...(isNew ? { isNew } : {}) } };
};

/** Gives the waiting builds their outcome; the invalidation is no longer followed when `done`. */
export const settle = (
  head: Head,
  follow: Follow,
  { outcome, because }: Settled,
  api: ApiSaid,
  now: number,
  itemsPerMonth: number,
  done: boolean,
): Head => {
  const figures = {
    changed: follow.changed,
    objects: follow.objects,
    items: follow.items,
    itemsOfMonth: head.ledger.items,
    itemsPerMonth,
    ...(follow.plan === undefined ? {} : { plan: follow.plan }),
  };
  const told = waitingBuilds(head, follow).reduce<Head>(
    (next, build) =>
      concluded(next, build.id, outcome, because, {
        ...figures,
        ...apiFor(build, api),
        tookMs: now - build.endedAt,
      }),
    head,
  );
  return done ? { ...told, follows: told.follows.filter(({ id }) => id !== follow.id) } : told;
};

/** Asks for everything to be invalidated by the next pass; the message that wakes it is part of the same write. */
export const withWidening = (head: Head, follow: Follow, because: string): Head => ({
  ...updated(head, follow.id, { widening: true }),
  widen: because,
  outbox: [
    ...head.outbox,
    {
      id: `widen/${follow.id}`,
      queue: 'work',
      body: JSON.stringify({ kind: 'look', because: 'everything is to be invalidated' }),
    },
  ],
});
