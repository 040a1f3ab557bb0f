/** What the oracles judge: everything that can be seen of a schedule from outside. */

import type { CallLog } from './calls.ts';
import type { Cloud } from './cloud.ts';
import type { Deeds } from './operate.ts';
import type { Schedule } from './schedule.ts';

/** `promise` names the promise of the design that was broken. */
export type Violation = Readonly<{ promise: string; because: string }>;

/** What was seen of the head at each of its writes. */
export type HeadsSeen = {
  /** Every `bootstrappedAt` that was ever durable. */
  readonly bootstrappedAt: Set<number>;
  /** Builds and the outcome that became durable first. */
  readonly outcomes: Map<string, string>;
  /** Builds that a commit covered, and the keys of which events were pending then. */
  readonly covered: Map<string, ReadonlySet<string>>;
};

/** Facts that passes told, counted by kind; old copies that were none; whether a URL was stale when a run checked it last. */
export type FactsSeen = {
  readonly counts: Map<string, number>;
  readonly falseAlarms: string[];
  readonly staleWhenAsked: Map<string, boolean>;
};

export type Judged = Readonly<{
  schedule: Schedule;
  cloud: Cloud;
  deeds: Deeds;
  log: CallLog;
  heads: HeadsSeen;
  facts: FactsSeen;
}>;

export const faultsOf = ({ faults }: CallLog, name: string): number => faults.get(name) ?? 0;

export const isFingerprinted = ({ settings }: Schedule, key: string): boolean =>
  settings.fingerprint?.test(key.slice(key.lastIndexOf('/') + 1)) ?? false;
