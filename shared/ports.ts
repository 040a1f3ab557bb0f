/**
 * All that a pass may touch. Types only.
 *
 * Every call may never return: nothing's correctness depends on `finally`, and a crash at any call leaves a
 * state from which the next pass goes on. A rejected promise means "could not find out": the pass ends, its
 * messages come back. Mutating calls are made once; what the protocol acts on is an answer, not an error.
 */

import type { Created, Written } from './core/answers.ts';
import type { DistributionFacts } from './core/distribution.ts';
import type { Operation } from './core/health.ts';
import type { ObjectHeaders, ObjectsPage, VersionsCursor, VersionsPage } from './core/listing.ts';
import type { TopicMessage } from './core/sns-message.ts';

/** Milliseconds since 1970, from the clock port only. */
export type Instant = number;

export type Clock = Readonly<{ now(): Instant; sleep(ms: number): Promise<void> }>;

/** 128 random bits, as text that is safe in a CallerReference. */
export type Random = Readonly<{ id(): string }>;

/**
 * The site bucket; keys are whole, `prefix` is what they begin with. Headers are `refused` where they may not be
 * read, now or later: encrypted with a key that the role may not use, or somebody else's object.
 */
export type Site = Readonly<{
  list(prefix: string, next: string | undefined): Promise<ObjectsPage>;
  versions(from: VersionsCursor): Promise<VersionsPage>;
  headers(key: string, versionId: string): Promise<ObjectHeaders | 'missing' | 'refused'>;
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
  /** Why it failed. */
  why?: string;
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

/** One object of the state bucket that several writers share, each with a condition. */
export type SharedObject = Readonly<{
  read(): Promise<Readonly<{ bytes: Uint8Array; etag: string }> | 'missing'>;
  write(bytes: Uint8Array, ifMatch: string | 'absent'): Promise<Written>;
}>;

/** To the API origin itself, or as visitors go: through the distribution. */
export type ApiRoute = 'direct' | 'edge';

/**
 * One GET of the API's health path, redirects not followed, measured from the first packet to the last.
 * Header names are in lower case; `body` is the first 64 kB, read as UTF-8.
 */
export type ApiAnswer =
  | Readonly<{
      kind: 'answer';
      status: number;
      latencyMs: number;
      headers: Readonly<Record<string, string>>;
      body: string;
      /** When the certificate that was shown ends; absent without TLS. */
      certificateEndsAt?: Instant;
    }>
  | Readonly<{ kind: 'no-answer'; latencyMs: number; because: string }>;

export type Api = Readonly<{ probe(route: ApiRoute, deadline: Instant): Promise<ApiAnswer> }>;

/** What the host of the API says of it. `operation` is the newest one. */
export type ServiceFacts = Readonly<{
  status: 'running' | 'in-progress' | 'paused' | 'failed' | 'deleted' | 'unknown';
  operation?: Operation;
}>;

/** `undefined` where the API has no host that can be asked. */
export type Service = Readonly<{ describe(): Promise<ServiceFacts | undefined> }>;

/** All that `check-origin` may touch. */
export type HealthPorts = Pick<Ports, 'clock' | 'random' | 'queue' | 'tell'> &
  Readonly<{ api: Api; service: Service; health: SharedObject }>;

/** What anyone may read, under `/_status/`; `name` is what follows that. */
export type PublicFiles = Readonly<{ write(name: string, body: string, contentType: string): Promise<void> }>;

/** A secret's value by its name; rejects with an error that names it and never its value. */
export type Secrets = Readonly<{ read(name: string): Promise<string> }>;

/** `refused`: the address is one that nothing may be sent to. */
export type WebAnswer =
  | Readonly<{ kind: 'answer'; status: number; retryAfterMs?: number; body?: string }>
  | Readonly<{ kind: 'no-answer' | 'refused'; because: string }>;

/**
 * With a key, the time and a signature over the header `webhook-id`, the time and the body are added. A GET has no
 * body; the answer's body is given where it is wanted, as far as it was read.
 */
export type WebRequest = Readonly<{
  headers: Readonly<Record<string, string>>;
  body: string;
  signedWith?: string;
  method?: 'GET' | 'POST';
  wantsBody?: true;
}>;

/** One POST to somebody else's server: https only, no private address, no redirects, at most 64 kB of answer. */
export type Web = Readonly<{
  post(url: string, request: WebRequest, deadline: Instant): Promise<WebAnswer>;
}>;

/** `refused`: trying again would not help. `because` names what AWS said, and nothing of the message. */
export type Published =
  | Readonly<{ kind: 'published' }>
  | Readonly<{ kind: 'refused' | 'not-published'; because: string }>;

/** Topics of SNS, by their ARNs. */
export type Topics = Readonly<{ publish(topic: string, message: TopicMessage): Promise<Published> }>;

/** All that `post-status` may touch; `deliveries` is what channels were told of builds, `health` and the blobs of `state` are others' to write. */
export type StatusPorts = Pick<Ports, 'clock' | 'queue' | 'tell'> &
  Readonly<{
    history: SharedObject;
    deliveries: SharedObject;
    health: Pick<SharedObject, 'read'>;
    state: Pick<State, 'read'>;
    publicFiles: PublicFiles;
    secrets: Secrets;
    topics: Topics;
    web: Web;
  }>;

/** A received queue message. `sentAt` is SQS's SentTimestamp, `receives` its ApproximateReceiveCount. */
export type Message = Readonly<{
  id: string;
  body: string;
  receipt: string;
  sentAt: Instant;
  receives: number;
}>;
