/** The settings of a site, typed and complete; `shared/config.ts` makes them from the environment. */

import type { DistributionFacts } from './distribution.ts';
import type { PathRules } from './paths.ts';

export type Settings = Readonly<{
  /** Name of the site bucket, to know its events. */
  bucket: string;
  distributionId: string;
  paths: Omit<PathRules, 'defaultRootObject' | 'originPath'>;
  /** Tests a file name; undefined where no name says that its bytes never change. */
  fingerprint: RegExp | undefined;
  purgeRemoved: boolean;
  itemsMax: number;
  wildcardsMax: number;
  itemsPerMonth: number;
  quietMs: number;
  holdMaxMs: number;
  /** Keys whose headers are compared in one pass. */
  headChecksMax: number;
  followMaxMs: number;
  /** Whether a proven old copy may widen to everything. */
  widening: boolean;
  /** URLs checked at the edge after an invalidation. */
  checkUrlsMax: number;
  /** URLs kept warm where the checker looks. */
  sampleUrlsMax: number;
  /** Whether the start of a build is reported too. */
  reportsStarts: boolean;
}>;

/** What the state is about: a bucket at the edges of a distribution. */
export const siteId = ({ bucket, distributionId }: Pick<Settings, 'bucket' | 'distributionId'>): string =>
  `${bucket} ${distributionId}`;

/** What only the distribution knows comes from it: a setting beside it could be another one day. */
export const pathRules = (
  paths: Settings['paths'],
  { defaultRootObject, originPath }: Pick<DistributionFacts, 'defaultRootObject' | 'originPath'>,
): PathRules => ({ ...paths, defaultRootObject, originPath });

/** Says by the last segment of a key whether its bytes never change under this name. */
export const isFingerprinted = (settings: Pick<Settings, 'fingerprint'>, key: string): boolean =>
  settings.fingerprint?.test(key.slice(key.lastIndexOf('/') + 1)) ?? false;
