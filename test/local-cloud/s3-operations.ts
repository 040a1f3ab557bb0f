/** Which of S3's operations a request is. */

import { S3Error } from '../world/s3.ts';
import type { WireRequest } from './wire.ts';

/** `bucket` and `key` decoded; an empty key means the bucket itself, an empty bucket the account. */
export type Target = Readonly<{ bucket: string; key: string }>;

/**
 * Path style: `/bucket/key`. Everything after the second slash is the key as it stands, empty segments and dots
 * included; a plus sign is a space. Throws S3Error InvalidURI where the path is not UTF-8.
 */
export const targetOf = (path: string): Target => {
  const slash = path.indexOf('/', 1);
  const [bucket, key] = slash < 0 ? [path.slice(1), ''] : [path.slice(1, slash), path.slice(slash + 1)];
  return { bucket: decoded(bucket), key: decoded(key) };
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new S3Error('InvalidURI', 400, `Expected a path in percent-encoded UTF-8, got ${text}`);
  }
};

type Level = 'account' | 'bucket' | 'object';

/** By level, method and the query parameter that tells operations apart; `''` is the operation without one. */
const operations: Readonly<Record<Level, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  account: { GET: { '': 'ListBuckets' } },
  bucket: {
    GET: {
      'list-type': 'ListObjectsV2',
      versions: 'ListObjectVersions',
      uploads: 'ListMultipartUploads',
      location: 'GetBucketLocation',
      versioning: 'GetBucketVersioning',
      notification: 'GetBucketNotificationConfiguration',
      lifecycle: 'GetBucketLifecycleConfiguration',
      policy: 'GetBucketPolicy',
      encryption: 'GetBucketEncryption',
      '': 'ListObjects',
    },
    HEAD: { '': 'HeadBucket' },
    PUT: {
      versioning: 'PutBucketVersioning',
      notification: 'PutBucketNotificationConfiguration',
      lifecycle: 'PutBucketLifecycleConfiguration',
      policy: 'PutBucketPolicy',
      encryption: 'PutBucketEncryption',
      '': 'CreateBucket',
    },
    POST: { delete: 'DeleteObjects', '': 'PostObject' },
    DELETE: { '': 'DeleteBucket' },
  },
  object: {
    GET: {
      acl: 'GetObjectAcl',
      tagging: 'GetObjectTagging',
      attributes: 'GetObjectAttributes',
      uploadId: 'ListParts',
      '': 'GetObject',
    },
    HEAD: { '': 'HeadObject' },
    PUT: { acl: 'PutObjectAcl', tagging: 'PutObjectTagging', uploadId: 'UploadPart', '': 'PutObject' },
    POST: { uploads: 'CreateMultipartUpload', uploadId: 'CompleteMultipartUpload' },
    DELETE: { tagging: 'DeleteObjectTagging', uploadId: 'AbortMultipartUpload', '': 'DeleteObject' },
  },
};

/** AWS's name of the operation, or "Unknown". */
export const operationOf = ({ method, path, query, headers }: WireRequest): string => {
  const { bucket, key } = targetOf(path);
  const level = bucket === '' ? 'account' : key === '' ? 'bucket' : 'object';
  const byParameter = operations[level][method] ?? {};
  const asked = new URLSearchParams(query);
  const parameter = Object.keys(byParameter).find((name) => name !== '' && asked.has(name)) ?? '';
  const operation = byParameter[parameter] ?? 'Unknown';
  const isCopy = headers['x-amz-copy-source'] !== undefined;
  return isCopy && operation === 'PutObject' ? 'CopyObject' : operation;
};
