/** Heads and their parts, each complete, for tests to change. */

import type { BuildRecord, Follow, Head, Intent } from '../../shared/core/head.ts';

export const now = Date.UTC(2026, 10, 23, 12);

export const aHead = (more: Partial<Head> = {}): Head => ({
  schema: 1,
  site: 'site E1',
  generation: 7,
  writer: 'w',
  bootstrappedAt: now - 86_400_000,
  recorded: 'blobs/recorded',
  objects: 10,
  fingerprint: 'f1',
  follows: [],
  builds: [],
  outbox: [],
  ledger: { month: '2026-11', items: 100, recent: [] },
  ...more,
});

export const anIntent = (more: Partial<Intent> = {}): Intent => ({
  at: now,
  goal: 'blobs/goal',
  objects: 12,
  plan: 'blobs/plan',
  batches: [
    { reference: 'r0', items: 150, wildcards: 1 },
    { reference: 'r1', items: 3, wildcards: 1 },
  ],
  done: 0,
  ids: [],
  claimedBy: 'w',
  claimedAt: now,
  claimed: -1,
  refusals: 0,
  whole: false,
  widens: false,
  fingerprint: 'f2',
  changed: 5,
  collateral: 2,
  settlesAt: now + 12_000,
  checks: 'blobs/checks',
  builds: [],
  ...more,
});

export const aFollow = (id: string, more: Partial<Follow> = {}): Follow => ({
  id,
  generation: 5,
  at: now - 10_000,
  ids: [`I-${id}`],
  completed: false,
  items: 4,
  open: { items: 3, wildcards: 1 },
  whole: false,
  widens: false,
  changed: 3,
  objects: 10,
  settlesAt: now,
  checks: [`blobs/checks-${id}`],
  builds: [],
  ...more,
});

export const aBuild = (id: string, more: Partial<BuildRecord> = {}): BuildRecord => ({
  id,
  startedAt: now - 120_000,
  endedAt: now - 60_000,
  succeeded: true,
  ...more,
});

/** The bodies of all that a head owes to a queue. */
export const owed = (head: Head, queue: string): readonly Record<string, unknown>[] =>
  head.outbox.filter((entry) => entry.queue === queue).map(({ body }) => JSON.parse(body));
