/** The models in virtual time, with the passes run by pollers as Lambda runs them. */

import { follow } from '../../shared/passes/follow.ts';
import { invalidate } from '../../shared/passes/invalidate.ts';
import type { Fact, Message, Queue, QueueName } from '../../shared/ports.ts';
import { type CloudFront, createCloudFront, s3Origin } from '../world/cloudfront.ts';
import { type CodeBuild, createCodeBuild } from '../world/codebuild.ts';
import { createS3, type S3 } from '../world/s3.ts';
import { createSqs, type Received, type Sqs } from '../world/sqs.ts';
import type { Chance } from './chance.ts';
import {
  type CallLog,
  type CrashPoint,
  type FaultRates,
  faultyPorts,
  type Invocation,
  NO_FAULTS,
} from './faulty-ports.ts';
import { createHistory, type History } from './history.ts';
import { buildsPort } from './ports/builds.ts';
import { cdnPort } from './ports/cdn.ts';
import { edgePort } from './ports/edge.ts';
import { queuePort } from './ports/queue.ts';
import { sitePort } from './ports/site.ts';
import { statePort } from './ports/state.ts';
import { type Setup, SITE } from './setup.ts';
import { type Timeline, timelineFrom } from './timeline.ts';

export { SITE } from './setup.ts';
export const STATE = 'state';
export const QUEUES: Readonly<Record<QueueName, string>> = { work: 'work', follow: 'follow', post: 'post' };

const START = Date.UTC(2026, 10, 23, 12);
const VISIBILITY_MS = 360_000;
const TIMEOUT_MS = 60_000;
const MARGIN_MS = 5_000;
const BATCH_MAX = 1_000;

export type World = Readonly<{
  timeline: Timeline;
  s3: S3;
  cloudfront: CloudFront;
  codebuild: CodeBuild;
  sqs: Sqs;
  history: History;
  facts: Fact[];
  log: CallLog;
  /** Faults happen from now on, or no longer. */
  setFaulty(isFaulty: boolean): void;
  send(queue: 'work' | 'follow', body: string): void;
  /** No handler runs. */
  isIdle(): boolean;
}>;

export type WorldOptions = Readonly<{
  setup: Setup;
  chance: Chance;
  crashAt?: CrashPoint;
  onEffect(invocation: Invocation, name: string, args: readonly unknown[], answer: unknown): void;
}>;

