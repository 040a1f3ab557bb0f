import { channelsFor, parseChannels } from '../../shared/core/channels.ts';
import type { Health } from '../../shared/core/health-report.ts';
import { pagerDutyEvent } from '../../shared/core/pagerduty.ts';
import { statusWorld } from '../passes/status-world.ts';
import { aBuildReport, aHealthReport, NOON, SITE_NAMES } from './report-fixture.ts';

const KEY = 'routing-key-canary';
const ALERTS = '/v2/enqueue';
const CHANGES = '/v2/change/enqueue';

type Body = Readonly<Record<string, unknown>> & Readonly<{ payload: Readonly<Record<string, string>> }>;
const bodyOf = (...args: Parameters<typeof pagerDutyEvent>) => pagerDutyEvent(...args)?.body as Body;

test('an outage is a critical alert of its own key, and its end resolves the same', () => {
  const down = aHealthReport({ at: NOON, to: 'unhealthy', because: 'status 503, 3 times in a row' });
  const up = aHealthReport({ at: NOON + 250_000, from: 'unhealthy', to: 'healthy', outageMs: 250_000 });
  expect(pagerDutyEvent(down, SITE_NAMES, KEY)).toEqual({
    path: ALERTS,
    body: {
      routing_key: KEY,
      event_action: 'trigger',
      dedup_key: 'shop/prod-us-east-1/origin',
      links: [{ href: `${SITE_NAMES.url}/_status/`, text: 'Status' }],
      payload: {
        summary: expect.stringContaining('status 503, 3 times in a row'),
        source: SITE_NAMES.url,
        timestamp: '2026-11-23T12:00:00.000Z',
        severity: 'critical',
        component: 'api',
        custom_details: {
          health: 'unhealthy',
          before: 'healthy',
          because: 'status 503, 3 times in a row',
          latency_ms: 84,
          next_step: 'Read the log of the API.',
        },
      },
    },
  });
  expect(bodyOf(up, SITE_NAMES, KEY)).toMatchObject({
    event_action: 'resolve',
    dedup_key: 'shop/prod-us-east-1/origin',
  });
});

test.each<[Health, number | undefined, string | undefined]>([
  ['unhealthy', undefined, 'trigger'],
  ['degraded', undefined, undefined],
  ['degraded', 1, 'resolve'],
  ['healthy', undefined, undefined],
  ['deploying', undefined, undefined],
  ['paused', undefined, undefined],
])('a change to %s after an outage of %p ms: %p', (to, outageMs, action) => {
  const report = aHealthReport({ to, ...(outageMs === undefined ? {} : { outageMs }) });
  expect(bodyOf(report, SITE_NAMES, KEY)?.['event_action']).toBe(action);
});

test('where what was told before is lost, an outage that may be open is resolved', () => {
  const report = aHealthReport({ from: 'unknown', to: 'degraded', endsAny: true });
  expect(bodyOf(report, SITE_NAMES, KEY)).toMatchObject({
    event_action: 'resolve',
    dedup_key: 'shop/prod-us-east-1/origin',
  });
});

test.each(['live', 'failed', 'stuck'] as const)(
  'a build that is %s is a change event, which pages nobody',
  (outcome) => {
    const event = pagerDutyEvent(aBuildReport({ outcome }), SITE_NAMES, KEY);
    expect(event?.path).toBe(CHANGES);
    expect(event?.body).not.toHaveProperty('event_action');
  },
);

test('a summary has at most 1,024 characters', () => {
  const report = aBuildReport({ because: 'x'.repeat(5_000) });
  expect(bodyOf(report, SITE_NAMES, KEY).payload['summary']).toHaveLength(1_024);
});

describe('the channel', () => {
  const channels = parseChannels('[{"name":"duty","kind":"pagerduty","secret":"ssm:/afterbuild/duty"}]');

  test('sends with the key that its parameter holds, and tells nobody of it', async () => {
    const world = statusWorld({ channels, workers: 1 });
    world.secrets.set('/afterbuild/duty', KEY);
    world.answer = () => ({ kind: 'answer', status: 400 });
    const report = aHealthReport({ to: 'unhealthy' });
    world.send({ channel: 'duty', report });
    await world.settle();
    expect(channelsFor(channels, report)).toHaveLength(1);
    expect(world.posts.map(({ url, request }) => [url, JSON.parse(request.body).routing_key])).toEqual([
      [`https://events.pagerduty.com${ALERTS}`, KEY],
    ]);
    expect(world.facts).toMatchObject([{ kind: 'not-posted', alarm: true, because: 'status 400' }]);
    expect(JSON.stringify(world.facts)).not.toContain('canary');
  });

  test('is silent about what pages nobody', async () => {
    const world = statusWorld({ channels, workers: 1 });
    world.secrets.set('/afterbuild/duty', KEY);
    world.send({ channel: 'duty', report: aHealthReport({ to: 'deploying' }) });
    await world.settle();
    expect([world.posts, world.facts]).toEqual([[], []]);
  });
});

test('the key of an alert is no longer than one may be', () => {
  const keyOf = (length: number) =>
    String(bodyOf(aHealthReport(), { ...SITE_NAMES, name: 'n'.repeat(length) }, KEY)['dedup_key']).length;
  const rest = '/prod-us-east-1/origin'.length;
  expect([keyOf(255 - rest), keyOf(256 - rest), keyOf(400)]).toEqual([255, 255, 255]);
});
