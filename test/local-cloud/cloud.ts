/**
 * The whole local cloud: the models behind AWS's wire protocols and edges behind HTTP, wired as the packaged
 * template says, with the real handlers polling their queues.
 */

import { randomUUID } from 'node:crypto';
import { parseHead } from '../../shared/core/head.ts';
import {
  type CloudFront,
  createCloudFront,
  distributionFromTemplate,
  s3Origin,
  type Timing,
} from '../world/cloudfront.ts';
import { type CodeBuild, createCodeBuild } from '../world/codebuild.ts';
import { createEventBridge } from '../world/eventbridge.ts';
import { createS3, type S3, S3Error } from '../world/s3.ts';
import { createSqs, type Sqs } from '../world/sqs.ts';
import { cloudfrontService } from './cloudfront.ts';
import { codebuildService } from './codebuild.ts';
import { serveEdge } from './edge-server.ts';
import { type Poller, poll, startLambda } from './lambda-host.ts';
import { s3Service } from './s3.ts';
import { serveAws } from './server.ts';
import { queueUrl, sqsService } from './sqs.ts';
import { readStack, type Stack } from './stack.ts';
import type { Call } from './wire.ts';

export const SITE_BUCKET = 'afterbuild-local-site';
export const STATE_BUCKET = 'afterbuild-local-state';
export const DISTRIBUTION_ID = 'ELOCAL1';
export const BUILD_PROJECT = 'afterbuild-local-site';

/** The access key of the handlers, to tell their calls from everybody else's. */
export const HANDLERS_KEY = 'AKIALOCALHANDLERS000';

export type Fact = Readonly<{ kind: string } & Record<string, unknown>>;

/** The module of each function. */
export type Bundles = Readonly<{ invalidate: string; followInvalidation: string }>;

/** A message that the handlers sent to the post queue, and when. */
export type Posted = Readonly<{ at: number; value: Readonly<Record<string, unknown>> }>;

export type CloudOptions = Readonly<{
  template: unknown;
  bundles: Bundles;
  /** Settings of the handlers that differ from the template's. */
  environment?: Readonly<Record<string, string>>;
  timing?: Partial<Timing>;
  edges?: number;
  onFact?(fact: Fact): void;
  /** What a handler prints that is no fact. */
  onLog?(line: string): void;
}>;

export type Cloud = Readonly<{
  s3: S3;
  cloudfront: CloudFront;
  codebuild: CodeBuild;
  sqs: Sqs;
  awsUrl: string;
  edgeUrls: readonly string[];
  /** All calls so far, in order. */
  calls: readonly Call[];
  /** What the handlers sent to the post queue so far, oldest first. */
  posts(): readonly Posted[];
  tick(): void;
  /** No message is left or under way, and the head owes nothing. */
  isQuiet(): boolean;
  stop(): Promise<void>;
}>;

const WORK = 'WorkQueue';
const FOLLOW = 'FollowQueue';
const POST = 'PostQueue';

export const startCloud = async (options: CloudOptions): Promise<Cloud> => {
  const now = (): number => Date.now();
  const id = (): string => randomUUID();
  const random = Math.random;
  const names = namesOf('');
  const stack = readStack(options.template, names);

  const sqs = createSqs({ now, id, random });
  for (const { name, settings } of stack.queues) sqs.createQueue(name, settings);
  const bridge = createEventBridge(
    stack.rules.map(({ name, pattern, queues }) => ({
      name,
      pattern,
      targets: queues.map((queue) => (event: unknown) => void sqs.send(queue, JSON.stringify(event))),
    })),
  );
  const s3 = createS3({ now, id, onEvent: bridge.put });
  s3.createBucket(SITE_BUCKET, { versioning: 'enabled', eventBridge: true });
  s3.createBucket(STATE_BUCKET, { versioning: 'enabled', eventBridge: false });
  const codebuild = createCodeBuild({ now, id, project: BUILD_PROJECT, onEvent: bridge.put });

  const config = distributionFromTemplate(options.template, names);
  const cloudfront = createCloudFront({
    now,
    id,
    random,
    config,
    origins: Object.fromEntries(config.origins.map((origin) => [origin.id, s3Origin(s3, SITE_BUCKET)])),
    edges: options.edges ?? 2,
    ...(options.timing ? { timing: options.timing } : {}),
  });

  const calls: Call[] = [];
  const aws = await serveAws({
    port: 0,
    services: {
      s3: s3Service(s3),
      cloudfront: cloudfrontService(cloudfront),
      sqs: sqsService(sqs),
      codebuild: codebuildService(codebuild),
    },
    onCall: (call) => calls.push(call),
  });
  const edges = await Promise.all(
    Array.from({ length: cloudfront.edges }, (_, edge) => serveEdge({ cloudfront, edge, port: 0 })),
  );
  const pollers = startFunctions(options, sqs, aws.url, edges[0]?.url ?? '');

  return {
    s3,
    cloudfront,
    codebuild,
    sqs,
    awsUrl: aws.url,
    edgeUrls: edges.map(({ url }) => url),
    calls,
    posts: () => sqs.peek(POST).map(({ sentAt, body }) => ({ at: sentAt, value: JSON.parse(body) })),
    tick: () => {
      for (const { queue, input } of stack.schedules) sqs.send(queue, input);
    },
    isQuiet: () => pollers.every((poller) => poller.idle()) && isEmpty(sqs) && owesNothing(s3),
    stop: async () => {
      await Promise.all(pollers.map((poller) => poller.stop()));
      await Promise.all([aws, ...edges].map((server) => server.close()));
    },
  };
};

