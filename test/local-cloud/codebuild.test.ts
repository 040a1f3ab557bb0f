/** CodeBuild's wire protocol, spoken by the SDK. */

import { CodeBuildClient, ListBuildsForProjectCommand, type SortOrderType } from '@aws-sdk/client-codebuild';
import { type CodeBuild, createCodeBuild } from '../world/codebuild.ts';
import { codebuildService } from './codebuild.ts';
import { serveAws } from './server.ts';

let codebuild: CodeBuild;
let aws: Awaited<ReturnType<typeof serveAws>>;
let client: CodeBuildClient;

beforeAll(async () => {
  let ids = 0;
  codebuild = createCodeBuild({ now: () => 1_800_000_000_000, id: () => String(ids++), project: 'site' });
  aws = await serveAws({ port: 0, services: { codebuild: codebuildService(codebuild) } });
  client = new CodeBuildClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
});
afterAll(() => aws.close());

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
