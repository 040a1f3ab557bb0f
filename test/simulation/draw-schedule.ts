/** From a seed to a schedule: the site, the settings, the reading of AWS's documentation, and the weather. */

import { defaultSwitches, type Switches, type Timing } from '../world/cloudfront.ts';
import { defaultTiming } from '../world/cloudfront-switches.ts';
import { drawOperations } from './draw-operations.ts';
import { type Random, randomOf } from './random.ts';
import type {
  EventWeather,
  FaultWeather,
  Schedule,
  SimulatedSettings,
  SiteModel,
  Timed,
} from './schedule.ts';
import { escaped, targetsOf } from './targets.ts';

export const SITE = 'site';

/** `calm`: no faults, and few operations; for schedules that are repeated with a crash at every call. */
export type DrawOptions = Readonly<{ calm?: boolean }>;

export const drawSchedule = (seed: number, { calm = false }: DrawOptions = {}): Schedule => {
  const random = randomOf(seed, 'schedule');
  const keys = drawKeys(random, calm ? 4 : 8);
  const settings = { ...drawSettings(random), reportsStarts: randomOf(seed, 'starts').chance(0.3) };
  const site = drawSite(random, settings);
  const targets = targetsOf(keys, settings.paths);
  const isHasty = !calm && random.chance(0.06);
  const drawing = { keys, targets, calm, isHasty };
  const { operations, endsAt } = drawOperations(randomOf(seed, 'operations'), drawing);
  const schedule: Schedule = {
    seed,
    startAt: random.chance(0.1) ? BEFORE_MONTH_ENDS : START,
    keys,
    targets,
    settings,
    site,
    events: calm ? CLEAR : drawEvents(random),
    faults: {
      ...(calm || random.chance(0.25) ? NO_FAULTS : drawFaults(random, endsAt)),
      longHistory: calm ? 0 : drawLongHistory(randomOf(seed, 'history')),
    },
    skewMs: drawSkew(random),
    latencyMaxMs: random.pick([5, 50, 300, 300]),
    workers: { work: random.pick([1, 2, 2]), follow: random.pick([1, 2]) },
    windowMs: random.pick([0, 100, 1_000]),
    batchMax: random.pick([1, 3, 1_000, 1_000]),
    operations,
    endsAt,
  };
  const [from, to] = schedule.faults.denied;
  if (isHasty) return hasty(schedule);
  return to > from ? { ...schedule, operations: withDenial(random, schedule, from) } : schedule;
};

/** While an intent is denied, a version comes and goes that nothing but its events will ever tell of. */
const withDenial = (random: Random, { operations, keys }: Schedule, from: number): readonly Timed[] => {
  const [key, other] = [random.pick(keys), random.pick(keys)];
  const put = (at: number, of: string): Timed => {
    return { at, kind: 'put', key: of, content: random.whole(0, 3), headers: 0, multipart: false };
  };
  const at = from + random.whole(5_000, 30_000);
  const added: readonly Timed[] = [
    put(from, other),
    put(at, key),
    { at: at + 100, kind: 'view', edge: random.whole(0, 1), target: escaped(key) },
    { at: at + random.whole(200, 2_000), kind: 'roll-back', key },
  ];
  return [...operations, ...added].sort((one, two) => one.at - two.at);
};

/** Passes that are faster than what they look at, and that hardly any event tells of it. */
const hasty = (schedule: Schedule): Schedule => ({
  ...schedule,
  settings: { ...schedule.settings, quietMs: 0 },
  events: { ...schedule.events, lost: 1 },
  faults: NO_FAULTS,
  latencyMaxMs: 5,
  windowMs: 0,
});

const START = Date.UTC(2026, 10, 23, 12);
const BEFORE_MONTH_ENDS = Date.UTC(2026, 10, 30, 23, 57);

/** Keys that some encoding, parser or language has been seen to get wrong among plain ones. */
const PLAIN_KEYS = ['index.html', 'index.html', 'about.html', 'a/index.html', 'css/main.css', '404.html'];
const ODD_KEYS = [
  '__proto__',
  'a b',
  'a+b',
  'é',
  'x~y',
  'w~z',
  'a/v~u',
  '~x',
  'a%2Bb',
  '😀.txt',
  'b//c.txt',
  'constructor',
];
const FINGERPRINTED_KEYS = ['app-1a2b3c4d.js', 'lib-00ff00ff.css', 'a/chunk-deadbeef.js'];

const drawKeys = (random: Random, most: number): readonly string[] => {
  const keys = new Set<string>();
  const wanted = random.whole(1, most);
  while (keys.size < wanted) {
    const pool = random.chance(0.5) ? PLAIN_KEYS : random.chance(0.5) ? ODD_KEYS : FINGERPRINTED_KEYS;
    keys.add(random.pick(pool));
    // A pool may be used up.
    if (random.chance(0.1)) break;
  }
  return [...keys];
};

