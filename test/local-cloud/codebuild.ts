/** CodeBuild's wire protocol (AWS JSON 1.1) on the model: just the operations that the handlers use. */

import type { CodeBuild, ModelBuild } from '../world/codebuild.ts';
import { jsonService } from './json-service.ts';
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

export const codebuildService = (codebuild: CodeBuild): Service =>
  jsonService('CodeBuild', '1.1', {
    ListBuildsForProject: (input) => {
      const token = input['nextToken'];
      return codebuild.listForProject(
        String(input['projectName']),
        typeof token === 'string' ? token : undefined,
      );
    },
    BatchGetBuilds: (input) => {
      const { builds, buildsNotFound } = codebuild.batchGet((input['ids'] ?? []) as string[]);
      return { builds: builds.map(shown), buildsNotFound };
    },
  });
