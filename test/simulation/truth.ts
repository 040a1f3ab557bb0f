/** What really happened to every key, as nobody inside the simulation can know it. */

import type { S3 } from '../world/s3.ts';
import { SITE } from './draw-schedule.ts';

/** How a key is from `at` (ms since 1970) on; `body` is undefined while it is not there. */
export type KeyState = Readonly<{
  at: number;
  body: Uint8Array | undefined;
  etag: string;
  headers: string;
}>;

export type Truth = Readonly<{
  /** Looks at a key that was written to. `counts`: even where nothing differs, it counts as a change. */
  note(key: string, at: number, counts: boolean): void;
  /** Oldest first. */
  statesOf(key: string): readonly KeyState[];
  /** The states of a key at some instant from `from` on. */
  statesSince(key: string, from: number): readonly KeyState[];
  /** How often its bytes or headers changed, its creation included. */
  changesOf(key: string): number;
}>;

export const createTruth = (s3: S3): Truth => {
  const states = new Map<string, KeyState[]>();
  const changes = new Map<string, number>();
  const statesOf = (key: string): readonly KeyState[] => states.get(key) ?? [];
  return {
    note: (key, at, counts) => {
      const known = states.get(key) ?? [];
      const state = stateOf(s3, key, at);
      const before = known.at(-1) ?? { at, ...NOTHING };
      if (!counts && isSame(before, state)) return;
      changes.set(key, (changes.get(key) ?? 0) + 1);
      known.push(state);
      states.set(key, known);
    },
    statesOf,
    statesSince: (key, from) => {
      const all = statesOf(key);
      const first = all.findLastIndex(({ at }) => at <= from);
      return first < 0 ? [{ at: 0, ...NOTHING }, ...all] : all.slice(first);
    },
    changesOf: (key) => changes.get(key) ?? 0,
  };
};

const NOTHING = { body: undefined, etag: '', headers: '' };

const stateOf = (s3: S3, key: string, at: number): KeyState => {
  const current = s3.current(SITE, key);
  if (!current) return { at, ...NOTHING };
  const { body, etag, contentType, cacheControl } = current;
  return { at, body, etag, headers: `${contentType} ${cacheControl}` };
};

const isSame = (a: KeyState, b: KeyState): boolean =>
  sameBody(a.body, b.body) && a.etag === b.etag && a.headers === b.headers;

const bodies = new Map<string, Uint8Array>();

/** Most contents are one array each, so that few have to be compared byte by byte. */
export const sameBody = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0);

/** The same array for the same content of a key. */
export const bodyOf = (key: string, content: number): Uint8Array => {
  const text = `${content} of ${key}`;
  const known = bodies.get(text) ?? new TextEncoder().encode(text);
  bodies.set(text, known);
  return known;
};
