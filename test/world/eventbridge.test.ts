import { createEventBridge, matches } from './eventbridge.ts';

const event = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: {
    reason: 'PutObject',
    bucket: { name: 'site' },
    object: { key: 'a/index.html', size: 7 },
    tags: ['x', 'y'],
    none: null,
    empty: [],
    phases: [
      { 'phase-type': 'BUILD', 'phase-status': 'FAILED' },
      { 'phase-type': 'UPLOAD', 'phase-status': 'SUCCEEDED' },
    ],
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
  ['prefix of another case', { source: [{ prefix: 'AWS.' }] }, false],
  ['prefix, ignoring case', { source: [{ prefix: { 'equals-ignore-case': 'AWS.' } }] }, true],
  ['suffix, ignoring case', { source: [{ suffix: { 'equals-ignore-case': '.S3' } }] }, true],
  ['prefix of a number', { detail: { object: { size: [{ prefix: '7' }] } } }, false],
  ['a number', { detail: { object: { size: [7] } } }, true],
  ['a number as text', { detail: { object: { size: ['7'] } } }, false],
  ['null', { detail: { none: [null] } }, true],
  ['null where nothing is', { detail: { nothing: [null] } }, false],
  [
    'two fields of which one does not match',
    { source: ['aws.s3'], detail: { reason: ['CopyObject'] } },
    false,
  ],
  ['objects in a list', { detail: { phases: { 'phase-type': ['UPLOAD'] } } }, true],
  [
    'two fields of different objects in a list',
    { detail: { phases: { 'phase-type': ['UPLOAD'], 'phase-status': ['FAILED'] } } },
    false,
  ],
  ['a name that every object has', { detail: { constructor: [{ exists: true }] } }, false],
  ['wildcard', { detail: { object: { key: [{ wildcard: 'a/*.html' }] } } }, true],
  ['a dot in a wildcard is a dot', { detail: { object: { key: [{ wildcard: 'a/indexxhtml' }] } } }, false],
  [
    'a dot in a wildcard is no other sign',
    { detail: { object: { key: [{ wildcard: 'a.index*' }] } } },
    false,
  ],
  ['a wildcard in the middle', { detail: { object: { key: [{ wildcard: '*/in*ml' }] } } }, true],
  [
    'a wildcard that is part of the key',
    { detail: { object: { key: [{ wildcard: 'index.html' }] } } },
    false,
  ],
  ['an escaped wildcard', { detail: { object: { key: [{ wildcard: 'a/\\*' }] } } }, false],
  ['equals-ignore-case', { source: [{ 'equals-ignore-case': 'AWS.S3' }] }, true],
  ['anything-but another value', { detail: { reason: [{ 'anything-but': 'Lifecycle Expiration' }] } }, true],
  ['anything-but this value', { detail: { reason: [{ 'anything-but': ['PutObject'] }] } }, false],
  ['anything-but a prefix', { detail: { reason: [{ 'anything-but': { prefix: 'Put' } }] } }, false],
  [
    'anything-but one of some prefixes',
    { detail: { reason: [{ 'anything-but': { prefix: ['X', 'Put'] } }] } },
    false,
  ],
  ['anything-but other prefixes', { detail: { reason: [{ 'anything-but': { prefix: ['X', 'Y'] } }] } }, true],
  ['anything-but a suffix', { detail: { reason: [{ 'anything-but': { suffix: 'Object' } }] } }, false],
  ['anything-but one element of a list', { detail: { tags: [{ 'anything-but': 'x' }] } }, true],
  ['anything-but every element of a list', { detail: { tags: [{ 'anything-but': ['x', 'y'] }] } }, false],
  [
    'either of two operators',
    { detail: { reason: [{ 'anything-but': 'PutObject' }, { exists: true }] } },
    true,
  ],
  ['anything-but of a field that is not there', { detail: { nothing: [{ 'anything-but': 'x' }] } }, false],
  ['exists', { detail: { reason: [{ exists: true }] } }, true],
  ['does not exist', { detail: { nothing: [{ exists: false }] } }, true],
  ['exists of what does not', { detail: { nothing: [{ exists: true }] } }, false],
  ['does not exist of what does', { detail: { reason: [{ exists: false }] } }, false],
  ['exists of an object, which is no leaf', { detail: [{ exists: true }] }, false],
  ['does not exist in an empty list', { detail: { empty: { at: [{ exists: false }] } } }, true],
  ['exists of an empty list', { detail: { empty: [{ exists: true }] } }, false],
  ['does not exist below what does not', { detail: { nothing: { at: { all: [{ exists: false }] } } } }, true],
  ['numeric equality', { detail: { object: { size: [{ numeric: ['=', 7] }] } } }, true],
  ['numeric at its limit', { detail: { object: { size: [{ numeric: ['<', 7] }] } } }, false],
  ['numeric at its least', { detail: { object: { size: [{ numeric: ['>=', 7] }] } } }, true],
  ['numeric of a text', { source: [{ numeric: ['>', 0] }] }, false],
  ['numeric range', { detail: { object: { size: [{ numeric: ['>', 6, '<=', 7] }] } } }, true],
  ['numeric out of range', { detail: { object: { size: [{ numeric: ['>', 7] }] } } }, false],
  ['$or of which none matches', { $or: [{ source: ['aws.sqs'] }, { source: ['aws.ec2'] }] }, false],
  [
    '$or beside a field that does not match',
    { source: ['x'], $or: [{ source: ['aws.s3'] }, { id: ['1'] }] },
    false,
  ],
  ['$or, nested', { detail: { $or: [{ reason: ['x'] }, { bucket: { name: ['site'] } }] } }, true],
  ['$or', { $or: [{ source: ['aws.sqs'] }, { source: ['aws.s3'] }] }, true],
])('a pattern with %s', (_case, pattern, expected) => {
  expect(matches(pattern, event)).toBe(expected);
});

