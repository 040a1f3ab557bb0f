/** The command line of `npm start`. */

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Routing } from '../../shared/core/paths.ts';

export type Options = Readonly<{
  /** The project that is built, watched and published; undefined for the sample. */
  watchDir: string | undefined;
  isWatching: boolean;
  routing: Routing;
  json: boolean;
  dataDir: string | undefined;
  /** 0 takes any free one. */
  ports: Readonly<{ aws: number; control: number; inbox: number; edges: readonly [number, number] }>;
}>;

export type Parsed =
  | Readonly<{ kind: 'options'; options: Options }>
  | Readonly<{ kind: 'help' }>
  | Readonly<{ kind: 'wrong'; because: string }>;

export const USAGE = `Usage: npm start -- [options]

Runs all of Afterbuild on this machine, without an AWS account: builds and publishes a site as CodeBuild does,
invalidates what changed, checks it at two edges, watches the API's health and posts the status.

  --watch DIR           build and publish this project instead of the sample; its own buildspec.yml is used where
                        it has one
  --no-watch            publish once, and again only when told to
  --routing ROUTING     none, single-page (unless set) or directory: how URLs without an extension reach a file
  --json                one JSON object a line on stdout, the first is {"event":"ready", ...}
  --data DIR            keep buckets, queues and builds there; without it nothing outlives the process
  --aws-port N          AWS endpoint, 4580 unless set; 0 takes any free port
  --control-port N      control, 4581 unless set
  --inbox-port N        page with what the channels were sent, 4582 unless set
  --edge-ports N,N      the two edges, 8080,8081 unless set
  --help                this text

Keys, on a terminal: b break the API, s slow it, m mend it, d build and publish again, t tick, q quit.
Exit: 0 ended by you, 1 failed, 64 wrong usage.
`;

const PORT_MAX = 65_535;

const port = (name: string, text: string): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= PORT_MAX) return value;
  throw new Error(`--${name}: expected a port from 0 to ${PORT_MAX}, got "${text}"`);
};

const twoPorts = (name: string, text: string): readonly [number, number] => {
  const [first, second, ...rest] = text.split(',');
  if (first === undefined || second === undefined || rest.length > 0) {
    throw new Error(`--${name}: expected two ports such as 8080,8081, got "${text}"`);
  }
  return [port(name, first), port(name, second)];
};

const ROUTINGS: readonly Routing[] = ['none', 'single-page', 'directory'];

const routing = (text: string): Routing => {
  const known = ROUTINGS.find((one) => one === text);
  if (known) return known;
  throw new Error(`--routing: expected ${ROUTINGS.join(', ')}, got "${text}"`);
};

const folder = (name: string, text: string): string => {
  const found = statSync(text, { throwIfNoEntry: false });
  if (found?.isDirectory()) return resolve(text);
  throw new Error(`--${name}: expected a folder, got "${text}", which is ${found ? 'a file' : 'not there'}`);
};

export const parseOptions = (args: readonly string[]): Parsed => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        watch: { type: 'string' },
        'no-watch': { type: 'boolean', default: false },
        routing: { type: 'string', default: 'single-page' },
        json: { type: 'boolean', default: false },
        data: { type: 'string' },
        'aws-port': { type: 'string', default: '4580' },
        'control-port': { type: 'string', default: '4581' },
        'inbox-port': { type: 'string', default: '4582' },
        'edge-ports': { type: 'string', default: '8080,8081' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    return {
      kind: 'options',
      options: {
        watchDir: values.watch === undefined ? undefined : folder('watch', values.watch),
        isWatching: !values['no-watch'],
        routing: routing(values.routing),
        json: values.json,
        dataDir: values.data === undefined ? undefined : resolve(values.data),
        ports: {
          aws: port('aws-port', values['aws-port']),
          control: port('control-port', values['control-port']),
          inbox: port('inbox-port', values['inbox-port']),
          edges: twoPorts('edge-ports', values['edge-ports']),
        },
      },
    };
  } catch (error) {
    return { kind: 'wrong', because: error instanceof Error ? error.message : String(error) };
  }
};
