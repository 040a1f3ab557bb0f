/** CodeBuild's wire protocol, spoken by the SDK. */

import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  CodeBuildClient,
  ListBuildsCommand,
  ListBuildsForProjectCommand,
  ListProjectsCommand,
  paginateListBuilds,
  type SortOrderType,
  StartBuildCommand,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import { type CodeBuild, createCodeBuild } from '../world/codebuild.ts';
import type { BuildProject } from './build-project.ts';
import { codebuildService } from './codebuild.ts';
import { serveAws } from './server.ts';

const AT = 1_800_000_000_000;

let now: number;
let codebuild: CodeBuild;
let aws: Awaited<ReturnType<typeof serveAws>>;
let client: CodeBuildClient;

/** Does nothing but remember what it was asked for. */
let asked: unknown[];
const project = (): BuildProject => ({
  start: (environment) => {
    asked.push(environment);
    return codebuild.start();
  },
  stop: (id) => asked.push(id) > 0,
  stopAll: async () => {},
});

const serve = async (buildProject?: BuildProject): Promise<void> => {
  aws = await serveAws({ port: 0, services: { codebuild: codebuildService(codebuild, buildProject) } });
  client = new CodeBuildClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
};

beforeEach(async () => {
  let ids = 0;
  now = AT;
  asked = [];
  codebuild = createCodeBuild({ now: () => now, id: () => String(ids++), project: 'site' });
  await serve(project());
});
afterEach(() => aws.close());

const list = async (sortOrder?: SortOrderType, nextToken?: string) =>
  client.send(
    new ListBuildsForProjectCommand({
      projectName: 'site',
      ...(sortOrder ? { sortOrder } : {}),
      ...(nextToken ? { nextToken } : {}),
    }),
  );

test('builds are listed newest first, by a sort order only while there are at most a hundred', async () => {
  const started = Array.from({ length: 100 }, () => codebuild.start());
  expect((await list()).ids).toEqual(started.toReversed());
  expect((await list('DESCENDING')).ids).toEqual(started.toReversed());
  expect((await list('ASCENDING')).ids).toEqual(started);

  codebuild.start();
  const { nextToken } = await list();
  await expect(list('DESCENDING')).rejects.toThrow('expected no sortOrder');
  await expect(list('DESCENDING', nextToken)).rejects.toThrow('expected no sortOrder');
  expect((await list(undefined, nextToken)).ids).toEqual(started.slice(0, 1));
});

test('another project is said not to be there', async () => {
  const answer = client.send(new ListBuildsForProjectCommand({ projectName: 'other' }));
  await expect(answer).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('all builds are listed page by page, each once', async () => {
  const started = Array.from({ length: 201 }, () => codebuild.start());
  const listed: string[] = [];
  for await (const { ids = [] } of paginateListBuilds({ client }, {})) listed.push(...ids);
  expect(listed).toEqual(started.toReversed());
});

test('there is one project, and others are not found', async () => {
  expect((await client.send(new ListProjectsCommand({}))).projects).toEqual(['site']);
  const { projects, projectsNotFound } = await client.send(
    new BatchGetProjectsCommand({ names: ['other', 'site'] }),
  );
  expect(projects?.map(({ name }) => name)).toEqual(['site']);
  expect(projectsNotFound).toEqual(['other']);
});

test('a build shows its phases, times and log, while it runs and when it has ended', async () => {
  const id = codebuild.start({ commit: 'c0ffee', logUrl: 'file:///log' });
  const shown = async () => (await client.send(new BatchGetBuildsCommand({ ids: [id] }))).builds?.[0];
  now += 2_000;
  codebuild.enter(id, 'BUILD');
  const submitted = {
    phaseType: 'SUBMITTED',
    phaseStatus: 'SUCCEEDED',
    startTime: new Date(AT),
    endTime: new Date(AT + 2_000),
    durationInSeconds: 2,
  };
  expect(await shown()).toEqual({
    id,
    arn: `arn:aws:codebuild:us-east-1:000000000000:build/${id}`,
    buildNumber: 1,
    projectName: 'site',
    buildStatus: 'IN_PROGRESS',
    buildComplete: false,
    currentPhase: 'BUILD',
    phases: [submitted, { phaseType: 'BUILD', startTime: new Date(AT + 2_000) }],
    startTime: new Date(AT),
    resolvedSourceVersion: 'c0ffee',
    logs: { deepLink: 'file:///log' },
  });

  now += 500;
  codebuild.finish(id, 'FAILED');
  expect(await shown()).toMatchObject({
    buildStatus: 'FAILED',
    buildComplete: true,
    currentPhase: 'COMPLETED',
    endTime: new Date(AT + 2_500),
    phases: [submitted, { phaseType: 'BUILD', phaseStatus: 'FAILED' }, { phaseType: 'COMPLETED' }],
  });
});

test('StartBuild takes variables in clear, and answers the build that it started', async () => {
  const { build } = await client.send(
    new StartBuildCommand({
      projectName: 'site',
      environmentVariablesOverride: [
        { name: 'A', value: '1' },
        { name: 'B', value: '', type: 'PLAINTEXT' },
      ],
    }),
  );
  expect(asked).toEqual([{ A: '1', B: '' }]);
  expect(build).toMatchObject({ id: 'site:0', buildStatus: 'IN_PROGRESS', projectName: 'site' });
});

test.each([
  ['another project', { projectName: 'other' }, 'ResourceNotFoundException', 'other'],
  [
    'a variable that stands for a secret',
    {
      projectName: 'site',
      environmentVariablesOverride: [{ name: 'KEY', value: 'id', type: 'SECRETS_MANAGER' as const }],
    },
    'InvalidInputException',
    'expected variables of type PLAINTEXT, got SECRETS_MANAGER for KEY',
  ],
])('StartBuild starts nothing for %s', async (_case, input, name, message) => {
  await expect(client.send(new StartBuildCommand(input))).rejects.toMatchObject({
    name,
    message: expect.stringContaining(message),
  });
  expect(asked).toEqual([]);
});

test('StopBuild asks for the end of a build that is known', async () => {
  const id = codebuild.start();
  const { build } = await client.send(new StopBuildCommand({ id }));
  expect([build?.id, asked]).toEqual([id, [id]]);
  const unknown = client.send(new StopBuildCommand({ id: 'site:none' }));
  await expect(unknown).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect(asked).toEqual([id]);
});

test('without a project that builds, builds cannot be started or stopped, but looked at', async () => {
  await aws.close();
  await serve();
  const id = codebuild.start();
  for (const command of [new StartBuildCommand({ projectName: 'site' }), new StopBuildCommand({ id })]) {
    await expect(client.send(command as StartBuildCommand)).rejects.toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501 },
    });
  }
  expect((await client.send(new ListBuildsCommand({}))).ids).toEqual([id]);
});
