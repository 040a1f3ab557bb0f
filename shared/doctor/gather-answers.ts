/** Asks the site and the API as a visitor does, one GET each. */

import { apiAdapter } from '../aws/api.ts';
import { loadHealthConfig } from '../config-health.ts';
import type { Conditions } from '../core/conditions.ts';
import type { Probe } from '../core/health.ts';
import { probeOf } from '../core/health-probe.ts';
import type { Environment } from '../environment.ts';
import { both, type Fact, known, mapFact } from './checks.ts';
import type { ApiProbes } from './checks-answers.ts';
import type { Found } from './checks-distribution.ts';
import { attempt } from './gather-parts.ts';

/** One answer is waited for this long: a person sits before it. */
const PROBE_MS = 10_000;

/** A setting where it is a text, otherwise the distribution's own name. */
export const edgeUrlOf = (setting: string | undefined, distribution: Fact<Found>): Fact<string> =>
  setting ? known(setting) : mapFact(distribution, ({ domainName }) => `https://${domainName}`);

/** Without a root object `/` is a listing of the bucket, which nobody is to see. */
const hasRoot = (distribution: Fact<Found>): boolean =>
  distribution.kind === 'unknown' || (distribution.value.config.DefaultRootObject ?? '') !== '';

const SUCCESS: Conditions = { statuses: [{ from: 200, to: 299 }] };

/** Undefined where nothing is to be served at the root. */
export const visitRoot = async (
  edgeUrl: Fact<string>,
  distribution: Fact<Found>,
  now: () => number,
): Promise<Fact<Probe> | undefined> => {
  if (!hasRoot(distribution)) return undefined;
  return edgeUrl.kind === 'unknown' ? edgeUrl : known(await probeAt(edgeUrl.value, '/', SUCCESS, now));
};

/** Never fails: no answer is one, too. */
const probeAt = async (
  url: string,
  path: string,
  conditions: Conditions,
  now: () => number,
): Promise<Probe> => {
  // The adapter's deadline is an instant of this machine's clock.
  const adapter = apiAdapter({ direct: url, edge: url }, path);
  return probeOf(await adapter.probe('direct', Date.now() + PROBE_MS), now(), { conditions });
};

/** As check-origin reads its settings; what it does not need here may be anything. */
const settingsOf = (health: Environment, url: string, edgeUrl: string) =>
  loadHealthConfig({
    STATE_BUCKET: 'unused',
    POST_QUEUE_URL: 'unused',
    ...health,
    API_URL: url,
    EDGE_URL: edgeUrl,
  });

/** Undefined where there is no API. `health` is the environment of check-origin. */
export const probeApi = async (
  health: Environment,
  distribution: Fact<Found>,
  edgeUrl: Fact<string>,
  now: () => number,
): Promise<Fact<ApiProbes> | undefined> => {
  const api = apiUrlOf(health, distribution);
  if (!api) return undefined;
  const asked = both(api, edgeUrl);
  if (asked.kind === 'unknown') return asked;
  const [url, edge] = asked.value;
  return attempt(async () => {
    const { healthPath: path, settings } = settingsOf(health, url, edge);
    const { conditions, policy } = settings;
    return {
      url,
      path,
      slowMs: policy.slowMs,
      direct: await probeAt(url, path, conditions, now),
      edge: await probeAt(edge, path, conditions, now),
    };
  });
};

/** Undefined where there is no API. A host that only the stack knows is that of the distribution's origin. */
const apiUrlOf = (health: Environment, distribution: Fact<Found>): Fact<string> | undefined => {
  const url = health['API_URL'];
  if (url === '') return undefined;
  if (url !== undefined) return known(url);
  if (distribution.kind === 'unknown') return distribution;
  const origin = distribution.value.config.Origins?.Items?.find(({ Id: id }) => id === 'api');
  return origin?.DomainName ? known(`https://${origin.DomainName}`) : undefined;
};

/** The API alone, before there is a distribution. */
export const probeDirect = (health: Environment, url: string, now: () => number): Promise<Fact<Probe>> =>
  attempt(async () => {
    const { healthPath: path, settings } = settingsOf(health, url, url);
    return probeAt(url, path, settings.conditions, now);
  });
