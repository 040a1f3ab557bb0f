/** The state port over S3's API: the head as it is, what lies beside it compressed. */

import { gunzipSync, gzipSync } from 'node:zlib';
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { refusalOf } from '../core/answers.ts';
import type { State } from '../ports.ts';
import { sharedObject } from './shared-object.ts';

const headKey = 'head.json';

/**
 * `writer` must make one attempt only: a second one of a write that arrived would be refused by the head it
 * wrote itself. What has no condition goes through `reader`, which may repeat it. Throws the SDK's errors where
 * the port has no answer for them.
 */
export const stateAdapter = (reader: S3Client, writer: S3Client, bucket: string): State => {
  const head = sharedObject(reader, writer, bucket, headKey);
  return {
    readHead: head.read,
    writeHead: head.write,

    read: async (name) => {
      const found = await get(reader, bucket, name);
      return found === 'missing' ? 'missing' : unzipped(await bytesOf(found));
    },

    write: async (name, bytes) => {
      await reader.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: name,
          Body: gzipSync(bytes),
          ContentEncoding: 'gzip',
        }),
      );
    },
  };
};

const get = async (
  client: S3Client,
  bucket: string,
  key: string,
): Promise<GetObjectCommandOutput | 'missing'> => {
  try {
    return await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  } catch (error) {
    if (refusalOf(error).name === 'NoSuchKey') return 'missing';
    throw error;
  }
};

const bytesOf = async ({ Body: body }: GetObjectCommandOutput): Promise<Uint8Array> => {
  if (!body) throw new Error('expected a body in the answer to GetObject, got none');
  return body.transformToByteArray();
};

/** What is not gzip is given as it is stored: a damaged blob is seen by its hash, and must not end every pass. */
const unzipped = (stored: Uint8Array): Uint8Array => {
  try {
    return gunzipSync(stored);
  } catch {
    return stored;
  }
};
