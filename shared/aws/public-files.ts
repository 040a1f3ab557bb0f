/** What anyone may read: the one prefix of the state bucket that the distribution serves, under `/_status/`. */

import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { PublicFiles } from '../ports.ts';

/** An edge may have the page before for so long. */
const MAX_AGE_SECONDS = 5;

export const publicFilesAdapter = (client: S3Client, bucket: string): PublicFiles => ({
  write: async (name, body, contentType) => {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: `public/_status/${name}`,
        Body: body,
        ContentType: contentType,
        CacheControl: `max-age=${MAX_AGE_SECONDS}`,
      }),
    );
  },
});
