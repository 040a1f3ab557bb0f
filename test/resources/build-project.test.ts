import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { artifactsOf, runPhases } from '../local-cloud/build-runner.ts';
import { readBuildspec } from '../local-cloud/build-spec.ts';
import { type Params, packageTemplate } from '../package-template.ts';
import { readTemplate } from '../world/cloudfront-intrinsics.ts';
import { type Loose, PACKAGING_TIMEOUT_MS, type Stack, stackOf } from './packaged-stack.ts';

const CONNECTION =
  'arn:aws:codeconnections:us-east-1:123456789012:connection/0f6e1a52-0000-4000-8000-000000000001';
const REPOSITORY = 'https://github.com/example/site';
const MADE: Params = { buildProject: '', makeBuildProject: 'true' };
const BUILD_TIMEOUT_MS = 10_000;

let existing: Stack;
let connected: Stack;
let open: Stack;
let empty: Stack;

beforeAll(async () => {
  const packaged = async (params: Params): Promise<Stack> => stackOf(await packageTemplate(params));
  existing = await packaged({});
  connected = await packaged({
    ...MADE,
    repositoryUrl: REPOSITORY,
    connectionArn: CONNECTION,
    branch: 'release/1.2',
    buildDir: 'web',
    buildCommand: 'make site',
    outputDir: 'out',
  });
  open = await packaged({ ...MADE, repositoryUrl: REPOSITORY });
  empty = await packaged(MADE);
}, 4 * PACKAGING_TIMEOUT_MS);

const RESOURCES = ['BuildProject', 'BuildLogs', 'BuildRole'];
const made = (): [string, Stack][] => [
  ['with a connection', connected],
  ['of a public repository', open],
  ['without a repository', empty],
];
const variablesOf = (stack: Stack): Record<string, string> =>
  Object.fromEntries(
    stack
      .properties('BuildProject')
      .Environment.EnvironmentVariables.map(({ Name, Value }: Loose) => [Name, Value]),
  );
const outputsOf = ({ packaged }: Stack): Loose => (packaged.template as Loose).Outputs;

describe('where a project exists, or none is wanted', () => {
  test.each(RESOURCES)('there is no %s', (id) => {
    expect(existing.has(id)).toBe(false);
  });

  test('and without an existing one nothing of builds is there', () => {
    const template = JSON.parse(
      JSON.stringify(existing.packaged.template).replaceAll('afterbuild-local-site', ''),
    );
    const none = stackOf({ ...existing.packaged, template });
    for (const id of [...RESOURCES, 'BuildRule', 'BuildsPolicy'])
      expect([id, none.has(id)]).toEqual([id, false]);
  });

  test('none is made beside one that exists', () => {
    const template = JSON.parse(JSON.stringify(empty.packaged.template));
    const [unnamed, wanted] = template.Conditions.MakesBuildProject['Fn::And'];
    expect([unnamed, wanted]).toEqual([{ 'Fn::Equals': ['', ''] }, { 'Fn::Equals': ['true', 'true'] }]);
    template.Conditions.MakesBuildProject['Fn::And'][0] = { 'Fn::Equals': ['theirs', ''] };
    const beside = stackOf({ ...empty.packaged, template });
    for (const id of RESOURCES) expect([id, beside.has(id)]).toEqual([id, false]);
  });
});

