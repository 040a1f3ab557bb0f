import { type ApiNow, healthNow } from '../../shared/core/api-now.ts';
import { emptyChecks, withCheck } from '../../shared/core/check-history.ts';
import type { Outcome } from '../../shared/core/head.ts';
import type { Health } from '../../shared/core/health-report.ts';
import { emptyHistory, withReport } from '../../shared/core/history.ts';
import type { Report } from '../../shared/core/report.ts';
import { statusJson } from '../../shared/core/status-json.ts';
import { aBuildReport, aHealthReport, aStartReport, NOON, SITE_NAMES, without } from './report-fixture.ts';

const of = (...reports: Report[]) => reports.reduce(withReport, emptyHistory);
const summary = (...reports: Report[]) => JSON.parse(statusJson(of(...reports), SITE_NAMES));
const quietBuild = (more: Parameters<typeof aBuildReport>[0] = {}) =>
  without(aBuildReport({ tookMs: 0, ...more }), 'api') as ReturnType<typeof aBuildReport>;

/** Fields that readers of Statuspage look at. Source: Statuspage, "Status API", `summary.json`. */
const COMPONENT = {
  showcase: true,
  start_date: null,
  group_id: null,
  page_id: 'shop',
  group: false,
  only_show_if_degraded: false,
};

test('it has the shape of Statuspage’s summary, and nothing else of the history', () => {
  const [site, api] = ['2026-11-23T12:00:06.200Z', '2026-11-23T12:01:00.000Z'];
  const theApi = {
    ...COMPONENT,
    id: 'api',
    name: 'API',
    description: 'As the site reaches it.',
    status: 'major_outage',
    position: 2,
    created_at: api,
    updated_at: api,
  };
  expect(summary(aBuildReport(), aHealthReport({ at: NOON + 60_000 }))).toEqual({
    page: { id: 'shop', name: 'shop', url: SITE_NAMES.url, time_zone: 'Etc/UTC', updated_at: api },
    status: { indicator: 'critical', description: 'a1b2c3d live, API unhealthy' },
    components: [
      {
        ...COMPONENT,
        id: 'site',
        name: 'Site',
        description: 'Which build visitors get.',
        status: 'operational',
        position: 1,
        created_at: site,
        updated_at: site,
      },
      theApi,
    ],
    incidents: [
      {
        id: `outage-${NOON + 60_000}`,
        name: 'The API is down',
        status: 'investigating',
        impact: 'critical',
        shortlink: SITE_NAMES.statusUrl,
        page_id: 'shop',
        started_at: api,
        created_at: api,
        updated_at: api,
        monitoring_at: null,
        resolved_at: null,
        components: [theApi],
        incident_updates: [
          {
            id: `outage-${NOON + 60_000}-${NOON + 60_000}`,
            status: 'investigating',
            body: 'The API is unhealthy.',
            created_at: api,
            updated_at: api,
            display_at: api,
            incident_id: `outage-${NOON + 60_000}`,
            affected_components: [
              { code: 'api', name: 'API', old_status: 'major_outage', new_status: 'major_outage' },
            ],
          },
        ],
      },
    ],
    scheduled_maintenances: [],
  });
});

test('an outage that lasts is an incident with its changes, and one that is over is none', () => {
  const down = aHealthReport({
    id: 'down',
    at: NOON,
    to: 'unhealthy',
    because: 'status 503, 3 times in a row',
  });
  const up = aHealthReport({
    id: 'up',
    at: NOON + 60_000,
    from: 'unhealthy',
    to: 'healthy',
    outageMs: 60_000,
  });
  expect(summary(down).incidents).toMatchObject([
    {
      id: `outage-${NOON}`,
      status: 'investigating',
      created_at: '2026-11-23T12:00:00.000Z',
      incident_updates: [{ body: 'The API is unhealthy.', created_at: '2026-11-23T12:00:00.000Z' }],
    },
  ]);
  expect(summary(down, up).incidents).toEqual([]);
});

test('an incident and the API are as new as their last change', () => {
  const down = aHealthReport({ id: 'down', at: NOON, to: 'unhealthy' });
  const deploying = aHealthReport({ id: 'd', at: NOON + 60_000, from: 'unhealthy', to: 'deploying' });
  const later = quietBuild({ endedAt: NOON + 300_000 });
  const { incidents, components } = summary(down, deploying, later);
  expect(incidents[0].updated_at).toBe('2026-11-23T12:01:00.000Z');
  expect(components[1].updated_at).toBe('2026-11-23T12:01:00.000Z');
});

