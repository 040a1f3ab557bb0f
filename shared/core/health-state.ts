/**
 * What is kept of the API's health between two checks, and how a check changes it.
 *
 * A change and the message that tells it are one write: the state has an outbox of its own.
 */

import { type Check, type CheckHistory, type CheckState, emptyChecks, withCheck } from './check-history.ts';
import type { Owed } from './head.ts';
import {
  type HealthPolicy,
  type HostSays,
  isSlow,
  type Judgement,
  judgeAll,
  judgeRoute,
  type Probe,
  type RouteState,
} from './health.ts';
import { type Health, type HealthReport, isUp, type PastOutage } from './health-report.ts';

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
  /** The outage that ended last. */
  lastOutage?: PastOutage;
  /** What was told since it was last healthy, each once. */
  told?: readonly Health[];
  /** What was last told of a certificate that ends: the number of days within which. */
  notice?: number;
  /** It was told that answers are slow. */
  slow?: true;
  /** What was told before is lost, until it answers or is down: an outage may be open somewhere. */
  forgotten?: true;
  /** What it was before the maintenance that there is now. */
  resting?: Health;
  direct: RouteState;
  edge: RouteState;
  /** What it said last: it counts for a while when the host cannot be asked. */
  host?: HostSays;
  lastProbeAt: number;
  /** Absent before the first probe. */
  checks?: CheckHistory;
  /** Until then every tick probes: something was deployed. */
  probeUntil: number;
  outbox: readonly Owed[];
}>;

/** Enough to judge by, for any policy that the settings allow. */
export const PROBES_KEPT = 10;

const UNKNOWN: RouteState = {
  health: 'unknown',
  because: 'no probe yet',
  cause: { kind: 'unasked' },
  probes: [],
};

