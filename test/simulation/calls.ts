/**
 * The ports of one run of a handler, in virtual time: every call takes a while each way, may fail, and may never
 * return because its process died, before or after its effect.
 */

import type { Fact, Ports } from '../../shared/ports.ts';
import { type CallName, type Fault, faultOf, InjectedFault } from './faults.ts';
import { digest, type Random } from './random.ts';
import type { FaultWeather, Schedule } from './schedule.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A run of a handler; once it is dead it never goes on. */
export type Run = { readonly number: number; readonly skewMs: number; isDead: boolean; die(): void };

/** A crash at call `number` of the schedule, counted from 1, before or after its effect. */
export type CrashPoint = Readonly<{ number: number; when: 'before' | 'after' }>;

/** What all runs of one schedule count together; `trace` digests every call, in order. */
export type CallLog = {
  calls: number;
  crashes: number;
  trace: number;
  /** By name and kind, like "cdn.create refused". */
  readonly faults: Map<string, number>;
  /** Calls whose crash after the effect differs from one before it. */
  readonly mutating: Set<number>;
};

export type CallOptions = Readonly<{
  schedule: Schedule;
  time: VirtualTime;
  random: Random;
  log: CallLog;
  raw: Pick<Ports, 'site' | 'state' | 'cdn' | 'builds' | 'edge' | 'queue'>;
  /** Undefined once faults are over. */
  weather(): FaultWeather | undefined;
  crashAt: CrashPoint | undefined;
  tell(fact: Fact, run: Run): void;
  /** The edge is about to be asked for a URL. */
  onAsk(path: string, run: Run): void;
  /** Told of every line of the trace, where somebody wants to read it. */
  onLine?: (line: string) => void;
}>;

const MUTATING: ReadonlySet<CallName> = new Set([
  'state.writeHead',
  'state.write',
  'cdn.create',
  'edge.get',
  'queue.send',
  'queue.postpone',
]);

const SLOW_MS = [1_000, 4_000] as const;

/** Two or three of them are half of what a pass has. */
const LONG_PAGE_MS = [5_000, 20_000] as const;

export const portsOf = (options: CallOptions, run: Run): Ports => {
  const { raw, time, random } = options;
  const call = <T>(name: CallName, effect: () => Promise<T>): Promise<T> =>
    run.isDead ? new Promise(() => {}) : made(options, run, name, effect);
  const id = (): string => `${hex(random)}${hex(random)}`;
  return {
    clock: {
      now: () => time.now() + run.skewMs,
      sleep: (ms) =>
        new Promise((resolve) => {
          time.after(Math.ceil(ms), () => {
            if (!run.isDead) resolve();
          });
        }),
    },
    random: { id },
    tell: (fact) => options.tell(fact, run),
    site: {
      list: (prefix, next) => call('site.list', () => raw.site.list(prefix, next)),
      versions: (from) => call('site.versions', () => raw.site.versions(from)),
      headers: (key, versionId) => call('site.headers', () => raw.site.headers(key, versionId)),
    },
    state: {
      readHead: () => call('state.readHead', () => raw.state.readHead()),
      writeHead: (bytes, ifMatch) => call('state.writeHead', () => raw.state.writeHead(bytes, ifMatch)),
      read: (name) => call('state.read', () => raw.state.read(name)),
      write: (name, bytes) => call('state.write', () => raw.state.write(name, bytes)),
    },
    cdn: {
      create: (reference, items) => call('cdn.create', () => raw.cdn.create(reference, items)),
      status: (invalidationId) => call('cdn.status', () => raw.cdn.status(invalidationId)),
      distribution: () => call('cdn.distribution', () => raw.cdn.distribution()),
    },
    builds: {
      list: () => call('builds.list', () => raw.builds.list()),
      get: (ids) => call('builds.get', () => raw.builds.get(ids)),
    },
    edge: {
      get: (path, deadline) =>
        call('edge.get', () => {
          options.onAsk(path, run);
          return raw.edge.get(path, deadline);
        }),
    },
    queue: {
      send: (queue, body) => call('queue.send', () => raw.queue.send(queue, body)),
      postpone: (queue, receipts, seconds) =>
        call('queue.postpone', () => raw.queue.postpone(queue, receipts, seconds)),
    },
  };
};

const hex = (random: Random): string => random.whole(0, 0xffffffff).toString(16).padStart(8, '0');

/** One call: its way there, its effect, its way back. */
const made = <T>(options: CallOptions, run: Run, name: CallName, effect: () => Promise<T>): Promise<T> => {
  const { time, log } = options;
  log.calls += 1;
  const number = log.calls;
  if (MUTATING.has(name)) log.mutating.add(number);
  const weather = options.weather();
  const fault = weather && faultOf(name, weather, time.now() - options.schedule.startAt, options.random);
  const crash = crashOf(options, number, weather);
  const [thereMs, backMs] = latencies(options, name, weather);
  return new Promise<T>((resolve, reject) => {
    time.after(thereMs, () => {
      if (run.isDead) {
        // What was sent before its process died may arrive all the same.
        if (options.random.chance(0.5)) effect().catch(() => {});
        return;
      }
      if (crash === 'before') return died(options, run, number, name, crash);
      const answered = fault && !fault.happens ? undefined : effect();
      answered?.catch(() => {});
      if (crash === 'after') return died(options, run, number, name, crash);
      time.after(backMs, () => {
        if (run.isDead) return;
        note(options, `${time.now()} ${run.number} ${name} ${fault?.kind ?? ''}`);
        if (fault) answerWith(log, name, fault, resolve, reject);
        else (answered as Promise<T>).then(resolve, reject);
      });
    });
  });
};

const died = (options: CallOptions, run: Run, number: number, name: string, when: string): void => {
  options.log.crashes += 1;
  note(options, `${options.time.now()} ${run.number} dies ${when} call ${number}, ${name}`);
  run.die();
};

const answerWith = (
  log: CallLog,
  name: CallName,
  { kind, answer }: Fault,
  resolve: (value: never) => void,
  reject: (error: Error) => void,
): void => {
  const fault = `${name} ${kind}`;
  log.faults.set(fault, (log.faults.get(fault) ?? 0) + 1);
  if (answer === undefined) reject(new InjectedFault(fault));
  else resolve(answer as never);
};

const crashOf = (
  { crashAt, random }: CallOptions,
  number: number,
  weather: FaultWeather | undefined,
): CrashPoint['when'] | undefined => {
  if (crashAt?.number === number) return crashAt.when;
  if (!weather || !random.chance(weather.crash)) return undefined;
  return random.chance(0.5) ? 'before' : 'after';
};

const latencies = (
  { schedule, random }: CallOptions,
  name: CallName,
  weather: FaultWeather | undefined,
): readonly [number, number] => {
  const there = random.whole(0, schedule.latencyMaxMs);
  const back = random.whole(0, schedule.latencyMaxMs);
  if (weather && name === 'site.versions' && weather.longHistory > 0 && random.chance(weather.longHistory))
    return [there, random.whole(...LONG_PAGE_MS)];
  if (!weather || !random.chance(weather.slow)) return [there, back];
  return random.chance(0.5) ? [random.whole(...SLOW_MS), back] : [there, random.whole(...SLOW_MS)];
};

const note = ({ log, onLine }: CallOptions, line: string): void => {
  log.trace = digest(line, log.trace);
  onLine?.(line);
};