const apiAt = (at: number, more: Partial<ApiNow> = {}): ApiNow => ({
  health: 'healthy',
  since: NOON,
  checks: withCheck(emptyChecks, { at, state: 'up' }),
  ...more,
});

test('it is as new as the last check, and not as a report: a reader sees that nobody checks any more', () => {
  const updatedAt = (checkedAt: number): string =>
    JSON.parse(statusJson(of(aHealthReport()), SITE_NAMES, apiAt(checkedAt))).page.updated_at;
  expect(updatedAt(NOON + 300_000)).toBe('2026-11-23T12:05:00.000Z');
  expect(updatedAt(NOON - 300_000)).toBe('2026-11-23T11:55:00.000Z');
  expect(summary(aStartReport({ startedAt: NOON + 60_000 })).page.updated_at).toBe(
    '2026-11-23T12:01:00.000Z',
  );
});

test('before any report it is a summary too, and of no API that nobody checks', () => {
  const { status, components } = summary();
  expect(status).toEqual({ indicator: 'none', description: 'no build yet' });
  expect(components.map(({ id, status: of }: { id: string; status: string }) => [id, of])).toEqual([
    ['site', 'operational'],
  ]);
});

test.each<[Health, string, string]>([
  ['healthy', 'operational', 'none'],
  ['degraded', 'degraded_performance', 'minor'],
  ['unhealthy', 'major_outage', 'critical'],
  ['paused', 'under_maintenance', 'minor'],
  ['deploying', 'under_maintenance', 'minor'],
  ['unknown', 'operational', 'none'],
])('an API that is %s is %s, and the whole %s', (to, status, indicator) => {
  const { components, status: whole } = summary(quietBuild(), aHealthReport({ to }));
  expect(components[1].status).toBe(status);
  expect(whole.indicator).toBe(indicator);
});

test.each<[string, readonly Outcome[], string]>([
  ['a live build', ['live'], 'none'],
  ['one that was not proved', ['live-unproved'], 'none'],
  ['a build whose pages may be old', ['stuck'], 'minor'],
  ['a failed build after a live one', ['live', 'failed'], 'none'],
  ['a failed build after one that is stuck', ['stuck', 'failed'], 'minor'],
  ['a stopped build after one that is stuck', ['stuck', 'stopped'], 'minor'],
  ['a superseded build after one that is stuck', ['stuck', 'superseded'], 'minor'],
  ['a live build after one that is stuck', ['stuck', 'live'], 'none'],
  ['only a failed build', ['failed'], 'none'],
])('with %s the site is %s → %s', (_case, outcomes, indicator) => {
  const builds = outcomes.map((outcome, n) => quietBuild({ id: `b${n}`, outcome, endedAt: NOON + n }));
  expect(summary(...builds).status.indicator).toBe(indicator);
});

test.each<[string, readonly Report[], ApiNow | undefined, Health | undefined]>([
  ['nothing', [], undefined, undefined],
  ['a build that did not look', [quietBuild()], undefined, undefined],
  ['a build alone, whose word may be old', [aBuildReport()], undefined, 'unknown'],
  ['a change alone', [aHealthReport({ to: 'paused' })], undefined, 'paused'],
  ['a change, and a later build', [aBuildReport(), aHealthReport({ at: NOON - 1 })], undefined, 'unhealthy'],
  ['the last check, before any report', [], apiAt(NOON), 'healthy'],
  ['the last check, whatever a report said', [aHealthReport()], apiAt(NOON), 'healthy'],
  [
    'the last check, whatever a later build said',
    [aBuildReport()],
    apiAt(NOON - 1, { health: 'unhealthy' }),
    'unhealthy',
  ],
])('the health now, by %s', (_case, reports, api, health) => {
  expect(healthNow(of(...reports), api)).toBe(health);
});

test('no reason, id or address of a log is in it', () => {
  const canary = 'canary-31';
  const text = statusJson(
    of(
      aBuildReport({
        id: canary,
        build: canary,
        because: canary,
        logUrl: canary,
        api: { health: 'degraded', because: canary },
      }),
      aHealthReport({ id: canary, because: canary }),
    ),
    SITE_NAMES,
  );
  expect(text).not.toContain(canary);
});
