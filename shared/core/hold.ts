/**
 * Whether to wait before planning: one build of any size shall give one plan, and index.html shall not be
 * purged before its chunks are there.
 */

export type HoldRules = Readonly<{ quietMs: number; holdMaxMs: number }>;

export type Waiting = Readonly<{
  now: number;
  /** When each unseen hint was sent and when the thing it tells of happened. */
  hints: readonly Readonly<{ kind: string; at: number; sentAt: number }>[];
  /** A build of the project is in progress. */
  building: boolean;
  /** The newest LastModified among changed objects, once listed. */
  youngestChangeAt?: number;
}>;

export type Hold = Readonly<{ seconds: number; because: string }>;

/** How often a build in progress is looked at: its end has an event of its own, which may be lost. */
const BUILD_POLL_SECONDS = 20;

/** How long to postpone, in whole seconds, or undefined to go on. */
export const holdFor = (waiting: Waiting, { quietMs, holdMaxMs }: HoldRules): Hold | undefined => {
  const { now, hints, building, youngestChangeAt } = waiting;
  const oldest = Math.min(now, ...hints.map(({ sentAt }) => sentAt));
  if (now - oldest >= holdMaxMs) return undefined;
  if (building) return { seconds: BUILD_POLL_SECONDS, because: 'a build is in progress' };

  const happened = hints.filter(({ kind }) => kind === 'object').map(({ at }) => at);
  if (youngestChangeAt !== undefined) happened.push(youngestChangeAt);
  if (happened.length === 0) return undefined;
  const quietFor = now - Math.max(...happened);
  if (quietFor >= quietMs) return undefined;
  const seconds = Math.max(1, Math.ceil(Math.min(quietMs - quietFor, quietMs) / 1000));
  return { seconds, because: `the latest change is younger than ${quietMs} ms` };
};
