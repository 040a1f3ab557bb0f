/**
 * Delivers a build to GitHub: the status of its commit, then its deployment. Each step may be repeated: a deployment
 * is made only where none of this build is listed, and its status is the same however often it is posted.
 */

import {
  type BuildTold,
  commitStatus,
  deploymentStatus,
  deploymentsUrl,
  type GitHubTarget,
  headersFor,
  inactive,
  isDeployed,
  isLive,
  LISTED,
  type Listed,
  newDeployment,
  parseDeployments,
  parseMade,
  parseState,
  placeOf,
  stateUrl,
} from '../core/github.ts';
import type { SiteNames } from '../core/status-json.ts';
import type { Instant, StatusPorts, WebAnswer } from '../ports.ts';
import { DELIVERY_MS, type Delivered, DONE, deliveredBy } from './delivered.ts';

type Asked = Readonly<{ url: string; body?: object }>;
type Answered = Readonly<{ delivered: Delivered; text: string }>;
type Ask = (asked: Asked) => Promise<Answered>;

export const postToGitHub = async (
  build: BuildTold,
  target: GitHubTarget,
  token: string,
  ports: StatusPorts,
  site: SiteNames,
  deadline: Instant,
): Promise<Delivered> => {
  const ask = asking(ports, token, deadline);
  const status = await ask(commitStatus(build, target, site));
  if (status.delivered.kind !== 'done') return status.delivered;

  const listed = await list(ask, target);
  if (listed.kind !== 'listed') return listed;
  const place = placeOf(build, listed.deployments);
  if (place.own === undefined && !isDeployed(build)) return DONE;
  const made = place.own === undefined ? await ask(newDeployment(build, target)) : undefined;
  if (made && made.delivered.kind !== 'done') return made.delivered;
  const own = place.own ?? parseMade(made?.text ?? '');
  if (own === undefined) return { kind: 'later', because: 'GitHub gave no id of the deployment' };
  const told = await ask(deploymentStatus(own, build, target, site));
  if (told.delivered.kind !== 'done') return told.delivered;
  if (!isLive(build)) return DONE;
  const overtaken = await hasLive(place.newer, ask, target);
  if (overtaken.delivered.kind !== 'done') return overtaken.delivered;
  // A later build was told of first, and took its place already.
  return overtaken.isLive
    ? (await ask(inactive(own, target))).delivered
    : retireFormer(place.older, target, ask);
};

/** What is too long to be read whole is no list: fewer may be. */
const list = async (
  ask: Ask,
  target: GitHubTarget,
): Promise<Readonly<{ kind: 'listed'; deployments: readonly Listed[] }> | Delivered> => {
  for (const most of LISTED) {
    const { delivered, text } = await ask({ url: deploymentsUrl(target, most) });
    if (delivered.kind !== 'done') return delivered;
    const deployments = parseDeployments(text);
    if (deployments) return { kind: 'listed', deployments };
  }
  return { kind: 'later', because: 'GitHub listed no deployments' };
};

const hasLive = async (
  deployments: readonly number[],
  ask: Ask,
  target: GitHubTarget,
): Promise<Readonly<{ delivered: Delivered; isLive: boolean }>> => {
  for (const id of deployments) {
    const { delivered, text } = await ask({ url: stateUrl(id, target) });
    const isLive = parseState(text) === 'success';
    if (delivered.kind !== 'done' || isLive) return { delivered, isLive };
  }
  return { delivered: DONE, isLive: false };
};

/** Of the deployments before it the newest that is live: all before that one were told of already. */
const retireFormer = async (older: readonly number[], target: GitHubTarget, ask: Ask): Promise<Delivered> => {
  for (const id of older) {
    const answered = await ask({ url: stateUrl(id, target) });
    if (answered.delivered.kind !== 'done') return answered.delivered;
    const state = parseState(answered.text);
    if (state === 'success') return (await ask(inactive(id, target))).delivered;
    if (state === 'inactive') return DONE;
  }
  return DONE;
};

const asking =
  ({ web, clock }: StatusPorts, token: string, deadline: Instant): Ask =>
  async ({ url, body }) => {
    const answer = await web.post(
      url,
      {
        headers: headersFor(token),
        method: body === undefined ? 'GET' : 'POST',
        body: body === undefined ? '' : JSON.stringify(body),
        wantsBody: true,
      },
      Math.min(deadline, clock.now() + DELIVERY_MS),
    );
    return { delivered: limited(answer), text: answer.kind === 'answer' ? (answer.body ?? '') : '' };
  };

/** Where it does not say when: a minute at least. Source: GitHub REST API, "Exceeding the rate limit". */
const LIMITED_MS = 60_000;

/** GitHub answers 403 as well where there were too many requests, and says so by a header, or by its text alone. */
const limited = (answer: WebAnswer): Delivered => {
  if (answer.kind !== 'answer' || answer.status !== 403) return deliveredBy(answer);
  const { retryAfterMs = /rate limit/i.test(answer.body ?? '') ? LIMITED_MS : undefined } = answer;
  return deliveredBy(retryAfterMs === undefined ? answer : { ...answer, status: 429, retryAfterMs });
};
