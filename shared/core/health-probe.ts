/** What one answer of the API, or its absence, says. */

import { type Conditions, faultOf } from './conditions.ts';
import type { Probe } from './health.ts';

export type ProbeRules = Readonly<{ conditions: Conditions }>;

/** As the API port gives it; redirects are not followed. */
export type ProbeAnswer =
  | Readonly<{
      kind: 'answer';
      status: number;
      latencyMs: number;
      headers: Readonly<Record<string, string>>;
      body: string;
      certificateEndsAt?: number;
    }>
  | Readonly<{ kind: 'no-answer'; latencyMs: number; because: string }>;

/** `at` in ms since 1970. */
export const probeOf = (answer: ProbeAnswer, at: number, { conditions }: ProbeRules): Probe => {
  const { latencyMs } = answer;
  if (answer.kind === 'no-answer') {
    return { at, ok: false, latencyMs, because: answer.because, cause: { kind: 'no-answer' } };
  }
  const { status, certificateEndsAt } = answer;
  const fault = faultOf(answer, conditions);
  return {
    at,
    ok: fault === undefined,
    latencyMs,
    ...(fault ?? { because: `status ${status}`, cause: { kind: 'status', status } }),
    ...(certificateEndsAt === undefined ? {} : { certificateEndsAt }),
  };
};
