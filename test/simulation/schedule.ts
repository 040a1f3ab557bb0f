/** What a seed decides before anything happens. All of it is data, so that a schedule can be printed and repeated. */

import type { PathRules } from '../../shared/core/paths.ts';
import type { Settings } from '../../shared/core/settings.ts';
import type { Switches, Timing } from '../world/cloudfront.ts';

/** What harms the recorded state from outside. */
export type Harm =
  | 'lose-head'
  | 'garble-head'
  | 'newer-head'
  | 'lose-blob'
  | 'garble-blob'
  /** The plan of the next intent with more than one batch, between the first two. */
  | 'lose-plan';

/** `content` and `headers` are numbers that stand for bytes and for response headers. */
export type Operation =
  | Readonly<{ kind: 'put'; key: string; content: number; headers: number; multipart: boolean }>
  | Readonly<{ kind: 'delete'; key: string }>
  /** Deletes the marker that hides a key. */
  | Readonly<{ kind: 'undelete'; key: string }>
  /** Deletes the latest version for good. */
  | Readonly<{ kind: 'roll-back'; key: string }>
  | Readonly<{ kind: 'build-start'; build: number }>
  | Readonly<{ kind: 'build-end'; build: number; status: 'SUCCEEDED' | 'FAILED' | 'STOPPED' }>
  | Readonly<{ kind: 'view'; edge: number; target: string }>
  | Readonly<{ kind: 'configure'; errorPage: string }>
  /** A message that says nothing, sent by hand. */
  | Readonly<{ kind: 'poke' }>
  | Readonly<{ kind: 'harm'; harm: Harm; which: number }>
  | Readonly<{ kind: 'expire' }>;

/** `at` in ms since the start of the schedule. */
export type Timed = Readonly<{ at: number }> & Operation;

/** `errorPage` is a path, or empty where errors are served as they are. */
export type SiteModel = Readonly<{
  switches: Switches;
  timing: Timing;
  defaultRootObject: string;
  errorPage: string;
  errorTtlSeconds: number;
  pageKeysMax: number;
  eventKeys: 'raw' | 'encoded';
}>;

/** Events on their way: probabilities, and the longest delay in ms. */
export type EventWeather = Readonly<{
  lost: number;
  buildLost: number;
  doubled: number;
  delayMaxMs: number;
  /** How often SQS delivers a deleted message again. */
  redelivered: number;
}>;

/** Every port call has a name like `state.writeHead`. */
export type FaultWeather = Readonly<{
  /** How often a call dies with its process, before or after its effect. */
  crash: number;
  /** How often a call fails in one of the ways its port allows. */
  fails: number;
  /** One port that fails far more often; empty for none. */
  weak: string;
  /** How often a call takes seconds. */
  slow: number;
  /** How often a page of versions takes so long that not all of them can be read. */
  longHistory: number;
  /** While it lasts CreateInvalidation is denied, in ms since the start. */
  denied: readonly [from: number, to: number];
}>;

/** With what the distribution's configuration is made of. */
export type SimulatedSettings = Settings & Readonly<{ paths: PathRules }>;

export type Schedule = Readonly<{
  seed: number;
  /** ms since 1970. */
  startAt: number;
  keys: readonly string[];
  /** Every URL that viewers ask for, as they send it. */
  targets: readonly string[];
  settings: SimulatedSettings;
  site: SiteModel;
  events: EventWeather;
  faults: FaultWeather;
  /** How far the clocks of the functions are off, in ms. */
  skewMs: readonly [least: number, most: number];
  /** One way of a call, in ms. */
  latencyMaxMs: number;
  workers: Readonly<{ work: number; follow: number }>;
  /** For how long a poller collects messages at most. */
  windowMs: number;
  batchMax: number;
  operations: readonly Timed[];
  /** When operations and faults end, in ms since the start. */
  endsAt: number;
}>;
