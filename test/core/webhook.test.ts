import { HEALTHS } from '../../shared/core/health-report.ts';
import { OUTCOMES } from '../../shared/core/report.ts';
import { reportLine } from '../../shared/core/report-line.ts';
import { webhookDelivery } from '../../shared/core/webhook.ts';
import { aBuildReport, aHealthReport, SITE_NAMES, without } from './report-fixture.ts';

const deliver = (report: Parameters<typeof webhookDelivery>[0], channel = 'ops') =>
  webhookDelivery(report, channel, SITE_NAMES.url);

test.each([
  ['a build’s end', aBuildReport(), 'afterbuild.build.live', '2026-11-23T12:00:06.200Z'],
  ['a change of health', aHealthReport(), 'afterbuild.health.unhealthy', '2026-11-23T12:00:00.000Z'],
])('%s is a CloudEvent with the report in it', (_case, report, type, time) => {
  const { id, body } = deliver(report);
  expect(id).toBe(`${report.id}/ops`);
  expect(JSON.parse(body)).toEqual({
    specversion: '1.0',
    id: report.id,
    source: SITE_NAMES.url,
    type,
    time,
    datacontenttype: 'application/json',
    data: { text: reportLine(report), ...without(report, 'logUrl') },
  });
});

test('every outcome and every health has a type of its own', () => {
  const types = [
    ...OUTCOMES.map((outcome) => deliver(aBuildReport({ outcome }))),
    ...HEALTHS.map((to) => deliver(aHealthReport({ to }))),
  ].map(({ body }) => JSON.parse(body).type);
  expect(new Set(types).size).toBe(OUTCOMES.length + HEALTHS.length);
});

test('the same report is the same delivery, another channel another one with the same event in it', () => {
  expect(deliver(aBuildReport())).toEqual(deliver(aBuildReport()));
  expect(deliver(aBuildReport(), 'a').id).not.toBe(deliver(aBuildReport(), 'b').id);
  expect(deliver(aBuildReport(), 'a').body).toBe(deliver(aBuildReport(), 'b').body);
});

test('the address of the log stays inside', () => {
  expect(deliver(aBuildReport()).body).not.toContain('log-canary');
});
