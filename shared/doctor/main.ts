/** npm run doctor: see options.ts for its options. */

import { exitStatusOf, printed } from './checks-print.ts';
import { clientsFor } from './gather-parts.ts';
import { stacksOf } from './gather-stack.ts';
import { parseOptions, USAGE } from './options.ts';
import { examine } from './run.ts';

const WRONG_USAGE = 64;
const COULD_NOT_CHECK = 2;

const main = async (args: readonly string[]): Promise<number> => {
  const parsed = parseOptions(
    args,
    process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'] || undefined,
  );
  if (parsed.kind === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (parsed.kind === 'wrong') {
    process.stderr.write(`doctor: ${parsed.because}\n\n${USAGE}`);
    return WRONG_USAGE;
  }
  const { options } = parsed;
  const clients = clientsFor(options.region, process.env['AWS_ENDPOINT_URL']);
  const { findings, after } = await examine(options, {
    clients,
    stacks: stacksOf(clients.cloudformation),
    now: Date.now,
  });
  const status = exitStatusOf(findings);
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ status, findings, after }, undefined, 2)}\n`
      : `${[printed(findings), ...(after.length > 0 ? ['', ...after] : [])].join('\n')}\n`,
  );
  return status;
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error);
  process.exitCode = COULD_NOT_CHECK;
}
