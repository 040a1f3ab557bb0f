/** CodeBuild's wire protocol (AWS JSON 1.1) on the model: just the operations that the handlers use. */

import { type CodeBuild, CodeBuildError, type ModelBuild } from '../world/codebuild.ts';
import { type Input, jsonService } from './json-service.ts';
import type { Service } from './wire.ts';

const shown = ({ id, buildStatus, startTime, endTime, resolvedSourceVersion, logUrl }: ModelBuild) => ({
  id,
  arn: `arn:aws:codebuild:us-east-1:000000000000:build/${id}`,
  buildStatus,
  buildComplete: buildStatus !== 'IN_PROGRESS',
  // The protocol's instants are seconds.
  startTime: startTime / 1000,
  ...(endTime === undefined ? {} : { endTime: endTime / 1000 }),
  ...(resolvedSourceVersion === undefined ? {} : { resolvedSourceVersion }),
  ...(logUrl === undefined ? {} : { logs: { deepLink: logUrl } }),
});

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

export const codebuildService = (codebuild: CodeBuild): Service =>
  jsonService('CodeBuild', '1.1', {
    ListBuildsForProject: (input) => list(codebuild, input),
    BatchGetBuilds: (input) => {
      const { builds, buildsNotFound } = codebuild.batchGet((input['ids'] ?? []) as string[]);
      return { builds: builds.map(shown), buildsNotFound };
    },
  });
