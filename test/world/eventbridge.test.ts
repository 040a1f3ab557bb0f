import { createEventBridge, matches } from './eventbridge.ts';

const event = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: {
    reason: 'PutObject',
    bucket: { name: 'site' },
    object: { key: 'a/index.html', size: 7 },
    tags: ['x', 'y'],
  },
};

test.each([
  ['one of the listed values', { source: ['aws.sqs', 'aws.s3'] }, true],
  ['another value', { source: ['aws.sqs'] }, false],
  ['a nested field', { detail: { bucket: { name: ['site'] } } }, true],
  ['a field that is not there', { detail: { nothing: ['x'] } }, false],
  ['any element of a list', { detail: { tags: ['y'] } }, true],
  ['prefix', { detail: { object: { key: [{ prefix: 'a/' }] } } }, true],
  ['suffix', { detail: { object: { key: [{ suffix: '.css' }] } } }, false],
  ['wildcard', { detail: { object: { key: [{ wildcard: 'a/*.html' }] } } }, true],
  ['a dot in a wildcard is a dot', { detail: { object: { key: [{ wildcard: 'a/indexxhtml' }] } } }, false],
  ['equals-ignore-case', { source: [{ 'equals-ignore-case': 'AWS.S3' }] }, true],
  ['anything-but another value', { detail: { reason: [{ 'anything-but': 'Lifecycle Expiration' }] } }, true],
  ['anything-but this value', { detail: { reason: [{ 'anything-but': ['PutObject'] }] } }, false],
  ['anything-but a prefix', { detail: { reason: [{ 'anything-but': { prefix: 'Put' } }] } }, false],
  ['anything-but of a field that is not there', { detail: { nothing: [{ 'anything-but': 'x' }] } }, false],
  ['exists', { detail: { reason: [{ exists: true }] } }, true],
  ['does not exist', { detail: { nothing: [{ exists: false }] } }, true],
  ['numeric range', { detail: { object: { size: [{ numeric: ['>', 6, '<=', 7] }] } } }, true],
  ['numeric out of range', { detail: { object: { size: [{ numeric: ['>', 7] }] } } }, false],
  ['$or', { $or: [{ source: ['aws.sqs'] }, { source: ['aws.s3'] }] }, true],
])('a pattern with %s', (_case, pattern, expected) => {
  expect(matches(pattern, event)).toBe(expected);
});

test('an unknown operator is named', () => {
  expect(() => matches({ source: [{ sounds: 'like' }] }, event)).toThrow(/sounds/);
});

test('a bus hands an event to every target of each rule that matches, and to no other', () => {
  const seen: string[] = [];
  const bus = createEventBridge([
    {
      name: 's3',
      pattern: { source: ['aws.s3'] },
      targets: [() => seen.push('one'), () => seen.push('two')],
    },
    { name: 'other', pattern: { source: ['aws.sqs'] }, targets: [() => seen.push('three')] },
  ]);
  bus.put(event);
  expect(seen).toEqual(['one', 'two']);
});
