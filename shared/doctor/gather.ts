/** Gathers what is checked of a stack: every question by itself, so that no refusal ends another. */

import type { Fact } from './checks.ts';
import { prefixOf } from './checks-access.ts';
import type { Found } from './checks-distribution.ts';
import { type StackFacts, type StackSummary, secretNames } from './checks-stack.ts';
import { conditionOf, environmentOf, type PhysicalIds, propertyOf } from './checks-template.ts';
import { edgeUrlOf, probeApi, visitRoot } from './gather-answers.ts';
import { gatherBucket, gatherPolicy } from './gather-bucket.ts';
import { gatherBuilds } from './gather-builds.ts';
import { gatherCachePolicies, gatherDistribution, gatherFingerprint } from './gather-distribution.ts';
import { gatherCertificate, gatherDns, gatherZone } from './gather-names.ts';
import type { Clients } from './gather-parts.ts';
import { gatherAlarms, gatherHead, gatherQueues, gatherSecrets, gatherTick } from './gather-running.ts';

export type Where = Readonly<{ stage: string; region: string; now(): number }>;

/** A stack that is there, with its template; without one of them nothing can be found. */
export type KnownStack = Readonly<{ summary: StackSummary; ids: PhysicalIds; template: unknown }>;

export const gatherStack = async (
  clients: Clients,
  { summary, ids, template }: KnownStack,
  { stage, region, now }: Where,
): Promise<StackFacts> => {
  const { cloudfront, codebuild, s3, sns, sqs, ssm } = clients;
  const site = environmentOf(template, 'InvalidateLambdaFunction', ids);
  const health = environmentOf(template, 'CheckOriginLambdaFunction', ids);
  const status = environmentOf(template, 'PostStatusLambdaFunction', ids);
  const { SITE_BUCKET: bucket = '', STATE_BUCKET: state = '', DISTRIBUTION_ID: distributionId = '' } = site;
  const buildProject = site['BUILD_PROJECT'] ?? '';
  const distribution = await gatherDistribution(cloudfront, distributionId);
  const edgeUrl = edgeUrlOf(site['EDGE_URL'], distribution);
  const gathered = await all({
    bucket: gatherBucket(
      s3,
      bucket,
      distribution.kind === 'known' ? prefixOf(distribution.value.config) : '',
    ),
    policy: gatherPolicy(s3, bucket),
    fingerprint: gatherFingerprint(cloudfront, distributionId),
    cachePolicies: gatherCachePolicies(cloudfront, distribution),
    head: gatherHead(s3, state),
    tickAt: gatherTick(s3, state),
    queues: gatherQueues(sqs, ids),
    alarms: gatherAlarms(sns, ids),
    secrets: gatherSecrets(ssm, secretNames(status['CHANNELS'])),
    site: visitRoot(edgeUrl, distribution, now),
    api: probeApi(health, distribution, edgeUrl, now),
    builds: buildProject === '' ? undefined : gatherBuilds(codebuild, buildProject),
    names: gatherSiteNames(clients, distribution, conditionOf(template, 'HasDomain') === true),
    zone: gatherSiteZone(clients, template, ids),
  });
  const { names, ...facts } = gathered;
  return {
    ...facts,
    ...names,
    stage,
    region,
    now: now(),
    stack: summary,
    isOurs: ids.has('SiteDistribution'),
    namesWebAcl: ['MakesWebAcl', 'BringsWebAcl'].some((name) => conditionOf(template, name) === true),
    distributionId,
    distribution,
    itemsPerMonth: Number(site['ITEMS_PER_MONTH'] || 1_000),
  };
};

/** All answers, by the questions' names; they are asked at the same time. */
const all = async <T extends Readonly<Record<string, unknown>>>(
  asked: T,
): Promise<{ [K in keyof T]: Awaited<T[K]> }> => {
  const answers = await Promise.all(
    Object.entries(asked).map(async ([name, answer]) => [name, await answer]),
  );
  return Object.fromEntries(answers);
};

/** Undefined where the site's records are not in a zone of the stack. */
const gatherSiteZone = async (
  { dns, route53 }: Clients,
  template: unknown,
  ids: PhysicalIds,
): Promise<StackFacts['zone']> => {
  const zoneId = propertyOf(template, 'SiteRecords', 'HostedZoneId', ids);
  return conditionOf(template, 'MakesRecords') && zoneId ? gatherZone(route53, dns, zoneId) : undefined;
};

/** Certificate and DNS, where the distribution has names of its own; by the template it would. */
const gatherSiteNames = async (
  { acm, dns }: Clients,
  distribution: Fact<Found>,
  hasDomain: boolean,
): Promise<Pick<StackFacts, 'certificate' | 'dns'>> => {
  if (distribution.kind === 'unknown')
    return hasDomain ? { certificate: distribution, dns: distribution } : {};
  const { config, domainName } = distribution.value;
  const aliases = config.Aliases?.Items ?? [];
  if (aliases.length === 0) return {};
  const arn = config.ViewerCertificate?.ACMCertificateArn;
  return all({
    dns: gatherDns(dns, aliases, domainName),
    certificate: arn ? gatherCertificate(acm, arn) : undefined,
  });
};
