/** Names of content-addressed blobs. */

import { createHash } from 'node:crypto';
import { monthOf } from './calendar.ts';

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The SHA-256 of a text in hex. */
export const textHash = (text: string): string => hashOf(new TextEncoder().encode(text));

/**
 * `blobs/`, the month in which it is written, and the SHA-256 of the bytes in hex. With each month what is still
 * named is written anew, so that the bucket may let whatever is old expire.
 */
export const blobName = (bytes: Uint8Array, now: number): string => `blobs/${monthOf(now)}/${hashOf(bytes)}`;

/** Whether a blob is what its name says. */
export const isBlob = (name: string, bytes: Uint8Array): boolean =>
  name.slice(name.lastIndexOf('/') + 1) === hashOf(bytes);
