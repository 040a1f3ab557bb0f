/**
 * Ports in virtual time: every call takes a while, may fail in the ways its contract allows, and may never
 * return because its process died, before or after its effect.
 */

import type { Ports } from '../../shared/ports.ts';
import { type Chance, hashText } from './chance.ts';
import type { Timeline } from './timeline.ts';

/** Probabilities a call; all zero is a world without faults. */
export type FaultRates = Readonly<{
  crash: number;
  /** The effect happens and the reply is lost, or nothing happens at all. */
  noReply: number;
  /** Refused before any effect: throttled, 5xx. */
  refused: number;
  /** 409 on a conditional write. */
  conflict: number;
  /** A call that takes many seconds. */
  slow: number;
}>;

export const NO_FAULTS: FaultRates = { crash: 0, noReply: 0, refused: 0, conflict: 0, slow: 0 };

/** One run of a handler; a dead one never goes on. */
export type Invocation = { dead: boolean; readonly skewMs: number; listedAt: number };

export type CrashPoint = Readonly<{ call: number; when: 'before' | 'after' }>;

export type CallLog = {
  calls: number;
  crashes: number;
  faults: number;
  /** Digest of every call and its answer, in order. */
  trace: number;
  /** CreateInvalidation is denied until then. */
  deniedUntil: number;
};

export type FaultyOptions = Readonly<{
  raw: Omit<Ports, 'clock' | 'random' | 'tell'>;
  timeline: Timeline;
  chance: Chance;
  rates(): FaultRates;
  log: CallLog;
  crashAt?: CrashPoint;
  tell: Ports['tell'];
  /** Called at once when a handler's process dies. */
  onCrash(invocation: Invocation): void;
  /** After a call's effect, whether its reply arrives or not. */
  onEffect(invocation: Invocation, name: string, args: readonly unknown[], answer: unknown): void;
}>;

type Fate = 'works' | 'refused' | 'no-reply' | 'conflict';

export const faultyPorts = (options: FaultyOptions, invocation: Invocation): Ports => {
  const { raw, timeline, chance, log } = options;

  const die = (): Promise<never> => {
    log.crashes += 1;
    invocation.dead = true;
    options.onCrash(invocation);
    return new Promise(() => {});
  };

  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      timeline.at(timeline.now() + ms, () => {
        if (!invocation.dead) resolve();
      });
    });

  const isCrashPoint = (call: number, when: CrashPoint['when']): boolean =>
    (options.crashAt?.call === call && options.crashAt.when === when) ||
    chance.hit(options.rates().crash / 2);

  const fateOf = (name: string): Fate => {
    const { refused, noReply, conflict } = options.rates();
    if (name === 'state.writeHead' && chance.hit(conflict)) return 'conflict';
    if (chance.hit(refused)) return 'refused';
    return chance.hit(noReply) ? 'no-reply' : 'works';
  };

  const call = async <T>(name: string, args: readonly unknown[], effect: () => Promise<T>): Promise<T> => {
    log.calls += 1;
    const number = log.calls;
    const rates = options.rates();
    const latency = chance.hit(rates.slow) ? chance.whole(5_000, 20_000) : chance.whole(0, 300);
    await wait(Math.floor(latency / 2));
    if (isCrashPoint(number, 'before')) return die();
    const fate = fateOf(name);
    if (fate !== 'works') log.faults += 1;
    const isDone = fate === 'works' || (fate === 'no-reply' && chance.hit(0.5));
    const answer = isDone ? await effect() : undefined;
    if (isDone) options.onEffect(invocation, name, args, answer);
    if (isCrashPoint(number, 'after')) return die();
    await wait(Math.floor(latency / 2));
    log.trace = hashText(`${timeline.now()} ${name} ${fate} ${kindOf(answer)}`, log.trace);
    return fate === 'works' ? (answer as T) : (failed(name, fate) as T);
  };

  const denied = async (name: string): Promise<{ kind: 'denied'; because: string }> => {
    await wait(chance.whole(0, 300));
    return { kind: 'denied', because: `${name}: AccessDenied` };
  };

  return {
    clock: { now: () => Math.round(timeline.now() + invocation.skewMs), sleep: wait },
    random: { id: chance.id },
    tell: options.tell,
    site: {
      list: (next) => call('site.list', [next], () => raw.site.list(next)),
      versions: (from) => call('site.versions', [from], () => raw.site.versions(from)),
      headers: (key, versionId) => call('site.headers', [key], () => raw.site.headers(key, versionId)),
    },
    state: {
      readHead: () => call('state.readHead', [], () => raw.state.readHead()),
      writeHead: (bytes, ifMatch) =>
        call('state.writeHead', [bytes], () => raw.state.writeHead(bytes, ifMatch)),
      read: (name) => call('state.read', [name], () => raw.state.read(name)),
      write: (name, bytes) => call('state.write', [name], () => raw.state.write(name, bytes)),
    },
    cdn: {
      create: (reference, items) =>
        timeline.now() < log.deniedUntil
          ? denied('cdn.create')
          : call('cdn.create', [reference, items], () => raw.cdn.create(reference, items)),
      status: (id) => call('cdn.status', [id], () => raw.cdn.status(id)),
      distribution: () => call('cdn.distribution', [], () => raw.cdn.distribution()),
    },
    builds: {
      list: () => call('builds.list', [], () => raw.builds.list()),
      get: (ids) => call('builds.get', [ids], () => raw.builds.get(ids)),
    },
    edge: { get: (path, deadline) => call('edge.get', [path], () => raw.edge.get(path, deadline)) },
    queue: {
      send: (queue, body) => call('queue.send', [queue, body], () => raw.queue.send(queue, body)),
      postpone: (queue, receipts, seconds) =>
        call('queue.postpone', [queue], () => raw.queue.postpone(queue, receipts, seconds)),
    },
  };
};

/** The kind of an answer, for the trace. */
const kindOf = (answer: unknown): string =>
  typeof answer === 'object' && answer !== null && 'kind' in answer ? String(answer.kind) : typeof answer;

/** What a port says when it failed: an answer where its contract has one, else an error. */
const failed = (name: string, fate: Fate): unknown => {
  const because = `${name}: ${fate}`;
  switch (name) {
    case 'state.writeHead':
      return fate === 'conflict' ? { kind: 'conflict' } : { kind: 'unknown', because };
    case 'cdn.create':
      return { kind: 'later', because };
    case 'edge.get':
      return { kind: 'no-answer', because };
    case 'queue.send':
      return 'not-sent';
    default:
      throw new Error(because);
  }
};
