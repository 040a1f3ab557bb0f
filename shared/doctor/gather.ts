/** Gathers what is checked of a stack: every question by itself, so that no refusal ends another. */

import { apiAdapter } from '../aws/api.ts';
import type { Probe } from '../core/health.ts';
import { probeOf } from '../core/health-probe.ts';
import { both, type Fact, known, mapFact } from './checks.ts';
import { prefixOf } from './checks-access.ts';
import type { ApiProbes } from './checks-answers.ts';
import type { Found } from './checks-distribution.ts';
import { type StackFacts, type StackSummary, secretNames } from './checks-stack.ts';
import { conditionOf, environmentOf, type PhysicalIds, propertyOf } from './checks-template.ts';
import { gatherBucket, gatherPolicy } from './gather-bucket.ts';
import { gatherBuilds } from './gather-builds.ts';
import { gatherCachePolicies, gatherDistribution, gatherFingerprint } from './gather-distribution.ts';
import { gatherCertificate, gatherDns, gatherZone } from './gather-names.ts';
import { attempt, type Clients } from './gather-parts.ts';
import { gatherHead, gatherQueues, gatherSecrets, gatherTick } from './gather-running.ts';

/** One answer is waited for this long: a person sits before it. */
const PROBE_MS = 10_000;

export type Where = Readonly<{ stage: string; region: string; now(): number }>;

/** A stack that is there, with its template; without one of them nothing can be found. */
export type KnownStack = Readonly<{ summary: StackSummary; ids: PhysicalIds; template: unknown }>;

export const gatherStack = async (
  clients: Clients,
  { summary, ids, template }: KnownStack,
  { stage, region, now }: Where,
): Promise<StackFacts> => {
  const site = environmentOf(template, 'InvalidateLambdaFunction', ids);
  const health = environmentOf(template, 'CheckOriginLambdaFunction', ids);
  const status = environmentOf(template, 'PostStatusLambdaFunction', ids);
  const bucket = site['SITE_BUCKET'] ?? '';
  const distributionId = site['DISTRIBUTION_ID'] ?? '';
  const state = site['STATE_BUCKET'] ?? ids.get('StateBucket') ?? '';
  const distribution = await gatherDistribution(clients.cloudfront, distributionId);
  const prefix = distribution.kind === 'known' ? prefixOf(distribution.value.config) : '';
  const edgeUrl = edgeUrlOf(site['EDGE_URL'], distribution);
  const api = apiOf(health, distribution);
  const zoneId = propertyOf(template, 'SiteRecords', 'HostedZoneId', ids);
  const buildProject = site['BUILD_PROJECT'] ?? '';
  const [
    bucketFacts,
    policy,
    fingerprint,
    cachePolicies,
    head,
    tickAt,
    queues,
    secrets,
    visited,
    probes,
    builds,
    names,
    zone,
  ] = await Promise.all([
    gatherBucket(clients.s3, bucket, prefix),
    gatherPolicy(clients.s3, bucket),
    gatherFingerprint(clients.cloudfront, distributionId),
    gatherHead(clients.s3, state),
    gatherTick(clients.s3, state),
    gatherQueues(clients.sqs, ids),
    gatherSecrets(clients.ssm, secretNames(status['CHANNELS'])),
    hasRoot(distribution) ? visit(edgeUrl, '/', now) : undefined,
    probeApi(api, edgeUrl, health['BODY_MARKER'] ?? '', now),
    buildProject === '' ? undefined : gatherBuilds(clients.codebuild, buildProject),
    gatherSiteNames(clients, distribution),
    conditionOf(template, 'MakesRecords') && zoneId
      ? gatherZone(clients.route53, clients.dns, zoneId)
      : undefined,
  ]);
  return {
    stage,
    region,
    now: now(),
    stack: summary,
    isOurs: ids.has('SiteDistribution'),
    namesWebAcl: ['MakesWebAcl', 'BringsWebAcl'].some((name) => conditionOf(template, name) === true),
    distributionId,
    bucket: bucketFacts,
    policy,
    distribution,
    fingerprint,
    cachePolicies,
    head,
    tickAt,
    itemsPerMonth: Number(site['ITEMS_PER_MONTH'] || 1_000),
    queues,
    secrets,
    slowMs: Number(health['SLOW_MS'] || 2_000),
    ...(visited ? { site: visited } : {}),
    ...(probes ? { api: probes } : {}),
    ...names,
    ...(zone ? { zone } : {}),
    ...(builds ? { builds } : {}),
  };
};

/** Without a root object `/` is a listing of the bucket, which nobody is to see. */
const hasRoot = (distribution: Fact<Found>): boolean =>
  distribution.kind === 'unknown' || (distribution.value.config.DefaultRootObject ?? '') !== '';

/** A setting where it is a text, otherwise the distribution's own name. */
const edgeUrlOf = (setting: string | undefined, distribution: Fact<Found>): Fact<string> =>
  setting ? known(setting) : mapFact(distribution, ({ domainName }) => `https://${domainName}`);

type Api = Readonly<{ url: string; path: string }>;

/** Undefined where there is no API. A host that only the stack knows is that of the distribution's origin. */
const apiOf = (
  health: Readonly<Record<string, string>>,
  distribution: Fact<Found>,
): Fact<Api> | undefined => {
  const url = health['API_URL'];
  const path = health['API_HEALTH_PATH'] || '/api/health';
  if (url === '') return undefined;
  if (url !== undefined) return known({ url, path });
  if (distribution.kind === 'unknown') return distribution;
  const origin = distribution.value.config.Origins?.Items?.find(({ Id: id }) => id === 'api');
  return origin?.DomainName ? known({ url: `https://${origin.DomainName}`, path }) : undefined;
};

const visit = async (edgeUrl: Fact<string>, path: string, now: () => number): Promise<Fact<Probe>> =>
  edgeUrl.kind === 'unknown' ? edgeUrl : known(await probeAt(edgeUrl.value, path, '', now));

/** Never fails: no answer is one, too. */
export const probeAt = async (
  url: string,
  path: string,
  bodyMarker: string,
  now: () => number,
): Promise<Probe> => {
  // The adapter's deadline is an instant of this machine's clock.
  const adapter = apiAdapter({ direct: url, edge: url }, path);
  return probeOf(await adapter.probe('direct', Date.now() + PROBE_MS), now(), { bodyMarker });
};

const probeApi = async (
  api: Fact<Api> | undefined,
  edgeUrl: Fact<string>,
  bodyMarker: string,
  now: () => number,
): Promise<Fact<ApiProbes> | undefined> => {
  if (!api) return undefined;
  const asked = both(api, edgeUrl);
  if (asked.kind === 'unknown') return asked;
  const [{ url, path }, edge] = asked.value;
  return attempt(async () => ({
    url,
    path,
    direct: await probeAt(url, path, bodyMarker, now),
    edge: await probeAt(edge, path, bodyMarker, now),
  }));
};

/** Certificate and DNS, where the distribution has names of its own. */
const gatherSiteNames = async (
  { acm, dns }: Clients,
  distribution: Fact<Found>,
): Promise<Pick<StackFacts, 'certificate' | 'dns'>> => {
  if (distribution.kind === 'unknown') return {};
  const { config, domainName } = distribution.value;
  const aliases = config.Aliases?.Items ?? [];
  const arn = config.ViewerCertificate?.ACMCertificateArn;
  if (aliases.length === 0) return {};
  const [resolved, certificate] = await Promise.all([
    gatherDns(dns, aliases, domainName),
    arn ? gatherCertificate(acm, arn) : undefined,
  ]);
  return { dns: resolved, ...(certificate ? { certificate } : {}) };
};
