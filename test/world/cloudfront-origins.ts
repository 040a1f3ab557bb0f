/** Origins that CloudFront's edges can ask: a bucket of the S3 model. */

import type { Headers, OriginResponse, OriginServer } from './edge-types.ts';
import type { CurrentObject, S3 } from './s3-types.ts';

/** What is served of an object; `etag` without quotes, `lastModified` in ms since 1970, metadata in lower case. */
export type ServedObject = Omit<CurrentObject, 'size' | 'versionId'>;

/** A bucket of the S3 model. What is missing or deleted is 403: CloudFront may not list the bucket. */
export const s3Origin = (s3: Pick<S3, 'current'>, bucket: string): OriginServer =>
  objectOrigin((key) => s3.current(bucket, key));

/** `read` gives the current object of a key, or undefined where there is none. */
export const objectOrigin =
  (read: (key: string) => ServedObject | undefined): OriginServer =>
  ({ uri }) => {
    const key = keyOfUri(uri);
    if (key === undefined) return failure(400, 'InvalidURI');
    const object = read(key);
    return object
      ? { status: 200, headers: headersOf(object), body: object.body }
      : failure(403, 'AccessDenied');
  };

/** S3 percent-decodes the path once and reads `+` as a space; undefined where that is not UTF-8. */
export const keyOfUri = (uri: string): string | undefined => {
  const path = uri.replace(/^\//, '').replaceAll('+', ' ');
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
};

const headersOf = (object: ServedObject): Headers => {
  const { contentType, cacheControl, contentEncoding, contentDisposition, contentLanguage } = object;
  const headers: Record<string, string> = {
    'content-type': contentType ?? 'binary/octet-stream',
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.lastModified).toUTCString(),
  };
  if (cacheControl !== undefined) headers['cache-control'] = cacheControl;
  if (contentEncoding !== undefined) headers['content-encoding'] = contentEncoding;
  if (contentDisposition !== undefined) headers['content-disposition'] = contentDisposition;
  if (contentLanguage !== undefined) headers['content-language'] = contentLanguage;
  for (const [name, value] of Object.entries(object.metadata)) headers[`x-amz-meta-${name}`] = value;
  return headers;
};

const failure = (status: number, code: string): OriginResponse => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: new TextEncoder().encode(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`,
  ),
});