export const createWorld = ({ setup, chance, crashAt, onEffect }: WorldOptions): World => {
  const timeline = timelineFrom(START);
  const { now } = timeline;
  const history = createHistory();
  const facts: Fact[] = [];
  const log: CallLog = { calls: 0, crashes: 0, faults: 0, trace: 0x811c9dc5, deniedUntil: 0 };
  let rates: FaultRates = NO_FAULTS;

  const modelChance = chance.fork('models');
  const sqs = createSqs({
    now,
    id: modelChance.id,
    random: modelChance.real,
    duplicates: setup.events.doubled / 10,
  });
  for (const name of Object.values(QUEUES)) sqs.createQueue(name, { visibilityTimeoutMs: VISIBILITY_MS });

  const eventChance = chance.fork('events');
  const deliver = (event: unknown, lost: number): void => {
    if (eventChance.hit(lost)) return;
    const copies = eventChance.hit(setup.events.doubled) ? eventChance.whole(2, 3) : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      timeline.at(now() + eventChance.whole(0, setup.events.slowMs), () =>
        send('work', JSON.stringify(event)),
      );
    }
  };
  const s3 = createS3({
    now,
    id: modelChance.id,
    eventKeys: setup.events.encoded ? 'encoded' : 'raw',
    // The rule filters the expiry's own events.
    onEvent: (event) => {
      if (event.detail['reason'] !== 'Lifecycle Expiration') deliver(event, setup.events.lost);
    },
  });
  s3.createBucket(SITE, { versioning: 'enabled', eventBridge: true });
  s3.createBucket(STATE, { versioning: 'enabled', eventBridge: false });
  const codebuild = createCodeBuild({
    now,
    id: modelChance.id,
    project: SITE,
    onEvent: (event) => deliver(event, setup.events.buildLost),
  });
  const cloudfront = createCloudFront({
    now,
    id: modelChance.id,
    random: modelChance.real,
    config: setup.distribution,
    origins: Object.fromEntries(setup.distribution.origins.map(({ id }) => [id, s3Origin(s3, SITE)])),
    switches: setup.switches,
  });
  const raw = {
    site: sitePort(s3, SITE),
    state: statePort(s3, STATE),
    cdn: cdnPort(cloudfront),
    builds: buildsPort(codebuild),
    edge: edgePort(cloudfront, 0),
    queue: wakingPort(queuePort(sqs, QUEUES), (queue) => wake(queue)),
  };

  const free = { work: setup.workers, follow: setup.workers };
  const callChance = chance.fork('calls');
  const wakes = { work: Number.POSITIVE_INFINITY, follow: Number.POSITIVE_INFINITY };

  const wake = (queue: 'work' | 'follow'): void => {
    const next = sqs.nextAt(QUEUES[queue]);
    if (next === undefined || free[queue] === 0) return;
    // Lambda's poller collects for a while.
    const at = Math.max(now(), next) + callChance.whole(0, 1_000);
    if (wakes[queue] > now() && wakes[queue] <= at) return;
    wakes[queue] = at;
    timeline.at(at, () => {
      if (wakes[queue] === at) wakes[queue] = Number.POSITIVE_INFINITY;
      receive(queue);
    });
  };

  const receive = (queue: 'work' | 'follow'): void => {
    if (free[queue] > 0) {
      const most = queue === 'work' ? callChance.pick([1, 3, BATCH_MAX]) : callChance.pick([1, 10]);
      const batch = sqs.receive(QUEUES[queue], most);
      if (batch.length > 0) run(queue, batch);
    }
    wake(queue);
  };

  const run = (queue: 'work' | 'follow', batch: readonly Received[]): void => {
    free[queue] -= 1;
    const invocation: Invocation = { dead: false, skewMs: callChance.whole(-2_000, 2_000), listedAt: 0 };
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      free[queue] += 1;
      wake(queue);
    };
    timeline.at(now() + TIMEOUT_MS, () => {
      if (isOver) return;
      invocation.dead = true;
      end();
    });
    const ports = faultyPorts(
      {
        raw,
        timeline,
        chance: callChance,
        rates: () => rates,
        log,
        ...(crashAt ? { crashAt } : {}),
        tell: (fact) => void facts.push(fact),
        onCrash: end,
        onEffect,
      },
      invocation,
    );
    const pass = queue === 'work' ? invalidate : follow;
    const deadline = ports.clock.now() + TIMEOUT_MS - MARGIN_MS;
    pass(batch.map(messageOf), ports, setup.settings, deadline).then(
      (back) => {
        if (invocation.dead) return;
        const kept = new Set(back);
        for (const { messageId, receiptHandle } of batch) {
          if (!kept.has(messageId)) sqs.delete(QUEUES[queue], receiptHandle);
        }
        end();
      },
      (error: unknown) => {
        if (invocation.dead) return;
        // A handler that throws acknowledges nothing.
        if (!(error instanceof Error && /^\w+\.\w+: (refused|no-reply)$/.test(error.message))) {
          facts.push({
            kind: 'handler-error',
            because: error instanceof Error ? (error.stack ?? '') : String(error),
          });
        }
        end();
      },
    );
  };

  const send = (queue: 'work' | 'follow', body: string): void => {
    sqs.send(QUEUES[queue], body);
    wake(queue);
  };

  return {
    timeline,
    s3,
    cloudfront,
    codebuild,
    sqs,
    history,
    facts,
    log,
    setFaulty: (isFaulty) => {
      rates = isFaulty ? setup.rates : NO_FAULTS;
      log.deniedUntil = isFaulty && setup.deniedFor > 0 ? now() + setup.deniedFor : 0;
    },
    send,
    isIdle: () => {
      for (const queue of ['work', 'follow'] as const) wake(queue);
      return free.work === setup.workers && free.follow === setup.workers;
    },
  };
};

/** Messages that the passes send, or put off, wake a poller as well. */
const wakingPort = (queue: Queue, wake: (queue: 'work' | 'follow') => void): Queue => ({
  send: async (name, body) => {
    const answer = await queue.send(name, body);
    if (name !== 'post') wake(name);
    return answer;
  },
  postpone: async (name, receipts, seconds) => {
    await queue.postpone(name, receipts, seconds);
    if (name !== 'post') wake(name);
  },
});

const messageOf = ({ messageId, body, receiptHandle, attributes }: Received): Message => ({
  id: messageId,
  body,
  receipt: receiptHandle,
  sentAt: Number(attributes.SentTimestamp),
  receives: Number(attributes.ApproximateReceiveCount),
});
