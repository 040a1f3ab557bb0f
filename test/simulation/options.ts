/** The command line of the simulator. */

import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run simulate -- [options]

Runs the passes through random schedules in virtual time, on models of S3, CloudFront, SQS and CodeBuild, with
crashes, lost replies, doubled events and two workers, and judges the promises after each. A seed decides all of it.

  --schedules N    how many, 1,000 unless set
  --seed S         seed of the first, 1 unless set; the next ones follow
  --crash-every    each schedule without faults, then once for a crash before and after every port call of it
  --bug NAME       with a planted bug; stops at the first violation
  --bugs           lists the planted bugs
  --jobs N         how many processes, 1 unless set
  --trace          prints what happens, and at its end each schedule's seed and digest
  --json           the result as one JSON object
  --help           this text

Exit: 0 without a violation, 1 with one, 64 wrong usage.
`;

export type Options = Readonly<{
  schedules: number;
  seed: number;
  jobs: number;
  crashEvery: boolean;
  bug?: string;
  bugs: boolean;
  trace: boolean;
  json: boolean;
  help: boolean;
}>;

const JOBS_MAX = 64;

/** Throws an error that says what was expected and what came. */
export const parseOptions = (args: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      schedules: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      jobs: { type: 'string', default: '1' },
      'crash-every': { type: 'boolean', default: false },
      bug: { type: 'string' },
      bugs: { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { bug, bugs, trace, json, help } = values;
  return {
    schedules: wholeNumber('schedules', values.schedules, 1, Number.MAX_SAFE_INTEGER),
    seed: wholeNumber('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    jobs: wholeNumber('jobs', values.jobs, 1, JOBS_MAX),
    crashEvery: values['crash-every'],
    ...(bug === undefined ? {} : { bug }),
    bugs,
    trace,
    json,
    help,
  };
};

const wholeNumber = (name: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`--${name}: expected a whole number from ${least} to ${most}, got "${text}"`);
};
