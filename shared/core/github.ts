/**
 * What GitHub is told of a build: a status of its commit, and a deployment with a status of its own.
 *
 * Source: GitHub REST API 2022-11-28, "Commit statuses", "Deployments" and "Deployment statuses".
 */

import type { BuildReport } from './builds.ts';
import { clipped } from './chat-summary.ts';
import { fileNameOf } from './page-text.ts';
import { publicBrief } from './public-text.ts';
import { PENDING, type StartReport } from './starts.ts';
import type { SiteNames } from './status-json.ts';

/** Descriptions may have so many characters. */
const DESCRIPTION_MAX = 140;

/** CodeBuild posts a status of its own: another context keeps both. */
const CONTEXT = 'afterbuild';

/** A build that has begun, or that has ended. */
export type BuildTold = BuildReport | StartReport;

const stateOf = ({ outcome, api }: BuildReport): (typeof STATES)[keyof typeof STATES] =>
  // It is what visitors get, and with it the API broke.
  api?.isNew && STATES[outcome] === 'success' ? 'failure' : STATES[outcome];

/** A build that was replaced or stopped was not found wanting: nobody could find out. */
const STATES: Readonly<Record<BuildReport['outcome'], 'success' | 'failure' | 'error'>> = {
  live: 'success',
  'live-unproved': 'success',
  failed: 'failure',
  stuck: 'failure',
  stopped: 'error',
  superseded: 'error',
  'before-bootstrap': 'error',
};

export type GitHubTarget = Readonly<{
  /** "owner/name". */
  repository: string;
  environment: string;
  /** "https://api.github.com", or that of GitHub Enterprise. */
  api: string;
}>;

/** What anyone who sees the repository may follow: the status page, or the site; never the log's address. */
const targetUrl = (build: BuildTold, { url, statusUrl = url }: SiteNames): string =>
  build.kind === 'start' || build.plan === undefined || statusUrl === url
    ? statusUrl
    : `${statusUrl}deployments/${fileNameOf(build.build)}.html`;

/** Whoever sees the repository sees it. */
const described = (build: BuildTold): string => clipped(publicBrief(build), DESCRIPTION_MAX);

export const headersFor = (token: string): Readonly<Record<string, string>> => ({
  accept: 'application/vnd.github+json',
  'x-github-api-version': '2022-11-28',
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
});

const base = ({ api, repository }: GitHubTarget): string => `${api}/repos/${repository}`;

export const commitStatus = (build: BuildTold, target: GitHubTarget, site: SiteNames) => ({
  url: `${base(target)}/statuses/${build.commit}`,
  body: {
    state: build.kind === 'start' ? PENDING : stateOf(build),
    context: CONTEXT,
    target_url: targetUrl(build, site),
    description: described(build),
  },
});

export const isLive = (build: BuildTold): boolean =>
  build.kind === 'build' && (build.outcome === 'live' || build.outcome === 'live-unproved');

/** A build that ended and published nothing is no deployment, unless it was one when it began. */
export const isDeployed = (build: BuildTold): boolean =>
  build.kind === 'start' || isLive(build) || build.outcome === 'stuck';

const markOf = ({ build }: BuildTold): string => clipped(`Build ${build}`, DESCRIPTION_MAX);

/** Whole deployments are up to 4 kB each, and of an answer 64 kB are read. */
const LISTED_MAX = 15;

/** The newest deployments of the environment, newest first. */
export const deploymentsUrl = (target: GitHubTarget): string =>
  `${base(target)}/deployments?environment=${encodeURIComponent(target.environment)}&per_page=${LISTED_MAX}`;

export const newDeployment = (build: BuildTold, target: GitHubTarget) => ({
  url: `${base(target)}/deployments`,
  body: {
    ref: build.commit ?? '',
    task: 'deploy',
    // Otherwise GitHub merges the default branch into it, and refuses while other checks run.
    auto_merge: false,
    required_contexts: [] as string[],
    environment: target.environment,
    production_environment: target.environment === 'production',
    description: markOf(build),
  },
});

export const deploymentStatus = (id: number, build: BuildTold, target: GitHubTarget, site: SiteNames) => ({
  url: `${base(target)}/deployments/${id}/statuses`,
  body: {
    state: build.kind === 'start' ? ('in_progress' as const) : stateOf(build),
    environment_url: site.url,
    log_url: targetUrl(build, site),
    description: described(build),
    auto_inactive: false,
  },
});

/** GitHub leaves former deployments to production as they are. */
export const inactive = (id: number, target: GitHubTarget) => ({
  url: `${base(target)}/deployments/${id}/statuses`,
  body: { state: 'inactive' as const, auto_inactive: false },
});

/** What GitHub lists, as far as it is needed. */
export type Listed = Readonly<{ id: number; description: string | null }>;

/** Undefined for what is no list of deployments. */
export const parseDeployments = (text: string): readonly Listed[] | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return undefined;
    const listed = value.map((one: { id?: unknown; description?: unknown } | null) => ({
      id: Number(one?.id),
      description: typeof one?.description === 'string' ? one.description : null,
    }));
    return listed.every(({ id }) => Number.isSafeInteger(id)) ? listed : undefined;
  } catch {
    return undefined;
  }
};

/** The id of a deployment that was just made; undefined for what is none. */
export const parseMade = (text: string): number | undefined => {
  try {
    const id = Number((JSON.parse(text) as { id?: unknown } | null)?.id);
    return Number.isSafeInteger(id) && id > 0 ? id : undefined;
  } catch {
    return undefined;
  }
};

/** Where the build's own deployment stands, if it was made already: the others are newest first. */
export type Place = Readonly<{
  own: number | undefined;
  newer: readonly number[];
  older: readonly number[];
}>;

export const placeOf = (build: BuildTold, deployments: readonly Listed[]): Place => {
  const mark = markOf(build);
  const at = deployments.findIndex(({ description }) => description === mark);
  const ids = deployments.map(({ id }) => id);
  return { own: ids[at], newer: ids.slice(0, Math.max(0, at)), older: ids.slice(at + 1) };
};

/** The newest status of a deployment. */
export const stateUrl = (id: number, target: GitHubTarget): string =>
  `${base(target)}/deployments/${id}/statuses?per_page=1`;

/** Undefined where it has none, or for what is no list of statuses. */
export const parseState = (text: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    const [newest]: readonly ({ state?: unknown } | null)[] = Array.isArray(value) ? value : [];
    return typeof newest?.state === 'string' ? newest.state : undefined;
  } catch {
    return undefined;
  }
};
