/**
 * All that a pass may touch. Types only.
 *
 * Every call may never return: nothing's correctness depends on `finally`, and a crash at any call leaves a
 * state from which the next pass goes on. A rejected promise means "could not find out": the pass ends, its
 * messages come back. Mutating calls are made once; what the protocol acts on is an answer, not an error.
 */

import type { Created, Written } from './core/answers.ts';
import type { DistributionFacts } from './core/distribution.ts';
import type { ObjectHeaders, ObjectsPage, VersionsCursor, VersionsPage } from './core/listing.ts';

/** Milliseconds since 1970, from the clock port only. */
export type Instant = number;

export type Clock = Readonly<{ now(): Instant; sleep(ms: number): Promise<void> }>;

/** 128 random bits, as text that is safe in a CallerReference. */
export type Random = Readonly<{ id(): string }>;

/** The site bucket. */
export type Site = Readonly<{
  list(next: string | undefined): Promise<ObjectsPage>;
  versions(from: VersionsCursor): Promise<VersionsPage>;
  headers(key: string, versionId: string): Promise<ObjectHeaders | 'missing'>;
}>;

/**
 * The state bucket. The head is written with a condition only; the objects beside it are either
 * content-addressed or of no consequence to correctness, and are written without one.
 */
export type State = Readonly<{
  readHead(): Promise<Readonly<{ bytes: Uint8Array; etag: string }> | 'missing'>;
  writeHead(bytes: Uint8Array, ifMatch: string | 'absent'): Promise<Written>;
  read(name: string): Promise<Uint8Array | 'missing'>;
  write(name: string, bytes: Uint8Array): Promise<void>;
}>;

export type Cdn = Readonly<{
  create(reference: string, items: readonly string[]): Promise<Created>;
  status(invalidationId: string): Promise<'in-progress' | 'completed' | 'missing'>;
  distribution(): Promise<DistributionFacts>;
}>;

/** `endedAt` is absent while the build runs; `failed` covers CodeBuild's FAILED, FAULT and TIMED_OUT. */
export type Build = Readonly<{
  id: string;
  status: 'in-progress' | 'succeeded' | 'failed' | 'stopped';
  startedAt: Instant;
  endedAt?: Instant;
  /** The resolved commit, where the source has one. */
  commit?: string;
  logUrl?: string;
}>;

/** The build project; `list` gives ids, newest first, at most 100. */
export type Builds = Readonly<{
  list(): Promise<readonly string[]>;
  get(ids: readonly string[]): Promise<readonly Build[]>;
}>;

/**
 * One GET with `Accept-Encoding: identity`, redirects not followed. `etag` without quotes and `W/`;
 * `md5` of the undecoded body in hex, absent when the body was longer than the cap.
 */
export type EdgeAnswer =
  | Readonly<{
      kind: 'answer';
      status: number;
      etag?: string;
      md5?: string;
      pop?: string;
      cache: 'hit' | 'miss' | 'other';
    }>
  | Readonly<{ kind: 'no-answer'; because: string }>;

/** `path` is encoded and starts with a slash. */
export type Edge = Readonly<{ get(path: string, deadline: Instant): Promise<EdgeAnswer> }>;

export type QueueName = 'work' | 'follow' | 'post';

/** `not-sent` also when nobody knows: a message may be there twice, so every body carries a stable id. */
export type Queue = Readonly<{
  send(queue: QueueName, body: string): Promise<'sent' | 'not-sent'>;
  /**
   * Makes received messages visible again after `seconds` (at most 43,200), not earlier. One that is not in
   * flight any more is left as it is: whoever has it now decides.
   */
  postpone(queue: QueueName, receipts: readonly string[], seconds: number): Promise<void>;
}>;

/** For log, metrics and trace; never awaited. `alarm` facts are what a person must look at. */
export type Fact = Readonly<{ kind: string; alarm?: boolean } & Record<string, unknown>>;

export type Ports = Readonly<{
  clock: Clock;
  random: Random;
  site: Site;
  state: State;
  cdn: Cdn;
  builds: Builds;
  edge: Edge;
  queue: Queue;
  tell(fact: Fact): void;
}>;

/** A received queue message. `sentAt` is SQS's SentTimestamp, `receives` its ApproximateReceiveCount. */
export type Message = Readonly<{
  id: string;
  body: string;
  receipt: string;
  sentAt: Instant;
  receives: number;
}>;
