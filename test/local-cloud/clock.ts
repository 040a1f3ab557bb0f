/** The local cloud's time: this machine's, and ahead of it by what was skipped. */

export type CloudClock = Readonly<{
  /** ms since 1970. */
  now(): number;
  aheadMs(): number;
  /** Nothing happens in between: what is due is due at once. */
  skip(ms: number): void;
}>;

export const createCloudClock = (): CloudClock => {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    aheadMs: () => ahead,
    skip: (ms) => {
      if (!(ms >= 0)) throw new Error(`expected to skip 0 ms or more, got ${ms}`);
      ahead += ms;
    },
  };
};
