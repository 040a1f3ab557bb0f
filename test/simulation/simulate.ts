/** One schedule from its seed to its verdict. */

import type { Fact } from '../../shared/ports.ts';
import type { CallLog, CallOptions, CrashPoint, Run } from './calls.ts';
import { createCloud } from './cloud.ts';
import { type DrawOptions, drawSchedule } from './draw-schedule.ts';
import { parseHead } from './head-part.ts';
import type { FactsSeen, HeadsSeen, Violation } from './judged.ts';
import { type Deeds, losePlan, operate } from './operate.ts';
import { quotasAtRest } from './oracle-quotas.ts';
import { reportsAtRest } from './oracle-reports.ts';
import { sparedAtRest } from './oracle-spared.ts';
import { isStaleNow, staleAtRest, staleHeaders, staleWhenLive } from './oracle-stale.ts';
import { digest, randomOf } from './random.ts';
import { CHECKED_EDGE, rawPorts } from './raw-ports.ts';
import { STUCK, scheduleTicks, type Ticking } from './rest.ts';
import type { Schedule } from './schedule.ts';
import { virtualTimeFrom } from './virtual-time.ts';
import { createWorkers } from './workers.ts';

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

type Simulation = Ticking;

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
  const heads: HeadsSeen = { bootstrappedAt: new Set(), outcomes: new Map(), covered: new Map() };
  const facts: FactsSeen = { counts: new Map(), falseAlarms: [], staleWhenAsked: new Map() };
  const deeds: Deeds = { builds: new Map(), erased: [], harms: 0, configurations: 0, plansToLose: 0 };
  const violations: Violation[] = [];
  const cloud = createCloud(schedule, time, () => simulation.workers.wake());
  const endsAt = schedule.startAt + schedule.endsAt;
  const calls: CallOptions = {
    schedule,
    time,
    random: randomOf(schedule.seed, 'calls'),
    log,
    raw: rawPorts(cloud, {
      onHead: (bytes) => seeHead(simulation, bytes),
      onMessage: () => simulation.workers.wake(),
    }),
    weather: () => (time.now() < endsAt ? schedule.faults : undefined),
    crashAt,
    onAsk: (path, run) =>
      void facts.staleWhenAsked.set(asked(path, run), isStaleNow(simulation, CHECKED_EDGE, path)),
    tell: (fact, run) => {
      seeFact(simulation, fact, run);
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

/** Judges promise 2 whenever a build is called live for the first time. */
const seeHead = (simulation: Simulation, bytes: Uint8Array): void => {
  const { heads, violations, cloud } = simulation;
  const head = parseHead(bytes);
  if (!head) return;
  losePlan(cloud, simulation.deeds, head);
  heads.bootstrappedAt.add(head.bootstrappedAt);
  for (const { id, outcome, generation } of head.builds) {
    if (generation !== undefined && !heads.covered.has(id)) heads.covered.set(id, cloud.pendingKeys());
    if (outcome === undefined || heads.outcomes.get(id) === outcome) continue;
    heads.outcomes.set(id, outcome);
    if (outcome === 'live' || outcome === 'live-unproved') violations.push(...staleWhenLive(simulation, id));
  }
};

/** Of several runs at once each has an answer of its own. */
const asked = (path: string, { number }: Run): string => `${number} ${path}`;

/**
 * AWS keeps its word here, so that no copy survives its invalidation. But what was put and rolled back since may
 * have the bytes that were replaced: then the edge serves what the origin does not, and the alarm is no false one.
 */
const seeFact = (simulation: Simulation, fact: Fact, run: Run): void => {
  const { facts } = simulation;
  facts.counts.set(fact.kind, (facts.counts.get(fact.kind) ?? 0) + 1);
  if (fact.kind !== 'old-copy' || facts.staleWhenAsked.get(asked(String(fact['url']), run))) return;
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
