/**
 * Follows an invalidation to the edges: it is completed, new keys have settled, the edge serves what was
 * published, and only then the builds that wait for it are called live.
 */

import { waitingBuilds } from '../core/builds.ts';
import {
  type ApiSaid,
  earlierThan,
  followById,
  isUnderWay,
  outcomeOf,
  settle,
  updated,
  withWidening,
} from '../core/follow.ts';
import type { Follow, Head } from '../core/head.ts';
import { HEALTH_NAME, healthIn } from '../core/health-report.ts';
import { type Settings, siteId } from '../core/settings.ts';
import { type CheckSummary, describeCheck, latestChecks, type UrlCheck } from '../core/verdict.ts';
import type { Instant, Message, Ports } from '../ports.ts';
import { readBlob } from './blobs.ts';
import { checkEdge } from './check-edge.ts';
import { type Held, readHead, writeHead } from './held-head.ts';
import { keepWarm, readWarm } from './keep-warm.ts';
import { lookAtBuilds } from './look-at-builds.ts';
import { postponedOnError } from './postponed.ts';
import { sendOutbox } from './send-outbox.ts';

type Followed = Readonly<{ kind: 'done' }> | Readonly<{ kind: 'again'; seconds: number; because: string }>;

const DONE: Followed = { kind: 'done' };
const again = (seconds: number, because: string): Followed => ({ kind: 'again', seconds, because });

/** How often CloudFront is asked: an invalidation completes in under 25 s at P95. */
const POLL_SECONDS = 2;
const POLL_LATER_SECONDS = 10;
const QUICK_POLLS_MS = 60_000;

/** Handles a batch of messages; gives the ids of those that are not to be acknowledged. */
export const follow = async (
  messages: readonly Message[],
  ports: Ports,
  settings: Settings,
  deadline: Instant,
): Promise<readonly string[]> => {
  const back: string[] = [];
  for (const [index, message] of messages.entries()) {
    const left = messages.slice(index);
    const followed = await postponedOnError(ports, 'follow', left, () =>
      handle(message, ports, settings, deadline),
    );
    if (followed.kind === 'done') continue;
    ports.tell({ kind: 'follows-on', because: followed.because, seconds: followed.seconds });
    await ports.queue.postpone('follow', [message.receipt], followed.seconds);
    back.push(message.id);
  }
  return back;
};

const handle = async (
  message: Message,
  ports: Ports,
  settings: Settings,
  deadline: Instant,
): Promise<Followed> => {
  const asked = parseMessage(message.body);
  if (asked.kind === 'follow') return followOne(asked.id, ports, settings, deadline);
  if (asked.kind === 'unknown') ports.tell({ kind: 'message-unknown', alarm: true, because: asked.because });
  if (asked.kind !== 'tick') return DONE;
  const { head } = await readHead(ports, siteId(settings));
  await pickUpForgotten(head, ports, settings, deadline);
  // What an edge holds between a call and its check would be noted over the old copy that proves the check.
  if (!isUnderWay(head)) await keepWarm(ports, deadline);
  return DONE;
};

type Asked =
  | Readonly<{ kind: 'follow'; id: string }>
  | Readonly<{ kind: 'tick' }>
  | Readonly<{ kind: 'unknown'; because: string }>;

const parseMessage = (body: string): Asked => {
  try {
    const value = JSON.parse(body) as { kind?: unknown; id?: unknown } | null;
    if (value?.kind === 'tick') return { kind: 'tick' };
    if (value?.kind === 'follow' && typeof value.id === 'string') return { kind: 'follow', id: value.id };
    return {
      kind: 'unknown',
      because: `expected {"kind":"follow"} or {"kind":"tick"}, got kind ${String(value?.kind)}`,
    };
  } catch (error) {
    return { kind: 'unknown', because: `expected JSON: ${String(error)}` };
  }
};

