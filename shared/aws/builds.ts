/** The build project, asked through CodeBuild. */

import {
  BatchGetBuildsCommand,
  type CodeBuildClient,
  ListBuildsForProjectCommand,
  type Build as SdkBuild,
} from '@aws-sdk/client-codebuild';
import { buildStatusOf, whyFailed } from '../core/build-status.ts';
import type { Build, Builds } from '../ports.ts';

/** Without a project there are no builds to follow. */
export const buildsAdapter = (client: CodeBuildClient, project: string | undefined): Builds => ({
  list: async () => {
    if (project === undefined) return [];
    // Newest first without a sort order; with one, CodeBuild refuses a project of more than 100 builds.
    const { ids = [] } = await client.send(new ListBuildsForProjectCommand({ projectName: project }));
    return ids;
  },
  get: async (ids) => {
    // CodeBuild refuses an empty list.
    if (ids.length === 0) return [];
    const { builds = [] } = await client.send(new BatchGetBuildsCommand({ ids: [...ids] }));
    return builds.flatMap(buildOf);
  },
});

const buildOf = (build: SdkBuild): readonly Build[] => {
  const { id, buildStatus, startTime, endTime, resolvedSourceVersion, logs, phases = [] } = build;
  if (id === undefined || startTime === undefined) return [];
  const why = whyFailed(buildStatus, phases);
  return [
    {
      id,
      status: buildStatusOf(buildStatus),
      startedAt: startTime.getTime(),
      ...(endTime === undefined ? {} : { endedAt: endTime.getTime() }),
      ...(resolvedSourceVersion === undefined ? {} : { commit: resolvedSourceVersion }),
      ...(logs?.deepLink === undefined ? {} : { logUrl: logs.deepLink }),
      ...(why === undefined ? {} : { why }),
    },
  ];
};
