/** One replay: publish the old build, let every edge cache every URL, publish the new one, and measure. */

import type { Bundles } from '../local-cloud/cloud.ts';
import { type Cloud, type Fact, HANDLERS_KEY, SITE_BUCKET, startCloud } from '../local-cloud/cloud.ts';
import { contentTypeOf } from '../local-cloud/content-types.ts';
import { type Answers, askEdges, digestOf, type Judgement, judge, notHeld } from './judge.ts';
import type { Options } from './options.ts';
import { compareSites, type Difference, readSite, type SiteFiles } from './site-files.ts';
import { type SiteUrl, urlsOf } from './urls.ts';

export type ReportedInvalidation = Readonly<{
  items: readonly Readonly<{ item: string; because: string }>[];
  /** From the end of the second publish. */
  seconds: number;
}>;

export type Report = Readonly<{
  objects: number;
  changed: number;
  added: number;
  removed: number;
  unchanged: number;
  items: number;
  collateral: number;
  stale: number;
  expiring: number;
  staleUrls: readonly string[];
  collateralUrls: readonly string[];
  invalidations: readonly ReportedInvalidation[];
  /** What the build ended as; undefined when nothing was said of it. */
  outcome: Readonly<{ outcome: string; because: string }> | undefined;
  calls: Readonly<Record<string, Readonly<Record<string, number>>>>;
  seconds: Readonly<{ publish: number; toInvalidation: number | null; toLive: number | null }>;
}>;

/** Thrown when nothing can be said of the product: exit 2. */
export class CannotJudge extends Error {
  override name = 'CannotJudge';
}

export type Tell = (line: string) => void;

const URLS_LISTED_MAX = 20;
const QUIET_TIMEOUT_MS = 300_000;
const POLL_MS = 100;

/** CloudFront's own times are AWS's; a replay takes shorter ones, so that it is the product that is waited for. */
const TIMING = { arrivalMs: [50, 400], completionMs: [200, 1_500] } as const;

export const replay = async (
  options: Options,
  template: unknown,
  bundles: Bundles,
  tell: Tell,
): Promise<Readonly<{ report: Report; difference: Difference; judgement: Judgement }>> => {
  const before = readSite(options.oldDir);
  const after = readSite(options.newDir);
  if (before.size === 0) throw new CannotJudge(`there is no file in ${options.oldDir}`);
  if (after.size === 0) throw new CannotJudge(`there is no file in ${options.newDir}`);
  const facts: Fact[] = [];
  const cloud = await startCloud({
    template,
    bundles,
    functions: ['invalidate', 'followInvalidation'],
    environment: environmentOf(options),
    timing: TIMING,
    onFact: (fact) => {
      facts.push(fact);
      tellFact(fact, tell);
    },
    onLog: (line) => tell(`handler: ${line}`),
  });
  try {
    return await judged(options, before, after, cloud, facts, tell);
  } finally {
    await cloud.stop();
  }
};

const environmentOf = (options: Options): Readonly<Record<string, string>> => ({
  FINGERPRINT: options.fingerprint,
  ITEMS_MAX: String(options.itemsMax),
  WILDCARDS_MAX: String(options.wildcardsMax),
  WIDENING: options.sabotage.has('widening-off') ? 'false' : 'true',
});

/** What the handlers say of themselves, as progress. */
const tellFact = (fact: Fact, tell: Tell): void => {
  const line = progressOf(fact);
  if (line !== undefined) tell(line);
  else if (fact['alarm'] === true) tell(`alarm: ${fact.kind}: ${String(fact['because'])}`);
};

const progressOf = (fact: Fact): string | undefined => {
  switch (fact.kind) {
    case 'old-copy':
      return `alarm: an old copy of ${String(fact['url'])}: ${String(fact['because'])}`;
    case 'widened':
      return `alarm: widened to /* because of ${String(fact['url'])}`;
    case 'create-invalidation': {
      const items = fact['items'] as readonly string[];
      return `  CreateInvalidation, ${items.length === 1 ? items[0] : `${items.length} items`}`;
    }
    case 'completed':
      return '  CloudFront has completed it';
    case 'checked':
      return `  checked at the edge: ${String(fact['because'])}`;
    default:
      return undefined;
  }
};

