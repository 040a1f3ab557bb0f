/**
 * One reconciling pass: look at the bucket and at what is recorded, and make the difference go away.
 *
 * Hints only say that there may be something to see. The order of effects is the protocol: the goal is listed
 * before the call, the intent is durable before the call, and what was listed is recorded after it.
 */

import { noteEnded, uncovered } from '../core/builds.ts';
import { type Change, diff } from '../core/changes.ts';
import {
  composePlan,
  errorTtlSeconds,
  leavesErrors,
  type Plan,
  sampleOf,
  urlsToCheck,
  wholePlan,
} from '../core/compose.ts';
import type { DistributionFacts } from '../core/distribution.ts';
import type { Entry } from '../core/entries.ts';
import type { Head, Intent } from '../core/head.ts';
import { type Hint, hintsByKey, parseHint } from '../core/hints.ts';
import { holdFor } from '../core/hold.ts';
import { batchesOf, committed, withClaimIfFree, withIntent, withReferences } from '../core/intent.ts';
import { itemsLeft } from '../core/ledger.ts';
import { originPrefix, type PathRules } from '../core/paths.ts';
import { planText } from '../core/plan-text.ts';
import { isFingerprinted, pathRules, type Settings, siteId } from '../core/settings.ts';
import { awaitsStarts, noteStarted } from '../core/starts.ts';
import { withUnread } from '../core/unread.ts';
import type { Instant, Message, Ports } from '../ports.ts';
import { readEntries, writeBlob, writeEntries } from './blobs.ts';
import { compareHeaders } from './compare-headers.ts';
import { driveIntent } from './drive-intent.ts';
import { type Held, readHead, writeHead } from './held-head.ts';
import { type BuildsSeen, lookAtBuilds } from './look-at-builds.ts';
import { SAMPLE_NAME } from './names.ts';
import { postponedOnError } from './postponed.ts';
import { sendOutbox } from './send-outbox.ts';
import { takeSnapshot } from './take-snapshot.ts';

/** `settled`: acknowledge the messages. `back`: they become visible again in so many seconds. */
export type Passed =
  | Readonly<{ kind: 'settled' }>
  | Readonly<{ kind: 'back'; seconds: number; because: string }>;

const SETTLED: Passed = { kind: 'settled' };
const LOST: Passed = { kind: 'back', seconds: 2, because: 'another pass wrote the state first' };

/** An earlier intent is denied, and drives on with every tick; what these hints tell of may be seen nowhere else. */
const NOT_LOOKED: Passed = { kind: 'back', seconds: 300, because: 'an earlier invalidation is denied' };

/** Which commit a build is made of is known once it has its source. */
const EARLY: Passed = { kind: 'back', seconds: 10, because: 'a build has begun, of which little is known' };

/** The clock that says when errors expire, and the one that waits for it, differ by up to so much. */
const SETTLE_MARGIN_MS = 5_000;

/** Handles a batch of messages; gives the ids of those that are not to be acknowledged. */
export const invalidate = async (
  messages: readonly Message[],
  ports: Ports,
  settings: Settings,
  deadline: Instant,
): Promise<readonly string[]> => {
  const hints = messages.map((message) => parseHint(message, settings.bucket));
  for (const hint of hints) if (hint.kind === 'look') ports.tell({ kind: 'looking', because: hint.because });
  const passed = await postponedOnError(ports, 'work', messages, () =>
    reconcile(hints, ports, settings, deadline),
  );
  if (passed.kind === 'settled') return [];
  ports.tell({
    kind: 'postponed',
    because: passed.because,
    seconds: passed.seconds,
    messages: messages.length,
  });
  await ports.queue.postpone(
    'work',
    messages.map(({ receipt }) => receipt),
    passed.seconds,
  );
  return messages.map(({ id }) => id);
};

const reconcile = async (
  hints: readonly Hint[],
  ports: Ports,
  settings: Settings,
  deadline: Instant,
): Promise<Passed> => {
  const writer = ports.random.id();
  const opened = await openHead(ports, siteId(settings), writer, deadline);
  if (opened.kind === 'settled' && hints.some(({ kind }) => kind !== 'tick')) return NOT_LOOKED;
  if (opened.kind !== 'open') return opened;

  // Builds before the listing: a build seen as ended has uploaded all that the listing shows.
  const builds = await lookAtBuilds(ports, opened.held.head);
  const starts = settings.reportsStarts ? await reportStarts(ports, opened.held, builds, writer) : undefined;
  if (starts === 'lost') return LOST;
  const held = starts?.held ?? opened.held;
  // That a build began is no change to wait for, and nothing to look at the site for.
  const changes = starts ? hints.filter(({ kind }) => kind !== 'start') : hints;
  if (starts && changes.length === 0) return starts.isEarly ? EARLY : SETTLED;

  const waiting = { now: ports.clock.now(), hints: changes, building: builds.running.length > 0 };
  const hold = holdFor(waiting, settings);
  if (hold) return { kind: 'back', ...hold };

  const look = await lookAtSite(ports, held, changes, settings, deadline);
  const late = holdFor({ ...waiting, now: ports.clock.now(), ...look.youngest }, settings);
  if (late) return { kind: 'back', ...late };
  return act(ports, held, look, builds, settings, writer, deadline);
};

