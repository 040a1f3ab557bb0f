/** The command line of doctor. */

import { parseArgs } from 'node:util';
import type { Params } from './checks-before.ts';

type Common = Readonly<{ service: string; stage: string; region: string; json: boolean }>;

export type Options = Common &
  (
    | Readonly<{ kind: 'stack' }>
    | Readonly<{ kind: 'before'; params: Params }>
    | Readonly<{ kind: 'attach'; bucket: string; distributionId: string; buildProject: string }>
  );

export type Parsed =
  | Readonly<{ kind: 'options'; options: Options }>
  | Readonly<{ kind: 'help' }>
  | Readonly<{ kind: 'wrong'; because: string }>;

export const USAGE = `Usage: npm run doctor -- [options]

Looks at what runs, changes nothing, and says of each part whether it is well, and what mends it.

  --stage STAGE            the stage that was deployed, "dev" unless set
  --region REGION          where it was deployed, AWS_REGION or us-east-1 unless set
  --service NAME           the service of serverless.yml, "afterbuild" unless set

  --before                 before a first deployment: names, zone, certificate, connection, API
  --param NAME=VALUE       with --before: a param of that deployment, as serverless gets it; may be repeated

  --attach                 whether Afterbuild can be attached to what exists, and the line that does it
  --bucket BUCKET          with --attach: the bucket with the site
  --distribution ID        with --attach: the distribution in front of it
  --build-project NAME     with --attach: the CodeBuild project that publishes it

  --json                   one JSON object on stdout
  --help                   this text

AWS_ENDPOINT_URL leads somewhere else, such as to the local cloud of npm start (--stage local).

Exit: 0 nothing wrong, 1 something wrong, 2 something could not be checked, 64 wrong usage.
`;

const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;
const NAME = /^[A-Za-z][A-Za-z0-9-]*$/;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const DISTRIBUTION = /^E[A-Z0-9]{4,30}$/;
const PROJECT = /^[A-Za-z0-9][A-Za-z0-9_-]{1,254}$/;

const matching = (option: string, value: string, pattern: RegExp, expected: string): string => {
  if (pattern.test(value)) return value;
  throw new Error(`--${option}: expected ${expected}, got ${JSON.stringify(value)}`);
};

const needed = (option: string, value: string | undefined): string => {
  if (value !== undefined) return value;
  throw new Error(`--${option}: expected a value, because --attach is set, got none`);
};

const paramsIn = (pairs: readonly string[]): Params =>
  Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1).trim()];
      throw new Error(`--param: expected NAME=VALUE, got ${JSON.stringify(pair)}`);
    }),
  );

const CONFIG = {
  stage: { type: 'string', default: 'dev' },
  region: { type: 'string' },
  service: { type: 'string', default: 'afterbuild' },
  before: { type: 'boolean', default: false },
  param: { type: 'string', multiple: true, default: [] as string[] },
  attach: { type: 'boolean', default: false },
  bucket: { type: 'string' },
  distribution: { type: 'string' },
  'build-project': { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof CONFIG }>>['values'];

/** Reads the arguments after the script's name; never throws. `region` is the environment's, where it has one. */
export const parseOptions = (args: readonly string[], region: string | undefined): Parsed => {
  try {
    const { values } = parseArgs({ args: [...args], options: CONFIG });
    if (values.help) return { kind: 'help' };
    refuseUnused(values);
    const common = {
      service: matching('service', values.service, NAME, 'a service of serverless.yml'),
      stage: matching('stage', values.stage, NAME, 'a stage, such as dev'),
      region: matching(
        'region',
        values.region ?? region ?? 'us-east-1',
        REGION,
        'a region, such as us-east-1',
      ),
      json: values.json,
    };
    return { kind: 'options', options: { ...common, ...modeOf(values) } };
  } catch (error) {
    return { kind: 'wrong', because: error instanceof Error ? error.message : String(error) };
  }
};

const modeOf = (values: Values) => {
  if (values.before) return { kind: 'before', params: paramsIn(values.param) } as const;
  if (!values.attach) return { kind: 'stack' } as const;
  const project = values['build-project'];
  return {
    kind: 'attach',
    bucket: matching('bucket', needed('bucket', values.bucket), BUCKET, "a bucket's name"),
    distributionId: matching(
      'distribution',
      needed('distribution', values.distribution),
      DISTRIBUTION,
      'the id of a distribution, such as E2QWRUHAPOMQZL',
    ),
    buildProject:
      project === undefined ? '' : matching('build-project', project, PROJECT, "a build project's name"),
  } as const;
};

/** An option that does nothing is a mistake that would go unnoticed. */
const refuseUnused = (values: Values): void => {
  if (values.before && values.attach) throw new Error('--before: expected without --attach, got both');
  if (values.param.length > 0 && !values.before)
    throw new Error('--param: expected with --before, got it alone');
  for (const option of ['bucket', 'distribution', 'build-project'] as const)
    if (values[option] !== undefined && !values.attach)
      throw new Error(`--${option}: expected with --attach, got it alone`);
};
