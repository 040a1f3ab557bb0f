/** Doctor against the local cloud: what is well is said to be, and each planted fault is found by its check. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { exitStatusOf } from '../../shared/doctor/checks-print.ts';
import type { Clients } from '../../shared/doctor/gather-parts.ts';
import { SITE_BUCKET, STATE_BUCKET } from '../local-cloud/cloud.ts';
import { faultsOf, type Local, SECRET, startLocal } from './local.ts';

let local: Local;
const environment = { ...process.env };

beforeAll(async () => {
  local = await startLocal();
});

afterAll(async () => {
  process.env = environment;
  await local.stop();
});

const setApi = (mode: string): Promise<unknown> =>
  fetch(`${local.api.url}/control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode }),
  });

const putObject = (key: string, contentType: string): void => {
  local.cloud.s3.put(SITE_BUCKET, key, new TextEncoder().encode('1'), { contentType });
};

test('everything is well on a stack at rest, and nothing is said of what it does not have', async () => {
  const said = await local.look();
  expect(faultsOf(said)).toEqual([]);
  expect(said.findings.map(({ check }) => check)).toEqual([
    'stack',
    'notifications',
    'versioning',
    'old versions',
    'encryption',
    'content types',
    'origin access',
    'distribution',
    'fingerprint',
    'error caching',
    'flat-rate plan',
    'cache key',
    'legacy settings',
    'API caching',
    'site',
    'API',
    'state',
    'last tick',
    'items',
    'queues',
    'alarms',
    'secrets',
    'publishing',
    'last build',
  ]);
});

test('no value of a secret is said, and nothing is changed', async () => {
  const before = local.cloud.calls.length;
  expect(JSON.stringify(await local.look())).not.toContain('nobody is to see');
  const operations = local.cloud.calls.slice(before).map(({ operation }) => operation);
  expect(operations.filter((name) => !/^(Get|List|Head|Describe|BatchGet)/.test(name))).toEqual([]);
});

const failIn = (phase: string): void => {
  const id = local.cloud.codebuild.start();
  local.cloud.codebuild.enter(id, phase);
  local.cloud.codebuild.finish(id, 'FAILED');
};

/** `undo` leaves everything as it was. */
type Fault = Readonly<{ plant(): unknown; undo(): unknown; found: readonly string[]; mend: RegExp }>;

const FAULTS: Readonly<Record<string, Fault>> = {
  'suspended versioning': {
    plant: () => local.cloud.s3.putBucketVersioning(SITE_BUCKET, 'suspended'),
    undo: () => local.cloud.s3.putBucketVersioning(SITE_BUCKET, 'enabled'),
    found: ['wrong versioning'],
    mend: /^aws s3api put-bucket-versioning --bucket afterbuild-local-site .*Status=Enabled$/,
  },
  'events that nobody hears': {
    plant: () => local.cloud.s3.putBucketNotification(SITE_BUCKET, false),
    undo: () => local.cloud.s3.putBucketNotification(SITE_BUCKET, true),
    found: ['wrong notifications'],
    mend: /put-bucket-notification-configuration .*'\{"EventBridgeConfiguration":\{\}\}'$/,
  },
  'a dead letter': {
    plant: () => local.cloud.sqs.send('FollowDeadLetterQueue', '{}'),
    undo: () => local.cloud.sqs.purge('FollowDeadLetterQueue'),
    found: ['wrong queues'],
    mend: /^aws sqs receive-message .*FollowDeadLetterQueue/,
  },
  'an API that is down': {
    plant: () => setApi('down'),
    undo: () => setApi('ok'),
    found: ['wrong API'],
    mend: /^curl -i http:.*\/api\/health$/,
  },
  'a missing secret': {
    plant: () => local.cloud.ssm.delete(SECRET),
    undo: () => local.cloud.ssm.put(SECRET, 'SecureString', 'a value', false),
    found: ['wrong secrets'],
    mend: /aws ssm put-parameter .*--type SecureString --name \/afterbuild\/ops-secret/,
  },
  'a secret that is none': {
    plant: () => {
      local.cloud.ssm.delete(SECRET);
      local.cloud.ssm.put(SECRET, 'String', 'a value', false);
    },
    undo: () => {
      local.cloud.ssm.delete(SECRET);
      local.cloud.ssm.put(SECRET, 'SecureString', 'a value', false);
    },
    found: ['warn secrets'],
    mend: /^aws ssm delete-parameter/,
  },
  'a script of the wrong type': {
    plant: () => putObject('app.js', 'binary/octet-stream'),
    undo: () => putObject('app.js', 'text/javascript'),
    found: ['wrong content types'],
    mend: /^aws s3 cp s3:\/\/afterbuild-local-site\/app.js .*--content-type text\/javascript/,
  },
  'a build that failed': {
    plant: () => failIn('BUILD'),
    undo: () => local.cloud.codebuild.finish(local.cloud.codebuild.start(), 'SUCCEEDED'),
    found: ['warn last build'],
    mend: /^aws codebuild start-build .*--project-name afterbuild-local-site$/,
  },
  'a source that cannot be had': {
    plant: () => failIn('DOWNLOAD_SOURCE'),
    undo: () => local.cloud.codebuild.finish(local.cloud.codebuild.start(), 'SUCCEEDED'),
    found: ['wrong last build'],
    mend: /^aws codebuild start-build /,
  },
  'a state that is damaged': {
    plant: () => local.cloud.s3.put(STATE_BUCKET, 'head.json', new TextEncoder().encode('{')),
    undo: () => {
      const [latest] = local.cloud.s3.listObjectVersions(STATE_BUCKET, { prefix: 'head.json' }).entries;
      local.cloud.s3.delete(STATE_BUCKET, 'head.json', latest?.versionId);
    },
    found: ['wrong state'],
    mend: /^aws logs tail \/aws\/lambda\/afterbuild-local-invalidate /,
  },
};

