/** Messages that have the API checked. They only say "look"; what they tell is not believed. */

/** `deployed`: something may have changed, so the next minutes are worth a closer look. */
export type HealthHint = Readonly<{ kind: 'tick' | 'deployed' | 'unknown' }>;

/** Anything that cannot be read is a tick as well: a check more does no harm. */
export const parseHealthHint = (body: string): HealthHint => {
  try {
    const value = JSON.parse(body) as { kind?: unknown; source?: unknown } | null;
    if (value?.kind === 'tick') return { kind: 'tick' };
    if (value?.source === 'aws.codebuild' || value?.source === 'aws.apprunner') return { kind: 'deployed' };
  } catch {
    // Not JSON.
  }
  return { kind: 'unknown' };
};
