/** npm run simulate -- --schedules N */

import { parseArgs } from 'node:util';
import { runSchedule, type ScheduleResult } from './schedule.ts';

const USAGE = `Usage: npm run simulate -- [options]

Runs the passes through random schedules in virtual time, with crashes, lost replies, doubled events and two
workers, and checks the promises after each.

  --schedules N    how many, 1,000 unless set
  --seed S         the first seed, 1 unless set; schedule k has the seed S + k
  --crash-every    each schedule clean, then once for a crash before and after every port call of it
  --bug NAME       with a planted bug; stops at the first violation, which is what should happen
  --bugs           lists the planted bugs
  --trace          prints each schedule's seed and trace
  --json           one JSON object on stdout
  --help           this text

Exit: 0 without a violation, 1 with one, 64 wrong usage. With --bug it is the other way round: 0 when it is found.`;

type Totals = { schedules: number; crashes: number; faults: number; found: ScheduleResult[] };

const VIOLATIONS_SHOWN_MAX = 10;
const PROGRESS_MS = 2_000;

const wholeNumber = (name: string, text: string, least: number): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least && text.trim() !== '') return value;
  throw new Error(`--${name}: expected a whole number of at least ${least}, got "${text}"`);
};

const parse = () => {
  const { values } = parseArgs({
    options: {
      schedules: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      'crash-every': { type: 'boolean', default: false },
      bug: { type: 'string' },
      bugs: { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return {
    ...values,
    schedules: wholeNumber('schedules', values.schedules, 1),
    seed: wholeNumber('seed', values.seed, 0),
  };
};

type Options = ReturnType<typeof parse>;

/** A schedule once, or once for each crash. */
const runSeed = async (seed: number, options: Options, totals: Totals): Promise<void> => {
  const add = (result: ScheduleResult): void => {
    totals.schedules += 1;
    totals.crashes += result.crashes;
    totals.faults += result.faults;
    if (result.violations.length > 0) totals.found.push(result);
    if (options.trace) process.stdout.write(`${result.seed} ${result.trace}\n`);
  };
  if (!options['crash-every']) {
    add(await runSchedule(seed));
    return;
  }
  const clean = await runSchedule(seed, { faults: false });
  add(clean);
  for (let call = 1; call <= clean.calls; call += 1) {
    for (const when of ['before', 'after'] as const)
      add(await runSchedule(seed, { faults: false, crashAt: { call, when } }));
  }
};

const run = async (options: Options): Promise<Totals> => {
  const totals: Totals = { schedules: 0, crashes: 0, faults: 0, found: [] };
  let toldAt = Date.now();
  for (let index = 0; index < options.schedules; index += 1) {
    await runSeed(options.seed + index, options, totals);
    if (options.bug !== undefined && totals.found.length > 0) break;
    if (Date.now() - toldAt < PROGRESS_MS) continue;
    toldAt = Date.now();
    process.stderr.write(
      `${index + 1} of ${options.schedules} seeds, ${totals.found.length} with violations\n`,
    );
  }
  return totals;
};

const report = (options: Options, totals: Totals, seconds: number): void => {
  const result = {
    schedules: totals.schedules,
    violations: totals.found.length,
    seed: options.seed,
    crashes: totals.crashes,
    faults: totals.faults,
    perSecond: Math.round(totals.schedules / seconds),
    ...(options.bug === undefined ? {} : { bug: options.bug, foundAt: totals.found[0]?.seed ?? null }),
  };
  for (const { seed, violations } of totals.found.slice(0, VIOLATIONS_SHOWN_MAX)) {
    for (const { promise, because } of violations.slice(0, 3))
      process.stderr.write(`seed ${seed}: ${promise}: ${because}\n`);
  }
  const line = Object.entries(result).map(([name, value]) => `${name} ${value}`);
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${line.join(', ')}\n`);
};

const main = async (): Promise<number> => {
  let options: Options;
  try {
    options = parse();
  } catch (error) {
    process.stderr.write(`simulate: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
    return 64;
  }
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const started = performance.now();
  const totals = await run(options);
  report(options, totals, (performance.now() - started) / 1000);
  const isFound = totals.found.length > 0;
  return isFound === (options.bug !== undefined) ? 0 : 1;
};

process.exitCode = await main();
