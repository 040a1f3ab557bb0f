/**
 * What GitHub is told of a build: a status of its commit, and a deployment with a status of its own.
 *
 * Source: GitHub REST API 2022-11-28, "Commit statuses", "Deployments" and "Deployment statuses".
 */

import type { BuildReport } from './builds.ts';
import { instantOf, isoOf } from './calendar.ts';
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

/** By when it began builds are in order, however late GitHub hears of one; it goes first, as a long name is cut. */
const markOf = ({ build, startedAt }: BuildTold): string =>
  clipped(`${isoOf(startedAt)} Build ${build}`, DESCRIPTION_MAX);

const BEGAN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(?= Build )/;

/** Of an answer 64 kB are read: where others' deployments are that large, a few have to do. */
export const LISTED = [15, 3, 1] as const;

/** The newest deployments of the environment, newest first. */
export const deploymentsUrl = (target: GitHubTarget, most: number): string =>
  `${base(target)}/deployments?environment=${encodeURIComponent(target.environment)}&per_page=${most}`;

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

/** What GitHub lists, as far as it is needed. `at`: when its build began, or it was made by somebody else. */
export type Listed = Readonly<{ id: number; description: string | null; at: number }>;

const beganAt = (description: string | null, createdAt: unknown): number =>
  instantOf(BEGAN.exec(description ?? '')?.[0]) ?? instantOf(createdAt) ?? 0;

/** Undefined for what is no list of deployments. */
export const parseDeployments = (text: string): readonly Listed[] | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return undefined;
    const listed = value.map((one: { id?: unknown; description?: unknown; created_at?: unknown } | null) => {
      const description = typeof one?.description === 'string' ? one.description : null;
      return { id: Number(one?.id), description, at: beganAt(description, one?.created_at) };
    });
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

/** The build's own deployment, if it was made already, and those of builds that began later and earlier, newest first. */
export type Place = Readonly<{
  own: number | undefined;
  newer: readonly number[];
  older: readonly number[];
}>;

export const placeOf = (build: BuildTold, deployments: readonly Listed[]): Place => {
  const mark = markOf(build);
  const own = deployments.find(({ description }) => description === mark);
  const others = deployments.filter((one) => one !== own).sort((one, other) => other.at - one.at);
  const idsOf = (isIn: (one: Listed) => boolean) => others.filter(isIn).map(({ id }) => id);
  return {
    own: own?.id,
    newer: idsOf(({ at }) => at > build.startedAt),
    older: idsOf(({ at }) => at <= build.startedAt),
  };
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
