/** The environment of `check-origin`, read once at cold start; a bad setting fails at once and by name. */

import {
  type Conditions,
  parseHeaderCondition,
  parseJsonCondition,
  parseStatuses,
} from './core/conditions.ts';
import type { HealthPolicy } from './core/health.ts';
import type { HealthSettings } from './core/health-settings.ts';
import { PROBES_KEPT } from './core/health-state.ts';
import { parseMaintenance, WINDOW_EXPECTED } from './core/maintenance.ts';
import {
  type Environment,
  listOf,
  SettingError,
  text,
  webAddress,
  wholeNumber,
  yesOrNo,
} from './environment.ts';

export type HealthConfig = Readonly<{
  settings: HealthSettings;
  stateBucket: string;
  /** Where the API is asked directly, and through the distribution; the path is the same. */
  apiUrl: string;
  edgeUrl: string;
  healthPath: string;
  /** Empty where the API's host cannot be asked. */
  serviceArn: string;
  postQueueUrl: string;
}>;

/** App Runner gives a deployment twenty minutes; three quarters of it without an answer is an outage. */
const DEPLOY_MAX_MS = 900_000;
/** The instances of before are gone, and those of now have to warm up. */
const DEPLOY_GRACE_MS = 120_000;
const CERTIFICATE_DAYS = '14,7';
const STATUSES = '200-299';

/** Who looks less than once a day does not watch. */
const CHECK_EVERY_MOST_MS = 86_400_000;

/** Two probes, and both of them twice, have to fit into the function's minute. */
const PROBE_TIMEOUT_MOST_MS = 20_000;

export const loadHealthConfig = (environment: Environment): HealthConfig => {
  const hasApi = (environment['API_URL'] ?? '') !== '';
  return {
    settings: {
      hasApi,
      checkEveryMs: wholeNumber(environment, 'CHECK_EVERY_MS', 0, 300_000, CHECK_EVERY_MOST_MS),
      probeTimeoutMs: wholeNumber(environment, 'PROBE_TIMEOUT_MS', 1, 5_000, PROBE_TIMEOUT_MOST_MS),
      conditions: conditions(environment),
      hasMetrics: yesOrNo(environment, 'METRICS', true),
      policy: {
        failuresToDown: wholeNumber(environment, 'FAILURES_TO_DOWN', 1, 3, PROBES_KEPT),
        successesToUp: wholeNumber(environment, 'SUCCESSES_TO_UP', 1, 2, PROBES_KEPT),
        slowMs: wholeNumber(environment, 'SLOW_MS', 1, 2_000),
        deployMaxMs: DEPLOY_MAX_MS,
        deployGraceMs: DEPLOY_GRACE_MS,
        certificateDays: certificateDays(environment),
        maintenance: maintenance(environment),
      },
    },
    stateBucket: text(environment, 'STATE_BUCKET'),
    apiUrl: hasApi ? webAddress(environment, 'API_URL') : '',
    edgeUrl: webAddress(environment, 'EDGE_URL'),
    healthPath: healthPath(environment),
    serviceArn: environment['API_SERVICE_ARN'] ?? '',
    postQueueUrl: text(environment, 'POST_QUEUE_URL'),
  };
};

const maintenance = (environment: Environment): HealthPolicy['maintenance'] => {
  const value = environment['MAINTENANCE'] ?? '';
  const windows = parseMaintenance(value);
  if (windows) return windows;
  throw new SettingError(`MAINTENANCE: expected ${WINDOW_EXPECTED}, got ${JSON.stringify(value)}`);
};

const certificateDays = (environment: Environment): readonly number[] =>
  listOf(
    { CERTIFICATE_DAYS: environment['CERTIFICATE_DAYS'] || CERTIFICATE_DAYS },
    'CERTIFICATE_DAYS',
    /^[1-9]\d{0,3}$/,
    'days',
  ).map(Number);

/** The conditions of one answer; each error says what its setting has to look like. */
const conditions = (environment: Environment): Conditions => {
  const read = <T>(name: string, parse: (text: string) => T | undefined, expected: string): T | undefined => {
    const value = environment[name] ?? '';
    if (value === '') return undefined;
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    throw new SettingError(`${name}: expected ${expected}, got ${JSON.stringify(value)}`);
  };
  const bodyMarker = environment['BODY_MARKER'] ?? '';
  const json = read('EXPECT_JSON', parseJsonCondition, 'a field and its value, such as db.status=up');
  const header = read('EXPECT_HEADER', parseHeaderCondition, 'a header, such as "X-App" or "X-App: ready"');
  const statuses =
    read('EXPECT_STATUS', parseStatuses, 'status codes such as 200-299,304') ?? parseStatuses(STATUSES) ?? [];
  return {
    statuses,
    ...(bodyMarker === '' ? {} : { bodyMarker }),
    ...(json ? { json } : {}),
    ...(header ? { header } : {}),
  };
};

/** Not two slashes: what follows them is another host, and a backslash counts as a slash. */
const healthPath = (environment: Environment): string => {
  const value = environment['API_HEALTH_PATH'] || '/api/health';
  if (/^\/(?![/\\])[!-~]*$/.test(value)) return value;
  throw new SettingError(
    `API_HEALTH_PATH: expected an encoded path that starts with one slash, got ${JSON.stringify(value)}`,
  );
};
