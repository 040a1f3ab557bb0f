import {
  type HostSays,
  type Judgement,
  judgeAll,
  judgeRoute,
  type RouteState,
} from '../../shared/core/health.ts';
import type { Health } from '../../shared/core/health-report.ts';
import { bad, DAY_MS, good, now, policy, probesOf, routeAfter } from './health-fixture.ts';

/** Without what anyone may know of it. */
const exactOf = ({ cause: _cause, ...exact }: Judgement) => exact;

describe('a route', () => {
  test.each<[string, string, Health, Health, string]>([
    ['no probe', '', 'healthy', 'unknown', 'no probe yet'],
    ['the first good one', '.', 'unknown', 'healthy', 'status 200'],
    ['the first bad one', 'x', 'unknown', 'unknown', 'status 503, 1 of 3'],
    ['one failure too few', '.xx', 'healthy', 'healthy', 'status 503, 2 of 3'],
    ['just enough failures', '.xxx', 'healthy', 'unhealthy', 'status 503, 3 times in a row'],
    ['failures that are not in a row', 'xx.xx', 'healthy', 'healthy', 'status 503, 2 of 3'],
    ['failures that go on', 'xxxx', 'unhealthy', 'unhealthy', 'status 503, 4 times in a row'],
    ['one success too few', 'xxx.', 'unhealthy', 'unhealthy', 'recovering, 1 of 2'],
    ['just enough successes', 'xxx..', 'unhealthy', 'healthy', 'status 200'],
    ['a failure while it recovers', 'xxx.x', 'unhealthy', 'unhealthy', 'status 503, not yet recovered'],
    ['a recovery that starts anew', 'xxx.x.', 'unhealthy', 'unhealthy', 'recovering, 1 of 2'],
    ['a recovery to slow answers', 'xxxss', 'unhealthy', 'degraded', 'answered in 2001 ms, more than 2000'],
    ['one slow answer too few', '.ss', 'healthy', 'healthy', 'answered in 2001 ms, more than 2000, 2 of 3'],
    ['just enough slow answers', '.sss', 'healthy', 'degraded', 'answered in 2001 ms, more than 2000'],
    [
      'slow answers that are not in a row',
      'ss.ss',
      'healthy',
      'healthy',
      'answered in 2001 ms, more than 2000, 2 of 3',
    ],
    [
      'a slow answer while it is slow',
      'sss.s',
      'degraded',
      'degraded',
      'answered in 2001 ms, more than 2000',
    ],
    ['one failure while it is slow', 's.sx', 'degraded', 'degraded', 'status 503, 1 of 3'],
    ['one fast answer too few', 'sss.', 'degraded', 'degraded', 'faster again, 1 of 2'],
    ['just enough fast answers', 'sss..', 'degraded', 'healthy', 'status 200'],
  ])('after %s (%s), %s, is judged', (_case, letters, before, health, because) => {
    const slow = health === 'degraded' ? { slow: true } : {};
    expect(exactOf(judgeRoute(before, probesOf(letters), policy))).toEqual({ health, because, ...slow });
  });

  test.each([
    [2_000, 'healthy'],
    [2_001, 'degraded'],
  ])('that answers in %d ms three times in a row is %s', (latencyMs, health) => {
    const probes = [1, 2, 3].map(() => good({ latencyMs }));
    expect(judgeRoute('healthy', probes, policy)).toMatchObject({ health });
  });

  test.each([
    ['14 days', 14 * DAY_MS, 'healthy', 'status 200', {}],
    [
      'a moment less than 14 days',
      14 * DAY_MS - 1,
      'degraded',
      'its certificate ends in 13 days',
      { notice: 14 },
    ],
    ['7 days', 7 * DAY_MS, 'degraded', 'its certificate ends in 7 days', { notice: 14 }],
    [
      'a moment less than 7 days',
      7 * DAY_MS - 1,
      'degraded',
      'its certificate ends in 6 days',
      { notice: 7 },
    ],
    ['a day', DAY_MS, 'degraded', 'its certificate ends in 1 day', { notice: 7 }],
    ['less than a day', DAY_MS - 1, 'degraded', 'its certificate ends in 0 days', { notice: 7 }],
  ])('whose certificate ends in %s is judged by that', (_case, leftMs, health, because, notice) => {
    const probe = good({ certificateEndsAt: now + leftMs });
    expect(exactOf(judgeRoute('healthy', [probe], policy))).toEqual({ health, because, ...notice });
  });

  test('that fails is not judged by its certificate', () => {
    const probe = bad({ certificateEndsAt: now });
    expect(judgeRoute('healthy', [probe], policy)).toEqual({
      health: 'healthy',
      because: 'status 503, 1 of 3',
    });
  });

  test('with a policy of one failure and one success follows each probe', () => {
    const hasty = { ...policy, failuresToDown: 1, successesToUp: 1 };
    expect(judgeRoute('healthy', probesOf('.x'), hasty)).toMatchObject({ health: 'unhealthy' });
    expect(judgeRoute('unhealthy', probesOf('.x.'), hasty)).toMatchObject({ health: 'healthy' });
  });
});

const running: HostSays = { at: now, status: 'running' };
const deployingFor = (ms: number): HostSays => ({
  at: now,
  status: 'in-progress',
  operation: { id: '0123456789', kind: 'other', status: 'in-progress', startedAt: now - ms },
});

