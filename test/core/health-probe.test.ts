import { parseHealthHint } from '../../shared/core/health-hints.ts';
import { type ProbeAnswer, probeOf } from '../../shared/core/health-probe.ts';
import { operationStatusOf, serviceStatusOf } from '../../shared/core/service-status.ts';
import { now } from './health-fixture.ts';

const answered = (status: number, body = ''): Extract<ProbeAnswer, { kind: 'answer' }> => ({
  kind: 'answer',
  status,
  latencyMs: 12,
  headers: {},
  body,
});

const conditions = { statuses: [{ from: 200, to: 299 }] };

test.each([
  ['ENOTFOUND', 'name'],
  ['EAI_AGAIN', 'name'],
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'refused'],
  ['socket hang up', 'refused'],
  ['HPE_INVALID_CONSTANT', 'refused'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['no answer within 5000 ms', 'no-answer'],
  ['ETIMEDOUT', 'no-answer'],
])('that there is no answer because of "%s" is told as %s', (because, kind) => {
  const answer: ProbeAnswer = { kind: 'no-answer', latencyMs: 9, because };
  expect(probeOf(answer, 0, { conditions: { statuses: [] } }).cause).toEqual({ kind });
});

test.each<[number, string, string, boolean, string]>([
  [199, '', '', false, 'status 199'],
  [200, '', '', true, 'status 200'],
  [299, '', '', true, 'status 299'],
  [300, '', '', false, 'status 300'],
  [301, '', '', false, 'status 301'],
  [404, 'ok', 'ok', false, 'status 404'],
  [503, '', '', false, 'status 503'],
  [200, '{"ok":true}', '"ok":true', true, 'status 200'],
  [200, '<html>', '"ok":true', false, 'status 200, but its body lacks the marker'],
  [503, '<html>', '"ok":true', false, 'status 503'],
])('status %d with the body %j, marker %j: %s', (status, body, bodyMarker, ok, because) => {
  expect(probeOf(answered(status, body), now, { conditions: { ...conditions, bodyMarker } })).toEqual({
    at: now,
    ok,
    latencyMs: 12,
    because,
    cause: because.includes(',') ? { kind: 'unexpected' } : { kind: 'status', status },
  });
});

test('no answer is a failure, with its reason', () => {
  const answer: ProbeAnswer = { kind: 'no-answer', latencyMs: 5_000, because: 'no answer within 5000 ms' };
  expect(probeOf(answer, now, { conditions })).toEqual({
    at: now,
    ok: false,
    latencyMs: 5_000,
    because: 'no answer within 5000 ms',
    cause: { kind: 'no-answer' },
  });
});

test('the end of the certificate is kept', () => {
  const answer: ProbeAnswer = { ...answered(200), certificateEndsAt: 9 };
  expect(probeOf(answer, now, { conditions })).toMatchObject({ certificateEndsAt: 9 });
});

test.each([
  ['{"kind":"tick"}', 'tick'],
  ['{"source":"aws.codebuild","detail":{}}', 'deployed'],
  ['{"source":"aws.apprunner","detail":{}}', 'deployed'],
  ['{"source":"aws.ecs","detail":{}}', 'deployed'],
  ['{"source":"aws.s3"}', 'unknown'],
  ['{"kind":"tock"}', 'unknown'],
  ['null', 'unknown'],
  ['1', 'unknown'],
  ['[]', 'unknown'],
  ['', 'unknown'],
  ['{', 'unknown'],
])('the message %s is the hint "%s"', (body, kind) => {
  expect(parseHealthHint(body)).toEqual({ kind });
});

test.each([
  ['RUNNING', 'running'],
  ['OPERATION_IN_PROGRESS', 'in-progress'],
  ['PAUSED', 'paused'],
  ['CREATE_FAILED', 'failed'],
  ['DELETED', 'deleted'],
  ['DELETE_FAILED', 'running'],
  ['NEW_WORD', 'unknown'],
  [undefined, 'unknown'],
])('a service that App Runner calls %s is %s', (status, expected) => {
  expect(serviceStatusOf(status)).toBe(expected);
});

test.each([
  ['PENDING', 'in-progress'],
  ['IN_PROGRESS', 'in-progress'],
  ['ROLLBACK_IN_PROGRESS', 'in-progress'],
  ['SUCCEEDED', 'succeeded'],
  ['FAILED', 'failed'],
  ['ROLLBACK_FAILED', 'failed'],
  ['ROLLBACK_SUCCEEDED', 'failed'],
  ['NEW_WORD', 'in-progress'],
  [undefined, 'in-progress'],
])('an operation that App Runner calls %s is %s', (status, expected) => {
  expect(operationStatusOf(status)).toBe(expected);
});
