import { type Cause, causeText, isCause } from '../../shared/core/cause.ts';
import { type HostSays, judgeAll, judgeRoute, type RouteState } from '../../shared/core/health.ts';
import { type ProbeAnswer, probeOf } from '../../shared/core/health-probe.ts';
import { MINUTE_MS, now, policy } from './health-fixture.ts';

const answer = (more: object = {}): ProbeAnswer => ({
  kind: 'answer',
  status: 200,
  latencyMs: 80,
  headers: {},
  body: '',
  ...more,
});
const silence: ProbeAnswer = { kind: 'no-answer', latencyMs: 4_987, because: 'no answer within 4987 ms' };

/** A route as it is after so many of the same answer. */
const routeOf = (given: ProbeAnswer, times = 3, conditions: object = {}): RouteState =>
  Array.from({ length: times }).reduce<RouteState>(
    ({ health, probes }) => {
      const probe = probeOf(given, now, {
        conditions: { statuses: [{ from: 200, to: 299 }], ...conditions },
      });
      const all = [...probes, probe];
      return { ...judgeRoute(health, all, policy), probes: all };
    },
    { ...judgeRoute('unknown', [], policy), probes: [] },
  );

const good = routeOf(answer());
const bad = routeOf(answer({ status: 503 }));
const NAMED = {
  header: { name: 'x-internal-replica-pool' },
  json: { path: ['db', 'primary', 'rds-prod-7'], value: 'up' },
  marker: { bodyMarker: 'replica' },
};
const back: RouteState = {
  ...judgeRoute('unhealthy', routeOf(answer(), 1).probes, policy),
  probes: [],
};
const host = (status: HostSays['status'], more: object = {}): HostSays => ({ at: now, status, ...more });
const deployment = {
  id: '0123456789',
  kind: 'deployment' as const,
  status: 'in-progress' as const,
  startedAt: now,
};

test.each<[string, RouteState, RouteState, HostSays | undefined, string]>([
  ['all is well', good, good, undefined, 'status 200'],
  ['nobody asked', routeOf(answer(), 0), routeOf(answer(), 0), undefined, 'nothing was asked yet'],
  ['an error', bad, bad, undefined, 'status 503'],
  ['one error', routeOf(answer({ status: 500 }), 1), good, undefined, 'status 200'],
  ['silence', routeOf(silence), bad, undefined, 'no answer in time'],
  [
    'no header',
    routeOf(answer(), 3, { header: NAMED.header }),
    bad,
    undefined,
    'the answer is not what is expected',
  ],
  [
    'no field',
    routeOf(answer(), 3, { json: NAMED.json }),
    bad,
    undefined,
    'the answer is not what is expected',
  ],
  ['no marker', routeOf(answer(), 3, NAMED.marker), bad, undefined, 'the answer is not what is expected'],
  ['slow answers', routeOf(answer({ latencyMs: 2_001 })), good, undefined, 'answers slowly'],
  [
    'a slow route',
    good,
    routeOf(answer({ latencyMs: 2_001 })),
    undefined,
    'through the distribution: answers slowly',
  ],
  [
    'a certificate',
    routeOf(answer({ certificateEndsAt: now + MINUTE_MS })),
    good,
    undefined,
    'its certificate ends soon',
  ],
  ['a broken route', good, bad, undefined, 'answers directly, but not through the distribution: status 503'],
  ['a recovery', back, back, undefined, 'answers again, and has to go on doing so'],
  [
    'a broken address',
    bad,
    good,
    undefined,
    'answers through the distribution, but not directly: status 503',
  ],
  ['a pause', bad, bad, host('paused'), 'the service is paused'],
  ['a failed service', good, good, host('failed'), 'the service is failed'],
  ['a deleted service', good, good, host('deleted'), 'the service is deleted'],
  [
    'a deployment',
    bad,
    bad,
    host('in-progress', { operation: deployment }),
    'the service is being deployed, or has just been',
  ],
  [
    'a failed deployment',
    bad,
    bad,
    host('running', { operation: { ...deployment, status: 'failed' } }),
    'status 503, after a deployment of the service',
  ],
])('of %s anyone may know that', (_case, direct, edge, says, text) => {
  const { cause } = judgeAll('healthy', direct, edge, says, now, policy);
  expect(cause && causeText(cause)).toBe(text);
});

test('of a planned maintenance anyone may know until when', () => {
  const maintenance = [{ kind: 'once' as const, from: now, to: now + 90 * MINUTE_MS }];
  const judged = judgeAll('healthy', bad, bad, undefined, now, { ...policy, maintenance });
  const { because, cause } = judged;
  expect(because).toBe('planned, until 2026-11-23 13:30 UTC');
  expect(cause && causeText(cause)).toBe('planned maintenance, until 2026-11-23 13:30 UTC');
});

test.each<[string, boolean, unknown]>([
  ['a kind', true, { kind: 'slow' } satisfies Cause],
  ['all of it', true, { kind: 'status', route: 'edge', status: 503, until: 1 } satisfies Cause],
  ['nothing', false, undefined],
  ['null', false, null],
  ['a text', false, 'slow'],
  ['no kind', false, {}],
  ['a kind that is none', false, { kind: 'x-internal-replica-pool' }],
  ['a kind of every object', false, { kind: 'constructor' }],
  ['a route that is none', false, { kind: 'slow', route: 'x' }],
  ['what it followed', true, { kind: 'status', after: 'other' } satisfies Cause],
  ['something else that it followed', false, { kind: 'status', after: 'lunch' }],
  ['a route of every object', false, { kind: 'slow', route: 'toString' }],
  ['a status that is none', false, { kind: 'status', status: '503' }],
  ['an end that is none', false, { kind: 'planned', until: 'tomorrow' }],
])('%s is a cause: %s', (_case, expected, value) => {
  expect(isCause(value)).toBe(expected);
});
