/** Histories of the API, its host, its certificate and its maintenance, drawn by chance: the same for the same seed. */

import type { Cause } from '../../shared/core/cause.ts';
import type { HealthPolicy, HostSays, Operation, Probe } from '../../shared/core/health.ts';
import type { HealthReport } from '../../shared/core/health-report.ts';
import { afterCheck, emptyHealth, type HealthState } from '../../shared/core/health-state.ts';
import { type Random, randomOf } from '../simulation/random.ts';
import { bad, DAY_MS, good, MINUTE_MS, now, policy } from './health-fixture.ts';

export const CHECKS = 60;

export type Observed = Readonly<{ direct: Probe; edge: Probe }>;
/** What there was at one check, what came of it, and what was told. */
export type Step = Readonly<{
  at: number;
  observed: Observed | undefined;
  host: HostSays | undefined;
  before: HealthState;
  after: HealthState;
  told: readonly HealthReport[];
}>;
export type Drawn = Readonly<{ steps: readonly Step[]; rules: HealthPolicy }>;

const MODES = ['fine', 'fine', 'fine', 'failing', 'slow', 'flapping'] as const;

const probeIn = (mode: (typeof MODES)[number], random: Random, at: number, daysLeft: number): Probe => {
  const fails = mode === 'failing' || (mode === 'flapping' && random.chance(0.5));
  const latencyMs = mode === 'slow' ? policy.slowMs + 1 : 80;
  const cause: Cause = { kind: 'status', status: fails ? 503 : 200 };
  return (fails ? bad : good)({ at, latencyMs, cause, certificateEndsAt: at + daysLeft * DAY_MS });
};

const nextOperation = (operation: Operation | undefined, random: Random, at: number) => {
  if (operation?.status === 'in-progress') {
    const status = random.pick(['succeeded', 'failed'] as const);
    return random.chance(0.92) ? operation : { ...operation, status, endedAt: at };
  }
  const kind = random.pick(['deployment', 'other'] as const);
  return random.chance(0.05)
    ? { id: `operation-${at}`, kind, status: 'in-progress' as const, startedAt: at }
    : operation;
};

/** A check a minute, of which some probe nothing. */
export const draw = (seed: number): Drawn => {
  const random = randomOf(seed, 'health');
  const minutes = (from: number, to: number) => ({
    kind: 'once' as const,
    from: now + from * MINUTE_MS,
    to: now + to * MINUTE_MS,
  });
  const rules = { ...policy, maintenance: random.chance(0.3) ? [minutes(10, 20), minutes(40, 41)] : [] };
  const hasHost = random.chance(0.5);
  let state = emptyHealth(now);
  let direct: (typeof MODES)[number] = 'fine';
  let edge: (typeof MODES)[number] | 'as directly' = 'as directly';
  let daysLeft = 100;
  let operation: Operation | undefined;
  const steps = Array.from({ length: CHECKS }, (_, index): Step => {
    const at = now + index * MINUTE_MS;
    if (random.chance(0.2)) direct = random.pick(MODES);
    if (random.chance(0.2)) edge = random.pick([...MODES, 'as directly', 'as directly', 'as directly']);
    if (random.chance(0.05)) daysLeft = random.pick([100, 14, 13.9, 7, 6.9, 0.5]);
    operation = hasHost ? nextOperation(operation, random, at) : undefined;
    const odd = random.chance(0.05) ? random.pick(['paused', 'failed', 'deleted'] as const) : undefined;
    const status: HostSays['status'] =
      odd ?? (operation?.status === 'in-progress' ? 'in-progress' : 'running');
    const host: HostSays | undefined = hasHost
      ? { at, status, ...(operation ? { operation } : {}) }
      : undefined;
    const through = edge === 'as directly' ? direct : edge;
    // Before the first probe the host may speak already.
    const observed = random.chance(index < 3 ? 0.4 : 0.85)
      ? {
          direct: probeIn(direct, random, at, daysLeft),
          edge: probeIn(through, random, at, daysLeft),
        }
      : undefined;
    const before = state;
    const after = afterCheck(before, observed, host, at, rules);
    const told = after.outbox.map(({ body }) => JSON.parse(body) as HealthReport);
    state = { ...after, generation: before.generation + 1, outbox: [] };
    return { at, observed, host, before, after, told };
  });
  return { steps, rules };
};