test.each([
  ['an unknown operator', { source: ['aws.s3', { sounds: 'like' }] }, /source\.sounds: .*"sounds"/],
  [
    'an unknown operator where no event comes to',
    { source: ['x'], detail: { key: [{ regex: 'x' }] } },
    /detail\.key\.regex/,
  ],
  ['two operators in one', { source: [{ prefix: 'a', suffix: 'b' }] }, /source: expected one operator/],
  ['no operator', { source: [{}] }, /source/],
  ['a value without its list', { source: 'aws.s3' }, /source: expected an object with fields, got "aws.s3"/],
  ['an empty list', { source: [] }, /source: expected a list of values/],
  ['a list in a list', { source: [['aws.s3']] }, /source: expected a value/],
  ['no field', {}, /the event pattern: expected an object/],
  ['null', null, /the event pattern: expected an object/],
  ['a prefix that is no text', { source: [{ prefix: 7 }] }, /source\.prefix: expected text, got 7/],
  ['a wildcard that is no text', { source: [{ wildcard: 7 }] }, /source\.wildcard: expected text/],
  ['exists with a text', { source: [{ exists: 'true' }] }, /source\.exists: expected true or false/],
  [
    'anything-but exists',
    { source: [{ 'anything-but': { exists: true } }] },
    /source\.anything-but: expected one of/,
  ],
  ['anything-but nothing', { source: [{ 'anything-but': [] }] }, /source\.anything-but/],
  ['numeric without a limit', { source: [{ numeric: ['>'] }] }, /source\.numeric: expected one or two/],
  ['numeric with a text', { source: [{ numeric: ['>', '7'] }] }, /source\.numeric: expected a number/],
  ['an unknown comparison', { source: [{ numeric: ['!=', 7] }] }, /source\.numeric: expected =, </],
  ['$or of one', { $or: [{ source: ['x'] }] }, /\$or: expected a list of patterns/],
])('%s is refused by the name of its field', (_case, pattern, message) => {
  const make = () => createEventBridge([{ name: 'SiteRule', pattern, targets: [] }]);
  expect(() => matches(pattern, event)).toThrow(message);
  expect(make).toThrow(TypeError);
  expect(make).toThrow(/^rule SiteRule: /);
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
