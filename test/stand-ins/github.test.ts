/** What GitHub's stand-in refuses, and what it keeps. */

import { headersFor } from '../../shared/core/github.ts';
import { NOON } from '../core/report-fixture.ts';
import { type Change, changed } from './changed.ts';
import { createGitHub } from './github.ts';

const API = 'https://api.github.com';
const SHA = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';
const long = (length: number): string => 'x'.repeat(length);

const DEPLOYMENT = {
  ref: SHA,
  task: 'deploy',
  auto_merge: false,
  required_contexts: [],
  environment: 'production',
  production_environment: true,
  description: 'Build shop:b1',
};
const COMMIT_STATUS = {
  state: 'success',
  context: 'afterbuild',
  target_url: 'https://a.b/',
  description: 'x',
};
const STATUS = {
  state: 'success',
  log_url: 'https://a.b/',
  environment_url: 'https://a.b/',
  auto_inactive: false,
};
const BODIES = {
  'a deployment': ['/deployments', DEPLOYMENT],
  'a status of a commit': [`/statuses/${SHA}`, COMMIT_STATUS],
  'a status of a deployment': ['/deployments/1/statuses', STATUS],
} as const;
type Kind = keyof typeof BODIES;

const connect = (options = {}) => {
  const github = createGitHub({ api: API, token: 'token', repository: 'you/site', ...options });
  const ask = (path: string, body?: unknown, headers = headersFor('token')) =>
    github.answer(`${API}/repos/you/site${path}`, {
      headers,
      method: body === undefined ? 'GET' : 'POST',
      body: body === undefined ? '' : JSON.stringify(body),
    });
  return { ...github, ask, read: (path: string) => JSON.parse(ask(path).body) as Record<string, unknown>[] };
};

const made = () => {
  const github = connect();
  github.ask('/deployments', DEPLOYMENT);
  return github;
};

test.each([
  ['a deployment', 'what is sent', 'task', 'deploy'],
  ['a deployment', 'a description of 140', 'description', long(140)],
  ['a status of a commit', 'a description of 140', 'description', long(140)],
  ['a status of a commit', 'no description', 'description', undefined],
  ...['error', 'failure', 'pending', 'success'].map((state) => [
    'a status of a commit',
    state,
    'state',
    state,
  ]),
  ['a status of a deployment', 'no addresses', 'log_url', undefined],
  ...['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'].map((state) => [
    'a status of a deployment',
    state,
    'state',
    state,
  ]),
] as [Kind, ...Change][])('takes %s with %s', (kind, _what, path, value) => {
  const [place, good] = BODIES[kind];
  expect(made().ask(place, changed(good, path, value)).status).toBe(201);
});

test.each([
  ['a deployment', 'no ref', 'ref', undefined, /ref is missing/],
  ['a deployment', 'a merge', 'auto_merge', true, /merges/],
  ['a deployment', 'the usual merge', 'auto_merge', undefined, /merges/],
  ['a deployment', 'other checks', 'required_contexts', ['ci'], /waits/],
  ['a deployment', 'all other checks', 'required_contexts', undefined, /waits/],
  ['a deployment', 'a description of 141', 'description', long(141), /140 at most/],
  ['a deployment', 'no environment', 'environment', '', /environment is missing/],
  ['a deployment', 'a text for a yes', 'production_environment', 'true', /production_environment/],
  ['a deployment', 'an unknown field', 'sha', SHA, /the deployment has sha/],
  ['a deployment', 'half a character', 'description', 'a\ud83d', /half a character/],
  ['a status of a commit', 'no state', 'state', undefined, /the state undefined/],
  ['a status of a commit', 'the state of a deployment', 'state', 'in_progress', /the state in_progress/],
  ['a status of a commit', 'a state named like a method', 'state', 'toString', /the state toString/],
  ['a status of a commit', 'an address that is none', 'target_url', '/_status/', /target_url is no address/],
  ['a status of a commit', 'an address of another scheme', 'target_url', 'ftp://a.b/', /target_url/],
  ['a status of a commit', 'a description of 141', 'description', long(141), /140 at most/],
  ['a status of a commit', 'no context', 'context', undefined, /context is missing/],
  ['a status of a commit', 'the context of another', 'context', 'CodeBuild', /the context of another/],
  ['a status of a commit', 'an unknown field', 'log_url', 'https://a.b/', /the status has log_url/],
  ['a status of a deployment', 'another state', 'state', 'live', /the state live/],
  ['a status of a deployment', 'a log that is nowhere', 'log_url', 'log', /log_url is no address/],
  [
    'a status of a deployment',
    'a script for a log',
    'log_url',
    'javascript:alert(1)',
    /log_url is no address/,
  ],
  ['a status of a deployment', 'a site that is nowhere', 'environment_url', 'shop', /environment_url/],
  ['a status of a deployment', 'a description of 141', 'description', long(141), /140 at most/],
  [
    'a status of a deployment',
    'the usual end of others',
    'auto_inactive',
    undefined,
    /makes others inactive/,
  ],
  ['a status of a deployment', 'an unknown field', 'context', 'x', /the status has context/],
] as readonly (readonly [Kind, ...Change, RegExp])[])(
  'refuses %s with %s',
  (kind, _what, path, value, message) => {
    const [place, good] = BODIES[kind];
    expect(() => made().ask(place, changed(good, path, value))).toThrow(message);
  },
);

