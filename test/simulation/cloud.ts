/** The models of one schedule, wired as the template wires the services, in virtual time. */

import { type CloudFront, createCloudFront, type OriginServer, s3Origin } from '../world/cloudfront.ts';
import { keyOfUri } from '../world/cloudfront-origins.ts';
import { type CodeBuild, createCodeBuild } from '../world/codebuild.ts';
import { createEventBridge } from '../world/eventbridge.ts';
import { createS3, type S3, urlEncoded } from '../world/s3.ts';
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
  /** Makes a pass look, and tells it nothing. */
  poke(): void;
  /** Events on their way to the queue. */
  inFlight(): number;
  /** Keys of which an event is on its way, or in the queue, or with a pass that has not acknowledged it. */
  pendingKeys(): ReadonlySet<string>;
  /** Version ids whose writing nobody was told of. */
  untold: ReadonlySet<string>;
  /** Loses none of the events of `act`. */
  telling(act: () => void): void;
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
  const { switches, timing } = schedule.site;
  const models = { now, id, random: random.real, config, switches, timing };
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
    poke: () => {
      sqs.send(QUEUES.work, 'look');
      wake();
    },
    inFlight: () => bus.inFlight.size,
    pendingKeys: () => {
      const bodies = [...bus.inFlight.values(), ...sqs.peek(QUEUES.work).map(({ body }) => body)];
      const told = new Set(bodies.map(keyOf));
      return new Set(schedule.keys.filter((key) => told.has(key) || told.has(urlEncoded(key))));
    },
    untold: bus.untold,
    telling: bus.telling,
  };
};

type Models = Omit<Parameters<typeof createCloudFront>[0], 'origins'>;

const AT_ONCE = { arrivalMs: [0, 0], completionMs: [0, 0], deploymentMs: [0, 0] } as const;

/** The same distribution with an edge that holds nothing and has every configuration at once. */
const createMirror = (models: Models, origin: OriginServer) => {
  let first: string | undefined;
  const site: OriginServer = (request) => {
    first ??= request.uri;
    return origin(request);
  };
  const cloudfront = createCloudFront({ ...models, origins: { site }, edges: 1, timing: AT_ONCE });
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
  const inFlight = new Map<number, string>();
  let count = 0;
  let mustTell = false;
  const send = (event: unknown): void => {
    if (random.chance(lossOf(event, events)) && !mustTell) {
      const id = versionIdOf(event);
      if (id !== undefined) untold.add(id);
      return;
    }
    const copies = random.chance(events.doubled) ? random.pick([2, 2, 3, 20]) : 1;
    const body = JSON.stringify(event);
    for (let copy = 0; copy < copies; copy += 1) {
      count += 1;
      const number = count;
      inFlight.set(number, body);
      time.after(random.whole(20, events.delayMaxMs), () => {
        inFlight.delete(number);
        deliver(body);
      });
    }
  };
  const bridge = createEventBridge(
    RULES.map((pattern, index) => ({ name: `rule ${index}`, pattern, targets: [send] })),
  );
  const telling = (act: () => void): void => {
    mustTell = true;
    act();
    mustTell = false;
  };
  return { put: bridge.put, inFlight, untold, telling };
};

const lossOf = (event: unknown, { lost, buildLost }: EventWeather): number =>
  (event as { source?: string }).source === 'aws.codebuild' ? buildLost : lost;

type EventPart = Readonly<{
  detail?: Readonly<{ object?: Readonly<{ key?: string; 'version-id'?: string }> }>;
}>;

const versionIdOf = (event: unknown): string | undefined =>
  (event as EventPart).detail?.object?.['version-id'];

const keyOf = (body: string): string | undefined =>
  body.startsWith('{') ? (JSON.parse(body) as EventPart).detail?.object?.key : undefined;
