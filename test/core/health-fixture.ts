/** A policy, probes and routes, each complete, for tests to change. */

import { type HealthPolicy, judgeRoute, type Probe, type RouteState } from '../../shared/core/health.ts';

export const now = Date.UTC(2026, 10, 23, 12);
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

export const policy: HealthPolicy = {
  failuresToDown: 3,
  successesToUp: 2,
  slowMs: 2_000,
  deployMaxMs: 900_000,
  deployGraceMs: 120_000,
  certificateDays: [14, 7],
  maintenance: [],
};

export const good = (more: Partial<Probe> = {}): Probe => ({
  at: now,
  ok: true,
  latencyMs: 80,
  because: 'status 200',
  ...more,
});

export const bad = (more: Partial<Probe> = {}): Probe => good({ ok: false, because: 'status 503', ...more });

/** One letter a probe: `.` good, `s` good but slow, `x` bad. */
export const probesOf = (letters: string): readonly Probe[] =>
  [...letters].map((letter) =>
    letter === 'x' ? bad() : good({ latencyMs: letter === 's' ? policy.slowMs + 1 : 80 }),
  );

/** A route as it is judged after each of the probes, one after the other. */
export const routeAfter = (letters: string, because = 'status 503'): RouteState =>
  probesOf(letters).reduce<RouteState>(
    ({ health, probes }, probe) => {
      const all = [...probes, probe.ok ? probe : { ...probe, because }];
      return { ...judgeRoute(health, all, policy), probes: all };
    },
    { health: 'unknown', because: 'no probe yet', probes: [] },
  );