test.each([
  ['/deployments/2/statuses', STATUS],
  ['/deployments/2/statuses', undefined],
  ['/deployments/x/statuses', STATUS],
  ['/deployments/1', undefined],
  ['/statuses/main', COMMIT_STATUS],
  [`/statuses/${SHA}`, undefined],
  ['/toString', undefined],
  ['', undefined],
] as const)('knows no %s', (path, body) => {
  expect(made().ask(path, body).status).toBe(404);
});

test('knows no other repository', () => {
  const { answer } = made();
  const request = { headers: headersFor('token'), method: 'GET', body: '' } as const;
  for (const repository of ['you/other', 'you/site2'])
    expect(answer(`${API}/repos/${repository}/deployments`, request).status).toBe(404);
});

test.each(['authorization', 'accept', 'x-github-api-version'])('refuses what has no %s', (name) => {
  expect(() => made().ask('/deployments', undefined, { ...headersFor('token'), [name]: '' })).toThrow(
    'refuses',
  );
});

describe('lists', () => {
  const filled = () => {
    // The second is made before the first, as by a clock that was set.
    const instants = [NOON + 2_000, NOON, NOON + 4_500, NOON + 4_999];
    const github = connect({ now: () => instants.shift() ?? NOON });
    for (const [at, environment] of ['production', 'production', 'staging', 'production'].entries())
      github.ask('/deployments', { ...DEPLOYMENT, environment, description: `b${at}` });
    return github;
  };
  const listed = (query: string) =>
    filled()
      .read(`/deployments${query}`)
      .map(({ description }) => description);

  test.each([
    ['all, the newest first', '', ['b3', 'b2', 'b0', 'b1']],
    ['those of an environment', '?environment=production', ['b3', 'b0', 'b1']],
    ['those of another', '?environment=staging', ['b2']],
    ['none of one that is not there', '?environment=prod', []],
    ['those of a ref', `?ref=${SHA}`, ['b3', 'b2', 'b0', 'b1']],
    ['none of another task', '?task=migrate', []],
    ['the newest of an environment', '?environment=production&per_page=1', ['b3']],
  ])('%s', (_what, query, expected) => {
    expect(listed(query)).toEqual(expected);
  });

  test.each(['0', '101', 'all'])('not %s on a page', (most) => {
    expect(() => listed(`?per_page=${most}`)).toThrow('per_page');
  });

  test('when each was made, in whole seconds', () => {
    expect(filled().read('/deployments')[0]).toMatchObject({ created_at: '2026-11-23T12:00:04Z' });
  });

  test('the statuses of a deployment, the newest first', () => {
    const github = made();
    for (const state of ['in_progress', 'success', 'inactive'])
      github.ask('/deployments/1/statuses', { ...STATUS, state });
    const states = (query: string) =>
      github.read(`/deployments/1/statuses${query}`).map(({ state }) => state);
    expect(states('')).toEqual(['inactive', 'success', 'in_progress']);
    expect(states('?per_page=1')).toEqual(['inactive']);
  });
});
