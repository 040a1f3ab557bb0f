/** Headers of re-uploaded objects: the same bytes may be served under another Content-Type or Cache-Control. */

import { textHash } from './blobs.ts';
import { type Entry, type ObjectEntry, UNREAD_ID } from './entries.ts';
import type { ObjectHeaders } from './listing.ts';

/** A digest of all that a viewer gets beside the body. */
export const headersDigest = (headers: ObjectHeaders): string => {
  const { contentType, cacheControl, contentEncoding, contentDisposition, contentLanguage, metadata } =
    headers;
  const listed = [contentType, cacheControl, contentEncoding, contentDisposition, contentLanguage];
  const pairs = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([listed.map((value) => value ?? null), pairs]);
  return textHash(text).slice(-16);
};

/**
 * The entries whose headers to read in this pass, at most `max`: first those re-uploaded since they were last
 * compared, then those of which nothing is known yet. What is left over is for later passes. Where to begin
 * depends on `listedAt`: builds that upload every file again would keep the last keys waiting for ever.
 */
export const headersToRead = (
  goal: readonly Entry[],
  max: number,
  listedAt: number,
): readonly ObjectEntry[] => {
  const objects = goal.filter((entry) => entry.kind === 'object');
  const moved = objects.filter(({ base }) => base !== undefined);
  // A version that was not read has no id to ask for.
  const unknown = objects.filter(
    ({ base, headers, versionId }) => base === undefined && headers === undefined && versionId !== UNREAD_ID,
  );
  return [...turned(moved, listedAt), ...turned(unknown, listedAt)].slice(0, max);
};

/** By a hash, because passes come at times that have something in common, like the minutes of a tick. */
const turned = <T>(list: readonly T[], at: number): readonly T[] => {
  if (list.length === 0) return list;
  const start = Number.parseInt(textHash(String(at)).slice(-8), 16) % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
};

/**
 * In place of a digest, for a version whose headers may not be read: it was asked for, and is not asked for again.
 * Once the key is uploaded again both versions are read anew.
 */
export const REFUSED = 'refused';

/** Digests, or `refused`; absent where a version is gone, or needed not be read. */
export type HeadersRead = Readonly<{ latest?: string; base?: string }>;

/** The version that has to be read beside the latest one, where its digest is not recorded. */
export const baseToRead = ({ base, headers }: ObjectEntry): string | undefined =>
  headers === undefined || headers === REFUSED ? base : undefined;

/**
 * What was read settles an entry: the edges hold the latest headers, or the key has changed. Of headers that may
 * not be read nothing is known, and for a doubt about headers nothing is purged.
 */
export const settleHeaders = (
  entry: ObjectEntry,
  { latest, base = entry.headers }: HeadersRead,
): Readonly<{ entry: ObjectEntry; differ: boolean }> => {
  // The latest version is gone again: its own event makes a later pass look.
  if (latest === undefined) return { entry, differ: false };
  const { base: _base, ...rest } = entry;
  const isKnown = base !== REFUSED && latest !== REFUSED;
  const differ = isKnown && entry.base !== undefined && base !== undefined && base !== latest;
  return { entry: { ...rest, headers: latest }, differ };
};
