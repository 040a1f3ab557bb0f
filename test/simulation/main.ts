/** npm run simulate: see options.ts for its options. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BUGS, type Bug } from './bugs.ts';
import { withBug } from './bundle.ts';
import { runMany, type Totals } from './many.ts';
import { type Options, parseOptions, USAGE } from './options.ts';

const PROGRESS_MS = 1_000;
const SHOWN_MAX = 10;

const main = async (): Promise<number> => {
  let options: Options;
  let bug: Bug | undefined;
  try {
    options = parseOptions(process.argv.slice(2));
    bug = options.bug === undefined ? undefined : bugNamed(options.bug);
  } catch (error) {
    process.stderr.write(`simulate: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 64;
  }
  if (options.help) process.stdout.write(USAGE);
  else if (options.bugs) process.stdout.write(listOfBugs(options));
  else return run(options, bug);
  return 0;
};

const bugNamed = (name: string): Bug => {
  const bug = BUGS.find((one) => one.name === name);
  if (bug) return bug;
  throw new Error(`--bug: expected one of ${BUGS.map((one) => one.name).join(', ')}, got "${name}"`);
};

const listOfBugs = ({ json }: Options): string =>
  json
    ? `${JSON.stringify(BUGS.map(({ name, file, why }) => ({ name, file, why })))}\n`
    : BUGS.map(({ name, file, why }) => `${name} (${file})\n    ${why}\n`).join('');

const run = async (options: Options, bug: Bug | undefined): Promise<number> => {
  const started = performance.now();
  const many = bug ? (await withBug(bug)).runMany : runMany;
  const totals = options.jobs > 1 ? await inProcesses(options) : await inThisProcess(options, many);
  report(options, totals, (performance.now() - started) / 1_000);
  return totals.found.length > 0 ? 1 : 0;
};

const inThisProcess = (options: Options, many: typeof runMany): Promise<Totals> => {
  const { schedules, seed, crashEvery, trace, bug } = options;
  let toldAt = performance.now();
  return many({
    schedules,
    seed,
    crashEvery,
    stopAtFirst: bug !== undefined,
    ...(trace
      ? {
          onLine: (line) => process.stdout.write(`${line}\n`),
          onSchedule: (of, digest) => process.stdout.write(`seed ${of} trace ${digest}\n`),
        }
      : {}),
    onProgress: (done, violations) => {
      if (performance.now() - toldAt < PROGRESS_MS) return;
      toldAt = performance.now();
      process.stderr.write(`${done} of ${schedules} seeds, ${violations} with violations\n`);
    },
  });
};

/** Each process takes a range of seeds; they print JSON, which is added up. */
const inProcesses = async (options: Options): Promise<Totals> => {
  const share = Math.ceil(options.schedules / options.jobs);
  const parts: Promise<Totals>[] = [];
  for (let from = 0; from < options.schedules; from += share) {
    const schedules = Math.min(share, options.schedules - from);
    parts.push(inOneProcess({ ...options, schedules, seed: options.seed + from }));
  }
  return (await Promise.all(parts)).reduce((sum, part) => ({
    schedules: sum.schedules + part.schedules,
    seeds: sum.seeds + part.seeds,
    crashes: sum.crashes + part.crashes,
    faults: sum.faults + part.faults,
    found: [...sum.found, ...part.found],
  }));
};

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

const inOneProcess = async ({ schedules, seed, crashEvery, bug }: Options): Promise<Totals> => {
  const args = [fileURLToPath(import.meta.url), '--json', '--schedules', `${schedules}`, '--seed', `${seed}`];
  if (crashEvery) args.push('--crash-every');
  if (bug !== undefined) args.push('--bug', bug);
  const child = promisify(execFile)(process.execPath, args, { maxBuffer: OUTPUT_BYTES_MAX });
  child.child.stderr?.pipe(process.stderr);
  // It exits with 1 where it found a violation, which is no failure here.
  const { stdout } = await child.catch((error: Readonly<{ code?: unknown; stdout: string }>) => {
    if (error.code === 1 && error.stdout) return error;
    throw error;
  });
  const { schedules: count, seeds, crashes, faults, found } = JSON.parse(stdout) as Totals;
  return { schedules: count, seeds, crashes, faults, found };
};

const report = (options: Options, totals: Totals, seconds: number): void => {
  const { schedules, seeds, crashes, faults, found } = totals;
  const result = {
    schedules,
    seeds,
    violations: found.length,
    seed: options.seed,
    crashes,
    faults,
    perSecond: Math.round(schedules / seconds),
    ...(options.bug === undefined ? {} : { bug: options.bug, foundAt: found[0]?.seed ?? null }),
  };
  const shown = found.slice(0, SHOWN_MAX).map(({ seed, crash, violations: [first] }) => {
    const where = crash === undefined ? '' : `, crash ${crash}`;
    return `seed ${seed}${where}: ${first?.promise}: ${first?.because}\n`;
  });
  const line = Object.entries(result).map(([name, value]) => `${name} ${value}`);
  process.stdout.write(
    options.json ? `${JSON.stringify({ ...result, found })}\n` : `${shown.join('')}${line.join(', ')}\n`,
  );
};

process.exitCode = await main();
