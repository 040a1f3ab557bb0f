/** One schedule from its seed to its verdict. */

import type { Fact } from '../../shared/ports.ts';
import type { CallLog, CallOptions, CrashPoint } from './calls.ts';
import { type Cloud, createCloud, QUEUES, STATE } from './cloud.ts';
import { type DrawOptions, drawSchedule, SITE } from './draw-schedule.ts';
import type { FactsSeen, HeadsSeen, Judged, Violation } from './judged.ts';
import { type Deeds, operate } from './operate.ts';
import { quotasAtRest } from './oracle-quotas.ts';
import { reportsAtRest } from './oracle-reports.ts';
import { sparedAtRest } from './oracle-spared.ts';
import { isStaleNow, staleAtRest, staleHeaders, staleWhenLive } from './oracle-stale.ts';
import { buildsPort } from './ports/builds.ts';
import { cdnPort } from './ports/cdn.ts';
import { edgePort } from './ports/edge.ts';
import { queuePort } from './ports/queue.ts';
import { sitePort } from './ports/site.ts';
import { statePort } from './ports/state.ts';
import { digest, randomOf } from './random.ts';
import type { Schedule } from './schedule.ts';
import { type VirtualTime, virtualTimeFrom } from './virtual-time.ts';
import { createWorkers, type Workers } from './workers.ts';

export type SimulateOptions = DrawOptions &
  Readonly<{ crashAt?: CrashPoint; onLine?: (line: string) => void }>;

/** `trace` is a digest of all that happened; `mutating` the calls for which a crash after the effect matters. */
export type Simulated = Readonly<{
  seed: number;
  violations: readonly Violation[];
  calls: number;
  mutating: ReadonlySet<number>;
  crashes: number;
  faults: number;
  trace: string;
}>;

type Simulation = Judged & Readonly<{ time: VirtualTime; workers: Workers; violations: Violation[] }>;

export const simulate = async (seed: number, options: SimulateOptions = {}): Promise<Simulated> => {
  const simulation = begin(drawSchedule(seed, options), options);
  const { schedule, time, log, violations } = simulation;
  scheduleOperations(simulation, options);
  const isOver = scheduleTicks(simulation);
  await time.run(isOver);
  if (violations.every(({ promise }) => promise !== STUCK)) {
    violations.push(
      ...staleAtRest(simulation),
      ...staleHeaders(simulation),
      ...reportsAtRest(simulation),
      ...sparedAtRest(simulation),
      ...quotasAtRest(simulation),
    );
  }
  const faults = [...log.faults.values()].reduce((sum, count) => sum + count, 0);
  const { calls, mutating, crashes, trace } = log;
  return { seed: schedule.seed, violations, calls, mutating, crashes, faults, trace: trace.toString(16) };
};

const begin = (schedule: Schedule, { crashAt, onLine }: SimulateOptions): Simulation => {
  const time = virtualTimeFrom(schedule.startAt);
  const log: CallLog = { calls: 0, crashes: 0, trace: 0, faults: new Map(), mutating: new Set() };
  const heads: HeadsSeen = { bootstrappedAt: new Set(), outcomes: new Map() };
  const facts: FactsSeen = { counts: new Map(), falseAlarms: [] };
  const deeds: Deeds = { builds: new Map(), erased: [], harms: 0, configurations: 0 };
  const violations: Violation[] = [];
  const cloud = createCloud(schedule, time, () => simulation.workers.wake());
  const endsAt = schedule.startAt + schedule.endsAt;
  const calls: CallOptions = {
    schedule,
    time,
    random: randomOf(schedule.seed, 'calls'),
    log,
    raw: rawPorts(
      cloud,
      (bytes) => seeHead(simulation, bytes),
      () => simulation.workers.wake(),
    ),
    weather: () => (time.now() < endsAt ? schedule.faults : undefined),
    crashAt,
    tell: (fact) => {
      seeFact(simulation, fact);
      onLine?.(`${time.now()} ${JSON.stringify(fact)}`);
    },
    ...(onLine ? { onLine } : {}),
  };
  const workers = createWorkers({
    sqs: cloud.sqs,
    calls,
    onError: (error) =>
      violations.push({
        promise: '0 no unexpected error',
        because: error instanceof Error ? `${error.stack}` : String(error),
      }),
  });
  const simulation: Simulation = { schedule, time, cloud, deeds, log, heads, facts, workers, violations };
  return simulation;
};

/** The models' ports, with an eye on the head and a wake for whoever is sent something. */
const rawPorts = (
  cloud: Cloud,
  onHead: (bytes: Uint8Array) => void,
  wake: () => void,
): CallOptions['raw'] => {
  const state = statePort(cloud.s3, STATE);
  const queue = queuePort(cloud.sqs, QUEUES);
  return {
    site: sitePort(cloud.s3, SITE),
    state: {
      ...state,
      writeHead: async (bytes, ifMatch) => {
        const written = await state.writeHead(bytes, ifMatch);
        if (written.kind === 'written') onHead(bytes);
        return written;
      },
    },
    cdn: cdnPort(cloud.cloudfront),
    builds: buildsPort(cloud.codebuild),
    edge: edgePort(cloud.cloudfront, 0),
    queue: {
      send: async (name, body) => {
        const sent = await queue.send(name, body);
        wake();
        return sent;
      },
      postpone: async (name, receipts, seconds) => {
        await queue.postpone(name, receipts, seconds);
        wake();
      },
    },
  };
};

