/** Everything that is checked of a stack, in the order in which it is told: from the ground up. */

import { parseChannels } from '../core/channels.ts';
import type { ParsedHead } from '../core/head.ts';
import type { Probe } from '../core/health.ts';
import {
  both,
  type Fact,
  type Finding,
  found,
  judge,
  known,
  mapFact,
  ok,
  type Verdict,
  warn,
  wrong,
} from './checks.ts';
import { judgeAccess, type Policy, prefixOf } from './checks-access.ts';
import { judgeAlarms, type Subscriptions } from './checks-alarms.ts';
import { type ApiProbes, judgeApi, judgeSite } from './checks-answers.ts';
import { type BucketFacts, judgeBucket } from './checks-bucket.ts';
import { type BuildFacts, judgeBuilds } from './checks-builds.ts';
import { judgeCaching, type Policies } from './checks-caching.ts';
import { type Found, judgeWholeDistribution } from './checks-distribution.ts';
import {
  type Certificate,
  judgeCertificate,
  judgeDns,
  judgeZone,
  type Resolved,
  type Zone,
} from './checks-names.ts';
import { judgeQueues, judgeSecrets, type Queue, type Secret } from './checks-queues.ts';
import { judgeItems, judgeState, judgeTick } from './checks-running.ts';

/** The stack as CloudFormation tells it; times in ms since 1970. */
export type StackSummary = Readonly<{ name: string; status: string; changedAt: number }>;

/** A site without domain, API, builds or zone leaves those facts out. */
export type StackFacts = Readonly<{
  stage: string;
  region: string;
  now: number;
  stack: StackSummary;
  /** False where the distribution is one that was there before. */
  isOurs: boolean;
  /** Whether the template names a web ACL for it. */
  namesWebAcl: boolean;
  distributionId: string;
  bucket: BucketFacts;
  policy: Fact<Policy>;
  distribution: Fact<Found>;
  cachePolicies: Fact<Policies>;
  /** What a pass would take for the distribution's fingerprint now. */
  fingerprint: Fact<string>;
  head: Fact<ParsedHead | 'missing'>;
  tickAt: Fact<number | 'never'>;
  itemsPerMonth: number;
  queues: Fact<readonly Queue[]>;
  secrets: Fact<readonly Secret[]>;
  /** A GET of `/`, where something is to be served there. */
  site?: Fact<Probe> | undefined;
  alarms?: Fact<Subscriptions> | undefined;
  api?: Fact<ApiProbes> | undefined;
  certificate?: Fact<Certificate> | undefined;
  zone?: Fact<Zone> | undefined;
  dns?: Fact<Readonly<{ aliases: readonly Resolved[]; distribution: Resolved }>> | undefined;
  builds?: BuildFacts | undefined;
}>;

