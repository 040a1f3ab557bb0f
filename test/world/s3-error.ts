/** What S3 refuses, and why. */

/** An S3 error as it is answered: `name` and `code` are the code on the wire, `status` the HTTP status. */
export class S3Error extends Error {
  readonly code: string;
  readonly status: number;
  /** Set where what stands in the way is a delete marker: its version id. */
  readonly deleteMarker: string | undefined;
  /** As the SDK has it, so that both are read the same way. */
  readonly $metadata: Readonly<{ httpStatusCode: number }>;

  constructor(code: string, status: number, message: string, deleteMarker?: string) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.deleteMarker = deleteMarker;
    this.$metadata = { httpStatusCode: status };
  }
}

/** Source: Amazon S3 API reference, "List of error codes"; user guide, "Conditional writes", "Working with delete markers". */
export const noSuchBucket = (bucket: string): S3Error =>
  new S3Error('NoSuchBucket', 404, `The specified bucket does not exist: ${bucket}`);

export const noSuchKey = (key: string, deleteMarker?: string): S3Error =>
  new S3Error('NoSuchKey', 404, `The specified key does not exist: ${key}`, deleteMarker);

export const noSuchVersion = (key: string, versionId: string): S3Error =>
  new S3Error('NoSuchVersion', 404, `The specified version does not exist: ${versionId} of ${key}`);

export const isDeleteMarker = (versionId: string): S3Error =>
  new S3Error(
    'MethodNotAllowed',
    405,
    'The specified method is not allowed against this resource.',
    versionId,
  );

export const preconditionFailed = (condition: string): S3Error =>
  new S3Error('PreconditionFailed', 412, `At least one of the preconditions did not hold: ${condition}`);

export const conditionalConflict = (key: string): S3Error =>
  new S3Error('ConditionalRequestConflict', 409, `A conflicting write of ${key} is under way.`);

export const invalidArgument = (message: string): S3Error => new S3Error('InvalidArgument', 400, message);

export const keyTooLong = (bytes: number): S3Error =>
  new S3Error(
    'KeyTooLongError',
    400,
    `Your key is too long: expected at most ${keyBytesMax} bytes, got ${bytes}.`,
  );

/** A key in UTF-8. */
export const keyBytesMax = 1024;
