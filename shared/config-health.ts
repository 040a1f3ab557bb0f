/** The environment of `check-origin`, read once at cold start; a bad setting fails at once and by name. */

import type { HealthSettings } from './core/health-settings.ts';
import { PROBES_KEPT } from './core/health-state.ts';
import { type Environment, SettingError, text, webAddress, wholeNumber } from './environment.ts';

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
const CERTIFICATE_DAYS_MIN = 14;

/** Two probes, and both of them twice, have to fit into the function's minute. */
const PROBE_TIMEOUT_MOST_MS = 20_000;

export const loadHealthConfig = (environment: Environment): HealthConfig => {
  const hasApi = (environment['API_URL'] ?? '') !== '';
  return {
    settings: {
      hasApi,
      checkEveryMs: wholeNumber(environment, 'CHECK_EVERY_MS', 0, 300_000),
      probeTimeoutMs: wholeNumber(environment, 'PROBE_TIMEOUT_MS', 1, 5_000, PROBE_TIMEOUT_MOST_MS),
      bodyMarker: environment['BODY_MARKER'] ?? '',
      policy: {
        failuresToDown: wholeNumber(environment, 'FAILURES_TO_DOWN', 1, 3, PROBES_KEPT),
        successesToUp: wholeNumber(environment, 'SUCCESSES_TO_UP', 1, 2, PROBES_KEPT),
        slowMs: wholeNumber(environment, 'SLOW_MS', 1, 2_000),
        deployMaxMs: DEPLOY_MAX_MS,
        certificateDaysMin: CERTIFICATE_DAYS_MIN,
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

/** Not two slashes: what follows them is another host, and a backslash counts as a slash. */
const healthPath = (environment: Environment): string => {
  const value = environment['API_HEALTH_PATH'] || '/api/health';
  if (/^\/(?![/\\])[!-~]*$/.test(value)) return value;
  throw new SettingError(
    `API_HEALTH_PATH: expected an encoded path that starts with one slash, got ${JSON.stringify(value)}`,
  );
};
