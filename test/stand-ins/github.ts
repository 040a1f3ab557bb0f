/** GitHub's REST API, as far as deployments and statuses go. Sources: those of github-bodies.ts. */

import type { components } from '@octokit/openapi-types';
import { answerBytesMax } from '../../shared/aws/web.ts';
import type { WebRequest } from '../../shared/ports.ts';
import { type CommitStatus, commitStatusOf, deploymentOf, statusOf } from './github-bodies.ts';
import { must } from './requests.ts';

export type GitHubOptions = Readonly<{
  api: string;
  token: string;
  repository: string;
  /** When a deployment is made. */
  now?(): number;
}>;

export type Deployment = Pick<
  components['schemas']['deployment'],
  'description' | 'ref' | 'environment' | 'task' | 'created_at'
> & { id: number; states: string[] };

type Answer = Readonly<{ status: number; body: string }>;
type Asked = Readonly<{ id: string; request: WebRequest; query: URLSearchParams }>;
type Route = readonly [method: 'GET' | 'POST', path: RegExp, answer: (asked: Asked) => Answer];

const said = (status: number, value: unknown): Answer => ({ status, body: JSON.stringify(value) });
const NOT_FOUND = said(404, { message: 'Not Found', status: '404' });

/** As long as a deployment that an app made: its creator and the app have some fifty addresses each. */
const whole = ({ states: _states, ...deployment }: Deployment) => ({
  ...deployment,
  performed_via_github_app: { description: 'x'.repeat(4_000) },
});

const pageOf = <T>(list: readonly T[], query: URLSearchParams): readonly T[] => {
  const most = Number(query.get('per_page') ?? 30);
  must(Number.isInteger(most) && most >= 1 && most <= 100, `per_page ${most}`);
  return list.slice(0, most);
};

/** By each of these a list of deployments can be cut down to some. */
const FILTERS = ['environment', 'ref', 'task'] as const;

const newestFirst = (one: Deployment, other: Deployment): number =>
  other.created_at.localeCompare(one.created_at) || other.id - one.id;

/** GitHub keeps deployments: it is asked for them, and gives ids. */
export const createGitHub = ({ api, token, repository, now = () => 0 }: GitHubOptions) => {
  const deployments: Deployment[] = [];
  const statuses: CommitStatus[] = [];
  const found = (id: string) => deployments.find((one) => one.id === Number(id));

  const listed = ({ query }: Asked): Answer => {
    const wanted = deployments.filter((one) =>
      FILTERS.every((name) => !query.has(name) || query.get(name) === one[name]),
    );
    const answer = said(200, pageOf(wanted.sort(newestFirst), query).map(whole));
    must(answer.body.length <= answerBytesMax, 'an answer that is read to its end');
    return answer;
  };

  const made = ({ request }: Asked): Answer => {
    const { ref, description, environment = 'production', task = 'deploy' } = deploymentOf(request);
    const id = deployments.length + 1;
    // GitHub's times are of whole seconds.
    const createdAt = `${new Date(now()).toISOString().slice(0, 19)}Z`;
    deployments.push({
      id,
      ref,
      task,
      environment,
      description: description ?? null,
      created_at: createdAt,
      states: [],
    });
    return said(201, { id });
  };

  const statusesListed = ({ id, query }: Asked): Answer => {
    const states = found(id)
      ?.states.toReversed()
      .map((state) => ({ state }));
    return states ? said(200, pageOf(states, query)) : NOT_FOUND;
  };

  const statusMade = ({ id, request }: Asked): Answer => {
    const { state } = statusOf(request);
    found(id)?.states.push(state);
    return found(id) ? said(201, {}) : NOT_FOUND;
  };

  const commitStatusMade = ({ request }: Asked): Answer => {
    statuses.push(commitStatusOf(request));
    return said(201, {});
  };

  const ROUTES: readonly Route[] = [
    ['POST', /^\/statuses\/([0-9a-f]{40})$/, commitStatusMade],
    ['GET', /^\/deployments()$/, listed],
    ['POST', /^\/deployments()$/, made],
    ['GET', /^\/deployments\/(\d+)\/statuses$/, statusesListed],
    ['POST', /^\/deployments\/(\d+)\/statuses$/, statusMade],
  ];

  const answer = (url: string, request: WebRequest): Answer => {
    const base = `${api}/repos/${repository}`;
    must(request.headers['authorization'] === `Bearer ${token}`, 'authorization');
    must(request.headers['x-github-api-version'] === '2022-11-28', 'the version');
    must(request.headers['accept'] === 'application/vnd.github+json', 'what is accepted');
    if (!url.startsWith(base)) return NOT_FOUND;
    const [path = ''] = url.slice(base.length).split('?', 1);
    for (const [method, pattern, respond] of ROUTES) {
      const id = pattern.exec(path)?.[1];
      if (id === undefined || method !== (request.method ?? 'POST')) continue;
      return respond({ id, request, query: new URL(url).searchParams });
    }
    return NOT_FOUND;
  };
  return { deployments, statuses, answer };
};
