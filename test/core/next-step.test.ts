import type { Cause } from '../../shared/core/cause.ts';
import { chatSummary } from '../../shared/core/chat-summary.ts';
import { HEALTHS } from '../../shared/core/health-report.ts';
import { nextStep } from '../../shared/core/next-step.ts';
import { OUTCOMES } from '../../shared/core/report.ts';
import { topicMessage } from '../../shared/core/sns-message.ts';
import { aBuildReport, aHealthReport, aStartReport, SITE_NAMES } from './report-fixture.ts';

const BAD_API = { health: 'unhealthy', because: 'status 503' } as const;

test.each<[string, Parameters<typeof aBuildReport>[0], RegExp | undefined]>([
  ['is live', { outcome: 'live' }, undefined],
  ['is live, as far as could be checked', { outcome: 'live-unproved' }, undefined],
  ['was overtaken', { outcome: 'superseded' }, undefined],
  ['failed', { outcome: 'failed' }, /build log/],
  ['was stopped', { outcome: 'stopped' }, /on purpose/],
  ['is stuck', { outcome: 'stuck' }, /npm run doctor/],
  ['is live, and the API broke with it', { api: { ...BAD_API, isNew: true } }, /former build/],
  ['is live, and the API was down before', { api: BAD_API }, undefined],
  [
    'is stuck, and the API broke with it',
    { outcome: 'stuck', api: { ...BAD_API, isNew: true } },
    /npm run doctor/,
  ],
])('of a build that %s', (_case, more, expected) => {
  const step = nextStep(aBuildReport(more));
  if (expected) expect(step).toMatch(expected);
  else expect(step).toBeUndefined();
});

test.each<[string, Cause, RegExp]>([
  ['an error', { kind: 'status', status: 503 }, /^Read the log of the API\.$/],
  ['another answer than it should be', { kind: 'unexpected' }, /^Read the log of the API\.$/],
  ['no answer', { kind: 'no-answer' }, /can be reached/],
  [
    'an error after a deployment',
    { kind: 'status', status: 503, after: 'deployment' },
    /roll its deployment back/,
  ],
  ['an error after another operation', { kind: 'status', status: 503, after: 'other' }, /^Read the log/],
  [
    'an error through the distribution alone',
    { kind: 'status', status: 502, route: 'edge-only', after: 'deployment' },
    /The API itself answers/,
  ],
  [
    'an error of its own address alone',
    { kind: 'status', status: 403, route: 'direct-only', after: 'deployment' },
    /Visitors may be served/,
  ],
  ['a name that is gone', { kind: 'name' }, /DNS record/],
  ['a certificate that is over', { kind: 'tls' }, /certificate is not valid/],
  ['a connection that is refused', { kind: 'refused' }, /can be reached/],
  ['an error through the distribution', { kind: 'status', status: 502, route: 'edge' }, /^Read the log/],
  ['a service that failed', { kind: 'failed' }, /why the service failed/],
  ['a service that is gone', { kind: 'deleted' }, /take it out of the settings/],
  ['a deployment without a service', { kind: 'deleted', after: 'deployment' }, /take it out of the settings/],
])('of an outage by %s', (_case, cause, expected) => {
  expect(nextStep(aHealthReport({ cause }))).toMatch(expected);
});

test.each<[Cause['kind'], RegExp, RegExp]>([
  ['slow', /SLOW_MS/, /^(?!.*ACM)/],
  ['certificate', /ACM/, /^(?!.*SLOW_MS)/],
  ['slow-and-certificate', /SLOW_MS/, /ACM/],
])('of an API that is degraded: %s', (kind, one, other) => {
  const step = nextStep(aHealthReport({ to: 'degraded', cause: { kind } }));
  expect(step).toMatch(one);
  expect(step).toMatch(other);
});

test.each(HEALTHS)(
  'of an API that is %s without a cause something is said only where something is wrong',
  (to) => {
    const { cause: _cause, ...report } = aHealthReport({ to });
    expect(nextStep(report) !== undefined).toBe(to === 'unhealthy' || to === 'paused');
  },
);

test('of a start nothing', () => {
  expect(nextStep(aStartReport())).toBeUndefined();
});

test('chats and topics are told it, before the reason, and only where there is something to do', () => {
  for (const outcome of OUTCOMES) {
    const report = aBuildReport({ outcome });
    const step = nextStep(report);
    const facts = chatSummary(report, SITE_NAMES).facts.map(({ title, value }) => [title, value]);
    expect(facts.at(-1)?.[0]).toBe('Why');
    expect(facts.filter(([title]) => title === 'What to do')).toEqual(
      step === undefined ? [] : [['What to do', step]],
    );
    const { message } = topicMessage(report, SITE_NAMES, 'amazon-q');
    const { nextSteps } = JSON.parse(JSON.parse(message).default).content;
    expect(nextSteps).toEqual([
      ...(step === undefined ? [] : [step]),
      expect.stringContaining('status page'),
    ]);
  }
});
