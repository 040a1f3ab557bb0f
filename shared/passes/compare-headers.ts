/**
 * Compares the headers of re-uploaded keys, a bounded number a pass.
 *
 * It must never stop a pass: what changed in its bytes is stale at the edges, whatever the headers of another key
 * are. What could not be read is told, and either settled as unknown or left for a later pass.
 */

import type { Change } from '../core/changes.ts';
import type { Entry, ObjectEntry } from '../core/entries.ts';
import {
  baseToRead,
  type HeadersRead,
  headersDigest,
  headersToRead,
  REFUSED,
  settleHeaders,
} from '../core/headers.ts';
import type { Instant, Ports } from '../ports.ts';

/** How many HEAD requests are under way at once. */
const AT_ONCE = 20;

/** More keys than this in one log line help nobody. */
const KEYS_TOLD_MAX = 10;

/** Why the headers of a key could not be read. */
type Unread = Readonly<{ key: string; because: string }>;

/** `failed`: maybe another time. */
type Read = Readonly<{ kind: 'read'; read: HeadersRead }> | Readonly<{ kind: 'failed'; because: string }>;

/** The goal with what was learned, and the keys whose headers changed while their bytes did not. */
export const compareHeaders = async (
  ports: Pick<Ports, 'site' | 'tell'>,
  goal: readonly Entry[],
  checksMax: number,
  listedAt: Instant,
): Promise<Readonly<{ goal: readonly Entry[]; changes: readonly Change[] }>> => {
  const entries = headersToRead(goal, checksMax, listedAt);
  const settled = new Map<string, ObjectEntry>();
  const changes: Change[] = [];
  const unread: Unread[] = [];
  let isFailing = false;
  // Where S3 is in trouble each further request would only take its time: later passes go on.
  for (let from = 0; from < entries.length && !isFailing; from += AT_ONCE) {
    const some = entries.slice(from, from + AT_ONCE);
    const answers = await Promise.all(some.map((entry) => readHeaders(ports, entry)));
    for (const [index, entry] of some.entries()) {
      const answer = answers[index] ?? { kind: 'read', read: {} };
      const because = whyUnread(answer);
      if (because !== undefined) unread.push({ key: entry.key, because });
      if (answer.kind === 'failed') {
        isFailing = true;
        continue;
      }
      const settledEntry = settleHeaders(entry, answer.read);
      settled.set(entry.key, settledEntry.entry);
      if (settledEntry.differ) {
        const { key, etag, versionId } = entry;
        changes.push({ key, kind: 'changed', because: 'headers', etag, versionId });
      }
    }
  }
  tellUnread(ports, unread);
  if (settled.size === 0) return { goal, changes };
  return { goal: goal.map((entry) => settled.get(entry.key) ?? entry), changes };
};

const whyUnread = (answer: Read): string | undefined => {
  if (answer.kind === 'failed') return answer.because;
  const { latest, base } = answer.read;
  return latest === REFUSED || base === REFUSED ? 'S3 refuses its headers' : undefined;
};

const tellUnread = ({ tell }: Pick<Ports, 'tell'>, unread: readonly Unread[]): void => {
  if (unread.length === 0) return;
  tell({ kind: 'headers-unread', count: unread.length, first: unread.slice(0, KEYS_TOLD_MAX) });
};

const readHeaders = async ({ site }: Pick<Ports, 'site'>, entry: ObjectEntry): Promise<Read> => {
  const digest = async (versionId: string): Promise<string | undefined> => {
    const headers = await site.headers(entry.key, versionId);
    if (headers === 'refused') return REFUSED;
    return headers === 'missing' ? undefined : headersDigest(headers);
  };
  try {
    const latest = await digest(entry.versionId);
    const baseId = baseToRead(entry);
    const base = baseId === undefined ? undefined : await digest(baseId);
    const read = { ...(latest === undefined ? {} : { latest }), ...(base === undefined ? {} : { base }) };
    return { kind: 'read', read };
  } catch (error) {
    return { kind: 'failed', because: String(error) };
  }
};
