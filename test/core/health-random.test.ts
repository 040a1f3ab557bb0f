/** Any history of the API, its host, its certificate and its maintenance, judged by rules that know nothing of how. */

import type { HealthPolicy, Probe } from '../../shared/core/health.ts';
import { isUp } from '../../shared/core/health-report.ts';
import { encodeHealth, parseHealth } from '../../shared/core/health-stored.ts';
import { outagesOf } from '../../shared/core/outages.ts';
import { CHECKS, type Drawn, draw, type Observed, type Step } from './health-draw.ts';
import { DAY_MS, now, policy } from './health-fixture.ts';

const HISTORIES = 1_000;
/** A day of checks and its rollups; ten probes of each route. */
const STORED_BYTES_MOST = 60_000;

/** What the last probes of both routes were, the newest last. */
const lastOf = (steps: readonly Step[], until: number, count: number): readonly Observed[] =>
  steps
    .slice(0, until + 1)
    .flatMap(({ observed }) => observed ?? [])
    .slice(-count);

/** Nothing but the probes decides. */
const isPlain = ({ at, host }: Step, { maintenance, deployMaxMs, deployGraceMs }: HealthPolicy): boolean => {
  const isMaintained = maintenance.some((one) => one.kind === 'once' && at >= one.from && at < one.to);
  const { status = 'running', operation } = host ?? {};
  const isDeployed =
    operation !== undefined &&
    (operation.status === 'in-progress'
      ? at - operation.startedAt < deployMaxMs
      : at - (operation.endedAt ?? 0) < deployGraceMs);
  return !isMaintained && !isDeployed && (status === 'running' || status === 'in-progress');
};

const isFast = ({ ok, latencyMs }: Probe): boolean => ok && latencyMs <= policy.slowMs;
const isFailed = ({ ok }: Probe): boolean => !ok;
const hasDays = ({ direct }: Observed): boolean =>
  (direct.certificateEndsAt ?? 0) - direct.at >= Math.max(...policy.certificateDays) * DAY_MS;

const drawn = Array.from({ length: HISTORIES }, (_, seed) => ({ seed, ...draw(seed) }));

/** The first place where a rule does not hold: the seed, the check, and what there was. */
const breaks = (rule: (step: Step, index: number, of: Drawn) => boolean): unknown => {
  for (const { seed, ...of } of drawn) {
    const index = of.steps.findIndex((step, at) => !rule(step, at, of));
    const { before, after, told } = of.steps[index] ?? {};
    if (index >= 0)
      return { seed, index, before: before?.health, after: after?.health, why: after?.because, told };
  }
  return undefined;
};

test('there is something of everything in them', () => {
  const told = drawn.flatMap(({ steps }) => steps.flatMap(({ told }) => told.map(({ to }) => to)));
  expect(new Set(told)).toEqual(
    new Set(['healthy', 'degraded', 'unhealthy', 'paused', 'deploying', 'maintenance', 'unknown']),
  );
  expect(told.length).toBeGreaterThan(HISTORIES);
});

test('each change is told once, from what was told before, and nothing is told that is no change', () => {
  expect(
    breaks(({ before, after, told }) => {
      const isFirstSight = before.health === 'unknown' && after.health === 'healthy';
      const [report, ...more] = told;
      if (more.length > 0) return false;
      if (!report) return before.health === after.health || isFirstSight;
      const { from, to } = report;
      const isOther = from !== to || to === 'degraded';
      return from === before.health && to === after.health && isOther && report.cause !== undefined;
    }),
  ).toBeUndefined();
});

test('of the same health it is told anew only when a certificate or slowness is new', () => {
  expect(
    breaks(({ before, after, told }) =>
      told.every(
        ({ from, to }) =>
          from !== to ||
          before.slow !== after.slow ||
          (after.notice ?? Number.POSITIVE_INFINITY) < (before.notice ?? Number.POSITIVE_INFINITY),
      ),
    ),
  ).toBeUndefined();
});

