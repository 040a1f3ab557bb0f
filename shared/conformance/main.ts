/** npm run conformance: see options.ts for its options. */

import { NOT_TRIED, tableOf } from './experiment-verdicts.ts';
import { ITEMS_MOST } from './experiments.ts';
import { type Options, parseOptions, USAGE } from './options.ts';
import { prepare } from './run.ts';

const WRONG_USAGE = 64;
const UNDECIDED = 2;

const run = async (options: Options): Promise<number> => {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const conformance = await prepare(options, say);
  const { bucket, prefix, edgeUrl } = conformance;
  say(
    `puts four small objects into s3://${bucket}/${prefix}, asks ${edgeUrl}, sends at most ${ITEMS_MOST} items`,
  );
  if (!options.isSure) {
    say('nothing was done: --yes does it');
    return WRONG_USAGE;
  }
  const stop = (): void => {
    conformance.clean().finally(() => process.exit(1));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const verdicts = await conformance.settle();
    process.stdout.write(
      options.json ? `${JSON.stringify({ verdicts }, undefined, 2)}\n` : `${tableOf(verdicts)}\n`,
    );
    const tried = verdicts.filter((verdict) => !NOT_TRIED.includes(verdict));
    return tried.every(({ kind }) => kind === 'settled') ? 0 : UNDECIDED;
  } finally {
    await conformance.clean();
  }
};

const parsed = parseOptions(process.argv.slice(2));
switch (parsed.kind) {
  case 'help':
    process.stdout.write(USAGE);
    break;
  case 'wrong':
    process.stderr.write(`conformance: ${parsed.because}\n\n${USAGE}`);
    process.exitCode = WRONG_USAGE;
    break;
  case 'options':
    try {
      process.exitCode = await run(parsed.options);
    } catch (error) {
      process.stderr.write(`conformance: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
}
