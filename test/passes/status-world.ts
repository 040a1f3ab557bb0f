/**
 * The world of `post-status` in memory: a queue, a history, public files and somebody's web server, and workers
 * whose every call waits until the test lets one of them go on. A crash is a call that never returns.
 */

import { type Channel, parseChannels } from '../../shared/core/channels.ts';
import { emptyHistory, type History, parseHistory } from '../../shared/core/history.ts';
import type { Report } from '../../shared/core/report.ts';
import type { TopicMessage } from '../../shared/core/sns-message.ts';
import type { SiteNames } from '../../shared/core/status-json.ts';
import { postStatus } from '../../shared/passes/post-status.ts';
import type { Fact, Published, StatusPorts, WebAnswer, WebRequest } from '../../shared/ports.ts';
import { aBuildReport, NOON, SITE_NAMES } from '../core/report-fixture.ts';
import { queuePort } from '../simulation/ports/queue.ts';
import { createSqs } from '../world/sqs.ts';

const QUEUES = { work: 'work', follow: 'follow', post: 'post' };
const DEAD = 'dead';
const VISIBILITY_MS = 360_000;
const STEPS_MAX = 20_000;

export const WEBHOOK: Channel = {
  name: 'ops',
  kind: 'webhook',
  url: 'https://example.com/url-canary',
  secret: 'ssm:/afterbuild/ops',
};
export const CHANNELS: readonly Channel[] = [
  ...parseChannels('[{"name":"log","kind":"log"},{"name":"page","kind":"page"}]'),
  WEBHOOK,
];

/** A message for the webhook alone. */
export const toWebhook = (report: Report = aBuildReport()) => ({ channel: WEBHOOK.name, report });

export type Post = Readonly<{ url: string; request: WebRequest; at: number; forMs: number }>;

export type WorldOptions = Readonly<{
  site?: SiteNames;
  channels?: readonly Channel[];
  workers?: number;
  /** The number of the call that never returns, from 0, and whether it takes effect. */
  crashes?: ReadonlyMap<number, 'before' | 'after'>;
  /**
   * Which call happens next: an index into the workers whose calls wait, the longest first; past their end time
   * passes, for longer than a message is hidden.
   */
  choose?(waiting: readonly number[]): number;
}>;

type Pending = Readonly<{ worker: number; run(): void; crash(): void }>;

