/**
 * One experiment for each question that can be settled without harm: new objects under a prefix of their own are
 * cached at the edge, one item is invalidated, and the edge is asked what is left.
 *
 * Objects are written once and never changed, so that an Afterbuild that watches the bucket has nothing to purge.
 */

import type { DistributionFacts } from '../core/distribution.ts';
import { encodeKey } from '../core/paths.ts';
import type { Cdn, Clock, Edge, EdgeAnswer, Random } from '../ports.ts';
import {
  type Evidence,
  errorPageVerdict,
  NOT_TRIED,
  type Seen,
  type Verdict,
  verdictOf,
} from './experiment-verdicts.ts';

export type ConformancePorts = Readonly<{
  clock: Clock;
  random: Random;
  cdn: Pick<Cdn, 'create' | 'status'>;
  edge: Edge;
  /** Writes an object of the site's bucket. */
  put(key: string, body: string): Promise<void>;
  tell(line: string): void;
}>;

/** Each experiment sends one item. */
export const ITEMS_MOST = 3;

const ANSWER_MS = 10_000;
const POLL_MS = 1_000;
const COMPLETE_MOST_MS = 180_000;
const WARM_TRIES = 10;
/** Two edges of one place may answer in turn: so many hits in a row are a copy at both, as likely as not. */
const HITS_NEEDED = 2;
const ASKED_AFTER = 3;
const WAIT_MORE_MS = 2_000;

const get = ({ edge, clock }: ConformancePorts, path: string): Promise<EdgeAnswer> =>
  edge.get(path, clock.now() + ANSWER_MS);

const isHit = (answer: EdgeAnswer): boolean =>
  answer.kind === 'answer' && answer.status === 200 && answer.cache === 'hit';

/** Until the edge has it; undefined then, and why not otherwise. */
const warm = async (ports: ConformancePorts, path: string): Promise<string | undefined> => {
  let hits = 0;
  for (let tries = 0; tries < WARM_TRIES; tries += 1) {
    const answer = await get(ports, path);
    if (answer.kind === 'no-answer') return `${path}: ${answer.because}`;
    if (answer.status !== 200) return `${path}: status ${answer.status}`;
    hits = answer.cache === 'hit' ? hits + 1 : 0;
    if (hits === HITS_NEEDED) return undefined;
    await ports.clock.sleep(POLL_MS / 2);
  }
  return `${path} was not kept at the edge: no hit in ${WARM_TRIES} tries`;
};

/** A copy is gone when none of the next answers is a hit from before: the first asks, the others would be hits anyway. */
const seenAt = async (ports: ConformancePorts, path: string): Promise<Seen> =>
  isHit(await get(ports, path)) ? 'kept' : 'gone';

const invalidate = async (ports: ConformancePorts, item: string): Promise<string | undefined> => {
  const { cdn, clock, random, tell } = ports;
  tell(`invalidating ${item}`);
  const created = await cdn.create(`conformance-${random.id()}`, [item]);
  if (created.kind !== 'created') return `CloudFront answered ${created.kind} to ${item}`;
  const until = clock.now() + COMPLETE_MOST_MS;
  while ((await cdn.status(created.id)) !== 'completed') {
    if (clock.now() > until) return `${item} was not completed within ${COMPLETE_MOST_MS / 1_000} s`;
    await clock.sleep(POLL_MS);
  }
  return undefined;
};

/** Warms both, purges `item`, and looks at both. */
const purgeAndLook = async (
  ports: ConformancePorts,
  subject: string,
  control: string,
  item: string,
): Promise<Evidence> => {
  const because =
    (await warm(ports, control)) ?? (await warm(ports, subject)) ?? (await invalidate(ports, item));
  if (because !== undefined) return { kind: 'none', because };
  return { kind: 'evidence', subject: await seenAt(ports, subject), control: await seenAt(ports, control) };
};

const matching = async (ports: ConformancePorts, prefix: string, control: string): Promise<Verdict> => {
  const key = `${prefix}plain-3f9a1c2b.txt`;
  await ports.put(key, 'plain');
  // `p` needs no escape, and %70 is one.
  const item = encodeKey(key).replace('plain-', '%70lain-');
  return verdictOf('matching', await purgeAndLook(ports, encodeKey(key), control, item));
};

const root = async (
  ports: ConformancePorts,
  control: string,
  { defaultRootObject }: Pick<DistributionFacts, 'defaultRootObject'>,
): Promise<Verdict> => {
  if (defaultRootObject === '')
    return { kind: 'undecided', question: 'root', because: 'the distribution has no default root object' };
  return verdictOf('root', await purgeAndLook(ports, '/', control, encodeKey(defaultRootObject)));
};

/** A space may be asked for as a plus sign; a function that rewrites it to %20 makes both one copy. */
const rewritten = async (ports: ConformancePorts, prefix: string, control: string): Promise<Verdict> => {
  const key = `${prefix}a b-3f9a1c2b.txt`;
  await ports.put(key, 'space');
  const cached = encodeKey(key);
  const asked = cached.replace('%20', '+');
  const cold = await warm(ports, asked);
  const isRewritten = cold === undefined && isHit(await get(ports, cached));
  if (!isRewritten)
    return {
      kind: 'undecided',
      question: 'rewritten',
      because: cold ?? 'no function of the distribution rewrites + to %20 before the cache',
    };
  return verdictOf('rewritten', await purgeAndLook(ports, cached, control, asked));
};

/** Asks for what is missing, puts it there, and looks again when errors have expired. */
const errorPage = async (
  ports: ConformancePorts,
  prefix: string,
  { errorResponses }: Pick<DistributionFacts, 'errorResponses'>,
): Promise<Verdict> => {
  const withPage = errorResponses.find(
    ({ code, page }) => page !== undefined && (code === 403 || code === 404),
  );
  if (!withPage) return errorPageVerdict('the distribution has no page for missing objects');
  const key = `${prefix}late-3f9a1c2b.txt`;
  const missing = await get(ports, encodeKey(key));
  if (missing.kind !== 'answer' || missing.md5 === undefined)
    return errorPageVerdict('the error page could not be read');
  await ports.put(key, 'it is there now');
  ports.tell(`waiting ${withPage.ttlSeconds} s until errors have expired`);
  await ports.clock.sleep(withPage.ttlSeconds * 1_000 + WAIT_MORE_MS);
  for (let tries = 0; tries < ASKED_AFTER; tries += 1) {
    const answer = await get(ports, encodeKey(key));
    if (answer.kind !== 'answer') return errorPageVerdict(answer.because);
    if (answer.md5 === missing.md5) return errorPageVerdict('page');
  }
  return errorPageVerdict('object');
};

/** All that can be settled; what is not tried is among the verdicts, with the reason. */
export const settle = async (
  ports: ConformancePorts,
  prefix: string,
  facts: Pick<DistributionFacts, 'defaultRootObject' | 'errorResponses'>,
): Promise<readonly Verdict[]> => {
  const controlKey = `${prefix}control-3f9a1c2b.txt`;
  await ports.put(controlKey, 'control');
  const control = encodeKey(controlKey);
  return [
    await matching(ports, prefix, control),
    await root(ports, control, facts),
    await rewritten(ports, prefix, control),
    await errorPage(ports, prefix, facts),
    ...NOT_TRIED,
  ];
};