const followOne = async (
  id: string,
  ports: Ports,
  settings: Settings,
  deadline: Instant,
): Promise<Followed> => {
  const writer = ports.random.id();
  const read = await readHead(ports, siteId(settings));
  const held = await sendOutbox(ports, read, writer);
  if (held === 'lost') return again(1, 'another pass wrote the state first');
  const entry = followById(held.head, id);
  // Settled already, or contained in a later invalidation of everything.
  if (!entry) return DONE;
  if (entry.widening) return again(POLL_SECONDS, 'everything is being invalidated');

  const status = await statusOf(ports, entry);
  if (status === 'missing' && mayBeForgotten(ports, entry)) return forgotten(ports, held, entry, writer);
  const completed = status === 'completed' ? await complete(ports, held, entry, writer) : held;
  if (completed === 'lost') return again(1, 'another pass wrote the state first');
  const wait = await whyWait(ports, completed, id);
  if (wait === undefined) return check(ports, completed, id, settings, writer, deadline);
  const late = ports.clock.now() - entry.at > settings.followMaxMs;
  return late ? giveUp(ports, completed, id, wait, settings, writer) : again(pollSeconds(ports, entry), wait);
};

/** What is followed for longer than any message may have lost it: nobody after it is live before it is settled. */
const pickUpForgotten = async (
  { follows }: Head,
  ports: Ports,
  settings: Settings,
  deadline: Instant,
): Promise<void> => {
  const oldest = ports.clock.now() - settings.followMaxMs;
  for (const { id, at } of follows) if (at < oldest) await followOne(id, ports, settings, deadline);
};

const pollSeconds = ({ clock }: Ports, { at }: Follow): number =>
  clock.now() - at < QUICK_POLLS_MS ? POLL_SECONDS : POLL_LATER_SECONDS;

type Status = Awaited<ReturnType<Ports['cdn']['status']>>;

/** Of all of its requests together. */
const statusOf = async ({ cdn }: Ports, { completed, ids }: Follow): Promise<Status> => {
  if (completed) return 'completed';
  const statuses = await Promise.all(ids.map((id) => cdn.status(id)));
  if (statuses.includes('missing')) return 'missing';
  return statuses.every((status) => status === 'completed') ? 'completed' : 'in-progress';
};

/** What was created a moment ago may not be known everywhere; and of everything, only its deadline asks for more. */
const mayBeForgotten = ({ clock }: Ports, { at, widens }: Follow): boolean =>
  !widens && clock.now() - at >= QUICK_POLLS_MS;

/** Of an invalidation that CloudFront does not know nobody will ever hear that it is completed. */
const forgotten = async (ports: Ports, held: Held, entry: Follow, writer: string): Promise<Followed> => {
  const because = 'CloudFront does not know the invalidation';
  ports.tell({ kind: 'widened', alarm: true, because, ids: entry.ids });
  return write(ports, held, withWidening(held.head, entry, because), writer, again(POLL_SECONDS, because));
};

/** Writes down that it is done: until then it counts against the quota in progress. */
const complete = async (ports: Ports, held: Held, entry: Follow, writer: string): Promise<Held | 'lost'> => {
  if (entry.completed) return held;
  ports.tell({ kind: 'completed', ids: entry.ids, afterMs: ports.clock.now() - entry.at });
  return writeHead(ports, held, updated(held.head, entry.id, { completed: true }), writer);
};

/** Why it is too early to check, or undefined when it is not. */
const whyWait = async (ports: Ports, { head }: Held, id: string): Promise<string | undefined> => {
  const entry = followById(head, id);
  if (!entry) return 'its record is gone';
  if (!entry.completed) return 'CloudFront has not completed it';
  if (ports.clock.now() < entry.settlesAt) return 'an error for a new key may still be cached';
  if (earlierThan(head, entry)) return 'an earlier invalidation is not settled';
  const waiting = waitingBuilds(head, entry);
  if (waiting.length === 0) return undefined;
  const { running, isKnown } = await lookAtBuilds(ports, head);
  if (!isKnown) return 'the build project cannot be asked whether a build overlaps';
  const overlaps = running.some((build) => waiting.some(({ endedAt }) => build.startedAt <= endedAt));
  return overlaps ? 'a build whose upload overlaps is in progress' : undefined;
};

