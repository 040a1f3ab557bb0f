/**
 * Answers that the protocol acts on, mapped from the names of AWS's errors.
 *
 * Everything that is not named here is "later": repeating a request with the same reference is always safe,
 * and giving up on one never is.
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
 * CreateInvalidation's refusals by `error.name`; the SDK does not model InvalidationBatchAlreadyExists.
 * Source: CloudFront API reference, CreateInvalidation, "Errors".
 */
export const createdFromRefusal = ({ name, message }: Refusal): Created => ({
  kind: createdByName.get(name) ?? 'later',
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