const judged = async (
  options: Options,
  before: SiteFiles,
  after: SiteFiles,
  cloud: Cloud,
  facts: readonly Fact[],
  tell: Tell,
) => {
  const difference = compareSites(before, after);
  // Needed before the first visit: such edges never hold anything.
  if (options.sabotage.has('edges-never-cache')) cloud.cloudfront.setSabotage('never-cache');
  tell(`publishing the old build, ${before.size} files`);
  publish(cloud, before, []);
  cloud.tick();
  await untilQuiet(cloud, 'after the first publish');

  const urls = urlsOf([...before.keys()], options);
  const later = urlsOf(difference.added, options).filter(
    ({ target }) => !urls.some((url) => url.target === target),
  );
  tell(`asking for ${urls.length} URLs at ${cloud.edgeUrls.length} edges, twice`);
  const held = await prime(cloud, urls, later);
  cloud.tick();
  await untilQuiet(cloud, 'after the tick that keeps a sample warm');
  await ask(cloud, later);

  sabotage(cloud, options);
  const firstCall = cloud.calls.length;
  const firstInvalidation = cloud.cloudfront.listInvalidations().length;
  const firstPost = cloud.posts().length;
  const startedAt = Date.now();
  tell(
    `publishing the new build, ${after.size} files: every file again, ${difference.changed.length} of them changed`,
  );
  const build = publish(cloud, after, options.keepRemoved ? [] : difference.removed);
  const publishedAt = Date.now();
  await untilQuiet(cloud, 'after the second publish');

  tell('asking for every URL again');
  const answers = await ask(cloud, [...urls, ...later]);
  const judgement = judge([...urls, ...later], held, answers, expectations(cloud, options, difference));
  const invalidations = cloud.cloudfront
    .listInvalidations()
    .slice(0, -firstInvalidation || undefined)
    .reverse();
  const post = cloud
    .posts()
    .slice(firstPost)
    .find(({ value }) => value['build'] === build);
  const since = (at: number): number => (at - publishedAt) / 1000;
  const reasons = reasonsIn(facts);
  const report: Report = {
    objects: after.size,
    changed: difference.changed.length,
    added: difference.added.length,
    removed: difference.removed.length,
    unchanged: difference.unchanged.length,
    items: invalidations.reduce((sum, { items }) => sum + items.length, 0),
    collateral: judgement.collateral.length,
    stale: judgement.stale.length,
    expiring: judgement.expiring.length,
    staleUrls: judgement.stale.slice(0, URLS_LISTED_MAX),
    collateralUrls: judgement.collateral.slice(0, URLS_LISTED_MAX),
    invalidations: invalidations.map(({ items, createdAt }) => ({
      items: items.map((item) => ({ item, because: reasons.get(item) ?? 'unknown' })),
      seconds: since(createdAt),
    })),
    outcome: post && { outcome: String(post.value['outcome']), because: String(post.value['because']) },
    calls: countCalls(cloud, firstCall),
    seconds: {
      publish: (publishedAt - startedAt) / 1000,
      toInvalidation: invalidations[0] ? since(invalidations[0].createdAt) : null,
      toLive: post && String(post.value['outcome']).startsWith('live') ? since(post.at) : null,
    },
  };
  return { report, difference, judgement };
};

/** As CodeBuild's artifacts do: every file is uploaded again; what was removed is deleted by the build's own commands. */
const publish = (cloud: Cloud, files: SiteFiles, removed: readonly string[]): string => {
  const build = cloud.codebuild.start({});
  for (const [key, body] of files) cloud.s3.put(SITE_BUCKET, key, body, { contentType: contentTypeOf(key) });
  for (const key of removed) cloud.s3.delete(SITE_BUCKET, key);
  cloud.codebuild.finish(build, 'SUCCEEDED');
  return build;
};

const untilQuiet = async (cloud: Cloud, when: string): Promise<void> => {
  const deadline = Date.now() + QUIET_TIMEOUT_MS;
  while (!cloud.isQuiet()) {
    if (Date.now() > deadline) throw new CannotJudge(`the handlers did not come to rest ${when}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

const ask = (cloud: Cloud, urls: readonly SiteUrl[]): Promise<Answers> =>
  askEdges(
    cloud.edgeUrls,
    urls.map(({ target }) => target),
  );

/** Every URL twice at every edge; the second answer must come from the cache, or nothing could be judged. */
const prime = async (cloud: Cloud, urls: readonly SiteUrl[], later: readonly SiteUrl[]): Promise<Answers> => {
  await ask(cloud, [...urls, ...later]);
  const held = await ask(cloud, urls);
  const missing = notHeld(held, urls);
  if (missing.length === 0) return held;
  throw new CannotJudge(
    `not primed: ${missing.length} of ${urls.length} URLs are not cached, such as ${missing[0]}`,
  );
};

const sabotage = (cloud: Cloud, options: Options): void => {
  if (options.sabotage.has('edges-ignore-all')) cloud.cloudfront.setSabotage('ignore-all');
  if (options.sabotage.has('edges-ignore-one')) cloud.cloudfront.setSabotage('ignore-one');
};

const expectations = (cloud: Cloud, options: Options, difference: Difference) => {
  const fingerprint = options.fingerprint === '' ? undefined : new RegExp(options.fingerprint);
  const removed = new Set(options.keepRemoved ? [] : difference.removed);
  const unchanged = new Set([...difference.unchanged, ...(options.keepRemoved ? difference.removed : [])]);
  return {
    current: (key: string) => {
      const object = cloud.s3.current(SITE_BUCKET, key);
      return object && digestOf(object.body);
    },
    isExpiring: (key: string) =>
      removed.has(key) && fingerprint?.test(key.slice(key.lastIndexOf('/') + 1)) === true,
    isUnchanged: (key: string) => unchanged.has(key),
  };
};

/** The reason of each item, as the handlers told it. */
const reasonsIn = (facts: readonly Fact[]): ReadonlyMap<string, string> =>
  new Map(
    facts
      .filter(({ kind }) => kind === 'plan')
      .flatMap((fact) => fact['items'] as readonly Readonly<{ item: string; because: string }>[])
      .map(({ item, because }) => [item, because]),
  );

const countCalls = (cloud: Cloud, from: number): Report['calls'] => {
  const counts: Record<string, Record<string, number>> = {};
  for (const { service, operation, accessKeyId } of cloud.calls.slice(from)) {
    if (!accessKeyId.startsWith(HANDLERS_KEY)) continue;
    const operations = counts[service] ?? {};
    operations[operation] = (operations[operation] ?? 0) + 1;
    counts[service] = operations;
  }
  return counts;
};
