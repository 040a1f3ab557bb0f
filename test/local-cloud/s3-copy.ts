/** Copies of objects: what they are taken from, and CopyObject itself. */

import { type GetOutput, type PutOptions, type S3, S3Error } from '../world/s3.ts';
import { preconditionFailed } from '../world/s3-error.ts';
import { COPY_SOURCE_PREFIX, judgeConditions } from './s3-conditions.ts';
import { type Target, targetOf } from './s3-operations.ts';
import { conditionsOf, type Headers, putOptions, type Range } from './s3-requests.ts';
import type { WireRequest, WireResponse } from './wire.ts';
import { xmlDocument } from './xml.ts';

type Source = Target & Readonly<{ versionId?: string }>;

/** `bucket/key?versionId=...`, percent-encoded, with or without a leading slash. Throws InvalidArgument. */
export const copySourceOf = (headers: Headers): Source => {
  const [path = '', versionId] = (headers['x-amz-copy-source'] ?? '').split('?versionId=');
  const target = targetOf(path.startsWith('/') ? path : `/${path}`);
  if (target.bucket === '' || target.key === '') {
    const expected = 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey';
    throw new S3Error('InvalidArgument', 400, expected);
  }
  return { ...target, ...(versionId ? { versionId } : {}) };
};

/**
 * The object that CopyObject and UploadPartCopy name. Throws PreconditionFailed where it is not as they want it,
 * and InvalidRequest for a delete marker by its version id.
 */
export const copiedObject = (s3: S3, headers: Headers): GetOutput => {
  const { bucket, key, versionId } = copySourceOf(headers);
  const found = objectOf(s3, bucket, key, versionId);
  const verdict = judgeConditions(headers, found, COPY_SOURCE_PREFIX);
  if (verdict.kind === 'holds') return found;
  throw preconditionFailed(COPY_SOURCE_PREFIX + verdict.condition.toLowerCase());
};

/** What UploadPartCopy takes of `size` bytes: unlike a read's, no other form and no byte beyond. Throws InvalidArgument. */
export const copyRangeOf = (headers: Headers, size: number): Range => {
  const { 'x-amz-copy-source-range': asked } = headers;
  if (asked === undefined) return { from: 0, to: size - 1 };
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(asked) ?? [];
  const range = { from: Number(first), to: Number(last) };
  if (first === undefined || range.to < range.from) {
    const expected = 'The x-amz-copy-source-range value must be of the form bytes=first-last';
    throw new S3Error('InvalidArgument', 400, `${expected}, got ${asked}`);
  }
  if (range.to < size) return range;
  throw new S3Error(
    'InvalidArgument',
    400,
    `Range specified is not valid for source object of size: ${size}`,
  );
};

const objectOf = (s3: S3, bucket: string, key: string, versionId: string | undefined): GetOutput => {
  try {
    return s3.get(bucket, key, versionId);
  } catch (error) {
    if (!(error instanceof S3Error) || error.code !== 'MethodNotAllowed') throw error;
    const because =
      'The source of a copy request may not specifically refer to a delete marker by version id.';
    throw new S3Error('InvalidRequest', 400, because);
  }
};

/** The copy has the source's headers unless the request replaces them; its conditions are on what it overwrites. */
export const copyObject = (s3: S3, target: Target, { headers }: WireRequest): WireResponse => {
  const isReplaced = isReplace(headers);
  mustChangeSomething(target, headers, isReplaced);
  const source = copiedObject(s3, headers);
  const given: PutOptions = isReplaced
    ? putOptions(headers)
    : { ...source.headers, ...conditionsOf(headers) };
  const { bucket, key } = target;
  const { etag, versionId } = s3.put(bucket, key, source.body, { ...given, reason: 'CopyObject' });
  const { lastModified } = s3.head(bucket, key, versionId);
  const content = { ETag: `"${etag}"`, LastModified: new Date(lastModified).toISOString() };
  const versions = Object.entries({
    'x-amz-version-id': versionId,
    'x-amz-copy-source-version-id': source.versionId,
  }).flatMap(([name, id]) => (id === undefined ? [] : [[name, id]]));
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...Object.fromEntries(versions) },
    body: xmlDocument('CopyObjectResult', content),
  };
};

const isReplace = ({ 'x-amz-metadata-directive': directive = 'COPY' }: Headers): boolean => {
  if (directive === 'COPY' || directive === 'REPLACE') return directive === 'REPLACE';
  throw new S3Error(
    'InvalidArgument',
    400,
    `Expected COPY or REPLACE as metadata directive, got ${directive}`,
  );
};

/** Without these or new metadata a copy of an object to itself is refused; an older version may come back. */
const CHANGES = /^x-amz-(storage-class|website-redirect-location|server-side-encryption)/;

const mustChangeSomething = ({ bucket, key }: Target, headers: Headers, isReplaced: boolean): void => {
  const source = copySourceOf(headers);
  const isItself = source.bucket === bucket && source.key === key && source.versionId === undefined;
  if (!isItself || isReplaced || Object.keys(headers).some((name) => CHANGES.test(name))) return;
  const because =
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
  throw new S3Error('InvalidRequest', 400, because);
};
