/** One object that several writers share, in S3: read as it is, written with a condition. */

import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { refusalOf, writtenFromRefusal } from '../core/answers.ts';
import type { SharedObject } from '../ports.ts';

/**
 * `writer` must make one attempt only: a second one of a write that arrived would be refused by the object that it
 * wrote itself. Throws the SDK's errors where the port has no answer for them.
 */
export const sharedObject = (
  reader: S3Client,
  writer: S3Client,
  bucket: string,
  key: string,
): SharedObject => ({
  read: async () => {
    try {
      const { Body: body, ETag: etag } = await reader.send(
        new GetObjectCommand({ Bucket: bucket, Key: key }),
      );
      if (!body || etag === undefined) throw new Error(`expected a body and an ETag of ${key}, got none`);
      return { bytes: await body.transformToByteArray(), etag: bare(etag) };
    } catch (error) {
      if (refusalOf(error).name === 'NoSuchKey') return 'missing';
      throw error;
    }
  },

  write: async (bytes, ifMatch) => {
    const condition = ifMatch === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: `"${ifMatch}"` };
    try {
      const { ETag: etag } = await writer.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: bytes,
          ContentType: 'application/json',
          ...condition,
        }),
      );
      return etag === undefined
        ? { kind: 'unknown', because: 'S3 answered without an ETag' }
        : { kind: 'written', etag: bare(etag) };
    } catch (error) {
      return writtenFromRefusal(refusalOf(error));
    }
  },
});

const bare = (etag: string): string => etag.replaceAll('"', '');