/** `forgotten`: there was a state, and it cannot be read. */
export const emptyHealth = (now: number, forgotten = false): HealthState => ({
  ...(forgotten ? { forgotten: true as const } : {}),
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

/** What comes together is handled within that; a laptop's ticks, which are the fastest, are further apart. */
const APART_MS = 3_000;

/**
 * Whether it was probed a moment ago: ticks that waited, events and messages that come twice must not make three
 * failures of one.
 */
export const isJustProbed = ({ lastProbeAt }: Pick<HealthState, 'lastProbeAt'>, now: number): boolean =>
  now >= lastProbeAt && now - lastProbeAt < APART_MS;

/** Until then every tick probes after something was deployed. */
const CLOSER_LOOK_MS = 300_000;

/** Something was deployed: look closer for a while. */
export const withCloserLook = (state: HealthState, now: number): HealthState => ({
  ...state,
  probeUntil: now + CLOSER_LOOK_MS,
});

/** What the host says may tell of an operation whose event got lost: something is deployed all the same. */
export const withHost = (state: HealthState, host: HostSays | undefined, now: number): HealthState => {
  const isKnown = state.host === undefined || host?.operation?.id === state.host.operation?.id;
  return host?.operation === undefined || isKnown ? state : withCloserLook(state, now);
};

/** Whether a state is worth to be kept where nothing was probed: there is more in it than other times. */
export const isWorthKeeping = (before: HealthState, after: HealthState): boolean =>
  before.health !== after.health ||
  before.probeUntil !== after.probeUntil ||
  before.host?.status !== after.host?.status ||
  before.host?.operation?.id !== after.host?.operation?.id ||
  before.host?.operation?.status !== after.host?.operation?.status;

/**
 * Whether a tick at `now` has to probe: it is time, something was deployed, or not all is known to be well. A
 * certificate that ends within weeks does not end sooner for being looked at every minute, which costs.
 */
export const isProbeDue = (
  state: HealthState,
  now: number,
  checkEveryMs: number,
  policy: Pick<HealthPolicy, 'slowMs'>,
): boolean =>
  now - state.lastProbeAt >= checkEveryMs - EARLY_MS ||
  // A clock that went back: nobody knows how long ago that was.
  now < state.lastProbeAt ||
  now < state.probeUntil ||
  !isCalm(state) ||
  [state.direct, state.edge].some(({ probes }) => {
    const latest = probes.at(-1);
    return latest !== undefined && (!latest.ok || isSlow(latest, policy));
  });

const isCalm = ({ health, notice, slow }: HealthState): boolean =>
  health === 'healthy' ||
  health === 'maintenance' ||
  (health === 'degraded' && notice !== undefined && slow === undefined);

export type Observed = Readonly<{ direct: Probe; edge: Probe }>;

/**
 * The state after a check: `observed` is absent where nothing was probed, `host` where no host can be asked. While
 * all is well the next probe follows after `checkEveryMs`.
 */
export const afterCheck = (
  state: HealthState,
  observed: Observed | undefined,
  host: HostSays | undefined,
  now: number,
  policy: HealthPolicy,
  checkEveryMs?: number,
): HealthState => {
  const judged = judgedAfter(state, observed, host, now, policy);
  if (!observed) return judged;
  const check = checkOf(judged.health, observed, now);
  return { ...judged, checks: withCheck(state.checks ?? emptyChecks, check, checkEveryMs) };
};

const CHECK_STATES: Readonly<Record<Health, CheckState>> = {
  healthy: 'up',
  degraded: 'up',
  unhealthy: 'down',
  paused: 'other',
  deploying: 'other',
  maintenance: 'other',
  unknown: 'other',
};

const checkOf = (health: Health, { direct, edge }: Observed, at: number): Check => ({
  at,
  state: CHECK_STATES[health],
  ...(direct.ok ? { directMs: direct.latencyMs } : {}),
  ...(edge.ok ? { edgeMs: edge.latencyMs } : {}),
});

const judgedAfter = (
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
  const { notice: _noticeBefore, slow: _slowBefore, ...unnoticed } = checked;
  const judged = judgeAll(state.health, direct, edge, host, now, policy, state.downSince);
  // Of a failure, or of maintenance, it is not told anew that a certificate ends.
  const notice = judged.notice ?? (judged.health === 'healthy' ? undefined : state.notice);
  const noticed = {
    ...unnoticed,
    ...(notice === undefined ? {} : { notice }),
    ...(judged.slow ? { slow: true as const } : {}),
  };
  // How quickly it failed is no latency.
  const latencyMs = observed?.direct.ok ? observed.direct.latencyMs : undefined;
  if (judged.health !== state.health) return withChange(noticed, judged, now, latencyMs, state.notice);
  const same = { ...noticed, because: judged.because };
  const isOtherwiseSlow = judged.health === 'degraded' && judged.slow !== state.slow;
  return isMoreUrgent(judged, state.notice) || isOtherwiseSlow
    ? withReport(same, reportOf(state, judged, now))
    : same;
};

/** Whether a certificate ends within fewer days than was told. */
const isMoreUrgent = ({ notice }: Judgement, told: number | undefined): boolean =>
  notice !== undefined && notice < (told ?? Number.POSITIVE_INFINITY);

const withProbe = (route: RouteState, probe: Probe, policy: HealthPolicy): RouteState => {
  const { health, probes } = route;
  const kept = [...probes, probe].slice(-PROBES_KEPT);
  return { ...judgeRoute(health, kept, policy, route.slow === true), probes: kept };
};

/** An outage ends when the API answers again, and not while it is deployed, paused or maintained. */
const withChange = (
  { downSince, resting, forgotten, told = forgotten ? ['unhealthy'] : [], ...state }: HealthState,
  judged: Judgement,
  now: number,
  latencyMs: number | undefined,
  noticeBefore: number | undefined,
): HealthState => {
  const { health, because } = judged;
  const since = downSince ?? (health === 'unhealthy' ? now : undefined);
  const ended =
    isUp(health) && downSince !== undefined ? { endedAt: now, ms: Math.max(0, now - downSince) } : undefined;
  const isBack = state.health === 'maintenance' && downSince === undefined;
  // What got worse meanwhile is news; and who was told before that not all was well is to hear that it is.
  const isAsBefore = health === resting && !isMoreUrgent(judged, noticeBefore);
  const isPlanned =
    health === 'maintenance' || (isBack && (isAsBefore || (health === 'healthy' && told.length === 0)));
  const report: HealthReport = {
    ...reportOf(state, judged, now, ended),
    ...(forgotten && isUp(health) ? { endsAny: true as const } : {}),
    ...(health === 'healthy' && told.length > 0 ? { ends: told } : {}),
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(isPlanned ? { planned: true as const } : {}),
  };
  const nowTold = withTold(told, health);
  const next = {
    ...state,
    health,
    because,
    since: now,
    ...(ended ? { lastOutage: ended } : {}),
    ...(nowTold.length === 0 ? {} : { told: nowTold }),
    ...(isUp(health) || since === undefined ? {} : { downSince: since }),
    ...(forgotten && !isUp(health) && health !== 'unhealthy' ? { forgotten } : {}),
    ...(health === 'maintenance' ? { resting: state.health } : {}),
  };
  // That all is well at first sight is no news; that what was told is over is.
  const isNews =
    state.health !== 'unknown' || health !== 'healthy' || told.length > 0 || downSince !== undefined;
  return isNews ? withReport(next, report) : next;
};

/** For so long the reports after an outage name it: a channel that was down may have missed its end. */
const OUTAGE_NAMED_MS = 86_400_000;

/** Maintenance is not told like the others, and ends by itself. */
const withTold = (told: readonly Health[], health: Health): readonly Health[] => {
  if (health === 'healthy') return [];
  return health === 'maintenance' || told.includes(health) ? told : [...told, health];
};

const reportOf = (
  { health: from, generation, lastOutage }: Pick<HealthState, 'health' | 'generation' | 'lastOutage'>,
  { health, because, cause }: Judgement,
  now: number,
  ended?: PastOutage,
): HealthReport => ({
  kind: 'health',
  id: `health/${now}/${health}`,
  at: now,
  from,
  to: health,
  because,
  ...(cause === undefined ? {} : { cause }),
  ...(ended ? { outageMs: ended.ms } : {}),
  ...(!ended && lastOutage && now - lastOutage.endedAt < OUTAGE_NAMED_MS ? { lastOutage } : {}),
  // Of the state that it is written with.
  generation: generation + 1,
});

const OWED_MOST = 50;

const withReport = (state: HealthState, report: HealthReport): HealthState => ({
  ...state,
  // What a queue refuses for days does not grow without limit: by then the newest tell what matters.
  outbox: [...state.outbox, { id: report.id, queue: 'post' as const, body: JSON.stringify(report) }].slice(
    -OWED_MOST,
  ),
});
