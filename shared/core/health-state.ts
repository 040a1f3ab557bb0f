/**
 * What is kept of the API's health between two checks, and how a check changes it.
 *
 * A change and the message that tells it are one write: the state has an outbox of its own.
 */

import type { Owed } from './head.ts';
import {
  type HealthPolicy,
  type HostSays,
  type Judgement,
  judgeAll,
  judgeRoute,
  type Probe,
  type RouteState,
} from './health.ts';
import type { Health, HealthReport } from './health-report.ts';

/** Times in ms since 1970. The first three fields are what others read (`healthIn`). */
export type HealthState = Readonly<{
  health: Health;
  because: string;
  since: number;
  schema: 1;
  generation: number;
  writer: string;
  /** When the outage began that has not ended yet. */
  downSince?: number;
  direct: RouteState;
  edge: RouteState;
  /** What it said last: it counts for a while when the host cannot be asked. */
  host?: HostSays;
  lastProbeAt: number;
  /** Until then every tick probes: something was deployed. */
  probeUntil: number;
  outbox: readonly Owed[];
}>;

/** Enough to judge by, for any policy that the settings allow. */
export const PROBES_KEPT = 10;

const UNKNOWN: RouteState = { health: 'unknown', because: 'no probe yet', probes: [] };

export const emptyHealth = (now: number): HealthState => ({
  health: 'unknown',
  because: 'not checked yet',
  since: now,
  schema: 1,
  generation: 0,
  writer: '',
  direct: UNKNOWN,
  edge: UNKNOWN,
  lastProbeAt: 0,
  probeUntil: 0,
  outbox: [],
});

/** Half a tick: one that comes a moment early must not put the check off to the next. */
const EARLY_MS = 30_000;

/** Whether a tick at `now` has to probe: it is time, something was deployed, or not all is known to be well. */
export const isProbeDue = (state: HealthState, now: number, checkEveryMs: number): boolean =>
  now - state.lastProbeAt >= checkEveryMs - EARLY_MS ||
  now < state.probeUntil ||
  state.health !== 'healthy' ||
  [state.direct, state.edge].some(({ probes }) => probes.at(-1)?.ok === false);

export type Observed = Readonly<{ direct: Probe; edge: Probe }>;

/** The state after a check: `observed` is absent where nothing was probed, `host` where no host can be asked. */
export const afterCheck = (
  { host: _saidBefore, ...state }: HealthState,
  observed: Observed | undefined,
  host: HostSays | undefined,
  now: number,
  policy: HealthPolicy,
): HealthState => {
  const direct = observed ? withProbe(state.direct, observed.direct, policy) : state.direct;
  const edge = observed ? withProbe(state.edge, observed.edge, policy) : state.edge;
  const checked = {
    ...state,
    direct,
    edge,
    ...(host ? { host } : {}),
    ...(observed ? { lastProbeAt: now } : {}),
  };
  const judged = judgeAll(state.health, direct, edge, host, now, policy);
  if (judged.health === state.health) return { ...checked, because: judged.because };
  return withChange(checked, judged, now, observed?.direct.latencyMs);
};

const withProbe = ({ health, probes }: RouteState, probe: Probe, policy: HealthPolicy): RouteState => {
  const kept = [...probes, probe].slice(-PROBES_KEPT);
  return { ...judgeRoute(health, kept, policy), probes: kept };
};

/** An outage ends when the API answers again, and not while it is deployed or paused. */
const withChange = (
  { downSince, ...state }: HealthState,
  { health, because }: Judgement,
  now: number,
  latencyMs: number | undefined,
): HealthState => {
  const isUp = health === 'healthy' || health === 'degraded';
  const since = downSince ?? (health === 'unhealthy' ? now : undefined);
  const report: HealthReport = {
    kind: 'health',
    id: `health/${now}/${health}`,
    at: now,
    from: state.health,
    to: health,
    because,
    ...(isUp && downSince !== undefined ? { outageMs: now - downSince } : {}),
    ...(latencyMs === undefined ? {} : { latencyMs }),
  };
  // That all is well at first sight is no news.
  const isNews = !(state.health === 'unknown' && health === 'healthy');
  return {
    ...state,
    health,
    because,
    since: now,
    ...(isUp || since === undefined ? {} : { downSince: since }),
    outbox: isNews
      ? [...state.outbox, { id: report.id, queue: 'post', body: JSON.stringify(report) }]
      : state.outbox,
  };
};
