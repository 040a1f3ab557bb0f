/** S3's operations on one object, on the wire. */

import type { HeadOutput, S3 } from '../world/s3.ts';
import { preconditionFailed } from '../world/s3-error.ts';
import { mustMatchChecksum } from './s3-checksums.ts';
import { judgeConditions } from './s3-conditions.ts';
import type { Target } from './s3-operations.ts';
import { contentHeaders, type Headers, metadataPrefix, putOptions, rangeOf } from './s3-requests.ts';
import type { WireRequest, WireResponse } from './wire.ts';
import { textsOf, xmlDocument } from './xml.ts';

export type ObjectAnswer = (s3: S3, target: Target, request: WireRequest) => WireResponse;

const versionIdOf = ({ query }: WireRequest): string | undefined =>
  new URLSearchParams(query).get('versionId') ?? undefined;

export const getObject: ObjectAnswer = (s3, { bucket, key }, request) => {
  const { body, ...head } = s3.get(bucket, key, versionIdOf(request));
  const { status, headers, from, end } = readAnswer(head, request);
  return { status, headers, body: body.subarray(from, end) };
};

export const headObject: ObjectAnswer = (s3, { bucket, key }, request) => {
  const head = s3.head(bucket, key, versionIdOf(request));
  const { status, headers, from, end } = readAnswer(head, request);
  return { status, headers: { ...headers, 'content-length': String(end - from) } };
};

/** What both reads answer, and which bytes: from `from`, up to and without `end`. Throws PreconditionFailed. */
const readAnswer = (head: HeadOutput, { headers: asked }: WireRequest) => {
  const headers = answerHeaders(head);
  const verdict = judgeConditions(asked, head);
  if (verdict.kind === 'failed') throw preconditionFailed(verdict.condition);
  if (verdict.kind === 'not-modified') return { status: 304, headers, from: 0, end: 0 };
  const range = rangeOf(asked['range'], head.size);
  if (!range) return { status: 200, headers, from: 0, end: head.size };
  const { from, to } = range;
  const contentRange = { 'content-range': `bytes ${from}-${to}/${head.size}` };
  return { status: 206, headers: { ...headers, ...contentRange }, from, end: to + 1 };
};

export const putObject: ObjectAnswer = (s3, { bucket, key }, { headers, body }) => {
  mustMatchChecksum(headers, body);
  const { etag, versionId } = s3.put(bucket, key, body, putOptions(headers));
  return { status: 200, headers: { etag: `"${etag}"`, ...versionHeader(versionId) } };
};

export const deleteObject: ObjectAnswer = (s3, { bucket, key }, request) => {
  const { deleteMarker, versionId } = s3.delete(bucket, key, versionIdOf(request));
  const markerHeader = deleteMarker ? { 'x-amz-delete-marker': 'true' } : {};
  return { status: 204, headers: { ...versionHeader(versionId), ...markerHeader } };
};

/** Nothing here has tags, which whoever copies a large object asks for. */
export const getObjectTagging: ObjectAnswer = (s3, { bucket, key }, request) => {
  const { versionId } = s3.head(bucket, key, versionIdOf(request));
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...versionHeader(versionId) },
    body: xmlDocument('Tagging', { TagSet: '' }),
  };
};

/** Each by itself, as DeleteObject does. Source: S3 API reference, DeleteObjects. */
export const deleteObjects: ObjectAnswer = (s3, { bucket }, { headers, body }) => {
  mustMatchChecksum(headers, body);
  const text = new TextDecoder().decode(body);
  const objects = [...text.matchAll(/<Object>(.*?)<\/Object>/gs)].map(([, object = '']) => object);
  const deleted = objects.map((object) => {
    const [key = ''] = textsOf(object, 'Key');
    const [versionId] = textsOf(object, 'VersionId');
    const gone = s3.delete(bucket, key, versionId);
    const marker = gone.deleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: gone.versionId } : {};
    return { Key: key, ...(versionId === undefined ? {} : { VersionId: versionId }), ...marker };
  });
  const isQuiet = textsOf(text, 'Quiet')[0] === 'true';
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: xmlDocument('DeleteResult', isQuiet ? {} : { Deleted: deleted }),
  };
};

const versionHeader = (versionId: string | undefined): Headers =>
  versionId === undefined ? {} : { 'x-amz-version-id': versionId };

const answerHeaders = ({ etag, lastModified, versionId, headers }: HeadOutput): Headers => {
  const answered: Record<string, string> = {
    etag: `"${etag}"`,
    'last-modified': new Date(lastModified).toUTCString(),
    'accept-ranges': 'bytes',
    ...versionHeader(versionId),
  };
  for (const [name, field] of Object.entries(contentHeaders)) {
    const value = headers[field];
    if (value !== undefined) answered[name] = value;
  }
  for (const [name, value] of Object.entries(headers.metadata)) answered[metadataPrefix + name] = value;
  return answered;
};
