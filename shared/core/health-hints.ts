/** Messages that have the API checked. They only say "look"; what they tell is not believed. */

/** `deployed`: something may have changed, so the next minutes are worth a closer look. */
export type HealthHint = Readonly<{ kind: 'tick' | 'deployed' | 'unknown' }>;

/** Builds, and the services that can run the API. */
const DEPLOYED: readonly unknown[] = ['aws.codebuild', 'aws.apprunner', 'aws.ecs'];

/** Anything that cannot be read is a tick as well: a check more does no harm. */
export const parseHealthHint = (body: string): HealthHint => {
  try {
    const value = JSON.parse(body) as { kind?: unknown; source?: unknown } | null;
    if (value?.kind === 'tick') return { kind: 'tick' };
    if (DEPLOYED.includes(value?.source)) return { kind: 'deployed' };
  } catch {
    // Not JSON.
  }
  return { kind: 'unknown' };
};
