/** What one answer of the API, or its absence, says. */

import type { Probe } from './health.ts';

export type ProbeRules = Readonly<{
  /** Text that the body has to contain; empty for none. */
  bodyMarker: string;
}>;

/** As the API port gives it; redirects are not followed. */
export type ProbeAnswer =
  | Readonly<{ kind: 'answer'; status: number; latencyMs: number; body: string; certificateEndsAt?: number }>
  | Readonly<{ kind: 'no-answer'; latencyMs: number; because: string }>;

/** `at` in ms since 1970. */
export const probeOf = (answer: ProbeAnswer, at: number, { bodyMarker }: ProbeRules): Probe => {
  const { latencyMs } = answer;
  if (answer.kind === 'no-answer') return { at, ok: false, latencyMs, because: answer.because };
  const { status, body, certificateEndsAt } = answer;
  const isMarked = bodyMarker === '' || body.includes(bodyMarker);
  const ok = status >= 200 && status < 300 && isMarked;
  return {
    at,
    ok,
    latencyMs,
    because:
      isMarked || status >= 300 ? `status ${status}` : `status ${status}, but its body lacks the marker`,
    ...(certificateEndsAt === undefined ? {} : { certificateEndsAt }),
  };
};
