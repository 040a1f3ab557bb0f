/** S3's REST protocol, path style, on the model: only what the project calls. */

import { type S3, S3Error } from '../world/s3.ts';
import { bucketAnswers } from './s3-buckets.ts';
import { copyObject } from './s3-copy.ts';
import { listObjectsV2, listObjectVersions } from './s3-listings.ts';
import { multipartAnswers, type Uploads } from './s3-multipart.ts';
import {
  deleteObject,
  deleteObjects,
  getObject,
  getObjectTagging,
  headObject,
  type ObjectAnswer,
  putObject,
} from './s3-objects.ts';
import { operationOf, type Target, targetOf } from './s3-operations.ts';
import type { Service, WireRequest, WireResponse } from './wire.ts';
import { type Xml, xmlDocument } from './xml.ts';

const answers = new Map<string, ObjectAnswer>([
  ['ListObjectsV2', listObjectsV2],
  ['ListObjectVersions', listObjectVersions],
  ['HeadObject', headObject],
  ['GetObject', getObject],
  ['PutObject', putObject],
  ['DeleteObject', deleteObject],
  ['DeleteObjects', deleteObjects],
  ['GetObjectTagging', getObjectTagging],
  ['CopyObject', copyObject],
]);

/** `buckets` are those that ListBuckets shows; `policies` are JSON, `lifecycles` the rules, both by bucket. */
export const s3Service = (
  s3: S3,
  buckets: readonly string[] = [],
  policies: ReadonlyMap<string, string> = new Map(),
  lifecycles: ReadonlyMap<string, readonly Xml[]> = new Map(),
): Service => {
  const uploads: Uploads = new Map();
  const ofBuckets = bucketAnswers(buckets, policies, lifecycles);
  const answerOf = (
    operation: string,
  ): ((target: Target, request: WireRequest) => WireResponse) | undefined => {
    const answer = answers.get(operation) ?? ofBuckets.get(operation);
    if (answer) return (target, request) => answer(s3, target, request);
    const multipart = multipartAnswers.get(operation);
    return multipart && ((target, request) => multipart(s3, target, request, uploads));
  };
  return {
    operation: operationOf,
    answer: (request, operation) => {
      const answer = answerOf(operation);
      try {
        const target = targetOf(request.path);
        if (answer) return answer(target, request);
        const named = `${operation} (${request.method} ${request.path}) is not part of the local cloud.`;
        throw new S3Error('NotImplemented', 501, named);
      } catch (error) {
        if (error instanceof S3Error) return failure(error, request);
        throw error;
      }
    },
  };
};

/** An answer to HEAD has no body, and so no code. A delete marker in the way is named in the headers. */
const failure = (error: S3Error, { method }: WireRequest): WireResponse => {
  const { code, status, message, deleteMarker } = error;
  const markerHeaders =
    deleteMarker === undefined ? {} : { 'x-amz-delete-marker': 'true', 'x-amz-version-id': deleteMarker };
  const headers = {
    'content-type': 'application/xml',
    ...markerHeaders,
    ...(status === 405 ? { allow: 'DELETE' } : {}),
  };
  const body = method === 'HEAD' ? '' : xmlDocument('Error', { Code: code, Message: message });
  return { status, headers, body };
};
