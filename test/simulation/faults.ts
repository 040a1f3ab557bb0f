/** How each port fails: only in the ways that its contract allows, with and without its effect. */

import type { Random } from './random.ts';
import type { FaultWeather } from './schedule.ts';

export type CallName =
  | 'site.list'
  | 'site.versions'
  | 'site.headers'
  | 'state.readHead'
  | 'state.writeHead'
  | 'state.read'
  | 'state.write'
  | 'cdn.create'
  | 'cdn.status'
  | 'cdn.distribution'
  | 'builds.list'
  | 'builds.get'
  | 'edge.get'
  | 'queue.send'
  | 'queue.postpone';

/** Thrown into a pass where its port rejects; a pass that ends with any other error has a bug. */
export class InjectedFault extends Error {
  override name = 'InjectedFault';
}

/** `happens`: the effect takes place although the call fails. Without an `answer` the promise is rejected. */
export type Fault = Readonly<{ kind: string; happens: boolean; answer?: unknown }>;

const REJECTED: readonly Fault[] = [{ kind: 'rejected', happens: false }];
const REJECTED_EITHER_WAY: readonly Fault[] = [...REJECTED, { kind: 'rejected after', happens: true }];

const because = 'injected';

/** Faults of one call; what is listed twice is twice as likely. */
const FAULTS: Readonly<Record<CallName, readonly Fault[]>> = {
  'site.list': REJECTED,
  'site.versions': REJECTED,
  'site.headers': REJECTED,
  'state.readHead': REJECTED,
  'state.read': REJECTED,
  'state.write': REJECTED_EITHER_WAY,
  'state.writeHead': [
    { kind: 'conflict', happens: false, answer: { kind: 'conflict' } },
    { kind: 'no reply', happens: true, answer: { kind: 'unknown', because } },
    { kind: 'unknown', happens: false, answer: { kind: 'unknown', because } },
    ...REJECTED_EITHER_WAY,
  ],
  'cdn.create': [
    { kind: 'throttled', happens: false, answer: { kind: 'later', because } },
    { kind: 'throttled', happens: false, answer: { kind: 'later', because } },
    { kind: 'no reply', happens: true, answer: { kind: 'later', because } },
    { kind: 'no reply', happens: true, answer: { kind: 'later', because } },
    ...REJECTED_EITHER_WAY,
    { kind: 'reference taken', happens: false, answer: { kind: 'reference-taken', because } },
    { kind: 'too large', happens: false, answer: { kind: 'too-large', because } },
    { kind: 'refused', happens: false, answer: { kind: 'rejected', because } },
  ],
  'cdn.status': [...REJECTED, { kind: 'stale', happens: false, answer: 'in-progress' }],
  'cdn.distribution': REJECTED,
  'builds.list': REJECTED,
  'builds.get': REJECTED,
  'edge.get': [
    { kind: 'no answer', happens: true, answer: { kind: 'no-answer', because } },
    { kind: 'no answer', happens: false, answer: { kind: 'no-answer', because } },
    ...REJECTED,
  ],
  'queue.send': [
    { kind: 'not sent', happens: false, answer: 'not-sent' },
    { kind: 'no reply', happens: true, answer: 'not-sent' },
  ],
  'queue.postpone': REJECTED_EITHER_WAY,
};

const DENIED: Fault = { kind: 'denied', happens: false, answer: { kind: 'denied', because } };

/** How often a weak port fails. */
const WEAK = 0.4;

/** The fault of a call made `at` ms after the start, or undefined where it works. */
export const faultOf = (
  name: CallName,
  { fails, weak, denied: [from, to] }: FaultWeather,
  at: number,
  random: Random,
): Fault | undefined => {
  if (name === 'cdn.create' && at >= from && at < to) return DENIED;
  return random.chance(name === weak ? WEAK : fails) ? random.pick(FAULTS[name]) : undefined;
};
