/** What visitors get: the site, and the API directly and through the distribution. */

import type { Probe } from '../core/health.ts';
import { ok, type Verdict, warn, wrong } from './checks.ts';

/** `url` is where the API is asked directly; `path` on both routes. */
export type ApiProbes = Readonly<{ url: string; path: string; slowMs: number; direct: Probe; edge: Probe }>;

/** One probe each: a slow or unlucky answer is seen here that the health would not report yet. */
export const judgeApi = ({ url: host, path, slowMs, direct, edge }: ApiProbes): Verdict => {
  const url = `${host}${path}`;
  if (!direct.ok) {
    return wrong(
      `the API does not answer at ${url}: ${direct.because}`,
      `curl -i ${url}`,
      '# the service is down, or --param apiDomain= or apiHealthPath= is wrong',
    );
  }
  if (!edge.ok) {
    return wrong(
      `the API answers directly, but not through the distribution: ${edge.because}`,
      '# the behaviour of the API has to come before others that match, use CachingDisabled, and send AllViewerExceptHostHeader',
      '# the origin has to speak TLS 1.2 with a certificate for its own name',
    );
  }
  const slower = Math.max(direct.latencyMs, edge.latencyMs);
  return slower > slowMs
    ? warn(
        `the API answers, but one answer took more than ${slowMs} ms`,
        `curl -so /dev/null -w '%{time_total}\\n' ${url}`,
      )
    : ok('the API answers, directly and through the distribution');
};

/** A GET of the site's `/` as a visitor makes it; `recorded` says whether there is anything to serve. */
export const judgeSite = (probe: Probe, recorded: boolean, bucket: string): Verdict => {
  if (probe.ok) return ok('the distribution serves the site');
  const list = `aws s3 ls s3://${bucket}`;
  if (!recorded) return warn(`nothing is served at / (${probe.because}): nothing was published yet`, list);
  return wrong(
    `nothing is served at / (${probe.because})`,
    ...(probe.because.includes('403')
      ? ['# 403 is a missing file, or a bucket that does not let the distribution read: see "origin access"']
      : []),
    list,
  );
};
