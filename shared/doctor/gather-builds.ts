/** What CodeBuild says of the project and of its last build. */

import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  type CodeBuildClient,
  ListBuildsForProjectCommand,
} from '@aws-sdk/client-codebuild';
import type { BuildFacts, LastBuild, Project } from './checks-builds.ts';
import { attempt } from './gather-parts.ts';

export const gatherBuilds = async (client: CodeBuildClient, name: string): Promise<BuildFacts> => {
  const [project, last] = await Promise.all([
    attempt(() => projectOf(client, name)),
    attempt(() => lastOf(client, name)),
  ]);
  return { project, last };
};

const projectOf = async (client: CodeBuildClient, name: string): Promise<Project> => {
  const { projects: [project] = [] } = await client.send(new BatchGetProjectsCommand({ names: [name] }));
  if (!project) throw new Error(`there is no build project ${name}`);
  const {
    type,
    location,
    path,
    namespaceType,
    packaging,
    encryptionDisabled,
    name: folder,
  } = project.artifacts ?? {};
  const { auth } = project.source ?? {};
  return {
    name,
    connectionArn: auth?.type === 'CODECONNECTIONS' ? (auth.resource ?? '') : '',
    artifacts: {
      ...(type ? { type } : {}),
      ...(location ? { location } : {}),
      ...(path ? { path } : {}),
      ...(folder ? { name: folder } : {}),
      ...(namespaceType ? { namespaceType } : {}),
      ...(packaging ? { packaging } : {}),
      ...(encryptionDisabled === undefined ? {} : { encryptionDisabled }),
    },
  };
};

/** Newest first without a sort order; with one CodeBuild refuses a project of more than 100 builds. */
const lastOf = async (client: CodeBuildClient, name: string): Promise<LastBuild | 'none'> => {
  const { ids: [id] = [] } = await client.send(new ListBuildsForProjectCommand({ projectName: name }));
  if (id === undefined) return 'none';
  const { builds: [build] = [] } = await client.send(new BatchGetBuildsCommand({ ids: [id] }));
  if (!build) return 'none';
  const failed = build.phases?.find(
    ({ phaseStatus: status }) => status !== undefined && status !== 'SUCCEEDED',
  );
  return {
    id,
    status: build.buildStatus ?? 'unknown',
    ...(failed?.phaseType ? { failedPhase: failed.phaseType } : {}),
    ...(build.logs?.deepLink ? { logUrl: build.logs.deepLink } : {}),
  };
};