const check = async (
  ports: Ports,
  held: Held,
  id: string,
  settings: Settings,
  writer: string,
  deadline: Instant,
): Promise<Followed> => {
  const entry = followById(held.head, id);
  if (!entry) return DONE;
  const urls = await readChecks(ports, entry);
  const summary = await checkEdge(ports, urls, await readWarm(ports), deadline);
  ports.tell({ kind: 'checked', because: describeCheck(summary), ...summary });
  if (summary.old) return old(ports, held, entry, summary, settings, writer);
  return conclude(ports, held, entry, outcomeOf(summary), settings, writer);
};

/** A list that cannot be read proves nothing. */
const readChecks = async (ports: Ports, { checks }: Follow): Promise<readonly UrlCheck[]> => {
  const lists: (readonly UrlCheck[])[] = [];
  for (const name of checks) {
    const text = await readBlob(ports, name);
    if (text !== undefined) lists.push(JSON.parse(text) as readonly UrlCheck[]);
  }
  return latestChecks(lists);
};

/** A proved old copy: everything is invalidated once, and a person is told which URL it was. */
const old = async (
  ports: Ports,
  held: Held,
  entry: Follow,
  summary: CheckSummary,
  settings: Settings,
  writer: string,
): Promise<Followed> => {
  const because = describeCheck(summary);
  ports.tell({ kind: 'old-copy', alarm: true, url: summary.old?.path, because });
  if (!settings.widening || entry.widens) {
    return conclude(ports, held, entry, outcomeOf(summary), settings, writer);
  }
  ports.tell({ kind: 'widened', alarm: true, url: summary.old?.path });
  return write(ports, held, withWidening(held.head, entry, because), writer, again(POLL_SECONDS, because));
};

/**
 * CloudFront or a build took too long: those who wait are told so. What did not complete keeps all that come after it
 * from being live, so that everything is invalidated, which takes its place; and once more when that takes too long.
 */
const giveUp = async (
  ports: Ports,
  held: Held,
  id: string,
  because: string,
  settings: Settings,
  writer: string,
): Promise<Followed> => {
  const entry = followById(held.head, id);
  if (!entry) return DONE;
  if (entry.stuck && entry.completed) return again(POLL_LATER_SECONDS, because);
  ports.tell({ kind: 'stuck', alarm: true, because, ids: entry.ids });
  const told = settle(
    held.head,
    entry,
    { outcome: 'stuck', because },
    await apiSaid(ports, held, entry),
    ports.clock.now(),
    settings.itemsPerMonth,
    false,
  );
  const stuck = updated(told, id, { stuck: true });
  const next = entry.completed ? stuck : withWidening(stuck, entry, because);
  return write(ports, held, next, writer, again(POLL_LATER_SECONDS, because));
};

/** Part of the report and so of the same write: told a second time, it says the same. */
const apiSaid = async ({ state }: Ports, { head }: Held, entry: Follow): Promise<ApiSaid> => {
  if (waitingBuilds(head, entry).length === 0) return undefined;
  const stored = await state.read(HEALTH_NAME);
  return stored === 'missing' ? undefined : healthIn(stored);
};

const conclude = async (
  ports: Ports,
  held: Held,
  entry: Follow,
  settled: Parameters<typeof settle>[2],
  settings: Settings,
  writer: string,
): Promise<Followed> => {
  const api = await apiSaid(ports, held, entry);
  const next = settle(held.head, entry, settled, api, ports.clock.now(), settings.itemsPerMonth, true);
  ports.tell({ kind: 'settled', ...settled, builds: waitingBuilds(held.head, entry).map(({ id }) => id) });
  return write(ports, held, next, writer, DONE);
};

const write = async (
  ports: Ports,
  held: Held,
  next: Parameters<typeof writeHead>[2],
  writer: string,
  then: Followed,
): Promise<Followed> => {
  const written = await writeHead(ports, held, next, writer);
  if (written === 'lost') return again(1, 'another pass wrote the state first');
  await sendOutbox(ports, written, writer);
  return then;
};