describe('both routes', () => {
  test.each<[string, string, string, Health, string]>([
    ['both good', '.', '.', 'healthy', 'status 200'],
    ['the service is down', 'xxx', 'xxx', 'unhealthy', 'status 502, 3 times in a row'],
    [
      'the route is broken',
      '...',
      'xxx',
      'unhealthy',
      'answers directly, but not through the distribution: status 503, 3 times in a row',
    ],
    [
      'the route broke first, and now the service fails as well',
      '..x',
      'xxx',
      'unhealthy',
      'through the distribution: status 503, 3 times in a row',
    ],
    [
      'only the direct way is broken',
      'xxx',
      '...',
      'unhealthy',
      'answers through the distribution, but not directly: status 502, 3 times in a row',
    ],
    ['the service is slow', 'sss', 'sss', 'degraded', 'answered in 2001 ms, more than 2000'],
    [
      'the route is slow',
      '...',
      'sss',
      'degraded',
      'through the distribution: answered in 2001 ms, more than 2000',
    ],
    ['nothing is known', '', '', 'unknown', 'no probe yet'],
    ['one way never answered yet, the other did', 'x', '.', 'healthy', 'status 200'],
  ])('%s: %s directly, %s through the distribution', (_case, direct, edge, health, because) => {
    const routes = [routeAfter(direct, 'status 502'), routeAfter(edge, 'status 503')] as const;
    expect(judgeAll('healthy', ...routes, undefined, now, policy)).toMatchObject({ health, because });
    expect(judgeAll('healthy', ...routes, running, now, policy)).toMatchObject({ health, because });
  });
});

test.each<[string, Partial<RouteState>, Partial<RouteState>, object]>([
  [
    'a certificate of the distribution alone',
    { health: 'healthy' },
    { health: 'degraded', because: 'it ends', notice: 14 },
    { because: 'through the distribution: it ends', notice: 14 },
  ],
  [
    'certificates of both',
    { health: 'degraded', because: 'it ends', notice: 14 },
    { health: 'degraded', because: 'it ends', notice: 7 },
    { because: 'it ends', notice: 7 },
  ],
  [
    'a certificate of one and a slow other',
    { health: 'degraded', because: 'it ends', notice: 14 },
    { health: 'degraded', because: 'slow', slow: true },
    { because: 'it ends; through the distribution: slow', notice: 14, slow: true },
  ],
  [
    'a slow one, and a certificate of the other',
    { health: 'degraded', because: 'slow', slow: true },
    { health: 'degraded', because: 'it ends', notice: 14 },
    { because: 'slow; through the distribution: it ends', notice: 14, slow: true },
  ],
  [
    'two slow ones',
    { health: 'degraded', because: 'slow', slow: true },
    { health: 'degraded', because: 'slow', slow: true },
    { because: 'slow', slow: true },
  ],
])('of both ways nothing is left out: %s', (_case, direct, edge, expected) => {
  const route: RouteState = { health: 'healthy', because: '', probes: probesOf('.') };
  const judged = judgeAll('healthy', { ...route, ...direct }, { ...route, ...edge }, undefined, now, policy);
  expect(judged).toMatchObject({ health: 'degraded', ...expected });
});

describe('the host', () => {
  const judged = (
    letters: string,
    host: HostSays,
    before: Health = 'healthy',
    edge = letters,
  ): { health: Health; because: string } =>
    judgeAll(before, routeAfter(letters), routeAfter(edge), host, now, policy);

  test.each<[HostSays['status'], Health, string]>([
    ['paused', 'paused', 'the service is paused'],
    ['failed', 'unhealthy', 'the service is failed'],
    ['deleted', 'unhealthy', 'the service is deleted'],
    ['running', 'healthy', 'status 200'],
    ['in-progress', 'healthy', 'status 200'],
    ['unknown', 'healthy', 'status 200'],
  ])('that says %s: %s, although all probes are good', (status, health, because) => {
    expect(judged('...', { at: now, status })).toMatchObject({ health, because });
  });

  test('that is paused explains failing probes', () => {
    expect(judged('xxx', { at: now, status: 'paused' })).toMatchObject({ health: 'paused' });
  });

  test.each<[string, number, Health]>([
    ['just begun', 0, 'deploying'],
    ['a moment before its deadline', 899_999, 'deploying'],
    ['at its deadline', 900_000, 'unhealthy'],
  ])('an operation %s: failing probes are %s', (_case, ms, health) => {
    expect(judged('xxx', deployingFor(ms))).toMatchObject({ health });
  });

  test('an operation in progress says what fails, and hides nothing else', () => {
    expect(judged('xxx', deployingFor(0)).because).toBe(
      'an operation of the service is in progress; status 503, 3 times in a row',
    );
    expect(judged('.xx', deployingFor(0))).toMatchObject({ health: 'healthy' });
    expect(judged('sss', deployingFor(0))).toMatchObject({ health: 'degraded' });
  });

  test.each<[Health, string, string, Health]>([
    ['deploying', 'xxx.', 'xxx.', 'deploying'],
    ['paused', 'xxx.', 'xxx.', 'deploying'],
    ['unhealthy', 'xxx.', 'xxx.', 'unhealthy'],
    ['deploying', 'xxxx', 'xxxx', 'unhealthy'],
    ['paused', 'xxxx', 'xxxx', 'unhealthy'],
    ['deploying', 'xxx.', 'xxxx', 'unhealthy'],
    ['deploying', 'xxx.', '....', 'deploying'],
    ['deploying', 'xxx..', 'xxx..', 'healthy'],
  ])(
    'that is done after %s, with %s directly and %s through the distribution: %s',
    (before, d, e, health) => {
      expect(judged(d, running, before, e)).toMatchObject({ health });
    },
  );
});
