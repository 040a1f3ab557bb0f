/** Orders of faults: which call of a function breaks, and how. */

import type { Fault } from './faults.ts';
import type { Call } from './wire.ts';

/**
 * The `nth` call (from 1) of an operation since the order was given. `before`: the call has no effect; `after`: it
 * has one, and nobody hears of it. `kill` ends the process of the function that calls.
 */
export type FaultOrder = Readonly<{
  service: string;
  operation: string;
  nth: number;
  when: 'before' | 'after';
  do: 'kill' | 'hang' | 'drop-reply' | 'throttle' | '500';
}>;

export type FaultList = Readonly<{
  add(order: FaultOrder): void;
  /** Orders that were not carried out yet. */
  pending(): readonly FaultOrder[];
  clear(): void;
  /** The fault of this call, if it is one that an order waits for. */
  faultOf(call: Omit<Call, 'status'>): Fault | undefined;
}>;

/** `kill` ends the process of a function by the access key that it calls with; other callers meet no faults. */
export const createFaultList = (
  isFunction: (accessKeyId: string) => boolean,
  kill: (accessKeyId: string) => void,
): FaultList => {
  const waiting = new Map<FaultOrder, number>();
  return {
    add: (order) => void waiting.set(order, 0),
    pending: () => [...waiting.keys()],
    clear: () => waiting.clear(),
    faultOf: ({ service, operation, accessKeyId }) => {
      if (!isFunction(accessKeyId)) return undefined;
      for (const [order, seen] of waiting) {
        if (order.service !== service || order.operation !== operation) continue;
        waiting.set(order, seen + 1);
        if (seen + 1 < order.nth) continue;
        waiting.delete(order);
        return faultOf(order, () => kill(accessKeyId));
      }
      return undefined;
    },
  };
};

const faultOf = ({ when, do: what }: FaultOrder, kill: () => void): Fault => {
  switch (what) {
    case 'kill':
      return { kind: 'kill', when, kill };
    case '500':
      return { kind: 'server-error', when };
    default:
      return { kind: what, when };
  }
};

const WHENS = ['before', 'after'] as const;
const DOS = ['kill', 'hang', 'drop-reply', 'throttle', '500'] as const;

/** Throws an error that names the field, what was expected and what came. */
export const parseFaultOrder = (value: unknown): FaultOrder => {
  const given = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const text = (name: string): string => {
    const found = given[name];
    if (typeof found === 'string' && found !== '') return found;
    throw new Error(`${name}: expected a text such as "s3" or "PutObject", got ${JSON.stringify(found)}`);
  };
  const nth = given['nth'] ?? 1;
  if (typeof nth !== 'number' || !Number.isSafeInteger(nth) || nth < 1) {
    throw new Error(`nth: expected a whole number of at least 1, got ${JSON.stringify(nth)}`);
  }
  const one = <T extends string>(name: string, known: readonly T[], standard?: T): T => {
    const found = known.find((candidate) => candidate === (given[name] ?? standard));
    if (found !== undefined) return found;
    throw new Error(`${name}: expected ${known.join(', ')}, got ${JSON.stringify(given[name])}`);
  };
  return {
    service: text('service'),
    operation: text('operation'),
    nth,
    when: one('when', WHENS, 'before'),
    do: one('do', DOS),
  };
};
