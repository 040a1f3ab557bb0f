/**
 * Answers that the protocol acts on, mapped from the names of AWS's errors.
 *
 * What is not named here is judged by its status. A request that CloudFront calls wrong (4xx) would be wrong for
 * ever, and block all that come after it without anybody being told: it becomes an invalidation of everything, or
 * an alarm. All else is "later", because repeating a request with the same reference is always safe.
 */

/** What CloudFront made of CreateInvalidation. */
export type Created =
  | Readonly<{ kind: 'created'; id: string }>
  | Readonly<{ kind: 'later'; because: string }> // throttled, quota, 5xx, no reply: same reference, later
  | Readonly<{ kind: 'rejected'; because: string }> // an item is not valid: this plan can never be sent
  | Readonly<{ kind: 'too-large'; because: string }>
  | Readonly<{ kind: 'reference-taken'; because: string }> // the reference was used with other items
  | Readonly<{ kind: 'denied'; because: string }>; // no permission, or no such distribution

/** What became of a conditional write. After `conflict` and `unknown`, read again and compare the writer. */
export type Written =
  | Readonly<{ kind: 'written'; etag: string }>
  | Readonly<{ kind: 'conflict' }>
  | Readonly<{ kind: 'unknown'; because: string }>;

/** The parts of an SDK error that answers are made of. */
export type Refusal = Readonly<{ name: string; status?: number; message: string }>;

const createdByName = new Map<string, Exclude<Created['kind'], 'created'>>([
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
]);

/**
 * Refusals that pass, although many of them are a 400 or 403: quotas, throttling, a request that came too late, and
 * a clock that the SDK sets right.
 * Source: the AWS SDK's lists of throttling, transient and clock skew errors; CloudFront's and "Common Errors".
 */
const passing: ReadonlySet<string> = new Set([
  'TooManyInvalidationsInProgress',
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
]);

/** Not allowed, or no such distribution: no other request would be taken either. */
const DENIED_STATUSES = [401, 403, 404];

/** Timed out, and too many requests. */
const PASSING_STATUSES = [408, 429];

const createdByStatus = (status: number | undefined): Exclude<Created['kind'], 'created'> => {
  if (status === undefined || status < 400 || status >= 500) return 'later';
  if (PASSING_STATUSES.includes(status)) return 'later';
  return DENIED_STATUSES.includes(status) ? 'denied' : 'rejected';
};

/**
 * CreateInvalidation's refusals by `error.name`; the SDK does not model InvalidationBatchAlreadyExists.
 * Source: CloudFront API reference, CreateInvalidation, "Errors".
 */
export const createdFromRefusal = ({ name, status, message }: Refusal): Created => ({
  kind: createdByName.get(name) ?? (passing.has(name) ? 'later' : createdByStatus(status)),
  because: `${name}: ${message}`,
});

/**
 * A conditional PutObject's refusals. 412: another entity tag; 409: a concurrent write; 404: If-Match on a
 * missing key. Anything else may or may not have been written.
 * Source: Amazon S3 user guide, "Conditional writes".
 */
export const writtenFromRefusal = ({ name, status, message }: Refusal): Written =>
  status === 412 || status === 409 || status === 404
    ? { kind: 'conflict' }
    : { kind: 'unknown', because: `${name}: ${message}` };

/** Reads an unknown thrown value as a refusal; an SDK error carries its HTTP status in `$metadata`. */
export const refusalOf = (error: unknown): Refusal => {
  if (!(error instanceof Error)) return { name: 'Unknown', message: String(error) };
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return { name: error.name, message: error.message, ...(status === undefined ? {} : { status }) };
};