/** `isEarly`: too little is known of a build yet. Without a state the first invalidation comes before any report. */
const reportStarts = async (
  ports: Ports,
  held: Held,
  { running }: BuildsSeen,
  writer: string,
): Promise<Readonly<{ held: Held; isEarly: boolean }> | 'lost'> => {
  if (held.head.recorded === undefined) return { held, isEarly: false };
  const next = noteStarted(held.head, running, ports.clock.now());
  const isEarly = awaitsStarts(next, running);
  if (next === held.head) return { held, isEarly };
  const written = await writeHead(ports, held, next, writer);
  const sent = written === 'lost' ? 'lost' : await sendOutbox(ports, written, writer);
  return sent === 'lost' ? 'lost' : { held: sent, isEarly };
};

type Opened = Readonly<{ kind: 'open'; held: Held }> | Passed;

/** Reads the head, sends what it owes, notes builds that ended, and drives a pending intent to its end before anything new. */
const openHead = async (ports: Ports, site: string, writer: string, deadline: Instant): Promise<Opened> => {
  const read = await readHead(ports, site);
  const sent = await sendOutbox(ports, read, writer);
  if (sent === 'lost') return LOST;
  if (!sent.head.intent) return { kind: 'open', held: sent };
  const noted = await noteEnds(ports, sent, writer);
  return noted === 'lost' ? LOST : finish(ports, noted, writer, deadline);
};

/**
 * Before a pending intent is driven, which may be denied or wait for as long as it likes: a build that failed is told
 * of all the same, and none is forgotten when the project lists it no longer.
 */
const noteEnds = async (ports: Ports, held: Held, writer: string): Promise<Held | 'lost'> => {
  const { ended } = await lookAtBuilds(ports, held.head);
  const next = noteEnded(held.head, ended);
  if (next === held.head) return held;
  const written = await writeHead(ports, held, next, writer);
  return written === 'lost' ? 'lost' : sendOutbox(ports, written, writer);
};

/** Drives the intent and sends what its commit owes. */
const finish = async (ports: Ports, held: Held, writer: string, deadline: Instant): Promise<Opened> => {
  const driven = await driveIntent(ports, held, writer, deadline);
  switch (driven.kind) {
    case 'lost':
      return LOST;
    case 'waiting':
      return { kind: 'back', seconds: driven.seconds, because: driven.because };
    case 'denied':
      // The intent is durable and every tick drives it on: repeating it more often would only be refused.
      return SETTLED;
    case 'committed': {
      const sent = await sendOutbox(ports, driven.held, writer);
      return sent === 'lost' ? LOST : { kind: 'open', held: sent };
    }
  }
};

/** What was seen of the site, and what it means. */
type Look = Readonly<{
  facts: DistributionFacts;
  paths: PathRules;
  listedAt: number;
  goal: readonly Entry[];
  changes: readonly Change[];
  known: ReadonlySet<string>;
  /** Why everything has to be invalidated, whatever the changes are. */
  everything: string | undefined;
  /** Edges may have another configuration than these facts: what it left there goes when all have the same. */
  isInFlux: boolean;
  youngest: Readonly<{ youngestChangeAt?: number }>;
}>;

const lookAtSite = async (
  ports: Ports,
  { head, bootstrap }: Held,
  hints: readonly Hint[],
  settings: Settings,
  deadline: Instant,
): Promise<Look> => {
  const facts = await ports.cdn.distribution();
  const { entries, known, damaged } = await readEntries(ports, head.recorded);
  if (damaged !== undefined) ports.tell({ kind: 'state-damaged', alarm: true, blob: damaged });
  const byKey = hintsByKey(hints);
  const prefix = originPrefix(facts.originPath);
  const { listedAt, lookedUp, unread } = await takeSnapshot(ports, entries, byKey, prefix, deadline);
  const judged = diff(entries, lookedUp, byKey, {
    isFingerprinted: (key) => isFingerprinted(settings, key),
    purgeRemoved: settings.purgeRemoved,
    listedAt,
    maxTtlMs: facts.maxTtlSeconds * 1000,
  });
  const compared = withUnread(judged, entries, unread, { listedAt });
  const headers = await compareHeaders(ports, compared.goal, settings.headChecksMax, listedAt);
  const changed = new Set(compared.changes.map(({ key }) => key));
  const changes = [...compared.changes, ...headers.changes.filter(({ key }) => !changed.has(key))];
  return {
    facts,
    paths: pathRules(settings.paths, facts),
    listedAt,
    goal: headers.goal,
    changes,
    known,
    everything:
      bootstrap ??
      (head.recorded === undefined ? 'the first invalidation of this site' : undefined) ??
      (damaged === undefined ? undefined : 'the recorded state is damaged') ??
      head.widen ??
      whyDistributionMatters(facts, head.fingerprint),
    isInFlux: !facts.deployed && facts.fingerprint !== head.fingerprint,
    youngest: youngestOf(changes, headers.goal),
  };
};

