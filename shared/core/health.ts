/**
 * Judges the API from its latest probes and from what its host says of it.
 *
 * One failed probe is noise, and one good probe after an outage is no recovery: `failuresToDown` and
 * `successesToUp` say how many it takes. Pure, so that any history can be replayed in a test.
 */

import { minuteOf } from './calendar.ts';
import type { Cause } from './cause.ts';
import { type Health, isUp } from './health-report.ts';
import { type MaintenanceWindow, maintenanceEnd } from './maintenance.ts';

/** Times in ms since 1970. `certificateEndsAt` is absent without TLS. */
export type Probe = Readonly<{
  at: number;
  ok: boolean;
  latencyMs: number;
  because: string;
  cause?: Cause;
  certificateEndsAt?: number;
}>;

export type HealthPolicy = Readonly<{
  /** Failed, and slow, probes in a row. */
  failuresToDown: number;
  /** Good, and fast, probes in a row. */
  successesToUp: number;
  /** A slower answer is slow. */
  slowMs: number;
  /** For so long failures during a deployment are the deployment's. */
  deployMaxMs: number;
  /** And for so long after its end: the new instances have to warm up. */
  deployGraceMs: number;
  /** A certificate that ends within so many days is told of, once for each of these. */
  certificateDays: readonly number[];
  maintenance: readonly MaintenanceWindow[];
}>;

/**
 * `because` is exact, `cause` is what anyone may know of it. `notice` is the number of days within which a
 * certificate ends, `slow` that answers are slow: what else may be new of the same health.
 */
export type Judgement = Readonly<{
  health: Health;
  because: string;
  cause?: Cause;
  notice?: number;
  slow?: true;
}>;

/** One way to the API, as it was judged, and the probes that it was judged by. */
export type RouteState = Judgement & Readonly<{ probes: readonly Probe[] }>;

const DAY_MS = 86_400_000;

const SLOW_AND_CERTIFICATE: Cause = { kind: 'slow-and-certificate' };

/**
 * Judges one route; `probes` are in order of time, oldest first, `before` is the judgement that they may change, and
 * `wasSlow` whether it was for slowness.
 */
export const judgeRoute = (
  before: Health,
  probes: readonly Probe[],
  policy: HealthPolicy,
  wasSlow = before === 'degraded',
): Judgement => {
  const latest = probes.at(-1);
  if (!latest) return { health: 'unknown', because: 'no probe yet', cause: { kind: 'unasked' } };

  if (!latest.ok) {
    const failures = lengthOfTail(probes, (probe) => !probe.ok);
    return failures >= policy.failuresToDown
      ? { ...causeOf(latest), health: 'unhealthy', because: `${latest.because}, ${failures} times in a row` }
      : {
          ...causeOf(latest),
          health: before,
          because: `${latest.because}, ${failureNumber(before, failures, policy)}`,
          ...(before === 'degraded' && wasSlow ? { slow: true as const } : {}),
        };
  }

  const successes = lengthOfTail(probes, (probe) => probe.ok);
  if (before === 'unhealthy' && successes < policy.successesToUp) {
    return {
      health: 'unhealthy',
      because: `recovering, ${successes} of ${policy.successesToUp}`,
      cause: { kind: 'recovering' },
    };
  }
  const speed = judgeSpeed(before === 'unhealthy', wasSlow, probes, latest, policy);
  const certificate = judgeCertificate(latest, policy);
  if (speed === undefined) return certificate;
  if (certificate.notice === undefined) return speed;
  // Neither hides the other.
  return speed.slow
    ? {
        ...certificate,
        because: `${speed.because}; ${certificate.because}`,
        cause: SLOW_AND_CERTIFICATE,
        slow: true,
      }
    : certificate;
};

/** A stored probe may lack it. */
const causeOf = ({ cause }: Readonly<{ cause?: Cause }>): Readonly<{ cause?: Cause }> =>
  cause === undefined ? {} : { cause };

export const isSlow = ({ ok, latencyMs }: Probe, { slowMs }: Pick<HealthPolicy, 'slowMs'>): boolean =>
  ok && latencyMs > slowMs;

