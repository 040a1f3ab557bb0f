/**
 * What the functions call, against what their packaged roles allow: every call is allowed, and nothing is allowed
 * that nobody calls.
 */

import { startWorld, type World } from '../faults/world.ts';
import { DISTRIBUTION_ID, type FunctionName, SITE_BUCKET, STATE_BUCKET } from '../local-cloud/cloud.ts';
import type { Call, WireRequest } from '../local-cloud/wire.ts';
import { packageTemplate } from '../package-template.ts';
import { readTemplate } from '../world/cloudfront-intrinsics.ts';

const TIMEOUT_MS = 120_000;

type Use = Readonly<{ action: string; resource: string }>;
type Statement = Readonly<{ Action: string | readonly string[]; Resource: string | readonly string[] }>;

const ROLES: Readonly<Record<FunctionName, string>> = {
  invalidate: 'InvalidateIamRoleLambdaExecution',
  followInvalidation: 'FollowInvalidationIamRoleLambdaExecution',
  checkOrigin: 'CheckOriginIamRoleLambdaExecution',
  postStatus: 'PostStatusIamRoleLambdaExecution',
};

const QUEUES: Readonly<Record<FunctionName, string>> = {
  invalidate: 'WorkQueue',
  followInvalidation: 'FollowQueue',
  checkOrigin: 'CheckQueue',
  postStatus: 'PostQueue',
};

const body = ({ body: bytes }: WireRequest) =>
  JSON.parse(new TextDecoder().decode(bytes) || '{}') as Record<string, unknown>;
const queueArn = (url: string): string =>
  `arn:aws:sqs:us-east-1:123456789012:${url.slice(url.lastIndexOf('/') + 1)}`;
const s3Arn = ({ path }: WireRequest): string => `arn:aws:s3:::${decodeURIComponent(path.slice(1))}`;
const bucketArn = (request: WireRequest): string => s3Arn(request).replace(/\/.*$/, '').replace(/\/$/, '');
const projectArn = (name: string): string => `arn:aws:codebuild:us-east-1:123456789012:project/${name}`;
const distributionArn = `arn:aws:cloudfront::123456789012:distribution/${DISTRIBUTION_ID}`;

/** The action and the resource of a call, as the service authorization reference has them. */
const useOf = ({ service, operation }: Call, request: WireRequest): Use => {
  const isOfVersion = new URLSearchParams(request.query).has('versionId');
  switch (`${service} ${operation}`) {
    case 's3 ListObjectsV2':
      return { action: 's3:ListBucket', resource: bucketArn(request) };
    case 's3 ListObjectVersions':
      return { action: 's3:ListBucketVersions', resource: bucketArn(request) };
    case 's3 HeadObject':
    case 's3 GetObject':
      return { action: isOfVersion ? 's3:GetObjectVersion' : 's3:GetObject', resource: s3Arn(request) };
    case 's3 PutObject':
      return { action: 's3:PutObject', resource: s3Arn(request) };
    case 'sqs SendMessage':
      return { action: 'sqs:SendMessage', resource: queueArn(String(body(request)['QueueUrl'])) };
    case 'sqs ChangeMessageVisibilityBatch':
      return { action: 'sqs:ChangeMessageVisibility', resource: queueArn(String(body(request)['QueueUrl'])) };
    case 'codebuild ListBuildsForProject':
      return {
        action: 'codebuild:ListBuildsForProject',
        resource: projectArn(String(body(request)['projectName'])),
      };
    case 'codebuild BatchGetBuilds': {
      const [id = ''] = body(request)['ids'] as readonly string[];
      return { action: 'codebuild:BatchGetBuilds', resource: projectArn(id.replace(/:.*$/, '')) };
    }
    case 'cloudfront DescribeFunction': {
      const [, name = ''] = /\/function\/([^/]+)\//.exec(request.path) ?? [];
      const resource = `arn:aws:cloudfront::123456789012:function/${decodeURIComponent(name)}`;
      return { action: 'cloudfront:DescribeFunction', resource };
    }
    case 'apprunner DescribeService':
    case 'apprunner ListOperations':
      return { action: `apprunner:${operation}`, resource: String(body(request)['ServiceArn']) };
    case 'ssm GetParameter':
      return {
        action: 'ssm:GetParameter',
        resource: `arn:aws:ssm:us-east-1:123456789012:parameter${String(body(request)['Name'])}`,
      };
    default:
      if (service === 'cloudfront') return { action: `cloudfront:${operation}`, resource: distributionArn };
      throw new Error(`expected a call with a known action, got ${service} ${operation}`);
  }
};

/** What Lambda's own service does under the role, to feed the function from its queue. */
const feeding = (name: FunctionName): readonly Use[] =>
  ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].map((action) => ({
    action,
    resource: queueArn(QUEUES[name]),
  }));

/** Without leave to list, a missing object would be forbidden instead of missing. */
const listing = (name: FunctionName): readonly Use[] => [
  { action: 's3:ListBucket', resource: `arn:aws:s3:::${STATE_BUCKET}` },
  ...(name === 'invalidate' ? [{ action: 's3:ListBucket', resource: `arn:aws:s3:::${SITE_BUCKET}` }] : []),
];

const uses = new Map<FunctionName, Map<string, Use>>();
let grants: ReadonlyMap<FunctionName, readonly Use[]>;
let world: World;

const note = (name: FunctionName, use: Use): void => {
  const known = uses.get(name) ?? new Map<string, Use>();
  known.set(`${use.action} ${use.resource}`, use);
  uses.set(name, known);
};