describe('the project that is made', () => {
  test('publishes the files at the root of the bucket, readable for the distribution', () => {
    for (const [name, stack] of made()) {
      expect([name, stack.properties('BuildProject').Artifacts]).toEqual([
        name,
        {
          Type: 'S3',
          Location: 'site-bucket',
          Name: '/',
          NamespaceType: 'NONE',
          Packaging: 'NONE',
          EncryptionDisabled: true,
        },
      ]);
    }
  });

  test('runs buildspec.yml, word for word, in an image with Node 24', async () => {
    const text = await readFile(new URL('../../buildspec.yml', import.meta.url), 'utf8');
    for (const [name, stack] of made()) {
      const { Source, Environment } = stack.properties('BuildProject');
      expect([name, Source.BuildSpec]).toEqual([name, text]);
      expect(Environment).toMatchObject({
        Type: 'LINUX_CONTAINER',
        ComputeType: 'BUILD_GENERAL1_SMALL',
        Image: 'aws/codebuild/standard:8.0',
      });
      expect(Environment.PrivilegedMode).toBeUndefined();
    }
  });

  test('is named by service and stage, ends, and keeps logs for a while and its cache for nothing', () => {
    expect(empty.properties('BuildProject')).toMatchObject({
      Name: 'afterbuild-dev-site',
      ServiceRole: 'arn:BuildRole',
      TimeoutInMinutes: 15,
      LogsConfig: { CloudWatchLogs: { Status: 'ENABLED', GroupName: 'BuildLogs' } },
      Cache: { Type: 'LOCAL', Modes: ['LOCAL_CUSTOM_CACHE'] },
    });
    expect(empty.properties('BuildLogs')).toEqual({
      LogGroupName: '/aws/codebuild/afterbuild-dev-site',
      RetentionInDays: 30,
    });
  });

  test('has no limit of concurrent builds, which would drop the newest push', () => {
    for (const [, stack] of made())
      expect(stack.properties('BuildProject').ConcurrentBuildLimit).toBeUndefined();
  });

  test('with a connection clones through it, and builds what is pushed to the branch', () => {
    const { Source, SourceVersion, Triggers } = connected.properties('BuildProject');
    expect(Source).toMatchObject({
      Type: 'GITHUB',
      Location: REPOSITORY,
      Auth: { Type: 'CODECONNECTIONS', Resource: CONNECTION },
    });
    expect(SourceVersion).toBe('release/1.2');
    expect(Triggers).toEqual({
      Webhook: true,
      FilterGroups: [
        [
          { Type: 'EVENT', Pattern: 'PUSH' },
          { Type: 'HEAD_REF', Pattern: '^refs/heads/release/1\\.2$' },
        ],
      ],
    });
  });

  test('of a public repository clones the branch, and waits to be started', () => {
    const { Source, SourceVersion, Triggers } = open.properties('BuildProject');
    expect(Source).toEqual({
      Type: 'GITHUB',
      Location: REPOSITORY,
      GitCloneDepth: 1,
      BuildSpec: expect.any(String),
    });
    expect([SourceVersion, Triggers]).toEqual(['main', undefined]);
  });

  test('without a repository has no source, version or webhook', () => {
    const { Source, SourceVersion, Triggers } = empty.properties('BuildProject');
    expect(Source).toEqual({ Type: 'NO_SOURCE', BuildSpec: expect.any(String) });
    expect([SourceVersion, Triggers]).toEqual([undefined, undefined]);
  });

  test('tells the build its stage and the API, and what differs from the defaults of buildspec.yml', () => {
    const shared = { STAGE: 'dev', API_PATH: '/api/*' };
    expect(variablesOf(open)).toEqual(shared);
    expect(variablesOf(connected)).toEqual({
      ...shared,
      BUILD_DIR: 'web',
      BUILD_COMMAND: 'make site',
      OUTPUT_DIR: 'out',
    });
    expect(variablesOf(empty)).toEqual({ ...shared, BUILD_COMMAND: expect.any(String) });
  });

  test('without a repository publishes a page that says which build it is', async () => {
    const sourceDir = await mkdtemp(join(tmpdir(), 'no source-'));
    try {
      const spec = readBuildspec(empty.properties('BuildProject').Source.BuildSpec);
      const ran = await runPhases({
        spec,
        sourceDir,
        environment: {
          PATH: process.env['PATH'] ?? '',
          ...variablesOf(empty),
          CODEBUILD_BUILD_NUMBER: '7',
        },
        onLine: () => {},
        onPhase: () => {},
        signal: AbortSignal.timeout(BUILD_TIMEOUT_MS),
      });
      expect(ran.status).toBe('SUCCEEDED');
      expect((spec.artifacts && (await artifactsOf(spec.artifacts, sourceDir)))?.paths).toEqual([
        'index.html',
      ]);
      expect(await readFile(join(sourceDir, '.afterbuild-output/index.html'), 'utf8')).toContain('Build 7.');
    } finally {
      await rm(sourceDir, { recursive: true, force: true });
    }
  });

  test('is started by the line in the outputs, which only a made project has', () => {
    const { Condition, Value } = outputsOf(empty).StartBuild;
    expect(Condition).toBe('MakesBuildProject');
    expect(readTemplate(empty.packaged.template, { BuildProject: 'the-project' }).resolve(Value)).toBe(
      'aws codebuild start-build --project-name the-project --region us-east-1',
    );
  });
});

