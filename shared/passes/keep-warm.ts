/** Keeps a bounded sample of URLs at the edge where the checker looks, so that its checks can prove something. */

import type { UrlCheck } from '../core/verdict.ts';
import type { Instant, Ports } from '../ports.ts';
import { SAMPLE_NAME } from './names.ts';

/** "pop path" of every URL that an edge was seen to hold. */
export type Warm = ReadonlySet<string>;

export const warmedKey = (pop: string, path: string): string => `${pop} ${path}`;

const WARM_NAME = 'warm.json';
const URL_TIMEOUT_MS = 5_000;

type WarmPorts = Pick<Ports, 'clock' | 'edge' | 'state'>;

/** Asks the edge for every URL of the sample, and notes which edge answered with an object. */
export const keepWarm = async (ports: WarmPorts, deadline: Instant): Promise<void> => {
  const held: string[] = [];
  for (const { path } of parseList<UrlCheck>(await ports.state.read(SAMPLE_NAME))) {
    const now = ports.clock.now();
    if (now >= deadline) break;
    const answer = await ports.edge.get(path, Math.min(deadline, now + URL_TIMEOUT_MS));
    const isHeld = answer.kind === 'answer' && answer.status === 200 && answer.pop !== undefined;
    if (isHeld && answer.pop !== undefined) held.push(warmedKey(answer.pop, path));
  }
  await ports.state.write(WARM_NAME, new TextEncoder().encode(JSON.stringify(held)));
};

export const readWarm = async ({ state }: Pick<Ports, 'state'>): Promise<Warm> =>
  new Set(parseList<string>(await state.read(WARM_NAME)));

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