/**
 * Degraded after as many slow answers as failures make an outage, and until as many fast ones as end one: an API
 * that is now just below the limit and now just above it would be news at every check.
 */
const judgeSpeed = (
  wasDown: boolean,
  wasSlow: boolean,
  probes: readonly Probe[],
  latest: Probe,
  policy: HealthPolicy,
): Judgement | undefined => {
  const slow = lengthOfTail(probes, (probe) => isSlow(probe, policy));
  const fast = lengthOfTail(probes, (probe) => probe.ok && !isSlow(probe, policy));
  if (slow > 0) {
    const because = `answered in ${latest.latencyMs} ms, more than ${policy.slowMs}`;
    const cause: Cause = { kind: 'slow' };
    if (wasDown || wasSlow || slow >= policy.failuresToDown)
      return { health: 'degraded', because, cause, slow: true };
    return { health: 'healthy', because: `${because}, ${slow} of ${policy.failuresToDown}`, cause };
  }
  const wasJustSlow = probes.slice(-policy.successesToUp).some((probe) => isSlow(probe, policy));
  return wasSlow && wasJustSlow
    ? {
        health: 'degraded',
        because: `faster again, ${fast} of ${policy.successesToUp}`,
        cause: { kind: 'recovering' },
        slow: true,
      }
    : undefined;
};

const judgeCertificate = (latest: Probe, { certificateDays }: HealthPolicy): Judgement => {
  const days = daysLeft(latest);
  const limits = certificateDays.filter((limit) => days !== undefined && days < limit);
  if (limits.length === 0) return { ...causeOf(latest), health: 'healthy', because: latest.because };
  return {
    health: 'degraded',
    because: `its certificate ends in ${days === 1 ? '1 day' : `${days} days`}`,
    cause: { kind: 'certificate' },
    notice: limits.reduce((a, b) => Math.min(a, b)),
  };
};

const failureNumber = (before: Health, failures: number, { failuresToDown }: HealthPolicy): string =>
  before === 'unhealthy' ? 'not yet recovered' : `${failures} of ${failuresToDown}`;

const lengthOfTail = <T>(items: readonly T[], keep: (item: T) => boolean): number =>
  items.length - (items.findLastIndex((item) => !keep(item)) + 1);

/** Whole days, rounded down. */
const daysLeft = ({ at, certificateEndsAt }: Probe): number | undefined =>
  certificateEndsAt === undefined ? undefined : Math.floor((certificateEndsAt - at) / DAY_MS);

/** Times in ms since 1970. */
export type Operation = Readonly<{
  id: string;
  kind: 'deployment' | 'other';
  status: 'in-progress' | 'succeeded' | 'failed';
  startedAt: number;
  endedAt?: number;
}>;

/** What the host of the API said at `at`; absent where there is none to ask. `operation` is the newest one. */
export type HostSays = Readonly<{
  at: number;
  status: 'running' | 'in-progress' | 'paused' | 'failed' | 'deleted' | 'unknown';
  operation?: Operation;
}>;

/**
 * Both routes and the host together: a broken route is told from a broken service. `downSince` is when the outage
 * began that has not ended, if there is one.
 */
export const judgeAll = (
  before: Health,
  direct: RouteState,
  edge: RouteState,
  host: HostSays | undefined,
  now: number,
  policy: HealthPolicy,
  downSince = now,
): Judgement => {
  const planned = maintenanceEnd(policy.maintenance, now);
  if (planned !== undefined) {
    return {
      health: 'maintenance',
      because: `planned, until ${minuteOf(planned)}`,
      cause: { kind: 'planned', until: planned },
    };
  }
  if (host?.status === 'paused') {
    return { health: 'paused', because: 'the service is paused', cause: { kind: 'paused' } };
  }
  if (host?.status === 'failed' || host?.status === 'deleted') {
    return { health: 'unhealthy', because: `the service is ${host.status}`, cause: { kind: host.status } };
  }
  const worst = worstOf(direct, edge);
  if (worst.health !== 'unhealthy') return worst;
  const deploying = whyDeploying(host?.operation, now, policy);
  if (deploying !== undefined) {
    return {
      health: 'deploying',
      because: `${deploying}; ${worst.because}`,
      cause: { kind: 'deploying' },
    };
  }
  // Its failures were the deployment's, the pause's or the maintenance's, and it answers again: one good probe too few is no outage.
  const isRecovering = [direct, edge].every((route) => route.health !== 'unhealthy' || answersNow(route));
  if (isRecovering && before === 'maintenance')
    return { ...causeOf(worst), health: before, because: worst.because };
  return isRecovering && (before === 'deploying' || before === 'paused')
    ? { ...causeOf(worst), health: 'deploying', because: worst.because }
    : withOperation(worst, host?.operation, downSince, now);
};