describe('the role of a build', () => {
  const OWN = [
    { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: 'arn:BuildLogs' },
    { Action: 's3:PutObject', Resource: 'arn:SiteBucket/*' },
    { Action: ['s3:GetBucketAcl', 's3:GetBucketLocation'], Resource: 'arn:SiteBucket' },
  ].map((statement) => ({ Effect: 'Allow', ...statement }));

  const statementsOf = (stack: Stack): Loose =>
    stack.properties('BuildRole').Policies.flatMap(({ PolicyDocument }: Loose) => PolicyDocument.Statement);

  test('may write its log and the site, and nothing else', () => {
    expect(statementsOf(open)).toEqual(OWN);
    expect(statementsOf(empty)).toEqual(OWN);
    for (const [, stack] of made()) {
      expect(stack.properties('BuildRole').ManagedPolicyArns).toBeUndefined();
      const policies = stack.idsOfType('AWS::IAM::Policy').map(stack.properties);
      expect(policies.filter(({ Roles }) => Roles.includes('BuildRole'))).toEqual([]);
    }
  });

  test('may use the one connection', () => {
    expect(statementsOf(connected)).toEqual([
      ...OWN,
      {
        Effect: 'Allow',
        Action: [
          'codeconnections:UseConnection',
          'codeconnections:GetConnection',
          'codeconnections:GetConnectionToken',
        ],
        Resource: CONNECTION,
      },
    ]);
  });

  test('names every resource, without a wildcard for a name', () => {
    const resources = made().flatMap(([, stack]) =>
      statementsOf(stack).flatMap(({ Resource }: Loose) => [Resource].flat()),
    );
    expect(resources.filter((resource: string) => /\*(?!$)|^[^/]*\*|^$/.test(resource))).toEqual([]);
  });

  test('is assumed by CodeBuild, for this account only', () => {
    expect(empty.properties('BuildRole').AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'codebuild.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      },
    ]);
  });
});

describe('the functions follow', () => {
  const followed = (stack: Stack) => ({
    rule: stack.properties('BuildRule').EventPattern.detail['project-name'],
    policy: stack.properties('BuildsPolicy').PolicyDocument.Statement[0].Resource,
    functions: ['InvalidateLambdaFunction', 'FollowInvalidationLambdaFunction'].map(
      (id) => stack.properties(id).Environment.Variables.BUILD_PROJECT,
    ),
  });

  test('the project that exists', () => {
    const name = 'afterbuild-local-site';
    expect(followed(existing)).toEqual({
      rule: [name],
      policy: `arn:aws:codebuild:us-east-1:123456789012:project/${name}`,
      functions: [name, name],
    });
  });

  test('the project that is made', () => {
    for (const [name, stack] of made())
      expect([name, followed(stack)]).toEqual([
        name,
        {
          rule: ['BuildProject'],
          policy: 'arn:BuildProject',
          functions: ['BuildProject', 'BuildProject'],
        },
      ]);
  });
});
