/** The environment, read once at cold start into typed settings; a bad setting fails at once and by name. */

import { BATCH_ITEMS_MAX, IN_PROGRESS_WILDCARDS_MAX } from './core/ledger.ts';
import type { Routing } from './core/paths.ts';
import type { Settings } from './core/settings.ts';
import {
  type Environment,
  expression,
  listOf,
  SettingError,
  text,
  webAddress,
  wholeNumber,
  yesOrNo,
} from './environment.ts';

export { SettingError } from './environment.ts';

export type Config = Readonly<{
  settings: Settings;
  stateBucket: string;
  /** Where the check asks: `https://` and the distribution's domain. */
  edgeUrl: string;
  /** Empty where no build project is followed. */
  buildProject: string;
  queueUrls: Readonly<{ work: string; follow: string; post: string }>;
}>;

const ROUTINGS: readonly Routing[] = ['none', 'single-page', 'directory'];

const routing = (environment: Environment): Routing => {
  const value = environment['ROUTING'] || 'none';
  const known = ROUTINGS.find((name) => name === value);
  if (known !== undefined) return known;
  throw new SettingError(`ROUTING: expected none, single-page or directory, got ${JSON.stringify(value)}`);
};

/** As in resources/viewer-request.cjs: no last slash, and nothing that needs an encoding. */
const KEEP_PATH = /^(?:\/[A-Za-z0-9._@-]+)+$/;
const EXTENSION = /^[a-z0-9]+$/;

/**
 * A plan with more items or wildcards than may be in progress at once could never be created to its end: with
 * these its last batch fits, and so does `/*` in its place.
 */
const PLAN_ITEMS_MAX = IN_PROGRESS_WILDCARDS_MAX * BATCH_ITEMS_MAX;

/** A message is put off each time, and its queue takes it 1,000 times before it is given up. */
const HOLD_MOST_MS = 1_800_000;
const FOLLOW_MOST_MS = 7_200_000;

/** Reads the settings that every function shares. */
export const loadConfig = (environment: Environment): Config => ({
  settings: {
    bucket: text(environment, 'SITE_BUCKET'),
    distributionId: text(environment, 'DISTRIBUTION_ID'),
    paths: {
      routing: routing(environment),
      canonical: yesOrNo(environment, 'CANONICAL', true),
      keepPaths: listOf(environment, 'KEEP_PATHS', KEEP_PATH, 'paths such as /feeds'),
      fileExtensions: listOf(environment, 'FILE_EXTENSIONS', EXTENSION, 'extensions such as html'),
    },
    fingerprint: expression(environment, 'FINGERPRINT'),
    purgeRemoved: yesOrNo(environment, 'PURGE_REMOVED', false),
    itemsMax: wholeNumber(environment, 'ITEMS_MAX', 1, 100, PLAN_ITEMS_MAX),
    wildcardsMax: wholeNumber(environment, 'WILDCARDS_MAX', 0, 15, IN_PROGRESS_WILDCARDS_MAX),
    itemsPerMonth: wholeNumber(environment, 'ITEMS_PER_MONTH', 0, 1_000),
    quietMs: wholeNumber(environment, 'QUIET_MS', 0, 3_000),
    holdMaxMs: wholeNumber(environment, 'HOLD_MAX_MS', 0, 600_000, HOLD_MOST_MS),
    headChecksMax: wholeNumber(environment, 'HEAD_CHECKS_MAX', 0, 200),
    followMaxMs: wholeNumber(environment, 'FOLLOW_MAX_MS', 1_000, 1_800_000, FOLLOW_MOST_MS),
    widening: yesOrNo(environment, 'WIDENING', true),
    checkUrlsMax: wholeNumber(environment, 'CHECK_URLS_MAX', 0, 50),
    sampleUrlsMax: wholeNumber(environment, 'SAMPLE_URLS_MAX', 0, 20),
    reportsStarts: yesOrNo(environment, 'REPORTS_STARTS', false),
  },
  stateBucket: text(environment, 'STATE_BUCKET'),
  edgeUrl: webAddress(environment, 'EDGE_URL'),
  buildProject: environment['BUILD_PROJECT'] ?? '',
  queueUrls: {
    work: text(environment, 'WORK_QUEUE_URL'),
    follow: text(environment, 'FOLLOW_QUEUE_URL'),
    post: text(environment, 'POST_QUEUE_URL'),
  },
});

/** What a function keeps for itself at the end, to answer before it is stopped. */
const MARGIN_MS = 5_000;

/** The instant by which a pass must have ended. */
export const deadlineOf = (now: number, remainingMs: number): number =>
  now + Math.max(0, remainingMs - MARGIN_MS);
