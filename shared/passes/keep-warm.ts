/** Keeps a bounded sample of URLs at the edge where the checker looks, so that its checks can prove something. */

import { tagOf, type UrlCheck } from '../core/verdict.ts';
import type { Instant, Ports } from '../ports.ts';
import { SAMPLE_NAME } from './names.ts';

/** Of every URL that an edge was seen to hold, as "pop path", which bytes it had (`tagOf`). */
export type Warm = ReadonlyMap<string, string>;

export const warmedKey = (pop: string, path: string): string => `${pop} ${path}`;

const WARM_NAME = 'warm.json';
const URL_TIMEOUT_MS = 5_000;

type WarmPorts = Pick<Ports, 'clock' | 'edge' | 'state'>;

/** Asks the edge for every URL of the sample, and notes which edge answered with which bytes. */
export const keepWarm = async (ports: WarmPorts, deadline: Instant): Promise<void> => {
  const held: (readonly [string, string])[] = [];
  for (const { path } of parseList<UrlCheck>(await ports.state.read(SAMPLE_NAME))) {
    const now = ports.clock.now();
    if (now >= deadline) break;
    const answer = await ports.edge.get(path, Math.min(deadline, now + URL_TIMEOUT_MS));
    if (answer.kind !== 'answer' || answer.status !== 200 || answer.pop === undefined) continue;
    const tag = tagOf(answer);
    if (tag !== undefined) held.push([warmedKey(answer.pop, path), tag]);
  }
  await ports.state.write(WARM_NAME, new TextEncoder().encode(JSON.stringify(held)));
};

/** Notes of an earlier form, which did not say which bytes were seen, prove nothing. */
export const readWarm = async ({ state }: Pick<Ports, 'state'>): Promise<Warm> =>
  new Map(parseList<unknown>(await state.read(WARM_NAME)).filter(isNote));

const isNote = (value: unknown): value is readonly [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');

/** A note that is missing or damaged proves nothing: an empty list. */
const parseList = <T>(bytes: Uint8Array | 'missing'): readonly T[] => {
  if (bytes === 'missing') return [];
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return Array.isArray(value) ? (value as T[]) : [];
  } catch {
    return [];
  }
};
