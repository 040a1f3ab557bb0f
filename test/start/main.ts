/** npm start: see options.ts for its options. */

import { fileURLToPath } from 'node:url';
import { onKeys } from './keys.ts';
import { type Options, parseOptions, USAGE } from './options.ts';
import type { Told } from './story.ts';
import { type Addresses, type System, startSystem } from './system.ts';
import { watchSources } from './watch.ts';

const SAMPLE_DIR = fileURLToPath(new URL('../sample', import.meta.url));
const POLL_MS = 50;
const SLOW_MS = 3_000;

const run = async (options: Options): Promise<void> => {
  const print = printer(options.json);
  // A program is told of its addresses before anything else, a person of what happens meanwhile.
  const { tell, release } = options.json ? holdingBack(print) : { tell: print, release: print };
  if (!options.json) process.stdout.write('starting ...\n');
  const system = await startSystem(options, tell);
  const stopping: (() => void)[] = [];
  const end = async (): Promise<void> => {
    for (const stop of stopping) stop();
    await system.stop();
    process.exit(0);
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);

  // As a deployment does: the first tick comes before the first build, which so is one to tell of.
  system.tick();
  await isAtRest(system);
  const published = await isPublished(system, system.build());
  // The next tick keeps a sample of the site at the edge, without which no later check proves anything.
  system.tick();
  await isAtRest(system);
  release(ready(system.addresses, published));
  if (options.isWatching) stopping.push(watchSources(options.watchDir ?? SAMPLE_DIR, rebuild(system, tell)));
  if (!options.json && process.stdin.isTTY) stopping.push(onKeys(keys(system, tell, end)));
};

type Tell = (told: Told) => void;

/** Holds everything back until the one that is to be first is there. */
const holdingBack = (print: Tell): Readonly<{ tell: Tell; release: Tell }> => {
  let held: Told[] | undefined = [];
  return {
    tell: (told) => (held ? void held.push(told) : print(told)),
    release: (first) => {
      const after = held ?? [];
      held = undefined;
      for (const told of [first, ...after]) print(told);
    },
  };
};

/** As text with the time in front, or as JSON with everything. */
const printer =
  (json: boolean) =>
  ({ line, ...told }: Told): void => {
    const at = new Date();
    process.stdout.write(
      json
        ? `${JSON.stringify({ ...told, at: at.toISOString(), line })}\n`
        : `${line
            .split('\n')
            .map((one) => `${at.toTimeString().slice(0, 8)}  ${one}`)
            .join('\n')}\n`,
    );
  };

const isAtRest = async ({ cloud }: System): Promise<void> => {
  while (!cloud.isQuiet()) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
};

/** The first build has ended, and what it published is at the edges. False where it failed. */
const isPublished = async (system: System, build: string): Promise<boolean> => {
  const { cloud } = system;
  const status = (): string | undefined => cloud.codebuild.batchGet([build]).builds[0]?.buildStatus;
  while (status() === 'IN_PROGRESS') await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  await isAtRest(system);
  return status() === 'SUCCEEDED';
};

const ready = (addresses: Addresses, published: boolean): Told => {
  const { site, secondEdge, status, inbox, aws, control, names } = addresses;
  return {
    event: 'ready',
    ...addresses,
    published,
    line: [
      '',
      ...(published ? [] : ['  The first build failed: there is nothing to see yet.', '']),
      `  site           ${site}`,
      `  second edge    ${secondEdge}`,
      `  status page    ${status}`,
      `  inbox          ${inbox}`,
      `  control        ${control}`,
      `  AWS endpoint   ${aws}`,
      '',
      '  For the AWS CLI, in another terminal:',
      `    export AWS_ENDPOINT_URL=${aws} AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
      `    aws s3 ls s3://${names.bucket}`,
      `    aws cloudfront list-invalidations --distribution-id ${names.distribution}`,
      `    aws codebuild start-build --project-name ${names.project}`,
      '',
    ].join('\n'),
  };
};

const rebuild =
  (system: System, tell: Tell) =>
  (path: string): void => {
    tell({ event: 'source', line: `source   ${path} changed`, path });
    system.build();
  };

const keys = (system: System, tell: Tell, end: () => Promise<void>) => {
  const api = (what: string, mode: Readonly<Record<string, unknown>>) => async (): Promise<void> => {
    await system.setApi(mode);
    tell({ event: 'key', line: `api      you ${what} it` });
  };
  return {
    b: api('broke', { mode: 'down' }),
    s: api('slowed', { mode: 'slow', delayMs: SLOW_MS }),
    m: api('mended', { mode: 'ok' }),
    d: () => void system.build(),
    t: () => system.tick(),
    q: end,
    '\u0003': end,
  };
};

const parsed = parseOptions(process.argv.slice(2));
switch (parsed.kind) {
  case 'help':
    process.stdout.write(USAGE);
    break;
  case 'wrong':
    process.stderr.write(`npm start: ${parsed.because}\n\n${USAGE}`);
    process.exitCode = 64;
    break;
  case 'options':
    run(parsed.options).catch((error: unknown) => {
      process.stderr.write(`npm start: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    });
}
