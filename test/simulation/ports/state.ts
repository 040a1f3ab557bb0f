/** The state port directly on the S3 model; bytes are stored as they are. */

import { refusalOf, writtenFromRefusal } from '../../../shared/core/answers.ts';
import type { State } from '../../../shared/ports.ts';
import { type GetOutput, type S3, S3Error } from '../../world/s3.ts';

const headKey = 'head.json';

export const statePort = (s3: S3, bucket: string): State => {
  const get = (key: string): GetOutput | 'missing' => {
    try {
      return s3.get(bucket, key);
    } catch (error) {
      if (error instanceof S3Error && error.code === 'NoSuchKey') return 'missing';
      throw error;
    }
  };
  return {
    readHead: async () => {
      const found = get(headKey);
      return found === 'missing' ? found : { bytes: found.body, etag: found.etag };
    },

    writeHead: async (bytes, ifMatch) => {
      const condition = ifMatch === 'absent' ? { ifNoneMatch: '*' } : { ifMatch };
      try {
        return { kind: 'written', etag: s3.put(bucket, headKey, bytes, condition).etag };
      } catch (error) {
        if (error instanceof S3Error) return writtenFromRefusal(refusalOf(error));
        throw error;
      }
    },

    read: async (name) => {
      const found = get(name);
      return found === 'missing' ? found : found.body;
    },

    write: async (name, bytes) => {
      s3.put(bucket, name, bytes);
    },
  };
};