const drawSettings = (random: Random): Omit<SimulatedSettings, 'reportsStarts'> => {
  const canonical = random.chance(0.75);
  const isTight = random.chance(0.2);
  return {
    bucket: SITE,
    distributionId: 'E1',
    paths: {
      routing: canonical ? random.pick(['none', 'none', 'single-page', 'directory']) : 'none',
      defaultRootObject: random.chance(0.9) ? 'index.html' : '',
      canonical,
    },
    fingerprint: random.chance(0.6) ? /-[0-9a-f]{8}\./ : undefined,
    purgeRemoved: random.chance(0.2),
    itemsMax: isTight ? random.pick([1, 2, 3, 10]) : 100,
    wildcardsMax: isTight ? random.pick([0, 1, 2]) : 15,
    itemsPerMonth: random.chance(0.15) ? random.pick([0, 3, 10, 20]) : 1_000,
    quietMs: random.pick([0, 0, 500, 3_000, 3_000, 10_000]),
    holdMaxMs: random.pick([0, 20_000, 600_000, 600_000]),
    headChecksMax: random.pick([0, 1, 2, 200, 200]),
    followMaxMs: random.pick([60_000, 600_000, 1_800_000, 1_800_000]),
    widening: random.chance(0.9),
    checkUrlsMax: random.pick([0, 2, 50, 50]),
    sampleUrlsMax: random.pick([0, 2, 5]),
  };
};

const drawSwitches = (random: Random): Switches =>
  random.chance(0.4)
    ? defaultSwitches
    : {
        matching: random.pick(['exact', 'normalised']),
        root: random.pick(['two', 'one']),
        rewritten: random.pick(['cached', 'either']),
        quotas: random.pick(['old', 'new']),
        errorPageTtl: random.pick(['error', 'behaviour']),
      };

/** Edges that are reached one long after the other. */
const SLOW_TIMING: Timing = {
  arrivalMs: [200, 25_000],
  completionMs: [0, 2_000],
  deploymentMs: [5_000, 300_000],
};

const drawSite = (random: Random, { paths }: Pick<SimulatedSettings, 'paths'>): SiteModel => ({
  switches: drawSwitches(random),
  timing: random.chance(0.7) ? defaultTiming : SLOW_TIMING,
  defaultRootObject: paths.defaultRootObject,
  errorPage: random.chance(0.2) ? random.pick(['/index.html', '/404.html']) : '',
  errorTtlSeconds: random.pick([0, 1, 1, 10, 10, 30, 60, 300, 300]),
  pageKeysMax: random.pick([1, 2, 3, 1_000, 1_000]),
  eventKeys: random.pick(['raw', 'raw', 'encoded']),
});

const CLEAR: EventWeather = { lost: 0, buildLost: 0, doubled: 0, delayMaxMs: 1_500, redelivered: 0 };

const drawEvents = (random: Random): EventWeather => ({
  lost: random.chance(0.2) ? random.pick([0.1, 0.5, 1, 1]) : 0,
  buildLost: random.chance(0.25) ? random.pick([0.3, 1]) : 0,
  doubled: random.chance(0.4) ? random.pick([0.1, 0.5, 1]) : 0,
  delayMaxMs: random.pick([200, 1_500, 1_500, 10_000, 120_000]),
  redelivered: random.chance(0.3) ? random.pick([0.05, 0.3]) : 0,
});

const NO_FAULTS: FaultWeather = { crash: 0, fails: 0, weak: '', slow: 0, longHistory: 0, denied: [0, 0] };

/** Ports whose failures the protocol acts on; see `faults.ts` for how each fails. */
const WEAK_PORTS = [
  'cdn.create',
  'cdn.create',
  'state.writeHead',
  'state.writeHead',
  'queue.send',
  'edge.get',
];

const drawFaults = (random: Random, endsAt: number): Omit<FaultWeather, 'longHistory'> => {
  const deniedFrom = random.whole(0, endsAt);
  return {
    crash: random.pick([0, 0.002, 0.01, 0.03]),
    fails: random.pick([0, 0.005, 0.02, 0.08]),
    weak: random.chance(0.4) ? random.pick(WEAK_PORTS) : '',
    slow: random.pick([0, 0, 0.01, 0.05]),
    denied: random.chance(0.12) ? [deniedFrom, deniedFrom + random.whole(10_000, 600_000)] : [0, 0],
  };
};

const drawLongHistory = (random: Random): number => (random.chance(0.12) ? random.pick([0.1, 0.5, 1]) : 0);

/** All clocks, S3's among them, differ by less than 5 s. */
const drawSkew = (random: Random): readonly [number, number] =>
  random.pick([
    [0, 0],
    [-2_400, 2_400],
    [-4_900, 0],
    [0, 4_900],
  ]);