export const judgeStack = (facts: StackFacts): readonly Finding[] => {
  const { region, now, stack, head, bucket, distribution, distributionId, isOurs } = facts;
  const aliases = distribution.kind === 'known' ? (distribution.value.config.Aliases?.Items ?? []) : [];
  const logs = (name: string): string =>
    `aws logs tail /aws/lambda/${stack.name}-${name} --region ${region} --since 1h`;
  const readable = mapFact(head, (value) =>
    value === 'missing' || value.kind !== 'head' ? undefined : value.head,
  );
  const prefix = distribution.kind === 'known' ? prefixOf(distribution.value.config) : '';
  const recordedObjects = readable.kind === 'known' ? (readable.value?.objects ?? 0) : 0;
  return [
    found('stack', judgeSummary(stack, region)),
    ...judgeBucket(bucket, isOurs),
    judge('origin access', both(distribution, facts.policy), ([value, policy]) =>
      judgeAccess(bucket.bucket, value.config, value.arn, policy),
    ),
    ...judgeWholeDistribution(distribution, fingerprintsOf(readable, facts.fingerprint), facts),
    ...judgeCaching(distribution, facts.cachePolicies),
    ...(facts.certificate
      ? [judge('certificate', facts.certificate, (value) => judgeCertificate(value, aliases, now))]
      : []),
    ...(facts.zone ? [judge('zone', facts.zone, (value) => judgeZone(value, aliases))] : []),
    ...(facts.dns ? [judge('DNS', facts.dns, (value) => judgeDns(value.aliases, value.distribution))] : []),
    ...(facts.site
      ? [judge('site', facts.site, (probe) => judgeSite(probe, recordedObjects > 0, bucket.bucket))]
      : []),
    ...(facts.api ? [judge('API', facts.api, judgeApi)] : []),
    judge('state', head, (value) =>
      judgeState(value, { bucket: bucket.bucket, distributionId }, logs('invalidate'), now),
    ),
    judge('last tick', facts.tickAt, (at) =>
      judgeTick(
        at,
        now - stack.changedAt,
        [
          `aws scheduler list-schedules --region ${region} --name-prefix ${stack.name} --query 'Schedules[].[Name,State]' --output table`,
          logs('followInvalidation'),
        ],
        now,
      ),
    ),
    judge('items', readable, (value) =>
      value ? judgeItems(value, facts.itemsPerMonth, facts, now) : ok('no item was used yet'),
    ),
    ...queuesOf(facts),
    ...(facts.alarms ? [judge('alarms', facts.alarms, (value) => judgeAlarms(value, facts))] : []),
    judge('secrets', facts.secrets, (value) => judgeSecrets(value, region)),
    ...(facts.builds ? judgeBuilds(facts.builds, { bucket: bucket.bucket, prefix }, region) : []),
  ];
};

/** Without a head there is nothing to compare with, and nothing that could have changed. */
const fingerprintsOf = (
  head: Fact<Readonly<{ fingerprint: string }> | undefined>,
  now: Fact<string>,
): Fact<Readonly<{ recorded: string; now: string }>> =>
  mapFact(both(head, now), ([recorded, current]) => ({
    recorded: recorded?.fingerprint ?? current,
    now: current,
  }));

const queuesOf = ({ queues, region }: StackFacts): readonly Finding[] =>
  queues.kind === 'known'
    ? judgeQueues(queues.value, region).map((verdict) => found('queues', verdict))
    : [judge('queues', queues, () => ok(''))];

/** Whether a stack is one that can be worked with, by its status. */
const judgeSummary = ({ name, status }: StackSummary, region: string): Verdict => {
  const events = `aws cloudformation describe-stack-events --region ${region} --stack-name ${name} --query "StackEvents[?ends_with(ResourceStatus,'FAILED')].[LogicalResourceId,ResourceStatusReason]" --output table`;
  if (status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE' || status === 'IMPORT_COMPLETE')
    return ok(`${name}: ${status}`);
  if (status === 'UPDATE_ROLLBACK_COMPLETE')
    return warn(`${name}: ${status}: the last deployment failed, the one before it runs`, events);
  return status.endsWith('_IN_PROGRESS')
    ? warn(`${name}: ${status}: what follows may be half of the old and half of the new`)
    : wrong(`${name}: ${status}`, events);
};

/** Names of the parameters that channels refer to, each once; unknown where the setting cannot be read. */
export const secretNames = (channels: string | undefined): Fact<readonly string[]> => {
  if (channels === undefined)
    return { kind: 'unknown', because: 'the template does not say which channels there are' };
  try {
    const names = parseChannels(channels).flatMap((channel) => [
      ...('url' in channel ? [channel.url] : []),
      ...('secret' in channel ? [channel.secret] : []),
      ...('token' in channel ? [channel.token] : []),
    ]);
    return known([...new Set(names.filter((name) => name.startsWith('ssm:')).map((name) => name.slice(4)))]);
  } catch (error) {
    return { kind: 'unknown', because: error instanceof Error ? error.message : 'CHANNELS cannot be read' };
  }
};
