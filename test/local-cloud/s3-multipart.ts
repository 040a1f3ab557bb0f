/** Uploads in parts: what is under way, until it is completed or given up. */

import { createHash, randomUUID } from 'node:crypto';
import { type PutOptions, type S3, S3Error } from '../world/s3.ts';
import { mustMatchChecksum } from './s3-checksums.ts';
import { copiedObject, copyRangeOf } from './s3-copy.ts';
import type { Target } from './s3-operations.ts';
import { putOptions } from './s3-requests.ts';
import type { WireRequest, WireResponse } from './wire.ts';
import { textsOf, xmlDocument } from './xml.ts';

type Part = Readonly<{ bytes: Uint8Array; etag: string }>;

type Upload = Readonly<{
  target: Target;
  options: PutOptions;
  initiatedAt: number;
  parts: Map<number, Part>;
}>;

export type Uploads = Map<string, Upload>;

type Answer = (s3: S3, target: Target, request: WireRequest, uploads: Uploads) => WireResponse;

/** Source: S3 user guide, "Amazon S3 multipart upload limits". The last part may be smaller. */
const PART_BYTES_MIN = 5_242_880;
const PART_NUMBER_MAX = 10_000;

const parameter = ({ query }: WireRequest, name: string): string =>
  new URLSearchParams(query).get(name) ?? '';

const uploadOf = (uploads: Uploads, { bucket, key }: Target, request: WireRequest): Upload => {
  const found = uploads.get(parameter(request, 'uploadId'));
  if (found?.target.bucket === bucket && found.target.key === key) return found;
  throw new S3Error('NoSuchUpload', 404, 'The specified multipart upload does not exist.');
};

const xml = (name: string, content: Parameters<typeof xmlDocument>[1]): WireResponse => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: xmlDocument(name, content),
});

const create: Answer = (_s3, target, { headers }, uploads) => {
  const id = randomUUID();
  uploads.set(id, { target, options: putOptions(headers), initiatedAt: Date.now(), parts: new Map() });
  return xml('InitiateMultipartUploadResult', { Bucket: target.bucket, Key: target.key, UploadId: id });
};

const store = (upload: Upload, request: WireRequest, bytes: Uint8Array): Part => {
  const number = Number(parameter(request, 'partNumber'));
  if (!Number.isSafeInteger(number) || number < 1 || number > PART_NUMBER_MAX) {
    throw new S3Error('InvalidArgument', 400, `Expected a part number from 1 to ${PART_NUMBER_MAX}.`);
  }
  const part = { bytes, etag: createHash('md5').update(bytes).digest('hex') };
  upload.parts.set(number, part);
  return part;
};

const uploadPart: Answer = (s3, target, request, uploads) => {
  const upload = uploadOf(uploads, target, request);
  if (request.headers['x-amz-copy-source'] !== undefined) {
    const { body } = copiedObject(s3, request.headers);
    const { from, to } = copyRangeOf(request.headers, body.byteLength);
    const part = store(upload, request, body.subarray(from, to + 1));
    return xml('CopyPartResult', { ETag: `"${part.etag}"`, LastModified: new Date().toISOString() });
  }
  mustMatchChecksum(request.headers, request.body);
  return { status: 200, headers: { etag: `"${store(upload, request, request.body).etag}"` } };
};

/** LastModified is when the upload began. */
const complete: Answer = (s3, target, request, uploads) => {
  const upload = uploadOf(uploads, target, request);
  const body = new TextDecoder().decode(request.body);
  const numbers = textsOf(body, 'PartNumber').map(Number);
  const etags = textsOf(body, 'ETag');
  const parts = numbers.map((number, index) => {
    const part = upload.parts.get(number);
    if (part && part.etag === etags[index]?.replaceAll('"', '')) return part.bytes;
    throw new S3Error('InvalidPart', 400, `Part ${number} is not there, or has another entity tag.`);
  });
  if (
    numbers.length === 0 ||
    numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))
  ) {
    throw new S3Error('InvalidPartOrder', 400, 'The parts were not in ascending order.');
  }
  if (parts.slice(0, -1).some((part) => part.byteLength < PART_BYTES_MIN)) {
    throw new S3Error('EntityTooSmall', 400, 'A part that is not the last is smaller than 5 MiB.');
  }
  const { initiatedAt, options } = upload;
  const { etag, versionId } = s3.putMultipart(target.bucket, target.key, parts, { ...options, initiatedAt });
  uploads.delete(parameter(request, 'uploadId'));
  const answer = xml('CompleteMultipartUploadResult', {
    Bucket: target.bucket,
    Key: target.key,
    ETag: `"${etag}"`,
  });
  return {
    ...answer,
    headers: { ...answer.headers, ...(versionId ? { 'x-amz-version-id': versionId } : {}) },
  };
};

const abort: Answer = (_s3, target, request, uploads) => {
  uploadOf(uploads, target, request);
  uploads.delete(parameter(request, 'uploadId'));
  return { status: 204 };
};

const listParts: Answer = (_s3, target, request, uploads) => {
  const { parts } = uploadOf(uploads, target, request);
  return xml('ListPartsResult', {
    Bucket: target.bucket,
    Key: target.key,
    UploadId: parameter(request, 'uploadId'),
    IsTruncated: false,
    Part: [...parts]
      .sort(([a], [b]) => a - b)
      .map(([number, { bytes, etag }]) => ({
        PartNumber: number,
        ETag: `"${etag}"`,
        Size: bytes.byteLength,
      })),
  });
};

const listUploads: Answer = (_s3, { bucket }, _request, uploads) =>
  xml('ListMultipartUploadsResult', {
    Bucket: bucket,
    IsTruncated: false,
    Upload: [...uploads]
      .filter(([, { target }]) => target.bucket === bucket)
      .map(([id, { target, initiatedAt }]) => ({
        Key: target.key,
        UploadId: id,
        Initiated: new Date(initiatedAt).toISOString(),
      })),
  });

export const multipartAnswers = new Map<string, Answer>([
  ['CreateMultipartUpload', create],
  ['UploadPart', uploadPart],
  ['CompleteMultipartUpload', complete],
  ['AbortMultipartUpload', abort],
  ['ListParts', listParts],
  ['ListMultipartUploads', listUploads],
]);
