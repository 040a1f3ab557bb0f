/** CodeBuild's wire protocol (AWS JSON 1.1) on the model: just the operations that the handlers use. */

import { type BuildPhase, type CodeBuild, CodeBuildError, type ModelBuild } from '../world/codebuild.ts';
import type { BuildProject } from './build-project.ts';
import { type Input, jsonService } from './json-service.ts';
import type { Service } from './wire.ts';

const arnOf = (project: string): string => `arn:aws:codebuild:us-east-1:000000000000:project/${project}`;

/** The protocol's instants are seconds. */
const shownPhase = ({ phaseType, phaseStatus, startTime, endTime }: BuildPhase) => ({
  phaseType,
  startTime: startTime / 1000,
  ...(phaseStatus === undefined ? {} : { phaseStatus }),
  ...(endTime === undefined
    ? {}
    : { endTime: endTime / 1000, durationInSeconds: Math.round((endTime - startTime) / 1000) }),
});

const shown = (
  { id, buildNumber, buildStatus, startTime, endTime, resolvedSourceVersion, logUrl, phases }: ModelBuild,
  project: string,
) => ({
  id,
  arn: `arn:aws:codebuild:us-east-1:000000000000:build/${id}`,
  buildNumber,
  projectName: project,
  currentPhase: phases.at(-1)?.phaseType,
  phases: phases.map(shownPhase),
  buildStatus,
  buildComplete: buildStatus !== 'IN_PROGRESS',
  startTime: startTime / 1000,
  ...(endTime === undefined ? {} : { endTime: endTime / 1000 }),
  ...(resolvedSourceVersion === undefined ? {} : { resolvedSourceVersion }),
  ...(logUrl === undefined ? {} : { logs: { deepLink: logUrl } }),
});

const oneBuild = (codebuild: CodeBuild, id: string) => {
  const [build] = codebuild.batchGet([id]).builds;
  if (!build) throw new CodeBuildError('ResourceNotFoundException', `Build ${id} does not exist`);
  return { build: shown(build, codebuild.project) };
};

type Variable = Readonly<{ name: string; value: string; type?: string }>;

const variablesIn = (variables: readonly Variable[]): Readonly<Record<string, string>> => {
  const other = variables.find(({ type = 'PLAINTEXT' }) => type !== 'PLAINTEXT');
  if (other) {
    throw new CodeBuildError(
      'InvalidInputException',
      `expected variables of type PLAINTEXT, got ${other.type} for ${other.name}`,
    );
  }
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
};

const startBuild = (codebuild: CodeBuild, project: BuildProject, input: Input): object => {
  const { projectName, environmentVariablesOverride = [] } = input;
  // Throws where the project is another one.
  codebuild.listForProject(String(projectName));
  return oneBuild(codebuild, project.start(variablesIn(environmentVariablesOverride as readonly Variable[])));
};

/** Asked at once: the build says STOPPED as soon as its processes are gone. */
const stopBuild = (codebuild: CodeBuild, project: BuildProject, input: Input): object => {
  const id = String(input['id']);
  const found = oneBuild(codebuild, id);
  project.stop(id);
  return found;
};

/**
 * "If the project has more than 100 builds, setting the sort order will result in an error."
 * Source: CodeBuild API reference, ListBuildsForProject.
 */
const list = (codebuild: CodeBuild, input: Input): object => {
  const { nextToken, sortOrder } = input;
  const page = codebuild.listForProject(
    String(input['projectName']),
    typeof nextToken === 'string' ? nextToken : undefined,
  );
  if (sortOrder === undefined) return page;
  if (nextToken !== undefined || page.nextToken !== undefined) {
    throw new CodeBuildError(
      'InvalidInputException',
      'expected no sortOrder for more than 100 builds, got one',
    );
  }
  return sortOrder === 'ASCENDING' ? { ids: page.ids.toReversed() } : page;
};

/** What the project publishes, and where: unpacked, at the root of the bucket, readable. */
const artifactsIn = (bucket: string) => ({
  type: 'S3',
  location: bucket,
  path: '',
  name: '/',
  namespaceType: 'NONE',
  packaging: 'NONE',
  encryptionDisabled: true,
});

/** Without a project that builds, builds cannot be started or stopped. `bucket` is where they publish. */
export const codebuildService = (codebuild: CodeBuild, project?: BuildProject, bucket?: string): Service =>
  jsonService('CodeBuild', '1.1', {
    ListProjects: () => ({ projects: [codebuild.project] }),
    BatchGetProjects: (input) => {
      const names = (input['names'] ?? []) as readonly string[];
      return {
        projects: names
          .filter((name) => name === codebuild.project)
          .map((name) => ({
            name,
            arn: arnOf(name),
            ...(bucket === undefined ? {} : { artifacts: artifactsIn(bucket) }),
          })),
        projectsNotFound: names.filter((name) => name !== codebuild.project),
      };
    },
    ListBuilds: (input) => list(codebuild, { ...input, projectName: codebuild.project }),
    ListBuildsForProject: (input) => list(codebuild, input),
    BatchGetBuilds: (input) => {
      const { builds, buildsNotFound } = codebuild.batchGet((input['ids'] ?? []) as string[]);
      return { builds: builds.map((build) => shown(build, codebuild.project)), buildsNotFound };
    },
    ...(project
      ? {
          StartBuild: (input: Input) => startBuild(codebuild, project, input),
          StopBuild: (input: Input) => stopBuild(codebuild, project, input),
        }
      : {}),
  });
