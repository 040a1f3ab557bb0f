/** A bus of EventBridge: hands each event to the targets of the rules that match. */

import { compilePattern } from './event-pattern.ts';

/** Whether an event matches a pattern. Throws a TypeError for a pattern that EventBridge would not take. */
export const matches = (pattern: unknown, event: unknown): boolean => compilePattern(pattern)(event);

export type Rule = Readonly<{
  name: string;
  pattern: unknown;
  targets: readonly ((event: unknown) => void)[];
}>;

export type EventBridge = Readonly<{ put(event: unknown): void }>;

/** Hands each event to every target of every rule that matches. Throws at once for a wrong pattern, by its rule. */
export const createEventBridge = (rules: readonly Rule[]): EventBridge => {
  const compiled = rules.map(({ name, pattern, targets }) => ({
    accepts: compileRule(name, pattern),
    targets,
  }));
  return {
    put: (event) => {
      for (const { accepts, targets } of compiled) {
        if (accepts(event)) for (const target of targets) target(event);
      }
    },
  };
};

const compileRule = (name: string, pattern: unknown): ((event: unknown) => boolean) => {
  try {
    return compilePattern(pattern);
  } catch (cause) {
    throw new TypeError(`rule ${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
};
