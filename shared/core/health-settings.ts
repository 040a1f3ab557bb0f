/** The settings of the checks of the API. */

import type { HealthPolicy } from './health.ts';
import type { ProbeRules } from './health-probe.ts';

export type HealthSettings = ProbeRules &
  Readonly<{
    /** Without an API there is nothing to check. */
    hasApi: boolean;
    /** While all is well. */
    checkEveryMs: number;
    /** Of one probe, from the first packet to the last. */
    probeTimeoutMs: number;
    policy: HealthPolicy;
    /** Whether latency and uptime go to CloudWatch. */
    hasMetrics: boolean;
  }>;