test.each(Object.entries(FAULTS))(
  '%s is found, with what mends it',
  async (_name, { plant, undo, found, mend }) => {
    await plant();
    try {
      const said = await local.look();
      const faults = faultsOf(said);
      expect(faults.map(({ state, check }) => `${state} ${check}`)).toEqual(found);
      expect(faults[0]?.mend.some((line) => mend.test(line))).toBe(true);
      expect(exitStatusOf(said.findings)).toBe(found[0]?.startsWith('wrong') ? 1 : 0);
    } finally {
      await undo();
    }
  },
  20_000,
);

test('ticks that stopped are found once they are late', async () => {
  const minutesMs = 60_000;
  expect(faultsOf(await local.look({ laterMs: 10 * minutesMs }))).toEqual([]);
  const late = faultsOf(await local.look({ laterMs: 20 * minutesMs }));
  expect(late.map(({ state, check }) => `${state} ${check}`)).toEqual(['wrong last tick']);
});

const refusing = <K extends keyof Clients>(client: K): Partial<Clients> => {
  const send = async (): Promise<never> => {
    throw Object.assign(new Error('User is not authorized'), { name: 'AccessDeniedException' });
  };
  return { [client]: { send } };
};

test.each([
  ['ssm', ['secrets']],
  ['sqs', ['queues']],
  ['sns', ['alarms']],
  ['codebuild', ['publishing', 'last build']],
  [
    's3',
    [
      'notifications',
      'versioning',
      'old versions',
      'encryption',
      'content types',
      'origin access',
      'fingerprint',
      'state',
      'last tick',
      'items',
    ],
  ],
  [
    'cloudfront',
    [
      'origin access',
      'distribution',
      'fingerprint',
      'error caching',
      'flat-rate plan',
      'cache key',
      'legacy settings',
      'API caching',
    ],
  ],
] as const)('what %s refuses could not be checked, and everything else is', async (client, checks) => {
  const said = await local.look({ clients: refusing(client) });
  const faults = faultsOf(said);
  expect(faults.map(({ state, check }) => `${state} ${check}`)).toEqual(
    checks.map((check) => `unknown ${check}`),
  );
  expect(faults.every(({ what }) => what.includes('not allowed'))).toBe(true);
  expect(exitStatusOf(said.findings)).toBe(2);
});

test('a stack that is not there could not be checked, and how to look before a deployment is said', async () => {
  const { findings } = await local.look({ options: { stage: 'nowhere' } });
  expect(findings).toMatchObject([{ check: 'stack', state: 'unknown' }]);
  expect(findings[0]?.mend).toContain('npm run doctor -- --before --stage nowhere --region us-east-1');
});

