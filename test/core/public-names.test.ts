/** What the checks are set up with is for the team's channels: no file that anyone may read has any of it. */

import { commitStatus, deploymentStatus } from '../../shared/core/github.ts';
import { type ProbeAnswer, probeOf } from '../../shared/core/health-probe.ts';
import type { HealthReport } from '../../shared/core/health-report.ts';
import { afterCheck, emptyHealth, type HealthState } from '../../shared/core/health-state.ts';
import { emptyHistory, withReport } from '../../shared/core/history.ts';
import { reportLine } from '../../shared/core/report-line.ts';
import { reportFiles } from '../../shared/core/status-files.ts';
import { MINUTE_MS, now, policy } from './health-fixture.ts';
import { aBuildReport, SITE_NAMES } from './report-fixture.ts';

const NAMES = ['x-internal-replica-pool', 'rds-prod-7', '918273', '645342', '271828'];

const CONDITIONS = {
  header: { header: { name: 'x-internal-replica-pool', value: 'main' } },
  json: { json: { path: ['db', 'primary', 'rds-prod-7'], value: 'up' } },
  marker: { bodyMarker: 'rds-prod-7' },
  none: {},
};

const rules = { ...policy, slowMs: 918_273 };

const answer = (more: object = {}): ProbeAnswer => ({
  kind: 'answer',
  status: 200,
  latencyMs: 80,
  headers: {},
  body: '{}',
  ...more,
});

/** The health after so many checks with the same answer, the first of them good. */
const checked = (given: ProbeAnswer, conditions: keyof typeof CONDITIONS): HealthState => {
  const wanted = { conditions: { statuses: [{ from: 200, to: 299 }], ...CONDITIONS[conditions] } };
  let state = emptyHealth(now);
  for (let minute = 0; minute < 6; minute += 1) {
    const at = now + minute * MINUTE_MS;
    const probe =
      minute === 0
        ? probeOf(answer(), at, { conditions: { statuses: wanted.conditions.statuses } })
        : probeOf(given, at, wanted);
    state = afterCheck(state, { direct: probe, edge: probe }, undefined, at, rules);
  }
  return state;
};

test.each<[string, ProbeAnswer, keyof typeof CONDITIONS, RegExp]>([
  ['a header that is missing', answer(), 'header', /x-internal-replica-pool/],
  [
    'a header of another value',
    answer({ headers: { 'x-internal-replica-pool': 'b' } }),
    'header',
    /pool says/,
  ],
  ['a field that is missing', answer(), 'json', /db\.primary\.rds-prod-7/],
  [
    'a field of another value',
    answer({ body: '{"db":{"primary":{"rds-prod-7":"no"}}}' }),
    'json',
    /rds-prod-7/,
  ],
  ['a body that is no JSON', answer({ body: '<' }), 'json', /not JSON/],
  ['a marker that is missing', answer(), 'marker', /lacks the marker/],
  ['slow answers', answer({ latencyMs: 918_274 }), 'none', /more than 918273/],
  [
    'no answer',
    { kind: 'no-answer', latencyMs: 271_828, because: 'no answer within 645342 ms' },
    'none',
    /within 645342/,
  ],
])('of %s the log has the reason, and no public file', (_case, given, conditions, exact) => {
  const { outbox, health, because } = checked(given, conditions);
  const reports = outbox.map(({ body }) => JSON.parse(body) as HealthReport);
  expect(reports.map(reportLine).join('\n')).toMatch(exact);

  const build = aBuildReport({ api: { health, because } });
  const history = [build, ...reports].reduce(withReport, emptyHistory);
  const target = { repository: 'you/site', environment: 'production', api: 'https://api.github.com' };
  const texts = [
    ...reportFiles(history, SITE_NAMES, undefined).map(({ body }) => body),
    JSON.stringify(commitStatus(build, target, SITE_NAMES)),
    JSON.stringify(deploymentStatus(1, build, target, SITE_NAMES)),
  ];
  for (const name of NAMES) expect([name, texts.filter((text) => text.includes(name))]).toEqual([name, []]);
});
