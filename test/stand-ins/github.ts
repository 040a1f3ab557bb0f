/** GitHub's REST API, as far as deployments and statuses go. Sources: those of shared/core/github.ts. */

import type { components, operations } from '@octokit/openapi-types';
import { answerBytesMax } from '../../shared/aws/web.ts';
import type { WebRequest } from '../../shared/ports.ts';
import { json, must, within } from './requests.ts';

export type GitHubOptions = Readonly<{ api: string; token: string; repository: string }>;

type CommitStatus = NonNullable<
  operations['repos/create-commit-status']['requestBody']
>['content']['application/json'];
type NewDeployment = NonNullable<
  operations['repos/create-deployment']['requestBody']
>['content']['application/json'];
type NewStatus = NonNullable<
  operations['repos/create-deployment-status']['requestBody']
>['content']['application/json'];
export type Deployment = Pick<components['schemas']['deployment'], 'id' | 'description' | 'ref'> & {
  states: string[];
};

const STATES: readonly NewStatus['state'][] = [
  'error',
  'failure',
  'inactive',
  'in_progress',
  'queued',
  'pending',
  'success',
];

/** As long as a deployment that an app made: its creator and the app have some fifty addresses each. */
const whole = ({ states: _states, ...deployment }: Deployment) => ({
  ...deployment,
  performed_via_github_app: { description: 'x'.repeat(4_000) },
});

/** GitHub keeps deployments: it is asked for them, and gives ids. */
export const createGitHub = ({ api, token, repository }: GitHubOptions) => {
  const deployments: Deployment[] = [];
  const statuses: CommitStatus[] = [];
  const answer = (url: string, request: WebRequest): Readonly<{ status: number; body: string }> => {
    const base = `${api}/repos/${repository}`;
    must(url.startsWith(`${base}/`), url);
    const [path = ''] = url.slice(base.length).split('?', 1);
    must(request.headers['authorization'] === `Bearer ${token}`, 'authorization');
    must(request.headers['x-github-api-version'] === '2022-11-28', 'the version');
    if (request.method === 'GET') {
      const [, asked] = /^\/deployments\/(\d+)\/statuses$/.exec(path) ?? [];
      if (asked !== undefined) {
        const states = deployments.find((one) => one.id === Number(asked))?.states ?? [];
        const newest = states.slice(-1).map((state) => ({ state }));
        return { status: 200, body: JSON.stringify(newest) };
      }
      must(path === '/deployments', `GET ${path}`);
      const most = Number(new URL(url).searchParams.get('per_page') ?? 30);
      const body = JSON.stringify(deployments.toReversed().slice(0, most).map(whole));
      must(body.length <= answerBytesMax, 'an answer that is read to its end');
      return { status: 200, body };
    }
    const [, sha] = /^\/statuses\/([0-9a-f]{40})$/.exec(path) ?? [];
    if (sha !== undefined) {
      const status = json<CommitStatus>(request);
      must(['error', 'failure', 'pending', 'success'].includes(status.state), 'state');
      within(status.description ?? '', 140, 'description');
      must(status.context !== 'CodeBuild', 'the context of another');
      statuses.push(status);
      return { status: 201, body: '{}' };
    }
    const [, id] = /^\/deployments\/(\d+)\/statuses$/.exec(path) ?? [];
    if (id !== undefined) {
      const status = json<NewStatus>(request);
      const found = deployments.find((one) => one.id === Number(id));
      must(found !== undefined, `deployment ${id}`);
      must(STATES.includes(status.state), `the state ${status.state}`);
      must((status.description ?? '').length <= 140 && status.auto_inactive === false, 'the status');
      found?.states.push(status.state);
      return { status: 201, body: '{}' };
    }
    must(path === '/deployments', `POST ${path}`);
    const made = json<NewDeployment>(request);
    must(
      made.auto_merge === false && made.required_contexts?.length === 0,
      'a deployment that waits or merges',
    );
    within(made.ref, 100, 'ref');
    within(made.description ?? '', 140, 'description');
    deployments.push({
      id: deployments.length + 1,
      ref: made.ref,
      description: made.description ?? null,
      states: [],
    });
    return { status: 201, body: JSON.stringify({ id: deployments.length }) };
  };
  return { deployments, statuses, answer };
};