const attach = { kind: 'attach', bucket: SITE_BUCKET, distributionId: 'ELOCAL1', buildProject: '' } as const;

test('what exists can be attached to, by a line that makes no second build project', async () => {
  const { findings, after } = await local.look({ options: attach });
  expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(after[1]).toMatch(
    /^npx serverless deploy --stage local --region us-east-1 --param siteBucket=afterbuild-local-site --param distributionId=ELOCAL1 .*--param makeBuildProject=false/,
  );
});

test.each([
  ['a bucket that the distribution does not serve', { bucket: STATE_BUCKET }, 'wrong'],
  ['a distribution that is not there', { distributionId: 'ENOWHERE' }, 'unknown'],
] as const)('there is no line that attaches to %s', async (_case, changes, state) => {
  const { findings, after } = await local.look({ options: { ...attach, ...changes } });
  expect(findings.some((finding) => finding.state === state)).toBe(true);
  expect(after).toEqual([]);
});

test('what can be mended later stands in the way of no attachment', async () => {
  failIn('DOWNLOAD_SOURCE');
  const project = { buildProject: 'afterbuild-local-site' };
  const { findings, after } = await local.look({ options: { ...attach, ...project } });
  local.cloud.codebuild.finish(local.cloud.codebuild.start(), 'SUCCEEDED');
  expect(findings.find(({ check }) => check === 'last build')?.state).toBe('wrong');
  expect(after[1]).toContain('--param buildProject=afterbuild-local-site');
});

test('before a deployment whatever cannot be looked at is said, and nothing passes for looked at', async () => {
  const { findings } = await local.look({ options: { kind: 'before', params: {}, stage: 'new' } });
  expect(findings.map(({ state, check }) => `${state} ${check}`)).toEqual([
    'ok stack',
    // The local cloud keeps no list of access controls.
    'unknown names',
    'ok domain',
    'ok connection',
  ]);
});

/** `npm run doctor` as a user runs it. */
const run = (
  ...args: string[]
): Promise<Readonly<{ status: number | null; stdout: string; stderr: string }>> =>
  new Promise((resolve) => {
    const main = fileURLToPath(new URL('../../shared/doctor/main.ts', import.meta.url));
    const child = spawn(process.execPath, [main, ...args], { env: process.env });
    const printed = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        printed[name] += text;
      });
    child.on('close', (status) => resolve({ status, ...printed }));
  });

describe('the command', () => {
  test('says that all is well, and exits with 0', async () => {
    const { status, stdout, stderr } = await run('--stage', 'local');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ok {2}stack +afterbuild-local: CREATE_COMPLETE$/m);
    expect(stdout).toMatch(/: (\d+) ok, 0 to look at, 0 wrong, 0 could not be checked\n$/);
  });

  test('says what is wrong to a program too, and exits with 1', async () => {
    local.cloud.s3.putBucketVersioning(SITE_BUCKET, 'suspended');
    const { status, stdout } = await run('--stage', 'local', '--json');
    local.cloud.s3.putBucketVersioning(SITE_BUCKET, 'enabled');
    expect(status).toBe(1);
    const said = JSON.parse(stdout) as { status: number; findings: Record<string, unknown>[] };
    expect(said.status).toBe(1);
    expect(said.findings.filter(({ state }) => state !== 'ok')).toMatchObject([
      { check: 'versioning', state: 'wrong' },
    ]);
  });

  test('exits with 2 where it could not look, and with 64 where it cannot be understood', async () => {
    expect((await run('--stage', 'nowhere')).status).toBe(2);
    const { status, stdout, stderr } = await run('--stagee', 'local');
    expect([status, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(/^doctor: Unknown option '--stagee'/);
  });
});

test('a mail address that nobody confirmed is told of no alarm', async () => {
  local.cloud.sns.subscribe(local.topic, 'email', 'a@example.com');
  const [fault] = faultsOf(await local.look());
  expect(fault).toMatchObject({ check: 'alarms', state: 'warn' });
  expect(fault?.mend.at(-1)).toMatch(/^aws sns subscribe .*--notification-endpoint a@example\.com$/);
});
