import { buildStatusOf, whyFailed } from '../../shared/core/build-status.ts';

test.each([
  ['IN_PROGRESS', 'in-progress'],
  ['SUCCEEDED', 'succeeded'],
  ['FAILED', 'failed'],
  ['FAULT', 'failed'],
  ['TIMED_OUT', 'failed'],
  ['STOPPED', 'stopped'],
])('%s is %s', (status, expected) => {
  expect(buildStatusOf(status)).toBe(expected);
});

test.each([
  ['a status that AWS adds', 'PAUSED'],
  ['no status', undefined],
  ['the name of a method', 'constructor'],
])('%s does not end a build', (_case, status) => {
  expect(buildStatusOf(status)).toBe('in-progress');
});

test.each([
  [
    'FAILED',
    [
      { phaseType: 'INSTALL', phaseStatus: 'SUCCEEDED' },
      { phaseType: 'BUILD', phaseStatus: 'FAILED' },
    ],
    'the build failed in BUILD',
  ],
  ['TIMED_OUT', [{ phaseType: 'BUILD', phaseStatus: 'TIMED_OUT' }], 'the build timed out in BUILD'],
  ['TIMED_OUT', [], 'the build timed out'],
  ['FAULT', [{ phaseType: 'PROVISIONING' }], "the build failed by CodeBuild's own fault"],
  ['SUCCEEDED', [], undefined],
  ['STOPPED', [{ phaseType: 'BUILD', phaseStatus: 'STOPPED' }], undefined],
  [undefined, [], undefined],
])('why a build that is %s failed', (status, phases, expected) => {
  expect(whyFailed(status, phases)).toBe(expected);
});
