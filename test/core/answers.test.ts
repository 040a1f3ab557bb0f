import { createdFromRefusal, refusalOf, writtenFromRefusal } from '../../shared/core/answers.ts';

test.each([
  ['InvalidArgument', 'rejected'],
  ['MissingBody', 'rejected'],
  ['InconsistentQuantities', 'rejected'],
  ['BatchTooLarge', 'too-large'],
  ['InvalidationBatchAlreadyExists', 'reference-taken'],
  ['AccessDenied', 'denied'],
  ['AccessDeniedException', 'denied'],
  ['InvalidClientTokenId', 'denied'],
  ['UnrecognizedClientException', 'denied'],
  ['ExpiredToken', 'denied'],
  ['SignatureDoesNotMatch', 'denied'],
  ['NoSuchDistribution', 'denied'],
  ['TooManyInvalidationsInProgress', 'later'],
  ['Throttling', 'later'],
  ['ThrottlingException', 'later'],
  ['ServiceUnavailable', 'later'],
  ['InternalError', 'later'],
  ['TimeoutError', 'later'],
  ['AbortError', 'later'],
  ['invalidargument', 'later'],
  ['', 'later'],
  ['__proto__', 'later'],
  ['constructor', 'later'],
])('CloudFront’s %s is "%s"', (name, kind) => {
  expect(createdFromRefusal({ name, message: 'why' })).toEqual({ kind, because: `${name}: why` });
});

test.each([
  ['TooManyInvalidationsInProgress', 400, 'later'],
  ['Throttling', 400, 'later'],
  ['ThrottlingException', 400, 'later'],
  ['RequestLimitExceeded', 400, 'later'],
  ['RequestTimeout', 400, 'later'],
  ['RequestExpired', 400, 'later'],
  ['RequestTimeTooSkewed', 403, 'later'],
  ['SignatureDoesNotMatch', 403, 'denied'],
  ['ExpiredToken', 400, 'denied'],
  ['InvalidArgument', 500, 'rejected'],
])('a name that is known has the say: %s with status %d is "%s"', (name, status, kind) => {
  expect(createdFromRefusal({ name, status, message: '' })).toMatchObject({ kind });
});

test.each([
  [200, 'later'],
  [399, 'later'],
  [400, 'rejected'],
  [401, 'denied'],
  [402, 'rejected'],
  [403, 'denied'],
  [404, 'denied'],
  [405, 'rejected'],
  [408, 'later'],
  [409, 'rejected'],
  [413, 'rejected'],
  [429, 'later'],
  [499, 'rejected'],
  [500, 'later'],
  [503, 'later'],
])('an unknown name with status %d is "%s"', (status, kind) => {
  expect(createdFromRefusal({ name: 'Novelty', status, message: '' })).toMatchObject({ kind });
});

test.each([
  [400, 'unknown'],
  [403, 'unknown'],
  [404, 'conflict'],
  [405, 'unknown'],
  [408, 'unknown'],
  [409, 'conflict'],
  [410, 'unknown'],
  [411, 'unknown'],
  [412, 'conflict'],
  [413, 'unknown'],
  [500, 'unknown'],
  [503, 'unknown'],
  [undefined, 'unknown'],
])('a conditional write that ends with status %s is "%s"', (status, kind) => {
  expect(
    writtenFromRefusal({ name: 'X', message: 'why', ...(status === undefined ? {} : { status }) }),
  ).toEqual(kind === 'conflict' ? { kind } : { kind, because: 'X: why' });
});

const named = (name: string, extra: object = {}): Error => Object.assign(new Error('why'), { name }, extra);

test.each([
  ['an SDK error', named('AccessDenied', { $metadata: { httpStatusCode: 403 } }), 'AccessDenied', 403, 'why'],
  ['an error without metadata', named('TimeoutError'), 'TimeoutError', undefined, 'why'],
  ['an error with metadata but no status', named('X', { $metadata: {} }), 'X', undefined, 'why'],
  ['a string', 'broken', 'Unknown', undefined, 'broken'],
  ['undefined', undefined, 'Unknown', undefined, 'undefined'],
  ['null', null, 'Unknown', undefined, 'null'],
])('%s is read as a refusal', (_case, error, name, status, message) => {
  expect(refusalOf(error)).toEqual(status === undefined ? { name, message } : { name, status, message });
});
