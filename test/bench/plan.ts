/**
 * How long the planner takes and what memory: `node test/bench/plan.ts`. Each large instance runs in a
 * process of its own, so that the peak is its own; more than 3 s or 1 GB fails. The small ones are what a
 * simulation plans by the million; more than 100 microseconds fail.
 */

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Limits, planInvalidation } from '../../shared/core/plan.ts';

type Instance = Readonly<{ changed: readonly string[]; unchanged: readonly string[]; limits: Limits }>;

const SECONDS_MAX = 3;
const PEAK_MAX_MB = 1_000;
const SMALL_MAX_MICROS = 100;
const SMALL_ROUNDS = 20_000;
const usual: Limits = { itemsMax: 100, wildcardsMax: 15 };

/** 12 directories that changed completely, 500 others of which 60 have one changed path, and 60 pages beside. */
const directories = (): Instance => {
  const changed: string[] = [];
  const unchanged = Array.from({ length: 60 }, (_, k) => `/about-${k}.html`);
  for (let directory = 0; directory < 512; directory++) {
    const isFull = directory % 40 === 5 && directory < 480;
    const isTouched = directory % 8 === 2 && directory < 480;
    const files = (isFull ? 1_661 : 160) + (directory === 5 ? 8 : 0);
    for (let file = 0; file < files; file++) {
      const path = `/docs/module-${directory}/page-${file}.html`;
      (isFull || (isTouched && file === 77) ? changed : unchanged).push(path);
    }
  }
  return { changed, unchanged, limits: usual };
};

/** `count` paths at random among `total`: pages in directories, assets with a hash, some not in ASCII. */
const scattered = (count: number, total: number): Instance => {
  const random = randomFrom(count);
  return split(count, total, random, (k) => {
    if (k % 10 === 0) return `/assets/chunk-${Math.floor(random() * 2 ** 32).toString(36)}-${k}.js`;
    if (k % 10 === 1) return `/blog/caf%C3%${k % 4 === 1 ? 'A9' : 'A8'}/${k}/index.html`;
    return `/docs/module-${k % 97}/page-${k}.html`;
  });
};

/** Names of two letters, so that items can end anywhere and hardly a state of the search is spared. */
const twoLetters = (count: number, total: number): Instance => {
  const random = randomFrom(count);
  const name = () => Array.from({ length: 40 }, () => (random() < 0.5 ? 'a' : 'b')).join('');
  return split(count, total, random, () => `/${name()}`);
};

/** Shuffles the paths and takes the first `count` as changed. */
const split = (
  count: number,
  total: number,
  random: () => number,
  pathOf: (k: number) => string,
): Instance => {
  const paths = Array.from({ length: total }, (_, k) => pathOf(k));
  for (let k = paths.length - 1; k > 0; k--) {
    const other = Math.floor(random() * (k + 1));
    [paths[k], paths[other]] = [paths[other] as string, paths[k] as string];
  }
  return { changed: paths.slice(0, count), unchanged: paths.slice(count), limits: usual };
};

/** The same numbers in [0, 1) for the same seed (mulberry32). */
export const randomFrom = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

export const largeInstances = {
  '20,000 in 12 directories and 60 others, of 100,000': directories,
  '300 scattered of 10,000': () => scattered(300, 10_000),
  '20,000 scattered of 100,000': () => scattered(20_000, 100_000),
  '20,000 of 100,000 names of two letters': () => twoLetters(20_000, 100_000),
} satisfies Readonly<Record<string, () => Instance>>;

const small = (changed: number, limits: Limits): Instance => {
  const paths = ['/', '/index.html', '/about/', '/about', '/robots.txt', '/assets/a-1.js', '/assets/a-2.js'];
  const all = [...paths, '/docs/~x', ...Array.from({ length: 10 }, (_, k) => `/docs/page-${k}.html`)];
  const ordered = all.map((path, k) => [(k * 7) % all.length, path] as const).sort(([a], [b]) => a - b);
  const mixed = ordered.map(([, path]) => path);
  return { changed: mixed.slice(0, changed), unchanged: mixed.slice(changed), limits };
};

const smallInstances: Readonly<Record<string, Instance>> = {
  '1 changed of 18': small(1, usual),
  '8 changed of 18': small(8, usual),
  '8 changed of 18, at most 3 items and 2 wildcards': small(8, { itemsMax: 3, wildcardsMax: 2 }),
};

type Measured = Readonly<{ seconds: number; peakMb: number; items: number; collateral: number }>;

const measure = (instance: Instance): Measured => {
  const start = performance.now();
  const { items, collateral } = planInvalidation(instance);
  const seconds = (performance.now() - start) / 1_000;
  return { seconds, peakMb: process.resourceUsage().maxRSS / 1_024, items: items.length, collateral };
};

const benchLarge = (file: string): boolean =>
  Object.keys(largeInstances)
    .map((name) => {
      const output = execFileSync(process.execPath, [file, name], { encoding: 'utf8' });
      const { seconds, peakMb, items, collateral } = JSON.parse(output) as Measured;
      const fits = seconds <= SECONDS_MAX && peakMb <= PEAK_MAX_MB;
      console.log(
        `${name}: ${seconds.toFixed(3)} s, peak ${peakMb.toFixed(0)} MB, ${items} items, collateral ${collateral}` +
          (fits ? '' : ` - more than ${SECONDS_MAX} s or ${PEAK_MAX_MB} MB`),
      );
      return fits;
    })
    .every(Boolean);

const benchSmall = (): boolean =>
  Object.entries(smallInstances)
    .map(([name, instance]) => {
      for (let round = 0; round < SMALL_ROUNDS; round++) planInvalidation(instance);
      const start = performance.now();
      for (let round = 0; round < SMALL_ROUNDS; round++) planInvalidation(instance);
      const micros = ((performance.now() - start) * 1_000) / SMALL_ROUNDS;
      const fits = micros <= SMALL_MAX_MICROS;
      console.log(
        `${name}: ${micros.toFixed(1)} microseconds${fits ? '' : ` - more than ${SMALL_MAX_MICROS}`}`,
      );
      return fits;
    })
    .every(Boolean);

const main = (file: string, name: string | undefined): void => {
  if (name === undefined) {
    const fits = [benchSmall(), benchLarge(file)];
    if (fits.includes(false)) process.exitCode = 1;
    return;
  }
  const make = Object.entries(largeInstances).find(([key]) => key === name)?.[1];
  if (!make) throw new Error(`expected one of ${Object.keys(largeInstances).join('; ')}, got ${name}`);
  console.log(JSON.stringify(measure(make())));
};

const file = fileURLToPath(import.meta.url);
if (process.argv[1] === file) main(file, process.argv[2]);
