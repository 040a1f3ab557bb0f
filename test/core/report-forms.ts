/** Every form that a report can have. */

import { HEALTHS } from '../../shared/core/health-report.ts';
import { OUTCOMES, type Report } from '../../shared/core/report.ts';
import { aBuildReport, aHealthReport, aStartReport, NOON, without } from './report-fixture.ts';

const COMMIT = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';

/** All that a build's report may lack. */
const MAY_LACK = [
  'commit',
  'logUrl',
  'changed',
  'objects',
  'items',
  'itemsOfMonth',
  'itemsPerMonth',
  'tookMs',
  'api',
  'plan',
] as const;

const formsOfBuild = OUTCOMES.flatMap((outcome) =>
  HEALTHS.flatMap((health) => {
    const full = aBuildReport({
      outcome,
      commit: COMMIT,
      api: { health, because: 'status 503', isNew: true },
    });
    return [full, without(full, ...MAY_LACK), ...MAY_LACK.map((field) => without(full, field))] as Report[];
  }),
);
const formsOfHealth = HEALTHS.flatMap((from) =>
  HEALTHS.flatMap((to) => {
    const full = aHealthReport({
      from,
      to,
      outageMs: 1,
      lastOutage: { endedAt: NOON, ms: 1 },
      ends: ['degraded'],
    });
    return [full, without(full, 'outageMs', 'lastOutage', 'ends', 'latencyMs', 'cause')] as Report[];
  }),
);
const start = aStartReport({ commit: COMMIT });
const formsOfStart = [start, without(start, 'commit', 'logUrl')] as Report[];

export const FORMS: readonly Report[] = [...formsOfBuild, ...formsOfHealth, ...formsOfStart];