/** Another configuration may map URLs to other objects; while it is being rolled out it is too early to purge. */
const whyDistributionMatters = (facts: DistributionFacts, known: string): string | undefined =>
  facts.deployed && facts.fingerprint !== known ? "the distribution's configuration changed" : undefined;

const youngestOf = (changes: readonly Change[], goal: readonly Entry[]): Look['youngest'] => {
  const keys = new Set(changes.map(({ key }) => key));
  const times = goal.flatMap((entry) =>
    entry.kind === 'object' && keys.has(entry.key) ? [entry.lastModified] : [],
  );
  return times.length === 0 ? {} : { youngestChangeAt: times.reduce((a, b) => Math.max(a, b)) };
};

/** Records what was seen, by the least that does it: nothing, a quiet commit, or an invalidation. */
const act = async (
  ports: Ports,
  held: Held,
  look: Look,
  builds: BuildsSeen,
  settings: Settings,
  writer: string,
  deadline: Instant,
): Promise<Passed> => {
  const noted = noteEnded(held.head, builds.ended);
  // Not even an invalidation of everything makes a build live while an edge still answers as it was configured before.
  const covered = look.isInFlux ? [] : uncovered(noted).map(({ id }) => id);
  const now = ports.clock.now();
  const goal = await writeEntries(ports, look.goal, look.known);
  const plan = choosePlan(look, itemsLeft(noted.ledger, now, settings.itemsPerMonth), settings);
  const isNew = look.changes.some(({ kind }) => kind === 'new' || kind === 'returned');

  if (plan.items.length === 0 && !isNew && covered.length === 0) {
    if (goal === held.head.recorded && noted === held.head) return SETTLED;
    const quiet = { ...noted, recorded: goal, objects: countObjects(look.goal) };
    const written = await writeHead(ports, held, quiet, writer);
    if (written === 'lost') return LOST;
    return (await sendOutbox(ports, written, writer)) === 'lost' ? LOST : SETTLED;
  }

  tellPlan(ports, look, plan);
  const intent = await intentOf(ports, noted, look, plan, goal, covered, settings, writer);
  const next =
    plan.items.length === 0
      ? committed(noted, intent, ports.random.id(), now)
      : withClaimIfFree(withIntent(noted, intent), writer, now);
  const written = await writeHead(ports, held, next, writer);
  if (written === 'lost') return LOST;
  const finished = await finish(ports, written, writer, deadline);
  return finished.kind === 'open' ? SETTLED : finished;
};

const choosePlan = (look: Look, itemsAllowed: number, settings: Settings): Plan => {
  if (look.everything !== undefined) return wholePlan(look.everything, look.goal);
  const itemsMax = Math.max(1, Math.min(settings.itemsMax, itemsAllowed));
  return composePlan(look.changes, look.goal, look.facts, {
    paths: look.paths,
    itemsMax,
    wildcardsMax: settings.wildcardsMax,
  });
};

/** More changes than this in one log line help nobody. */
const CHANGES_TOLD_MAX = 50;

const tellPlan = ({ tell }: Ports, { changes }: Look, { items, collateral }: Plan): void => {
  tell({ kind: 'changes', count: changes.length, first: changes.slice(0, CHANGES_TOLD_MAX) });
  tell({ kind: 'plan', items, collateral });
};

const intentOf = async (
  ports: Ports,
  head: Head,
  look: Look,
  plan: Plan,
  goal: string,
  builds: readonly string[],
  settings: Settings,
  writer: string,
): Promise<Intent> => {
  const planned = batchesOf(plan);
  const toCheck = urlsToCheck(look.changes, look.paths, settings.checkUrlsMax);
  const sample = sampleOf(look.goal, look.paths, settings.sampleUrlsMax);
  await ports.state.write(SAMPLE_NAME, new TextEncoder().encode(JSON.stringify(sample)));
  const now = ports.clock.now();
  const settleMs = errorTtlSeconds(look.facts) * 1000 + SETTLE_MARGIN_MS;
  return {
    at: now,
    goal,
    objects: countObjects(look.goal),
    plan: await writeBlob(
      ports,
      planText(
        planned.flatMap(({ items }) => items),
        plan.items,
        look.changes,
      ),
    ),
    batches: withReferences(planned, ports.random.id),
    done: 0,
    ids: [],
    claimedBy: writer,
    claimedAt: now,
    claimed: -1,
    refusals: 0,
    whole: plan.whole,
    widens: head.widen !== undefined,
    // Only an invalidation of everything, with every edge at the new configuration, makes up for a change of it.
    fingerprint: plan.whole && look.facts.deployed ? look.facts.fingerprint : head.fingerprint,
    changed: look.changes.length,
    collateral: plan.collateral,
    settlesAt: leavesErrors(look.changes, plan, look.facts) ? now + settleMs : now,
    checks: await writeBlob(ports, JSON.stringify(toCheck.length > 0 ? toCheck : sample)),
    builds,
  };
};

const countObjects = (goal: readonly Entry[]): number => goal.filter(({ kind }) => kind === 'object').length;
