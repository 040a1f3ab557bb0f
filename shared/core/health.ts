/**
 * Judges the API from its latest probes and from what its host says of it.
 *
 * One failed probe is noise, and one good probe after an outage is no recovery: `failuresToDown` and
 * `successesToUp` say how many it takes. Pure, so that any history can be replayed in a test.
 */

import type { Health } from './health-report.ts';

/** Times in ms since 1970. `certificateEndsAt` is absent without TLS. */
export type Probe = Readonly<{
  at: number;
  ok: boolean;
  latencyMs: number;
  because: string;
  certificateEndsAt?: number;
}>;

export type HealthPolicy = Readonly<{
  failuresToDown: number;
  successesToUp: number;
  /** A slower answer is degraded. */
  slowMs: number;
  /** For so long failures during a deployment are the deployment's. */
  deployMaxMs: number;
  /** A certificate that ends within so many days is degraded. */
  certificateDaysMin: number;
}>;

export type Judgement = Readonly<{ health: Health; because: string }>;

/** One way to the API, as it was judged, and the probes that it was judged by. */
export type RouteState = Judgement & Readonly<{ probes: readonly Probe[] }>;

const DAY_MS = 86_400_000;

/** Judges one route; `probes` are in order of time, oldest first, `before` is the judgement that they may change. */
export const judgeRoute = (before: Health, probes: readonly Probe[], policy: HealthPolicy): Judgement => {
  const latest = probes.at(-1);
  if (!latest) return { health: 'unknown', because: 'no probe yet' };

  if (!latest.ok) {
    const failures = lengthOfTail(probes, (probe) => !probe.ok);
    return failures >= policy.failuresToDown
      ? { health: 'unhealthy', because: `${latest.because}, ${failures} times in a row` }
      : { health: before, because: `${latest.because}, ${failureNumber(before, failures, policy)}` };
  }

  const successes = lengthOfTail(probes, (probe) => probe.ok);
  if (before === 'unhealthy' && successes < policy.successesToUp) {
    return { health: 'unhealthy', because: `recovering, ${successes} of ${policy.successesToUp}` };
  }
  if (latest.latencyMs > policy.slowMs) {
    return { health: 'degraded', because: `answered in ${latest.latencyMs} ms, more than ${policy.slowMs}` };
  }
  const days = daysLeft(latest);
  return days !== undefined && days < policy.certificateDaysMin
    ? { health: 'degraded', because: `its certificate ends in ${days} days` }
    : { health: 'healthy', because: latest.because };
};

const failureNumber = (before: Health, failures: number, { failuresToDown }: HealthPolicy): string =>
  before === 'unhealthy' ? 'not yet recovered' : `${failures} of ${failuresToDown}`;

const lengthOfTail = <T>(items: readonly T[], keep: (item: T) => boolean): number =>
  items.length - (items.findLastIndex((item) => !keep(item)) + 1);

/** Whole days, rounded down. */
const daysLeft = ({ at, certificateEndsAt }: Probe): number | undefined =>
  certificateEndsAt === undefined ? undefined : Math.floor((certificateEndsAt - at) / DAY_MS);

/** What the host of the API said at `at`; absent where there is none to ask. */
export type HostSays = Readonly<{
  at: number;
  status: 'running' | 'in-progress' | 'paused' | 'failed' | 'deleted' | 'unknown';
  /** When the operation began that is in progress. */
  operationSince?: number;
}>;

/** Both routes and the host together: a broken route is told from a broken service. */
export const judgeAll = (
  before: Health,
  direct: RouteState,
  edge: RouteState,
  host: HostSays | undefined,
  now: number,
  policy: HealthPolicy,
): Judgement => {
  if (host?.status === 'paused') return { health: 'paused', because: 'the service is paused' };
  if (host?.status === 'failed' || host?.status === 'deleted') {
    return { health: 'unhealthy', because: `the service is ${host.status}` };
  }
  const worst = worstOf(direct, edge);
  if (worst.health !== 'unhealthy') return worst;
  const isDeploying = host?.operationSince !== undefined && now - host.operationSince < policy.deployMaxMs;
  if (isDeploying) {
    return { health: 'deploying', because: `an operation of the service is in progress; ${worst.because}` };
  }
  // Its failures were the deployment's or the pause's, and it answers again: one good probe too few is no outage.
  const isRecovering = [direct, edge].every((route) => route.health !== 'unhealthy' || answersNow(route));
  return isRecovering && (before === 'deploying' || before === 'paused')
    ? { health: 'deploying', because: worst.because }
    : worst;
};

const answersNow = ({ probes }: RouteState): boolean => probes.at(-1)?.ok === true;

const worstOf = (direct: RouteState, edge: RouteState): Judgement => {
  if (direct.health === 'unhealthy') return direct;
  if (edge.health === 'unhealthy') {
    const where = answersNow(direct)
      ? 'answers directly, but not through the distribution'
      : 'through the distribution';
    return { health: 'unhealthy', because: `${where}: ${edge.because}` };
  }
  if (direct.health === 'degraded') return direct;
  if (edge.health === 'degraded') {
    return { health: 'degraded', because: `through the distribution: ${edge.because}` };
  }
  return direct.health === 'unknown' ? edge : direct;
};
