import { buildStatusOf } from '../../shared/core/build-status.ts';

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
