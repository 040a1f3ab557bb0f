/**
 * Delivers a build to GitHub: the status of its commit, then its deployment. Each step may be repeated: a deployment
 * is made only where none of this build is listed, and a status says the same however often it is posted.
 */

import type { BuildReport } from '../core/builds.ts';
import {
  commitStatus,
  deploymentStatus,
  deploymentsUrl,
  type GitHubTarget,
  headersFor,
  inactive,
  isDeployed,
  newDeployment,
  parseDeployments,
  parseMade,
  placeOf,
} from '../core/github.ts';
import type { SiteNames } from '../core/status-json.ts';
import type { Instant, StatusPorts, WebAnswer } from '../ports.ts';
import { DELIVERY_MS, type Delivered, DONE, deliveredBy } from './deliver.ts';

type Asked = Readonly<{ url: string; body?: object }>;
type Answered = Readonly<{ delivered: Delivered; text: string }>;

export const postToGitHub = async (
  build: BuildReport,
  target: GitHubTarget,
  token: string,
  ports: StatusPorts,
  site: SiteNames,
  deadline: Instant,
): Promise<Delivered> => {
  const ask = async ({ url, body }: Asked): Promise<Answered> => {
    const answer = await ports.web.post(
      url,
      {
        headers: headersFor(token),
        method: body === undefined ? 'GET' : 'POST',
        body: body === undefined ? '' : JSON.stringify(body),
        wantsBody: true,
      },
      Math.min(deadline, ports.clock.now() + DELIVERY_MS),
    );
    return { delivered: limited(answer), text: answer.kind === 'answer' ? (answer.body ?? '') : '' };
  };
  const status = await ask(commitStatus(build, target, site));
  if (status.delivered.kind !== 'done' || !isDeployed(build)) return status.delivered;

  const listed = await ask({ url: deploymentsUrl(target) });
  if (listed.delivered.kind !== 'done') return listed.delivered;
  const deployments = parseDeployments(listed.text);
  if (!deployments) return { kind: 'later', because: 'GitHub listed no deployments' };
  const place = placeOf(build, deployments);
  const made = place.own === undefined ? await ask(newDeployment(build, target)) : undefined;
  if (made && made.delivered.kind !== 'done') return made.delivered;
  const own = place.own ?? parseMade(made?.text ?? '');
  if (own === undefined) return { kind: 'later', because: 'GitHub gave no id of the deployment' };
  const told = await ask(deploymentStatus(own, build, target, site));
  if (told.delivered.kind !== 'done') return told.delivered;

  const former = place.own === undefined ? deployments[0]?.id : place.former;
  if (former === undefined || build.outcome === 'stuck') return DONE;
  return (await ask(inactive(former, target))).delivered;
};

/** GitHub answers 403 as well where there were too many requests, and says then when to come back. */
const limited = (answer: WebAnswer): Delivered =>
  answer.kind === 'answer' && answer.status === 403 && answer.retryAfterMs !== undefined
    ? deliveredBy({ ...answer, status: 429 })
    : deliveredBy(answer);
