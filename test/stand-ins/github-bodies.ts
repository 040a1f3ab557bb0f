/**
 * What GitHub checks of the bodies that it is sent, by its own types.
 *
 * Source: GitHub REST API 2022-11-28, "Commit statuses", "Deployments" and "Deployment statuses".
 */

import type { operations } from '@octokit/openapi-types';
import type { WebRequest } from '../../shared/ports.ts';
import { fieldsOf, json, must, namesOf, webUrl, within } from './requests.ts';

type BodyOf<O extends keyof operations> = operations[O] extends {
  requestBody?: { content: { 'application/json': infer Body } };
}
  ? Body
  : never;

export type CommitStatus = BodyOf<'repos/create-commit-status'>;
export type NewDeployment = BodyOf<'repos/create-deployment'>;
export type NewStatus = BodyOf<'repos/create-deployment-status'>;

const COMMIT_STATES: Readonly<Record<CommitStatus['state'], true>> = {
  error: true,
  failure: true,
  pending: true,
  success: true,
};
const STATES: Readonly<Record<NewStatus['state'], true>> = {
  error: true,
  failure: true,
  inactive: true,
  in_progress: true,
  queued: true,
  pending: true,
  success: true,
};

const COMMIT_STATUS = namesOf<CommitStatus>({
  state: true,
  target_url: true,
  description: true,
  context: true,
});
const DEPLOYMENT = namesOf<NewDeployment>({
  ref: true,
  task: true,
  auto_merge: true,
  required_contexts: true,
  payload: true,
  environment: true,
  description: true,
  transient_environment: true,
  production_environment: true,
});
const STATUS = namesOf<NewStatus>({
  state: true,
  target_url: true,
  log_url: true,
  description: true,
  environment: true,
  environment_url: true,
  auto_inactive: true,
});

const described = (description: unknown): void => {
  if (description !== undefined) within(description, 140, 'description');
};

const addressed = (urls: Readonly<Record<string, unknown>>): void => {
  for (const [name, url] of Object.entries(urls)) if (url !== undefined) webUrl(url, name);
};

export const commitStatusOf = (request: WebRequest): CommitStatus => {
  const status = fieldsOf(json(request), COMMIT_STATUS, 'the status') as CommitStatus;
  must(Object.hasOwn(COMMIT_STATES, status.state), `the state ${status.state}`);
  addressed({ target_url: status.target_url });
  described(status.description);
  within(status.context, 255, 'context');
  must(status.context !== 'CodeBuild', 'the context of another');
  return status;
};

export const deploymentOf = (request: WebRequest): NewDeployment => {
  const made = fieldsOf(json(request), DEPLOYMENT, 'the deployment') as NewDeployment;
  within(made.ref, 100, 'ref');
  must(made.auto_merge === false, 'a deployment that merges');
  must(
    Array.isArray(made.required_contexts) && made.required_contexts.length === 0,
    'a deployment that waits',
  );
  within(made.environment, 255, 'environment');
  must(typeof made.production_environment === 'boolean', 'production_environment');
  described(made.description);
  return made;
};

export const statusOf = (request: WebRequest): NewStatus => {
  const status = fieldsOf(json(request), STATUS, 'the status') as NewStatus;
  must(Object.hasOwn(STATES, status.state), `the state ${status.state}`);
  addressed({
    target_url: status.target_url,
    log_url: status.log_url,
    environment_url: status.environment_url === '' ? undefined : status.environment_url,
  });
  described(status.description);
  must(status.auto_inactive === false, 'a status that makes others inactive');
  return status;
};
