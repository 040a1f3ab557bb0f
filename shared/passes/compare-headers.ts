/** Compares the headers of re-uploaded keys, a bounded number a pass. */

import type { Change } from '../core/changes.ts';
import type { Entry, ObjectEntry } from '../core/entries.ts';
import { headersDigest, headersToRead, settleHeaders } from '../core/headers.ts';
import type { Ports } from '../ports.ts';

/** How many HEAD requests are under way at once. */
const AT_ONCE = 20;

/** The goal with what was learned, and the keys whose headers changed while their bytes did not. */
export const compareHeaders = async (
  ports: Pick<Ports, 'site'>,
  goal: readonly Entry[],
  checksMax: number,
): Promise<Readonly<{ goal: readonly Entry[]; changes: readonly Change[] }>> => {
  const entries = headersToRead(goal, checksMax);
  const settled = new Map<string, ObjectEntry>();
  const changes: Change[] = [];
  for (let from = 0; from < entries.length; from += AT_ONCE) {
    const some = entries.slice(from, from + AT_ONCE);
    const read = await Promise.all(some.map((entry) => readHeaders(ports, entry)));
    for (const [index, entry] of some.entries()) {
      const settledEntry = settleHeaders(entry, read[index] ?? {});
      settled.set(entry.key, settledEntry.entry);
      if (settledEntry.differ) {
        const { key, etag, versionId } = entry;
        changes.push({ key, kind: 'changed', because: 'headers', etag, versionId });
      }
    }
  }
  if (settled.size === 0) return { goal, changes };
  return { goal: goal.map((entry) => settled.get(entry.key) ?? entry), changes };
};

const readHeaders = async ({ site }: Pick<Ports, 'site'>, entry: ObjectEntry) => {
  const digest = async (versionId: string) => {
    const headers = await site.headers(entry.key, versionId);
    return headers === 'missing' ? undefined : headersDigest(headers);
  };
  const latest = await digest(entry.versionId);
  const isBaseUnknown = entry.base !== undefined && entry.headers === undefined;
  const base = isBaseUnknown && entry.base ? await digest(entry.base) : undefined;
  return { ...(latest === undefined ? {} : { latest }), ...(base === undefined ? {} : { base }) };
};
