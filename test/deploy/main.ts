/**
 * `serverless deploy` and `remove` as a user runs them, against a CloudFormation on this machine that AWS_ENDPOINT_URL
 * names: twice, removed, again, and for a second stage and region.
 *
 *     npm run deploy-local -- [--json FILE]
 */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Claims, createClaims, mustEqual } from '../claims.ts';
import type { Stack } from '../world/cloudformation.ts';
import { type Account, startAccount } from './account.ts';

const USAGE = `Usage: npm run deploy-local -- [options]

Deploys and removes the stack against a CloudFormation on this machine. Nothing leaves it.

  --json FILE   write the totals there
  --help        this text

Exit: 0 every claim holds, 1 one does not.
`;

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES = [
  'functions',
  'shared',
  'resources',
  'buildspec.yml',
  'serverless.yml',
  'package.json',
  'tsconfig.json',
];
const STACK = 'afterbuild-dev';
const EU = 'eu-west-1';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The files of a project as a clone has them, with its packages. */
const projectIn = (folder: string): string => {
  const project = join(folder, 'project');
  for (const name of SOURCES) cpSync(join(PROJECT, name), join(project, name), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(project, 'node_modules'));
  return project;
};

const filesIn = (folder: string, name: string): readonly string[] => {
  const path = join(folder, name);
  if (statSync(path).isFile()) return [name];
  return readdirSync(path)
    .sort()
    .flatMap((inner) => filesIn(folder, join(name, inner)));
};

const hashOf = (project: string): string => {
  const hash = createHash('sha256');
  for (const name of SOURCES.flatMap((source) => filesIn(project, source)))
    hash.update(name).update(readFileSync(join(project, name)));
  return hash.digest('hex');
};

type Ran = Readonly<{ code: number | null; printed: string }>;

type Deployer = Readonly<{
  account: Account;
  project: string;
  /** Runs the framework; what it needs to know of AWS is in the environment. */
  serverless(...args: readonly string[]): Promise<Ran>;
  /** Machines that it wanted to connect to. */
  connections(): string;
}>;

