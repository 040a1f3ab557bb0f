/**
 * The whole local cloud: the models behind AWS's wire protocols and edges behind HTTP, wired as the packaged
 * template says, with the real handlers polling their queues.
 */

import { randomUUID } from 'node:crypto';
import { parseHead } from '../../shared/core/head.ts';
import { type AppRunner, createAppRunner, type OperationType } from '../world/apprunner.ts';
import {
  type CloudFront,
  createCloudFront,
  type DistributionModel,
  distributionFromTemplate,
  type OriginServer,
  s3Origin,
  type Timing,
} from '../world/cloudfront.ts';
import { type CodeBuild, createCodeBuild } from '../world/codebuild.ts';
import { createEventBridge } from '../world/eventbridge.ts';
import { createS3, type S3, S3Error } from '../world/s3.ts';
import type { BucketOptions } from '../world/s3-types.ts';
import { createSns, type Sns } from '../world/sns.ts';
import { createSqs, type Sqs } from '../world/sqs.ts';
import { createSsm, type Ssm } from '../world/ssm.ts';
import { apprunnerService } from './apprunner.ts';
import type { BuildProject } from './build-project.ts';
import { type CloudClock, createCloudClock } from './clock.ts';
import { cloudformationService } from './cloudformation.ts';
import { cloudfrontService } from './cloudfront.ts';
import { codebuildService } from './codebuild.ts';
import { keepIn } from './data.ts';
import { deployedStack } from './deployed-stack.ts';
import { serveEdge } from './edge-server.ts';
import { createFaultList, type FaultList } from './fault-list.ts';
import { type Bundles, type FunctionName, HANDLERS_KEY, startFunctions } from './functions.ts';
import { s3Service } from './s3.ts';
import { runSchedules } from './schedules.ts';
import { serveAws } from './server.ts';
import { snsService } from './sns.ts';
import { queueUrl, sqsService } from './sqs.ts';
import { ssmService } from './ssm.ts';
import { bucketLifecycles, bucketPolicies, readStack } from './stack.ts';
import type { Call, WireRequest } from './wire.ts';

export { type Bundles, type FunctionName, HANDLERS_KEY } from './functions.ts';

export const SITE_BUCKET = 'afterbuild-local-site';
export const STATE_BUCKET = 'afterbuild-local-state';
export const DISTRIBUTION_ID = 'ELOCAL1';
export const BUILD_PROJECT = 'afterbuild-local-site';
export const API_SERVICE_ARN = 'arn:aws:apprunner:us-east-1:123456789012:service/afterbuild-local-api/1';

export type Fact = Readonly<{ kind: string } & Record<string, unknown>>;

/** A message that the handlers sent to the post queue, and when. */
export type Posted = Readonly<{ at: number; value: Readonly<Record<string, unknown>> }>;

/** An event of EventBridge, as far as everybody needs it. */
export type CloudEvent = Readonly<{ source?: string; 'detail-type'?: string; detail?: unknown }>;

export type CloudOptions = Readonly<{
  template: unknown;
  bundles: Bundles;
  /** The functions that run, all unless said otherwise; the others' messages stay in their queues. */
  functions?: readonly FunctionName[];
  /** Settings of the handlers that differ from the template's. */
  environment?: Readonly<Record<string, string>>;
  timing?: Partial<Timing>;
  /** A bucket and a distribution that were there before the stack, where the template attaches to such. */
  attached?: Readonly<{ bucket: BucketOptions; distribution: DistributionModel }>;
  edges?: number;
  /** 0, as it is unless said otherwise, takes any free one. */
  ports?: Readonly<{ aws: number; edges: readonly number[] }>;
  /** Where the API origin listens, "http://127.0.0.1:3000". */
  apiUrl?: string;
  /** How operations of the API's service begin and end; without, they begin and do not end. */
  beginOperation?(apprunner: AppRunner): (type: OperationType) => string;
  /** How often a schedule sends where it is not as the template says, by its logical id. */
  scheduleMs?: Readonly<Record<string, number>>;
  /** Where what AWS remembers is kept; without, it ends with the process. */
  dataDir?: string;
  /** For how long pollers collect messages, where it is not as the template says. */
  windowMs?: number;
  /** Makes the build project that StartBuild starts; without, builds are of the model only. */
  buildProject?(world: BuildWorld): BuildProject;
  /** Whether schedules send by themselves; without, only `tick` does. */
  ticks?: boolean;
  onCall?(call: Call, request: WireRequest): void;
  /** False loses the event. */
  delivers?(event: CloudEvent): boolean;
  onEvent?(event: CloudEvent): void;
  onFact?(fact: Fact): void;
  /** What a handler prints that is no fact. */
  onLog?(line: string): void;
}>;

/** What a build project needs of the cloud. */
export type BuildWorld = Readonly<{ codebuild: CodeBuild; s3: S3; now(): number }>;