const list = <T>(value: T | readonly T[]): readonly T[] => [value].flat() as T[];

/** Each pair of an action and a resource that a role allows, logs left out. */
const grantsOf = (template: unknown): ReadonlyMap<FunctionName, readonly Use[]> => {
  const names = { SiteBucket: SITE_BUCKET, StateBucket: STATE_BUCKET, SiteDistribution: DISTRIBUTION_ID };
  const ids = [...readTemplate(template).resources];
  const arns = Object.fromEntries(
    ids.flatMap(([id, { Type }]) => {
      if (Type === 'AWS::SQS::Queue') return [[`${id}.Arn`, queueArn(id)]];
      const bucket = names[id as keyof typeof names];
      return Type === 'AWS::S3::Bucket' ? [[`${id}.Arn`, `arn:aws:s3:::${bucket}`]] : [];
    }),
  );
  const { resources, resolve } = readTemplate(template, { ...names, ...arns });
  // biome-ignore lint/suspicious/noExplicitAny: a packaged template is of no fixed shape
  const properties = (id: string): any => (resolve(resources.get(id)) as { Properties: unknown }).Properties;
  const policies = ids.filter(([, { Type }]) => Type === 'AWS::IAM::Policy').map(([id]) => properties(id));
  return new Map(
    Object.entries(ROLES).map(([name, role]) => {
      const attached = policies.filter(({ Roles }) => Roles.includes(role));
      const statements = [...properties(role).Policies, ...attached].flatMap(
        ({ PolicyDocument }) => PolicyDocument.Statement as readonly Statement[],
      );
      const granted = statements.flatMap(({ Action, Resource }) =>
        list(Action).flatMap((action) => list(Resource).map((resource) => ({ action, resource }))),
      );
      return [name as FunctionName, granted.filter(({ action }) => !action.startsWith('logs:'))];
    }),
  );
};

const allows = (grant: Use, use: Use): boolean =>
  grant.action === use.action &&
  (grant.resource.endsWith('*')
    ? use.resource.startsWith(grant.resource.slice(0, -1))
    : grant.resource === use.resource);

/** A message that the head owes, and one that has a function look at the head. */
const owed = async (queue: 'work' | 'follow', wakes: string, wake: string): Promise<void> => {
  const { s3, sqs } = world.cloud;
  const head = JSON.parse(new TextDecoder().decode(s3.get(STATE_BUCKET, 'head.json').body)) as object;
  const outbox = [{ id: 'owed', queue, body: '{"kind":"tick"}' }];
  s3.put(STATE_BUCKET, 'head.json', Buffer.from(JSON.stringify({ ...head, outbox })));
  sqs.send(wakes, wake);
  await world.rest();
};

/** Everything that the functions ever do: build, edit, warm, prove an old copy, lose the state, lose the API. */
const everything = async (): Promise<void> => {
  const { cloud } = world;
  cloud.tick();
  await world.rest();
  world.publish(1);
  await world.rest();
  await world.visit();
  cloud.tick();
  await world.rest();
  cloud.cloudfront.setSabotage('ignore-one');
  world.refuseNext();
  world.publish(2);
  const made = cloud.cloudfront.listInvalidations().length;
  while (cloud.cloudfront.listInvalidations().length === made) await world.run(1_000);
  // One whose end is not recorded is asked for by whoever has to know whether it overlaps.
  const failing = cloud.codebuild.start({});
  await world.run(60_000);
  cloud.codebuild.finish(failing, 'FAILED');
  await world.rest();
  await world.setApi('down');
  for (let check = 0; check < 3; check += 1) {
    cloud.sqs.send('CheckQueue', '{"kind":"tick"}');
    await world.rest();
  }
  cloud.cloudfront.setSabotage(undefined);
  // What one function could not send the other does.
  await owed('work', 'WorkQueue', '{"kind":"tick"}');
  await owed('follow', 'FollowQueue', '{"kind":"follow","id":"settled long ago"}');
  // Unreadable for whichever of the two looks first.
  for (const queue of ['WorkQueue', 'FollowQueue']) {
    cloud.s3.put(STATE_BUCKET, 'head.json', Buffer.from('{'));
    cloud.sqs.send(queue, '{"kind":"tick"}');
    await world.run(10_000);
  }
  await world.rest();
};

beforeAll(async () => {
  const { template } = await packageTemplate();
  grants = grantsOf(template);
  world = await startWorld({
    onCall: (call, request) => {
      const name = world?.cloud.functionOf(call.accessKeyId);
      if (name) note(name, useOf(call, request));
    },
  });
  await everything();
}, TIMEOUT_MS);
afterAll(() => world.stop());

const NAMES = Object.keys(ROLES) as FunctionName[];

test.each(NAMES)('everything that %s calls is allowed', (name) => {
  const granted = grants.get(name) ?? [];
  const called = [...(uses.get(name)?.values() ?? []), ...feeding(name)];
  expect(called.length).toBeGreaterThan(5);
  expect(called.filter((use) => !granted.some((grant) => allows(grant, use)))).toEqual([]);
});

test.each(NAMES)('nothing is allowed to %s that it does not call', (name) => {
  const called = [...(uses.get(name)?.values() ?? []), ...feeding(name), ...listing(name)];
  expect((grants.get(name) ?? []).filter((grant) => !called.some((use) => allows(grant, use)))).toEqual([]);
});

test('no action and no whole resource is a star', () => {
  for (const [, granted] of grants) {
    for (const { action, resource } of granted) {
      expect([action, resource]).not.toContain('*');
      expect(action).not.toContain('*');
    }
  }
});