const deployerIn = (folder: string, account: Account): Deployer => {
  const project = projectIn(folder);
  const connections = join(folder, 'connections');
  const temporary = mkdtempSync(join(folder, 'tmp-'));
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    TMPDIR: temporary,
    CI: 'true',
    AWS_ENDPOINT_URL: account.url,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AFTERBUILD_CONNECTIONS: connections,
    NODE_OPTIONS: `--require=${join(PROJECT, 'test', 'deploy', 'only-here.cjs')}`,
  };
  return {
    account,
    project,
    serverless: (...args) =>
      new Promise((resolve, reject) => {
        const framework = join(project, 'node_modules', 'serverless', 'bin', 'serverless.js');
        const child = spawn(process.execPath, [framework, ...args], {
          cwd: project,
          env,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let printed = '';
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding('utf8').on('data', (text: string) => {
            printed += text;
          });
        child.on('error', reject);
        child.on('close', (code) => resolve({ code, printed }));
      }),
    connections: () => (existsSync(connections) ? readFileSync(connections, 'utf8') : ''),
  };
};

const mustSucceed = ({ code, printed }: Ran): string => {
  if (code !== 0) throw new Error(`expected exit 0, got ${code}: ${printed}`);
  return printed;
};

const stackIn = ({ account }: Deployer, region: string, name: string): Stack => {
  const stack = account.cloudformation.find(region, name);
  if (!stack) throw new Error(`expected the stack ${name} in ${region}`);
  return stack;
};

const physical = (stack: Stack, id: string): string => {
  const found = stack.resources.find((resource) => resource.id === id);
  if (!found) throw new Error(`expected ${id} in ${stack.name}`);
  return found.physicalId;
};

const deploysTwice = async ({ claimed }: Claims, deployer: Deployer): Promise<void> => {
  await claimed('serverless deploy makes the stack', async () => {
    const printed = mustSucceed(await deployer.serverless('deploy'));
    mustEqual(stackIn(deployer, 'us-east-1', STACK).status, 'UPDATE_COMPLETE', 'the status');
    if (!/deployed to stack afterbuild-dev/.test(printed)) throw new Error(`got: ${printed}`);
  });
  await claimed('a second one has nothing to do', async () => {
    const before = stackIn(deployer, 'us-east-1', STACK).events.length;
    const printed = mustSucceed(await deployer.serverless('deploy'));
    if (!/No changes to deploy/i.test(printed)) throw new Error(`got: ${printed}`);
    mustEqual(stackIn(deployer, 'us-east-1', STACK).events.length, before, 'the number of events');
  });
  await claimed('one with another setting updates it, and replaces nothing', async () => {
    const names = (): string[] =>
      stackIn(deployer, 'us-east-1', STACK).resources.map(({ physicalId }) => physicalId);
    const before = names();
    mustSucceed(await deployer.serverless('deploy', '--param', 'siteName=shop'));
    mustEqual(names(), before, 'the resources');
    const { properties } =
      stackIn(deployer, 'us-east-1', STACK).resources.find(({ id }) => id === 'PostStatusLambdaFunction') ??
      {};
    mustEqual(
      JSON.stringify(properties).includes('"SITE_NAME":"shop"'),
      true,
      'whether the function has the setting',
    );
  });
};

/** Gives the name of the site's bucket, which outlives its stack. */
const isRemoved = async ({ claimed }: Claims, deployer: Deployer): Promise<string> => {
  const { account } = deployer;
  const before = stackIn(deployer, 'us-east-1', STACK);
  const [site, state] = [physical(before, 'SiteBucket'), physical(before, 'StateBucket')];
  account.s3.put(site, 'index.html', bytes('the site'));
  account.s3.put(state, 'head.json', bytes('{}'));
  await claimed('serverless remove takes the stack away', async () => {
    mustSucceed(await deployer.serverless('remove'));
    mustEqual(account.cloudformation.find('us-east-1', STACK)?.status, undefined, 'the stack');
  });
  await claimed('and keeps the site and its state', async () => {
    mustEqual(new TextDecoder().decode(account.s3.get(site, 'index.html').body), 'the site', 'index.html');
    mustEqual(new TextDecoder().decode(account.s3.get(state, 'head.json').body), '{}', 'head.json');
    mustEqual([...account.buckets()].sort(), [site, state].sort(), 'the buckets that are left');
  });
  return site;
};

const deploysBesideWhatIsThere = async (
  { claimed }: Claims,
  deployer: Deployer,
  old: string,
): Promise<void> => {
  await claimed('a deployment after that makes a site beside the one that was kept', async () => {
    mustSucceed(await deployer.serverless('deploy'));
    const site = physical(stackIn(deployer, 'us-east-1', STACK), 'SiteBucket');
    if (site === old) throw new Error(`expected another bucket than ${old}`);
  });
  await claimed('so does a second stage', async () => {
    mustSucceed(await deployer.serverless('deploy', '--stage', 'prod'));
    mustEqual(stackIn(deployer, 'us-east-1', 'afterbuild-prod').status, 'UPDATE_COMPLETE', 'the status');
  });
  await claimed('and a second region, of both stages', async () => {
    for (const stage of ['dev', 'prod']) {
      mustSucceed(await deployer.serverless('deploy', '--stage', stage, '--region', EU));
      mustEqual(stackIn(deployer, EU, `afterbuild-${stage}`).status, 'UPDATE_COMPLETE', 'the status');
    }
  });
  await claimed(
    'a certificate is refused there by the name of its setting, before anything is deployed',
    async () => {
      const { code, printed } = await deployer.serverless(
        'deploy',
        '--region',
        EU,
        '--param=domain=www.example.com',
        '--param=hostedZoneId=Z0123456789ABC',
      );
      mustEqual(code === 0, false, 'whether it succeeds');
      if (!printed.includes('param certificateArn')) throw new Error(`got: ${printed}`);
    },
  );
};

const namesAreKeptApart = async ({ claimed }: Claims, { account }: Deployer): Promise<void> => {
  await claimed('names that are taken are refused: the account that says so would have', async () => {
    const stack = account.cloudformation.find(EU, 'afterbuild-dev');
    if (!stack) throw new Error('expected a stack to copy');
    const copy = account.cloudformation.deploy(EU, 'a-copy', stack.template);
    mustEqual(copy.status, 'ROLLBACK_COMPLETE', 'the status of a copy under another name');
  });
};

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: { json: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const claims = createClaims();
  const folder = mkdtempSync(join(tmpdir(), 'afterbuild-deploy-'));
  const account = await startAccount();
  try {
    const deployer = deployerIn(folder, account);
    const before = hashOf(deployer.project);
    await deploysTwice(claims, deployer);
    const old = await isRemoved(claims, deployer);
    await deploysBesideWhatIsThere(claims, deployer, old);
    await namesAreKeptApart(claims, deployer);
    claims.claim('no file of the project was changed', hashOf(deployer.project) === before);
    claims.claim(
      'nothing was asked of any other machine',
      deployer.connections() === '',
      deployer.connections(),
    );
    const unanswered = account.unanswered();
    claims.claim('every call was one that is answered here', unanswered.length === 0, unanswered.join(', '));
  } finally {
    await account.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return claims.end(values.json);
};

process.exitCode = await main();
