/** The models of one schedule, wired as the template wires the services, in virtual time. */

import { type CloudFront, createCloudFront, type OriginServer, s3Origin } from '../world/cloudfront.ts';
import { keyOfUri } from '../world/cloudfront-origins.ts';
import { type CodeBuild, createCodeBuild } from '../world/codebuild.ts';
import { createEventBridge } from '../world/eventbridge.ts';
import { createS3, type S3 } from '../world/s3.ts';
import { createSqs, type Sqs } from '../world/sqs.ts';
import { distributionOf } from './distributions.ts';
import { SITE } from './draw-schedule.ts';
import { randomOf } from './random.ts';
import type { EventWeather, Schedule } from './schedule.ts';
import { createTruth, type Truth } from './truth.ts';
import type { VirtualTime } from './virtual-time.ts';

export const STATE = 'state';
export const QUEUES = { work: 'work', follow: 'follow', post: 'post' } as const;
export const VISIBILITY_MS = 360_000;

/** `key` is the object that a target asks for, if it can be one. */
export type Served = Readonly<{
  status: number;
  body: Uint8Array;
  headers: Readonly<Record<string, string>>;
  key: string | undefined;
}>;

export type Cloud = Readonly<{
  s3: S3;
  cloudfront: CloudFront;
  codebuild: CodeBuild;
  sqs: Sqs;
  truth: Truth;
  /** What a viewer would get now if no edge held anything. */
  served(target: string): Served;
  configure(errorPage: string): void;
  /** Events on their way to the queue. */
  inFlight(): number;
  /** Version ids whose writing nobody was told of. */
  untold: ReadonlySet<string>;
}>;

/** As in `resources/events.yml`. */
const RULES = [
  {
    source: ['aws.s3'],
    'detail-type': ['Object Created', 'Object Deleted'],
    detail: {
      bucket: { name: [SITE] },
      reason: [{ 'anything-but': ['Lifecycle Expiration'] }, { exists: false }],
    },
  },
  {
    source: ['aws.codebuild'],
    'detail-type': ['CodeBuild Build State Change'],
    detail: { 'project-name': [SITE] },
  },
];

export const createCloud = (schedule: Schedule, time: VirtualTime, wake: () => void): Cloud => {
  const { now } = time;
  const random = randomOf(schedule.seed, 'models');
  let ids = 0;
  const id = (): string => {
    ids += 1;
    return `id${ids}`;
  };
  const sqs = createSqs({ now, id, random: random.real, duplicates: schedule.events.redelivered });
  for (const name of Object.values(QUEUES)) sqs.createQueue(name, { visibilityTimeoutMs: VISIBILITY_MS });

  const bus = createBus(schedule, time, (body) => {
    sqs.send(QUEUES.work, body);
    wake();
  });
  const { pageKeysMax, eventKeys } = schedule.site;
  const s3 = createS3({ now, id, pageKeysMax, eventKeys, onEvent: bus.put });
  s3.createBucket(SITE, { versioning: 'enabled', eventBridge: true });
  s3.createBucket(STATE, { versioning: 'off', eventBridge: false });
  const codebuild = createCodeBuild({ now, id, project: SITE, onEvent: bus.put });

  const config = distributionOf(schedule.site, schedule.settings.paths, schedule.site.errorPage);
  const models = { now, id, random: random.real, config, switches: schedule.site.switches };
  const cloudfront = createCloudFront({ ...models, origins: { site: s3Origin(s3, SITE) } });
  const mirror = createMirror(models, s3Origin(s3, SITE));
  return {
    s3,
    cloudfront,
    codebuild,
    sqs,
    truth: createTruth(s3),
    served: mirror.served,
    configure: (errorPage) => {
      const next = distributionOf(schedule.site, schedule.settings.paths, errorPage);
      cloudfront.setConfig(next);
      mirror.configure(next);
    },
    inFlight: bus.inFlight,
    untold: bus.untold,
  };
};

type Models = Omit<Parameters<typeof createCloudFront>[0], 'origins'>;

/** The same distribution with an edge that holds nothing and has every configuration at once. */
const createMirror = (models: Models, origin: OriginServer) => {
  let first: string | undefined;
  const site: OriginServer = (request) => {
    first ??= request.uri;
    return origin(request);
  };
  const timing = { arrivalMs: [0, 0], completionMs: [0, 0], deploymentMs: [0, 0] } as const;
  const cloudfront = createCloudFront({ ...models, origins: { site }, edges: 1, timing });
  cloudfront.setSabotage('never-cache');
  return {
    configure: cloudfront.setConfig,
    served: (target: string): Served => {
      first = undefined;
      const { status, body, headers } = cloudfront.get(0, { target });
      return { status, body, headers, key: first === undefined ? undefined : keyOfUri(first) };
    },
  };
};

const createBus = ({ seed, events }: Schedule, time: VirtualTime, deliver: (body: string) => void) => {
  const random = randomOf(seed, 'events');
  const untold = new Set<string>();
  let inFlight = 0;
  const send = (event: unknown): void => {
    if (random.chance(lossOf(event, events))) {
      const id = versionIdOf(event);
      if (id !== undefined) untold.add(id);
      return;
    }
    const copies = random.chance(events.doubled) ? random.pick([2, 2, 3, 20]) : 1;
    const body = JSON.stringify(event);
    for (let copy = 0; copy < copies; copy += 1) {
      inFlight += 1;
      time.after(random.whole(20, events.delayMaxMs), () => {
        inFlight -= 1;
        deliver(body);
      });
    }
  };
  const bridge = createEventBridge(
    RULES.map((pattern, index) => ({ name: `rule ${index}`, pattern, targets: [send] })),
  );
  return { put: bridge.put, inFlight: () => inFlight, untold };
};

const lossOf = (event: unknown, { lost, buildLost }: EventWeather): number =>
  (event as { source?: string }).source === 'aws.codebuild' ? buildLost : lost;

const versionIdOf = (event: unknown): string | undefined =>
  (event as { detail?: { object?: { 'version-id'?: string } } }).detail?.object?.['version-id'];
