/** Names of content-addressed blobs. */

import { createHash } from 'node:crypto';

/** `blobs/` and the SHA-256 of the bytes in hex. */
export const blobName = (bytes: Uint8Array): string =>
  `blobs/${createHash('sha256').update(bytes).digest('hex')}`;
