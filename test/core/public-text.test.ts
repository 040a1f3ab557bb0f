import { HEALTHS } from '../../shared/core/health-report.ts';
import { publicBrief, publicLine, publicReason } from '../../shared/core/public-text.ts';
import { aBuildReport, aHealthReport, aStartReport, without } from './report-fixture.ts';

const CANARY = 'x-internal-replica-pool';

test('a change of health is told by its cause, whatever the exact reason says', () => {
  expect(publicLine(aHealthReport({ because: CANARY }))).toBe('API unhealthy, was healthy: status 503');
});

test.each(HEALTHS)('a report of before there were causes says nothing else than %s', (to) => {
  const stored = without(aHealthReport({ to, because: CANARY }), 'cause') as ReturnType<typeof aHealthReport>;
  expect(publicReason(stored)).toMatch(/^[a-z ,]+$/);
  expect(publicLine(stored)).not.toContain(CANARY);
});

test('a build’s line has the API’s health, and not why', () => {
  const line = publicLine(aBuildReport({ api: { health: 'unhealthy', because: CANARY } }));
  expect(line).toMatch(/^live a1b2c3d: 3 of 1,204 objects changed, .*, API unhealthy$/);
});

test('a start is told as it is', () => {
  expect(publicLine(aStartReport())).toBe('pending a1b2c3d: the build has begun');
});

test.each([
  [
    'with the API’s health',
    aBuildReport({ api: { health: 'unhealthy', because: CANARY } }),
    ', API unhealthy',
  ],
  ['without it', without(aBuildReport(), 'api') as ReturnType<typeof aBuildReport>, ''],
])('in brief a build is told %s before the reason', (_case, report, api) => {
  expect(publicBrief({ ...report, tookMs: 9_300, because: 'proved\n3 of 3' })).toBe(
    `live after 9.3 s${api}: proved 3 of 3`,
  );
});

test('in brief a build that took no time that is known, and one that has just begun', () => {
  const failed = without(aBuildReport({ outcome: 'failed', because: 'the build failed' }), 'tookMs', 'api');
  expect(publicBrief(failed as ReturnType<typeof aBuildReport>)).toBe('failed: the build failed');
  expect(publicBrief(aStartReport())).toBe(publicLine(aStartReport()));
});
