/** What a seed decides before anything happens: the site, the settings, the reading of AWS, the faults. */

import { createRequire } from 'node:module';
import type { Settings } from '../../shared/core/settings.ts';
import {
  allSwitches,
  type DistributionModel,
  defaultDistribution,
  type Switches,
} from '../world/cloudfront.ts';
import type { Chance } from './chance.ts';
import { type FaultRates, NO_FAULTS } from './faulty-ports.ts';

export type Setup = Readonly<{
  keys: readonly string[];
  settings: Settings;
  switches: Switches;
  distribution: DistributionModel;
  rates: FaultRates;
  /** Probabilities of an event on its way. */
  events: Readonly<{ lost: number; doubled: number; slowMs: number; buildLost: number; encoded: boolean }>;
  /** Things that may happen to the state itself. */
  stateFaults: boolean;
  deniedFor: number;
  activityMs: number;
  operations: number;
  workers: number;
}>;

const { viewerRequestCode } = createRequire(import.meta.url)('../../resources/viewer-request.cjs') as {
  viewerRequestCode(settings: { routing: string; defaultRootObject: string }): string;
};

const code = viewerRequestCode({ routing: 'none', defaultRootObject: 'index.html' });

const NAMES = [
  'index.html',
  'a/index.html',
  'b.html',
  'c.html',
  '__proto__',
  'a b',
  'a+b',
  'é.txt',
  'x~y.txt',
  'x.txt',
];
const FINGERPRINTED = ['app-1a2b3c4d.js', 'lib-9f8e7d6c.js'];

const combinations = allSwitches();

export const SITE = 'site';

export const setupOf = (chance: Chance): Setup => {
  const canonical = chance.hit(0.8);
  const isCalm = chance.hit(0.3);
  const rate = (p: number, most: number): number => (!isCalm && chance.hit(p) ? chance.real() * most : 0);
  const keys = [...NAMES, ...FINGERPRINTED].filter(() => chance.hit(0.5));
  const isTight = chance.hit(0.25);
  return {
    keys: keys.length > 0 ? keys : ['index.html'],
    settings: {
      bucket: SITE,
      paths: { routing: 'none', defaultRootObject: 'index.html', canonical },
      fingerprint: chance.hit(0.5) ? /-[0-9a-f]{8}\./ : undefined,
      purgeRemoved: chance.hit(0.2),
      itemsMax: isTight ? chance.whole(1, 4) : 100,
      wildcardsMax: isTight ? chance.whole(0, 3) : 15,
      itemsPerMonth: chance.hit(0.1) ? chance.whole(1, 8) : 1_000,
      quietMs: chance.pick([0, 1_000, 3_000]),
      holdMaxMs: chance.pick([20_000, 600_000]),
      headChecksMax: chance.pick([0, 2, 200]),
      followMaxMs: chance.pick([60_000, 1_800_000]),
      widening: true,
      checkUrlsMax: chance.pick([0, 3, 50]),
      sampleUrlsMax: chance.pick([0, 20]),
    },
    switches: chance.pick(combinations),
    distribution: distributionOf(chance, canonical),
    rates: isCalm
      ? NO_FAULTS
      : {
          crash: rate(0.6, 0.05),
          noReply: rate(0.5, 0.08),
          refused: rate(0.5, 0.1),
          conflict: rate(0.4, 0.1),
          slow: rate(0.3, 0.05),
        },
    events: {
      lost: chance.hit(0.2) ? 0.3 : 0,
      doubled: chance.hit(0.4) ? 0.3 : 0,
      slowMs: chance.pick([500, 5_000, 60_000]),
      buildLost: chance.hit(0.3) ? 0.5 : 0,
      encoded: chance.hit(0.3),
    },
    stateFaults: chance.hit(0.1),
    deniedFor: chance.hit(0.05) ? chance.whole(60_000, 900_000) : 0,
    activityMs: chance.pick([20_000, 120_000, 600_000]),
    operations: chance.whole(2, 16),
    workers: chance.hit(0.8) ? 2 : 1,
  };
};

const distributionOf = (chance: Chance, canonical: boolean): DistributionModel => {
  const { defaultBehaviour } = defaultDistribution();
  const errorSeconds = chance.pick([1, 1, 1, 10, 60]);
  return defaultDistribution({
    defaultBehaviour: canonical
      ? {
          ...defaultBehaviour,
          viewerRequest: { name: 'request', arn: 'arn:function/request', code, etag: 'E1' },
        }
      : defaultBehaviour,
    customErrorResponses: [403, 404].map((error) => ({
      code: error,
      errorCachingMinTtlSeconds: errorSeconds,
    })),
  });
};