export type Cloud = Readonly<{
  clock: CloudClock;
  s3: S3;
  cloudfront: CloudFront;
  codebuild: CodeBuild;
  apprunner: AppRunner;
  sqs: Sqs;
  ssm: Ssm;
  sns: Sns;
  awsUrl: string;
  edgeUrls: readonly string[];
  faults: FaultList;
  /** The queues of the functions that run. */
  queues: readonly string[];
  /** All calls so far, in order. */
  calls: readonly Call[];
  /** What lies in the post queue, oldest first. */
  posts(): readonly Posted[];
  putEvent(event: CloudEvent): void;
  tick(): void;
  /** No message is left or under way, and the head owes nothing. */
  isQuiet(): boolean;
  /** The function that calls with this access key; undefined for everybody else. */
  functionOf(accessKeyId: string): FunctionName | undefined;
  /** No function runs. */
  isIdle(): boolean;
  /** When something happens next without anybody's doing: a message is visible, or a schedule is due. */
  nextAt(): number;
  stop(): Promise<void>;
}>;

const QUEUES = { WORK: 'WorkQueue', FOLLOW: 'FollowQueue', CHECK: 'CheckQueue', POST: 'PostQueue' } as const;

const QUEUE_OF: Readonly<Record<FunctionName, string>> = {
  invalidate: QUEUES.WORK,
  followInvalidation: QUEUES.FOLLOW,
  checkOrigin: QUEUES.CHECK,
  postStatus: QUEUES.POST,
};

const ALL_FUNCTIONS = Object.keys(QUEUE_OF) as FunctionName[];

