/** Asks the edge for the changed URLs, and says what its answers prove. */

import type { ObjectVersion, VersionsCursor, VersionsPage } from '../core/listing.ts';
import {
  type CheckSummary,
  isProof,
  judgeAnswer,
  judgeByHistory,
  type UrlCheck,
  type UrlVerdict,
} from '../core/verdict.ts';
import type { EdgeAnswer, Instant, Ports } from '../ports.ts';
import { type Warm, warmedKey } from './keep-warm.ts';

type CheckPorts = Pick<Ports, 'clock' | 'edge' | 'site'>;

/** One URL may take so long; all of them together until the deadline. */
const URL_TIMEOUT_MS = 5_000;

/**
 * Stops at the first old copy: it is all that is needed to act. A fresh answer is a proof only where the same
 * edge was seen to hold an old copy before: an edge that never had one says nothing of the others.
 */
export const checkEdge = async (
  ports: CheckPorts,
  checks: readonly UrlCheck[],
  warm: Warm,
  deadline: Instant,
): Promise<CheckSummary> => {
  let summary: CheckSummary = { of: checks.length, checked: 0, proved: 0 };
  for (const check of checks) {
    if (ports.clock.now() >= deadline) break;
    const first = await ask(ports, check, deadline);
    // What the edge has may be rolled back between its answer and the listing: only a later answer is old for sure.
    const asked = first?.verdict.kind === 'old' ? await ask(ports, check, deadline) : first;
    if (asked) summary = add(summary, check, asked, warm);
    if (summary.old) break;
  }
  return summary;
};

type Answer = Extract<EdgeAnswer, { kind: 'answer' }>;

type Asked = Readonly<{ answer: Answer; verdict: UrlVerdict }>;

/** Undefined where there is no answer. */
const ask = async (ports: CheckPorts, check: UrlCheck, deadline: Instant): Promise<Asked | undefined> => {
  const now = ports.clock.now();
  const answer = await ports.edge.get(check.path, Math.min(deadline, now + URL_TIMEOUT_MS));
  if (answer.kind === 'no-answer') return undefined;
  const verdict =
    judgeAnswer(check, answer) ?? judgeByHistory(check, answer, await historyOf(ports, check.key));
  return { answer, verdict };
};

/** All that is listed of a key: it sorts before every other key that begins like it. */
const historyOf = async ({ site }: CheckPorts, key: string): Promise<readonly ObjectVersion[]> => {
  const history: ObjectVersion[] = [];
  let cursor: VersionsCursor | undefined = { prefix: key };
  while (cursor) {
    const page: VersionsPage = await site.versions(cursor);
    for (const version of page.versions) if (version.key === key) history.push(version);
    cursor = page.next?.keyMarker === key ? page.next : undefined;
  }
  return history;
};

const add = (
  summary: CheckSummary,
  check: UrlCheck,
  { answer, verdict: { kind, because } }: Asked,
  warm: Warm,
): CheckSummary => {
  const { path } = check;
  const { pop } = answer;
  const where = pop === undefined ? {} : { pop };
  if (kind === 'old') return { ...summary, ...where, old: { path, because } };
  if (kind === 'unknown') return summary;
  const held = pop === undefined ? undefined : warm.get(warmedKey(pop, path));
  const proved = summary.proved + (isProof(check, answer, held) ? 1 : 0);
  return { ...summary, ...where, checked: summary.checked + 1, proved };
};
