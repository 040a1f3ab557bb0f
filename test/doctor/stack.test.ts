/** Doctor against the local cloud: what is well is said to be, and each planted fault is found by its check. */

import { exitStatusOf } from '../../shared/doctor/checks-print.ts';
import type { Clients } from '../../shared/doctor/gather-parts.ts';
import { SITE_BUCKET, STATE_BUCKET } from '../local-cloud/cloud.ts';
import { faultsOf, type Local, SECRET, startLocal } from './local.ts';

let local: Local;
const environment = { ...process.env };

beforeAll(async () => {
  local = await startLocal();
}, 120_000);

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
    'encryption',
    'content types',
    'origin access',
    'distribution',
    'fingerprint',
    'error caching',
    'flat-rate plan',
    'site',
    'API',
    'state',
    'last tick',
    'items',
    'queues',
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
  ['codebuild', ['publishing', 'last build']],
  [
    's3',
    [
      'notifications',
      'versioning',
      'encryption',
      'content types',
      'origin access',
      'fingerprint',
      'state',
      'last tick',
      'items',
    ],
  ],
  ['cloudfront', ['origin access', 'distribution', 'fingerprint', 'error caching', 'flat-rate plan']],
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