type HeadPart = Readonly<{
  bootstrappedAt: number;
  builds: readonly Readonly<{ id: string; outcome?: string }>[];
  intent?: unknown;
  follows: readonly unknown[];
  outbox: readonly unknown[];
}>;

const decoder = new TextDecoder();

const parseHead = (bytes: Uint8Array): HeadPart | undefined => {
  try {
    const head = JSON.parse(decoder.decode(bytes)) as HeadPart & { schema?: number };
    return head.schema === 1 ? head : undefined;
  } catch {
    return undefined;
  }
};

/** Judges promise 2 whenever a build is called live for the first time. */
const seeHead = (simulation: Simulation, bytes: Uint8Array): void => {
  const { heads, violations } = simulation;
  const head = parseHead(bytes);
  if (!head) return;
  heads.bootstrappedAt.add(head.bootstrappedAt);
  for (const { id, outcome } of head.builds) {
    if (outcome === undefined || heads.outcomes.get(id) === outcome) continue;
    heads.outcomes.set(id, outcome);
    if (outcome === 'live' || outcome === 'live-unproved') violations.push(...staleWhenLive(simulation, id));
  }
};

/**
 * AWS keeps its word here, so that no copy survives its invalidation. But what was put and rolled back since may
 * have the bytes that were replaced: then the edge serves what the origin does not, and the alarm is no false one.
 */
const seeFact = (simulation: Simulation, fact: Fact): void => {
  const { facts } = simulation;
  facts.counts.set(fact.kind, (facts.counts.get(fact.kind) ?? 0) + 1);
  if (fact.kind !== 'old-copy' || isStaleNow(simulation, String(fact['url']))) return;
  facts.falseAlarms.push(`false alarm: ${String(fact['because'])}`);
};

const scheduleOperations = (simulation: Simulation, { onLine }: SimulateOptions): void => {
  const { schedule, time, cloud, deeds, log } = simulation;
  for (const { at, ...operation } of schedule.operations) {
    time.at(schedule.startAt + at, () => {
      operate(cloud, deeds, operation, time.now());
      if (operation.kind === 'view') return;
      const line = `${time.now()} ${JSON.stringify(operation)}`;
      log.trace = digest(line, log.trace);
      onLine?.(line);
    });
  }
};

const TICK_MS = 300_000;
const TICK = '{"kind":"tick"}';
const FIRST_TICK_MS = 2_000;
const REST_MAX_MS = 2 * 3_600_000;
const STUCK = '0 comes to rest';
const LONG_WAIT_MS = 3_600_000;

/** Ticks for both queues; when one finds all at rest as the one before did, the schedule is over. */
const scheduleTicks = (simulation: Simulation): (() => boolean) => {
  const { schedule, time, cloud, workers, violations } = simulation;
  let isOver = false;
  let restedAs: string | undefined;
  const tick = (): void => {
    const state = restOf(simulation);
    if (state.kind === 'rest' && state.as === restedAs) {
      isOver = true;
      return;
    }
    restedAs = state.kind === 'rest' ? state.as : undefined;
    if (time.now() > schedule.startAt + schedule.endsAt + REST_MAX_MS) {
      const because = state.kind === 'rest' ? 'the head changes with every tick' : state.because;
      violations.push({ promise: STUCK, because });
      isOver = true;
      return;
    }
    cloud.sqs.send(QUEUES.work, TICK);
    cloud.sqs.send(QUEUES.follow, TICK);
    workers.wake();
    time.after(tickGap(simulation), tick);
  };
  time.after(FIRST_TICK_MS, tick);
  return () => isOver;
};

/** Over a day without operations a few ticks stand for all. */
const tickGap = ({ schedule, time }: Simulation): number => {
  const now = time.now() - schedule.startAt;
  const next = schedule.operations.find(({ at }) => at > now);
  return next !== undefined && next.at - now > LONG_WAIT_MS ? LONG_WAIT_MS : TICK_MS;
};

type Rest = Readonly<{ kind: 'rest'; as: string }> | Readonly<{ kind: 'unrest'; because: string }>;

const restOf = ({ schedule, time, cloud, workers }: Simulation): Rest => {
  const unrest = (because: string): Rest => ({ kind: 'unrest', because });
  if (time.now() < schedule.startAt + schedule.endsAt) return unrest('operations');
  if (cloud.cloudfront.getDistribution().status !== 'Deployed') return unrest('a deployment');
  if (cloud.inFlight() > 0) return unrest('events are on their way');
  if (!workers.isIdle()) return unrest('a pass is running');
  for (const queue of [QUEUES.work, QUEUES.follow]) {
    const left = cloud.sqs.peek(queue);
    if (left.length > 0) return unrest(`${left.length} messages in ${queue}: ${left[0]?.body.slice(0, 200)}`);
  }
  const stored = cloud.s3.current(STATE, 'head.json');
  const head = stored && parseHead(stored.body);
  if (!stored || !head) return unrest('no head');
  if (head.intent) return unrest(`an intent: ${JSON.stringify(head.intent)}`);
  if (head.follows.length > 0) return unrest(`followed: ${JSON.stringify(head.follows)}`);
  if (head.outbox.length > 0) return unrest(`owed: ${JSON.stringify(head.outbox)}`);
  return { kind: 'rest', as: stored.etag };
};
