/** npm run replay -- OLD_DIR NEW_DIR */

import { packageTemplate } from '../package-template.ts';
import { parseOptions, USAGE } from './options.ts';
import { printReport } from './print.ts';
import { CannotJudge, replay } from './run.ts';
import { sabotagedBundles } from './sabotaged-bundles.ts';

const EXIT = { clean: 0, stale: 1, cannotJudge: 2, usage: 64 } as const;

const started = Date.now();
const tell = (line: string): void => {
  process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);
};

const main = async (args: readonly string[]): Promise<number> => {
  const parsed = parseOptions(args);
  if (parsed.kind === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return EXIT.clean;
  }
  if (parsed.kind === 'wrong') {
    process.stderr.write(`replay: ${parsed.because}\n\n${USAGE}\n`);
    return EXIT.usage;
  }
  const { options } = parsed;
  try {
    const { routing, defaultRootObject } = options;
    const packaged = await packageTemplate({ routing, defaultRootObject });
    const bundles = await sabotagedBundles(packaged.bundles, options.sabotage);
    const { report } = await replay(options, packaged.template, bundles, tell);
    process.stdout.write(
      options.json ? `${JSON.stringify(report, undefined, 2)}\n` : `${printReport(report, options)}\n`,
    );
    return report.stale > 0 ? EXIT.stale : EXIT.clean;
  } catch (error) {
    if (!(error instanceof CannotJudge)) throw error;
    process.stderr.write(`replay: could not judge: ${error.message}\n`);
    return EXIT.cannotJudge;
  }
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error);
  process.exitCode = EXIT.cannotJudge;
}