/** What CloudFormation would have named the resources. */
const namesOf = (awsUrl: string): Readonly<Record<string, string>> => ({
  SiteBucket: SITE_BUCKET,
  StateBucket: STATE_BUCKET,
  SiteDistribution: DISTRIBUTION_ID,
  WorkQueue: queueUrl(awsUrl, WORK),
  FollowQueue: queueUrl(awsUrl, FOLLOW),
  PostQueue: queueUrl(awsUrl, POST),
});

const FUNCTIONS: readonly Readonly<{ bundle: keyof Bundles; queue: string }>[] = [
  { bundle: 'invalidate', queue: WORK },
  { bundle: 'followInvalidation', queue: FOLLOW },
];

/** Each function as its event source mapping says, with its environment from the template. */
const startFunctions = (
  options: CloudOptions,
  sqs: Sqs,
  awsUrl: string,
  edgeUrl: string,
): readonly Poller[] => {
  const stack = readStack(options.template, namesOf(awsUrl));
  const environment = { ...endpoints(awsUrl), EDGE_URL: edgeUrl, BUILD_PROJECT, ...options.environment };
  return FUNCTIONS.map(({ bundle, queue }) => {
    const mapping = mappingOf(stack, queue);
    const settings = stack.functions.find(({ id }) => id === mapping.functionId);
    if (!settings) throw new Error(`expected the function ${mapping.functionId} in the template, got none`);
    const lambda = () =>
      startLambda({
        name: bundle,
        modulePath: options.bundles[bundle],
        env: { ...settings.environment, ...environment },
        timeoutMs: settings.timeoutMs,
        onLog: (line) => hear(line, options),
      });
    return poll({
      sqs,
      queue,
      lambdas: Array.from({ length: mapping.concurrency }, lambda),
      batchSize: mapping.batchSize,
      windowMs: mapping.windowMs,
      reportsFailures: mapping.reportsFailures,
      onError: (error) =>
        options.onLog?.(`${bundle}: ${error instanceof Error ? error.message : String(error)}`),
    });
  });
};

const mappingOf = (stack: Stack, queue: string) => {
  const mapping = stack.mappings.find((candidate) => candidate.queue === queue);
  if (!mapping) throw new Error(`expected an event source mapping of ${queue} in the template, got none`);
  return mapping;
};

const endpoints = (awsUrl: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: awsUrl,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: HANDLERS_KEY,
  AWS_SECRET_ACCESS_KEY: 'local',
});

/** A log line with a fact is a fact; everything else is for a person. */
const hear = (line: string, { onFact, onLog }: CloudOptions): void => {
  const fact = factIn(line);
  if (fact) onFact?.(fact);
  else onLog?.(line);
};

const factIn = (line: string): Fact | undefined => {
  try {
    const logged = JSON.parse(line) as { fact?: Fact; alarm?: boolean };
    return logged.fact && { ...logged.fact, alarm: logged.alarm === true };
  } catch {
    return undefined;
  }
};

const isEmpty = (sqs: Sqs): boolean =>
  [WORK, FOLLOW].every((queue) => {
    const { visible, delayed, inFlight } = sqs.depth(queue);
    return visible + delayed + inFlight === 0;
  });

/** No intent, nothing followed, nothing owed; before the first pass there is no head at all. */
const owesNothing = (s3: S3): boolean => {
  try {
    const parsed = parseHead(s3.get(STATE_BUCKET, 'head.json').body);
    if (parsed.kind !== 'head') return false;
    const { intent, follows, outbox } = parsed.head;
    return intent === undefined && follows.length === 0 && outbox.length === 0;
  } catch (error) {
    if (error instanceof S3Error && error.status === 404) return true;
    throw error;
  }
};