/** Lets everything go on that does not wait for the world. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const statusWorld = ({
  site = SITE_NAMES,
  channels = CHANNELS,
  workers = 2,
  crashes = new Map(),
  choose = () => 0,
}: WorldOptions = {}) => {
  let time = NOON;
  let ids = 0;
  let calls = 0;
  const id = (): string => {
    ids += 1;
    return `id${ids}`;
  };
  const sqs = createSqs({ now: () => time, id, random: () => 0 });
  sqs.createQueue(DEAD);
  sqs.createQueue('post', {
    visibilityTimeoutMs: VISIBILITY_MS,
    redrive: { deadLetterQueue: DEAD, maxReceiveCount: 100 },
  });
  const queue = queuePort(sqs, QUEUES);
  let stored: Readonly<{ bytes: Uint8Array; etag: string }> | undefined;
  let deliveries: Readonly<{ bytes: Uint8Array; etag: string }> | undefined;
  const pending: Pending[] = [];
  const busy = new Set<number>();

  const world = {
    facts: [] as Fact[],
    files: new Map<string, Readonly<{ body: string; contentType: string }>>(),
    posts: [] as Post[],
    /** What `check-origin` keeps, if anything. */
    health: undefined as Readonly<{ bytes: Uint8Array; etag: string }> | undefined,
    blobs: new Map<string, Uint8Array>(),
    published: [] as Readonly<{ topic: string; message: TopicMessage }>[],
    publishing: (): Published => ({ kind: 'published' }),
    answer: (_post: Post): WebAnswer => ({ kind: 'answer', status: 200 }),
    secrets: new Map([['/afterbuild/ops', 'secret-canary']]),
    /** Of the next writes of the history, the first first; then all arrive. */
    fates: [] as ('arrives' | 'conflict' | 'lost' | 'unheard')[],
    /** Whether somebody else is always quicker to write down what channels were told, from a call on. */
    overtakes: (): boolean => false,
    historyWrites: 0,
    fileWrites: 0,
    sending: (_body: string): 'sent' | 'not-sent' => 'sent',
  };

  const write = (bytes: Uint8Array, ifMatch: string | 'absent') => {
    world.historyWrites += 1;
    const fate = world.fates.shift() ?? 'arrives';
    if (fate === 'conflict' || ifMatch !== (stored?.etag ?? 'absent')) return { kind: 'conflict' } as const;
    if (fate === 'lost') return { kind: 'unknown', because: 'no reply' } as const;
    const etag = id();
    stored = { bytes, etag };
    return fate === 'unheard'
      ? ({ kind: 'unknown', because: 'no reply' } as const)
      : ({ kind: 'written', etag } as const);
  };

  const secret = (name: string): string => {
    const value = world.secrets.get(name);
    if (value === undefined) throw new Error(`the parameter ${name} cannot be read: ParameterNotFound`);
    return value;
  };

  /** Each worker's calls, one after the other as the test lets them. */
  const portsOf = (worker: number) => {
    const call = <T>(effect: () => T): Promise<Awaited<T>> =>
      new Promise<T>((resolve, reject) => {
        const run = (): void => {
          try {
            resolve(effect());
          } catch (error) {
            reject(error);
          }
        };
        pending.push({ worker, run, crash: effect });
      }) as Promise<Awaited<T>>;
    const ports: StatusPorts = {
      clock: { now: () => time, sleep: () => call(() => undefined) },
      queue: {
        send: (name, body) =>
          call(() => (world.sending(body) === 'sent' ? queue.send(name, body) : 'not-sent')),
        postpone: (...given) => call(() => queue.postpone(...given)),
      },
      history: {
        read: () => call(() => stored ?? 'missing'),
        write: (...given) => call(() => write(...given)),
      },
      deliveries: {
        read: () => call(() => deliveries ?? 'missing'),
        write: (bytes, ifMatch) =>
          call(() => {
            const isOther = world.overtakes() || ifMatch !== (deliveries?.etag ?? 'absent');
            if (isOther) return { kind: 'conflict' } as const;
            deliveries = { bytes, etag: id() };
            return { kind: 'written', etag: deliveries.etag } as const;
          }),
      },
      health: { read: () => call(() => world.health ?? 'missing') },
      state: { read: (name) => call(() => world.blobs.get(name) ?? 'missing') },
      publicFiles: {
        write: (name, body, contentType) =>
          call(() => {
            world.fileWrites += 1;
            world.files.set(name, { body, contentType });
          }),
      },
      secrets: { read: (name) => call(() => secret(name)) },
      topics: {
        publish: (topic, message) =>
          call(() => {
            world.published.push({ topic, message });
            return world.publishing();
          }),
      },
      web: {
        post: (url, request, deadline) =>
          call(() => {
            const post = { url, request, at: time, forMs: deadline - time };
            world.posts.push(post);
            const answer = world.answer(post);
            if (answer.kind !== 'answer' || request.wantsBody) return answer;
            const { body: _unwanted, ...rest } = answer;
            return rest;
          }),
      },
      tell: (fact) => void world.facts.push(fact),
    };
    return { ports, call };
  };

  const start = (worker: number): void => {
    const [received] = sqs.receive('post', 1);
    if (!received) return;
    busy.add(worker);
    const { ports, call } = portsOf(worker);
    const message = {
      id: received.messageId,
      body: received.body,
      receipt: received.receiptHandle,
      sentAt: Number(received.attributes.SentTimestamp),
      receives: Number(received.attributes.ApproximateReceiveCount),
    };
    const pass = postStatus([message], ports, { channels, site }, time + 55_000);
    void pass
      .then((back) => (back.length > 0 ? undefined : call(() => sqs.delete('post', message.receipt))))
      .catch((error) => world.facts.push({ kind: 'pass-failed', because: String(error) }))
      .finally(() => busy.delete(worker));
  };

  /** One call of one worker, or a while. */
  const step = (): void => {
    const picked = choose(pending.map(({ worker }) => worker));
    const [next] = pending.splice(picked, 1);
    if (!next) {
      time += VISIBILITY_MS + 1;
      return;
    }
    const fate = crashes.get(calls);
    calls += 1;
    if (fate === undefined) {
      next.run();
      return;
    }
    if (fate === 'after') next.crash();
    // Another takes its place; what else it had begun never happens.
    for (const one of pending.filter(({ worker }) => worker === next.worker))
      pending.splice(pending.indexOf(one), 1);
    busy.delete(next.worker);
  };

  return Object.assign(world, {
    sqs,
    now: () => time,
    calls: () => calls,
    send: (body: unknown) => void sqs.send('post', typeof body === 'string' ? body : JSON.stringify(body)),
    put: (text: string) => {
      stored = { bytes: new TextEncoder().encode(text), etag: id() };
    },
    history: (): History => (stored && parseHistory(stored.bytes)) ?? emptyHistory,
    told: (kind: string) => world.facts.filter((fact) => fact.kind === kind),
    dead: () => sqs.peek(DEAD),
    /** Until the queue is empty, or `untilMs` of virtual time have passed. */
    settle: async (untilMs = Number.POSITIVE_INFINITY): Promise<void> => {
      const until = time + untilMs;
      for (let steps = 0; steps < STEPS_MAX; steps += 1) {
        for (let worker = 0; worker < workers; worker += 1) if (!busy.has(worker)) start(worker);
        await settled();
        const next = sqs.nextAt('post');
        if (pending.length > 0) step();
        else if (busy.size === 0 && next === undefined) return;
        else if (busy.size === 0 && next !== undefined && next > until) return;
        else if (busy.size === 0 && next !== undefined) time = Math.max(time, next);
        await settled();
      }
      throw new Error('expected the world to come to rest');
    },
  });
};

export type StatusWorld = ReturnType<typeof statusWorld>;

/** What each channel but the page got of each report, every different content once. */
export const contents = ({ facts, posts }: StatusWorld): ReadonlyMap<string, ReadonlySet<string>> => {
  const got = new Map<string, Set<string>>();
  const add = (name: string, content: string) => got.set(name, (got.get(name) ?? new Set()).add(content));
  for (const { kind, report, line } of facts)
    if (kind === 'status') add(`log ${String(report)}`, String(line));
  for (const { request } of posts) {
    const { id } = JSON.parse(request.body) as Report;
    add(`ops ${id}`, JSON.stringify([request.headers, request.body, request.signedWith]));
  }
  return got;
};