const nameOf = ({ kind }: Operation): string =>
  kind === 'deployment' ? 'a deployment of the service' : 'an operation of the service';

const whyDeploying = (
  operation: Operation | undefined,
  now: number,
  policy: HealthPolicy,
): string | undefined => {
  if (operation === undefined) return undefined;
  const { status, startedAt, endedAt } = operation;
  if (status === 'in-progress')
    return now - startedAt < policy.deployMaxMs ? `${nameOf(operation)} is in progress` : undefined;
  return endedAt !== undefined && now - endedAt < policy.deployGraceMs
    ? `${nameOf(operation)} has just ended`
    : undefined;
};

/** An outage that begins so soon after an operation is named after it. */
const NAMED_MS = 3_600_000;

const ID_SHOWN = 8;

const withOperation = (
  worst: Judgement,
  operation: Operation | undefined,
  downSince: number,
  now: number,
): Judgement => {
  if (operation === undefined) return worst;
  const { id, kind, status, startedAt, endedAt = startedAt } = operation;
  // One that began within the outage may be there to end it.
  if (startedAt > downSince || now - endedAt > NAMED_MS) return worst;
  const how = status === 'in-progress' ? 'takes too long' : status;
  return {
    ...worst,
    ...(worst.cause === undefined ? {} : { cause: { ...worst.cause, after: kind } }),
    because: `${worst.because}; ${nameOf(operation)} (${id.slice(0, ID_SHOWN)}) ${how}`,
  };
};

const answersNow = ({ probes }: RouteState): boolean => probes.at(-1)?.ok === true;

/** What is said of the direct way need not be said of the other; but what is not has to be. */
const bothDegraded = (direct: Judgement, edge: Judgement): Judgement => {
  const adds = (edge.slow && !direct.slow) || (edge.notice !== undefined && direct.notice === undefined);
  const notices = [direct.notice, edge.notice].filter((notice) => notice !== undefined);
  return {
    ...(adds ? { cause: SLOW_AND_CERTIFICATE } : causeOf(direct)),
    health: 'degraded',
    because: adds ? `${direct.because}; ${edge.because}` : direct.because,
    ...(notices.length === 0 ? {} : { notice: Math.min(...notices) }),
    ...(direct.slow || edge.slow ? { slow: true as const } : {}),
  };
};

const causeVia = (route: NonNullable<Cause['route']>, { cause }: Judgement): Readonly<{ cause?: Cause }> =>
  cause === undefined ? {} : { cause: { ...cause, route } };

const worstOf = (direct: RouteState, edge: RouteState): Judgement => {
  if (direct.health === 'unhealthy') {
    // A distribution may answer from its cache: that it answers does not mean that the API does.
    if (!isUp(edge.health) || !answersNow(edge) || answersNow(direct)) return direct;
    return {
      ...causeVia('direct-only', direct),
      health: 'unhealthy',
      because: `answers through the distribution, but not directly: ${direct.because}`,
    };
  }
  if (edge.health === 'unhealthy') {
    const where = answersNow(direct)
      ? 'answers directly, but not through the distribution'
      : 'through the distribution';
    return {
      ...causeVia(answersNow(direct) ? 'edge-only' : 'edge', edge),
      health: 'unhealthy',
      because: `${where}: ${edge.because}`,
    };
  }
  if (edge.health === 'degraded') {
    const viaEdge: Judgement = {
      ...edge,
      ...causeVia('edge', edge),
      because: `through the distribution: ${edge.because}`,
    };
    return direct.health === 'degraded' ? bothDegraded(direct, viaEdge) : viaEdge;
  }
  return direct.health === 'unknown' ? edge : direct;
};