export const startCloud = async (options: CloudOptions): Promise<Cloud> => {
  const clock = createCloudClock();
  const { now } = clock;
  const id = (): string => randomUUID();
  const random = Math.random;
  const names = namesOf('');
  const stack = readStack(options.template, names);
  const running = options.functions ?? ALL_FUNCTIONS;

  const sqs = createSqs({ now, id, random });
  for (const { name, settings } of stack.queues) sqs.createQueue(name, settings);
  const bridge = createEventBridge(
    stack.rules.map(({ name, pattern, targets }) => ({
      name,
      pattern,
      targets: targets.map(
        ({ queue, input }) =>
          (event: unknown) =>
            void sqs.send(queue, input ?? JSON.stringify(event)),
      ),
    })),
  );
  const putEvent = (event: CloudEvent): void => {
    keeper?.changed();
    options.onEvent?.(event);
    if (options.delivers?.(event) !== false) bridge.put(event);
  };
  const onEvent = (event: unknown): void => putEvent(event as CloudEvent);
  const s3 = createS3({ now, id, onEvent });
  s3.createBucket(SITE_BUCKET, options.attached?.bucket ?? { versioning: 'enabled', eventBridge: true });
  s3.createBucket(STATE_BUCKET, { versioning: 'enabled', eventBridge: false });
  const codebuild = createCodeBuild({ now, id, project: BUILD_PROJECT, onEvent });
  const config = options.attached?.distribution ?? distributionFromTemplate(options.template, names);
  const cloudfront = createCloudFront({
    now,
    id,
    random,
    config,
    origins: originsOf(s3),
    edges: options.edges ?? 2,
    ...(options.timing ? { timing: options.timing } : {}),
  });

  const apprunner = createAppRunner({
    now,
    id,
    arn: API_SERVICE_ARN,
    name: 'afterbuild-local-api',
    url: options.apiUrl?.replace(/^https?:\/\//, '') ?? '',
    onEvent,
  });
  const [ssm, sns] = [createSsm(), createSns({ now, id })];
  const alarmTopic = sns.createTopic('afterbuild-local-alarms');

  const keeper =
    options.dataDir === undefined
      ? undefined
      : keepIn(options.dataDir, {
          s3: s3.memory,
          sqs: sqs.memory,
          codebuild: codebuild.memory,
          invalidations: cloudfront.memory,
          ssm: ssm.memory,
        });

  const calls: Call[] = [];
  const isHandlers = (accessKeyId: string): boolean => accessKeyId.startsWith(HANDLERS_KEY);
  const faults = createFaultList(isHandlers, (accessKeyId) => functions.kill(accessKeyId));
  const aws = await serveAws({
    port: options.ports?.aws ?? 0,
    services: {
      s3: s3Service(
        s3,
        [SITE_BUCKET, STATE_BUCKET],
        bucketPolicies(options.template, names),
        bucketLifecycles(options.template, names),
      ),
      cloudfront: cloudfrontService(cloudfront),
      sqs: sqsService(sqs),
      codebuild: codebuildService(codebuild, options.buildProject?.({ codebuild, s3, now }), SITE_BUCKET),
      apprunner: apprunnerService(apprunner, options.beginOperation?.(apprunner)),
      ssm: ssmService(ssm),
      sns: snsService(sns),
      // Where everything listens is known a moment later.
      cloudformation: cloudformationService(() => deployed),
    },
    onCall: (call, request) => {
      calls.push(call);
      options.onCall?.(call, request);
      keeper?.changed();
    },
    fault: faults.faultOf,
  });
  const edges = await Promise.all(
    Array.from({ length: cloudfront.edges }, (_, edge) =>
      serveEdge({
        cloudfront,
        edge,
        port: options.ports?.edges[edge] ?? 0,
        ...(options.apiUrl === undefined ? {} : { servers: { api: options.apiUrl } }),
      }),
    ),
  );
  const environment = { ...endpoints(aws.url, edges[0]?.url ?? '', options.apiUrl), ...options.environment };
  const queueUrls = stack.queues.map(({ name }) => [name, queueUrl(aws.url, name)]);
  const deployed = deployedStack({
    template: options.template,
    physical: { ...namesOf(aws.url), ...Object.fromEntries(queueUrls), AlarmTopic: alarmTopic },
    environment,
    createdAt: now(),
  });
  const functions = startFunctions({
    stack: readStack(options.template, namesOf(aws.url)),
    bundles: options.bundles,
    names: running,
    environment,
    sqs,
    clock,
    ...(options.windowMs === undefined ? {} : { windowMs: options.windowMs }),
    onLog: (line) => hear(line, options),
  });
  const schedules = runSchedules(
    stack.schedules
      .filter(({ queue }) => running.some((name) => QUEUE_OF[name] === queue))
      .map((schedule) => ({ ...schedule, everyMs: options.scheduleMs?.[schedule.name] ?? schedule.everyMs })),
    clock,
    (queue, body) => void sqs.send(queue, body),
    options.ticks === true,
  );

  return {
    clock,
    s3,
    cloudfront,
    codebuild,
    apprunner,
    sqs,
    ssm,
    sns,
    awsUrl: aws.url,
    edgeUrls: edges.map(({ url }) => url),
    faults,
    queues: running.map((name) => QUEUE_OF[name]),
    calls,
    posts: () => sqs.peek(QUEUES.POST).map(({ sentAt, body }) => ({ at: sentAt, value: JSON.parse(body) })),
    putEvent,
    tick: schedules.tick,
    isQuiet: () =>
      functions.idle() && running.every((name) => isEmpty(sqs, QUEUE_OF[name])) && owesNothing(s3),
    functionOf: functions.nameOf,
    isIdle: functions.idle,
    nextAt: () =>
      running.reduce(
        (next, name) => Math.min(next, sqs.nextAt(QUEUE_OF[name]) ?? Number.POSITIVE_INFINITY),
        schedules.nextAt(),
      ),
    stop: async () => {
      schedules.stop();
      await functions.stop();
      await Promise.all([aws, ...edges].map((server) => server.close()));
      keeper?.close();
    },
  };
};

/** By the ids in resources/distribution.yml; what goes to the API is passed on before any model is asked. */
const originsOf = (s3: S3): Readonly<Record<string, OriginServer>> => ({
  site: s3Origin(s3, SITE_BUCKET),
  status: s3Origin(s3, STATE_BUCKET),
  api: () => ({ status: 502, headers: {}, body: new TextEncoder().encode('no API is running') }),
});

/** What CloudFormation would have named the resources. */
const namesOf = (awsUrl: string): Readonly<Record<string, string>> => ({
  SiteBucket: SITE_BUCKET,
  StateBucket: STATE_BUCKET,
  'SiteBucket.Arn': `arn:aws:s3:::${SITE_BUCKET}`,
  'SiteBucket.RegionalDomainName': `${SITE_BUCKET}.s3.us-east-1.amazonaws.com`,
  'StateBucket.Arn': `arn:aws:s3:::${STATE_BUCKET}`,
  'StateBucket.RegionalDomainName': `${STATE_BUCKET}.s3.us-east-1.amazonaws.com`,
  SiteDistribution: DISTRIBUTION_ID,
  ...Object.fromEntries(Object.values(QUEUES).map((queue) => [queue, queueUrl(awsUrl, queue)])),
});

const endpoints = (
  awsUrl: string,
  edgeUrl: string,
  apiUrl: string | undefined,
): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: awsUrl,
  AWS_REGION: 'us-east-1',
  AWS_SECRET_ACCESS_KEY: 'local',
  EDGE_URL: edgeUrl,
  SITE_URL: edgeUrl,
  STATUS_URL: `${edgeUrl}/_status`,
  API_URL: apiUrl ?? '',
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

const isEmpty = (sqs: Sqs, queue: string): boolean => {
  const { visible, delayed, inFlight } = sqs.depth(queue);
  return visible + delayed + inFlight === 0;
};

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