test('each outage has one end, which says how long it was', () => {
  for (const { seed, steps } of drawn) {
    let since: number | undefined;
    for (const report of steps.flatMap(({ told }) => told)) {
      if (!isUp(report.to)) {
        expect([seed, report.outageMs]).toEqual([seed, undefined]);
        if (report.to === 'unhealthy') since ??= report.at;
        continue;
      }
      const lasted = since === undefined ? undefined : report.at - since;
      expect([seed, report.at, report.outageMs]).toEqual([seed, report.at, lasted]);
      since = undefined;
    }
    expect([seed, steps.at(-1)?.after.downSince]).toEqual([seed, since]);
  }
});

test('the outages of the status page are those that were told of', () => {
  for (const { seed, steps } of drawn) {
    const reports = steps.flatMap(({ told }) => told);
    const ended = outagesOf(reports.toReversed()).flatMap(({ startedAt, endedAt }) =>
      endedAt === undefined ? [] : [endedAt - startedAt],
    );
    const told = reports.flatMap(({ outageMs }) => outageMs ?? []);
    expect([seed, ended.toReversed()]).toEqual([seed, told]);
  }
});

test('three failures in a row of either route are an outage', () => {
  expect(
    breaks((step, index, { steps, rules }) => {
      const last = lastOf(steps, index, policy.failuresToDown);
      const isDown =
        last.length === policy.failuresToDown &&
        (last.every(({ direct }) => isFailed(direct)) || last.every(({ edge }) => isFailed(edge)));
      return !isDown || !isPlain(step, rules) || step.after.health === 'unhealthy';
    }),
  ).toBeUndefined();
});

test('no outage begins with fewer, unless the host says so or a deployment ends without success', () => {
  expect(
    breaks((step, index, { steps }) => {
      const { before, after, host } = step;
      if (after.health !== 'unhealthy' || before.health === 'unhealthy') return true;
      if (host?.status === 'failed' || host?.status === 'deleted') return true;
      // What was excused before is an outage when its excuse is over.
      if (before.direct.health === 'unhealthy' || before.edge.health === 'unhealthy') return true;
      const last = lastOf(steps, index, policy.failuresToDown);
      return (
        last.length === policy.failuresToDown &&
        (last.every(({ direct }) => isFailed(direct)) || last.every(({ edge }) => isFailed(edge)))
      );
    }),
  ).toBeUndefined();
});

test('two good and fast answers in a row of both routes are health', () => {
  expect(
    breaks((step, index, { steps, rules }) => {
      const last = lastOf(steps, index, policy.successesToUp);
      const isWell =
        last.length === policy.successesToUp &&
        last.every((one) => isFast(one.direct) && isFast(one.edge) && hasDays(one));
      return !isWell || !isPlain(step, rules) || step.after.health === 'healthy';
    }),
  ).toBeUndefined();
});

test('a certificate that ends is never hidden by what answers well', () => {
  expect(
    breaks((step, index, { steps, rules }) => {
      const last = lastOf(steps, index, policy.successesToUp);
      const newest = last.at(-1);
      const answers =
        last.length === policy.successesToUp && last.every(({ direct, edge }) => direct.ok && edge.ok);
      if (!newest || !answers || hasDays(newest) || !isPlain(step, rules)) return true;
      return step.after.health === 'degraded' && step.after.notice !== undefined;
    }),
  ).toBeUndefined();
});

test('no deployment excuses for longer than its deadline', () => {
  expect(
    breaks(({ at, host, after }) => {
      const { operation } = host ?? {};
      const isLate =
        operation?.status === 'in-progress' &&
        at - operation.startedAt >= policy.deployMaxMs &&
        host !== undefined;
      const isRecovering = [after.direct, after.edge].every(
        ({ health, probes }) => health !== 'unhealthy' || probes.at(-1)?.ok,
      );
      return !isLate || after.health !== 'deploying' || isRecovering;
    }),
  ).toBeUndefined();
});

test('what is stored is bounded and read again as it was, and no time is counted twice', () => {
  expect(
    breaks(({ at, after }, index) => {
      if (index < CHECKS - 1) return true;
      const bytes = encodeHealth(after);
      const { hours = [] } = after.checks ?? {};
      const timed = hours.reduce((sum, { upMs, downMs }) => sum + upMs + downMs, 0);
      return (
        bytes.byteLength < STORED_BYTES_MOST &&
        JSON.stringify(parseHealth(bytes)) === JSON.stringify(after) &&
        timed <= at - now
      );
    }),
  ).toBeUndefined();
});
