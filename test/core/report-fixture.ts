/** Reports with every field, to be changed by the tests. */

import type { BuildReport } from '../../shared/core/builds.ts';
import type { HealthReport } from '../../shared/core/health-report.ts';
import type { StartReport } from '../../shared/core/starts.ts';

export const NOON = Date.UTC(2026, 10, 23, 12);

export const SITE_NAMES = {
  name: 'shop',
  stage: 'prod-us-east-1',
  url: 'https://d111111abcdef8.cloudfront.net',
  statusUrl: 'https://d111111abcdef8.cloudfront.net/_status/',
};

export const aBuildReport = (more: Partial<BuildReport> = {}): BuildReport => ({
  kind: 'build',
  id: 'shop:1111/final',
  build: 'shop:1111',
  outcome: 'live',
  because: 'proved 3 of 3 at FRA56-P1',
  startedAt: NOON - 60_000,
  endedAt: NOON,
  commit: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334',
  logUrl: 'https://console.aws.amazon.com/cloudwatch/home#log-canary',
  changed: 3,
  objects: 1_204,
  items: 3,
  itemsOfMonth: 214,
  itemsPerMonth: 1_000,
  tookMs: 6_200,
  api: { health: 'healthy', because: 'status 200' },
  ...more,
});

export const aHealthReport = (more: Partial<HealthReport> = {}): HealthReport => ({
  kind: 'health',
  id: 'health/7',
  at: NOON,
  from: 'healthy',
  to: 'unhealthy',
  because: 'status 503, 3 times in a row',
  cause: { kind: 'status', status: 503 },
  latencyMs: 84,
  ...more,
});

export const aStartReport = (more: Partial<StartReport> = {}): StartReport => ({
  kind: 'start',
  id: 'shop:1111/start',
  build: 'shop:1111',
  startedAt: NOON - 60_000,
  commit: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334',
  logUrl: 'https://console.aws.amazon.com/cloudwatch/home#log-canary',
  ...more,
});

/** A report without some of its fields. */
export const without = (report: object, ...names: string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(report).filter(([name]) => !names.includes(name)));

/** Where nothing serves a status page there is nothing to lead to. */
const { statusUrl: _statusUrl, ...PAGELESS } = SITE_NAMES;

export { PAGELESS };
