/**
 * A world for stories: the passes on the models, one message batch after the other, in virtual time and without
 * faults. The simulator is for everything else.
 */

import type { Settings } from '../../shared/core/settings.ts';
import { follow } from '../../shared/passes/follow.ts';
import { invalidate } from '../../shared/passes/invalidate.ts';
import type { Fact, Message, Ports, QueueName } from '../../shared/ports.ts';
import { buildsPort } from '../simulation/ports/builds.ts';
import { cdnPort } from '../simulation/ports/cdn.ts';
import { edgePort } from '../simulation/ports/edge.ts';
import { queuePort } from '../simulation/ports/queue.ts';
import { sitePort } from '../simulation/ports/site.ts';
import { statePort } from '../simulation/ports/state.ts';
import {
  type CloudFront,
  createCloudFront,
  type DistributionModel,
  defaultDistribution,
  type Switches,
  s3Origin,
} from '../world/cloudfront.ts';
import { type CodeBuild, createCodeBuild } from '../world/codebuild.ts';
import { createS3, type S3 } from '../world/s3.ts';
import { createSqs, type Sqs } from '../world/sqs.ts';

export const SITE = 'site';
export const STATE = 'state';

export const SETTINGS: Settings = {
  bucket: SITE,
  distributionId: 'E1',
  paths: { routing: 'none', canonical: true },
  fingerprint: undefined,
  purgeRemoved: false,
  itemsMax: 100,
  wildcardsMax: 15,
  itemsPerMonth: 1_000,
  quietMs: 3_000,
  holdMaxMs: 600_000,
  headChecksMax: 200,
  followMaxMs: 1_800_000,
  widening: true,
  checkUrlsMax: 50,
  sampleUrlsMax: 20,
  reportsStarts: false,
};

export type WorldOptions = Readonly<{
  settings?: Partial<Settings>;
  switches?: Partial<Switches>;
  distribution?: Partial<DistributionModel>;
  /** Of the site bucket, enabled unless said otherwise. */
  versioning?: 'enabled' | 'off';
}>;

export type QuietWorld = Readonly<{
  s3: S3;
  cloudfront: CloudFront;
  codebuild: CodeBuild;
  sqs: Sqs;
  ports: Ports;
  facts: Fact[];
  now(): number;
  pass(ms: number): void;
  put(key: string, text: string, headers?: Parameters<S3['put']>[3]): void;
  remove(key: string): void;
  tick(): void;
  /** Runs every message until none is left; throws when that takes more than an hour of virtual time. */
  settle(): Promise<void>;
  /** Runs messages for so long, whether any are left or not. */
  run(ms: number): Promise<void>;
  /** Asks every edge for a target, so that it is cached. */
  visit(...targets: string[]): void;
  /** What each edge answers: the body's text, or the status where it is not 200. */
  served(target: string): readonly (string | number)[];
  /** Items of all invalidations since the last call of this, in order. */
  newItems(): readonly (readonly string[])[];
  posts(): readonly Readonly<Record<string, unknown>>[];
}>;

const QUEUES: Readonly<Record<QueueName, string>> = { work: 'work', follow: 'follow', post: 'post' };
const STEP_MS = 500;
const STEPS_MAX = 7_200;

export const quietWorld = (options: WorldOptions = {}): QuietWorld => {
  let time = Date.UTC(2026, 10, 23, 12);
  let ids = 0;
  const now = (): number => time;
  const id = (): string => {
    ids += 1;
    return `id${ids}`;
  };
  // A cheap sequence that is the same in every run.
  let state = 1;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const sqs = createSqs({ now, id, random });
  for (const name of Object.values(QUEUES)) sqs.createQueue(name, { visibilityTimeoutMs: 360_000 });
  const s3 = createS3({ now, id, onEvent: (event) => sqs.send(QUEUES.work, JSON.stringify(event)) });
  s3.createBucket(SITE, { versioning: options.versioning ?? 'enabled', eventBridge: true });
  s3.createBucket(STATE, { versioning: 'enabled', eventBridge: false });
  const codebuild = createCodeBuild({
    now,
    id,
    project: SITE,
    onEvent: (event) => void sqs.send(QUEUES.work, JSON.stringify(event)),
  });
  const config = defaultDistribution({ defaultRootObject: 'index.html', ...options.distribution });
  const cloudfront = createCloudFront({
    now,
    id,
    random,
    config,
    origins: Object.fromEntries(config.origins.map((origin) => [origin.id, s3Origin(s3, SITE)])),
    ...(options.switches ? { switches: options.switches } : {}),
  });
  const facts: Fact[] = [];
  const ports: Ports = {
    clock: {
      now,
      sleep: async (ms) => {
        time += ms;
      },
    },
    random: { id },
    site: sitePort(s3, SITE),
    state: statePort(s3, STATE),
    cdn: cdnPort(cloudfront),
    builds: buildsPort(codebuild),
    edge: edgePort(cloudfront, 0),
    queue: queuePort(sqs, QUEUES),
    tell: (fact) => facts.push(fact),
  };
  const settings: Settings = { ...SETTINGS, ...options.settings };

  const work = async (queue: 'work' | 'follow', pass: typeof invalidate): Promise<void> => {
    const received = sqs.receive(QUEUES[queue], 1_000);
    if (received.length === 0) return;
    const messages: Message[] = received.map(({ messageId, body, receiptHandle, attributes }) => ({
      id: messageId,
      body,
      receipt: receiptHandle,
      sentAt: Number(attributes.SentTimestamp),
      receives: Number(attributes.ApproximateReceiveCount),
    }));
    const back = new Set(await pass(messages, ports, settings, time + 55_000));
    for (const { id: messageId, receipt } of messages)
      if (!back.has(messageId)) sqs.delete(QUEUES[queue], receipt);
  };

  const step = async (): Promise<void> => {
    await work('work', invalidate);
    await work('follow', follow);
    time += STEP_MS;
  };

  const isIdle = (): boolean => [QUEUES.work, QUEUES.follow].every((name) => sqs.peek(name).length === 0);

  let seen = 0;
  return {
    s3,
    cloudfront,
    codebuild,
    sqs,
    ports,
    facts,
    now,
    pass: (ms) => {
      time += ms;
    },
    put: (key, text, headers) => void s3.put(SITE, key, new TextEncoder().encode(text), headers),
    remove: (key) => void s3.delete(SITE, key),
    tick: () => {
      for (const queue of [QUEUES.work, QUEUES.follow]) sqs.send(queue, JSON.stringify({ kind: 'tick' }));
    },
    settle: async () => {
      for (let count = 0; !isIdle(); count += 1) {
        if (count > STEPS_MAX) throw new Error('expected the world to come to rest within an hour');
        await step();
      }
    },
    run: async (ms) => {
      const until = time + ms;
      while (time < until) await step();
    },
    visit: (...targets) => {
      for (let edge = 0; edge < cloudfront.edges; edge += 1) {
        for (const target of targets) cloudfront.get(edge, { target });
      }
    },
    served: (target) =>
      Array.from({ length: cloudfront.edges }, (_, edge) => {
        const { status, body } = cloudfront.get(edge, { target });
        return status === 200 ? new TextDecoder().decode(body) : status;
      }),
    newItems: () => {
      const all = [...cloudfront.listInvalidations()].reverse();
      const fresh = all.slice(seen).map(({ items }) => items);
      seen = all.length;
      return fresh;
    },
    posts: () => sqs.peek(QUEUES.post).map(({ body }) => JSON.parse(body) as Record<string, unknown>),
  };
};
