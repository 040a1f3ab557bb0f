/** What one answer of the API, or its absence, says. */

import type { CauseKind } from './cause.ts';
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

/**
 * What Node says where there is no answer, by how its codes begin; anything else is one that did not come in time.
 * Source: Node.js, "Common system errors" and "OpenSSL error codes" (X509 verification).
 */
const CAUSES: readonly (readonly [pattern: RegExp, kind: CauseKind])[] = [
  [/^(ENOTFOUND|EAI_)/, 'name'],
  [
    /^(ECONNREFUSED|ECONNRESET|EPIPE|EHOSTUNREACH|ENETUNREACH|HPE_|socket hang up|the connection closed)/,
    'refused',
  ],
  [/^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/, 'tls'],
];

const causeOfSilence = (because: string): CauseKind =>
  CAUSES.find(([pattern]) => pattern.test(because))?.[1] ?? 'no-answer';

/** `at` in ms since 1970. */
export const probeOf = (answer: ProbeAnswer, at: number, { conditions }: ProbeRules): Probe => {
  const { latencyMs } = answer;
  if (answer.kind === 'no-answer') {
    const { because } = answer;
    return { at, ok: false, latencyMs, because, cause: { kind: causeOfSilence(because) } };
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
