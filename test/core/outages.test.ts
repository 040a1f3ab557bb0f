import type { Health } from '../../shared/core/health-report.ts';
import { outagesOf } from '../../shared/core/outages.ts';
import { aHealthReport } from './report-fixture.ts';

/** Changes one after the other, a minute apart, as the history has them: newest first. */
const changes = (...healths: Health[]) =>
  healths
    .map((to, minute) =>
      aHealthReport({ id: `r${minute}`, at: minute * 60_000, from: healths[minute - 1] ?? 'unknown', to }),
    )
    .toReversed();

const brief = (...healths: Health[]) =>
  outagesOf(changes(...healths)).map(({ startedAt, endedAt, updates }) => [
    startedAt / 60_000,
    endedAt === undefined ? undefined : endedAt / 60_000,
    updates.length,
  ]);

test.each<[string, readonly Health[], unknown[]]>([
  ['no change at all', [], []],
  ['an API that was never down', ['healthy', 'degraded', 'healthy', 'paused'], []],
  ['one that is down', ['healthy', 'unhealthy'], [[1, undefined, 1]]],
  ['one that was down', ['healthy', 'unhealthy', 'healthy'], [[1, 2, 2]]],
  ['one that answers slowly again', ['unhealthy', 'degraded'], [[0, 1, 2]]],
  ['one that is deployed while it is down', ['unhealthy', 'deploying', 'unhealthy', 'healthy'], [[0, 3, 4]]],
  ['one that is paused while it is down', ['unhealthy', 'paused'], [[0, undefined, 2]]],
  [
    'two outages, the newer first',
    ['unhealthy', 'healthy', 'unhealthy'],
    [
      [2, undefined, 1],
      [0, 1, 2],
    ],
  ],
])('of %s', (_case, healths, expected) => {
  expect(brief(...healths)).toEqual(expected);
});

test('an outage is named by the report that began it, and tells its newest change first', () => {
  const [outage] = outagesOf(changes('healthy', 'unhealthy', 'healthy'));
  expect([outage?.id, outage?.updates.map(({ id }) => id)]).toEqual(['r1', ['r2', 'r1']]);
});
