/** Which events of EventBridge are lost on their way, so that it can be tried what a lost one costs. */

import type { CloudEvent } from './cloud.ts';

/** Shares of the events of objects and of builds that are lost, from 0 to 1. */
export type Losses = Readonly<{ objects: number; builds: number }>;

export type Weather = Readonly<{
  losses(): Losses;
  set(losses: Losses): void;
  delivers(event: CloudEvent): boolean;
}>;

export const createWeather = (random: () => number): Weather => {
  let losses: Losses = { objects: 0, builds: 0 };
  return {
    losses: () => losses,
    set: (next) => {
      losses = next;
    },
    delivers: ({ source }) => {
      if (source === 'aws.s3') return random() >= losses.objects;
      if (source === 'aws.codebuild') return random() >= losses.builds;
      return true;
    },
  };
};

/** Throws an error that names the field, what was expected and what came. */
export const parseLosses = (value: unknown): Losses => {
  const given = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const share = (name: string): number => {
    const found = given[name] ?? 0;
    if (typeof found === 'number' && found >= 0 && found <= 1) return found;
    throw new Error(`${name}: expected a share from 0 to 1, got ${JSON.stringify(found)}`);
  };
  return { objects: share('objects'), builds: share('builds') };
};
