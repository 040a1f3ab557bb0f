/** What a person could do about a report, in one line; nothing where nothing has to be done. For the team, not for everyone. */

import type { BuildReport } from './builds.ts';
import type { Cause, CauseKind } from './cause.ts';
import type { HealthReport } from './health-report.ts';
import type { Report } from './report.ts';

const BUILDS: Readonly<Partial<Record<BuildReport['outcome'], string>>> = {
  failed: 'Read the build log, mend what it names, and build again.',
  stopped: 'Build again, unless it was stopped on purpose.',
  stuck: 'Run "npm run doctor": it says what is wrong with the distribution or the stack, and what mends it.',
};

const BROKE_WITH_IT =
  'The API broke since this build began: read its log, and publish the former build if this one is why.';

const READ_LOG = 'Read the log of the API.';
const SLOW = 'See on the status page since when; give the API more room, or raise SLOW_MS if it may be slow.';
const CERTIFICATE = 'See why the certificate is not renewed: ACM needs its validation record to stay in DNS.';
const EDGE_ONLY =
  'The API itself answers: run "npm run doctor", and look at the behavior and the origin of the distribution.';
const DIRECT_ONLY =
  'Visitors may be served all the same: see why the address of the API itself does not answer, or let the check reach its health path.';
const ROLL_BACK = 'Read the log of the API, and roll its deployment back.';

const CAUSES: Readonly<Partial<Record<CauseKind, string>>> = {
  'no-answer': 'See whether the API runs and can be reached, and read its log.',
  refused: 'See whether the API runs and can be reached, and read its log.',
  name: 'See whether the DNS record of the API is there, and its domain has not expired.',
  tls: 'See why the certificate is not valid any more, or for another name, and renew it.',
  failed: 'See in its console why the service failed, and deploy it again.',
  deleted: 'Deploy the service again, or take it out of the settings.',
  slow: SLOW,
  certificate: CERTIFICATE,
  'slow-and-certificate': `${SLOW} ${CERTIFICATE}`,
};

const ofBuild = ({ outcome, api }: BuildReport): string | undefined =>
  BUILDS[outcome] ?? (api?.isNew ? BROKE_WITH_IT : undefined);

const ofOutage = (cause: Cause | undefined): string => {
  if (cause?.route === 'edge-only') return EDGE_ONLY;
  if (cause?.route === 'direct-only') return DIRECT_ONLY;
  const own = cause && CAUSES[cause.kind];
  return cause?.after === 'deployment' && cause.kind !== 'deleted' ? ROLL_BACK : (own ?? READ_LOG);
};

const ofHealth = ({ to, cause }: HealthReport): string | undefined => {
  switch (to) {
    case 'unhealthy':
      return ofOutage(cause);
    case 'degraded':
      return cause && CAUSES[cause.kind];
    case 'paused':
      return 'Resume the service when the API is to answer again.';
    case 'healthy':
    case 'deploying':
    case 'maintenance':
    case 'unknown':
      return undefined;
  }
};

export const nextStep = (report: Report): string | undefined => {
  switch (report.kind) {
    case 'build':
      return ofBuild(report);
    case 'health':
      return ofHealth(report);
    case 'start':
      return undefined;
  }
};
