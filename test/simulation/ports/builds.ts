/** The builds port directly on the CodeBuild model. */

import { buildStatusOf, whyFailed } from '../../../shared/core/build-status.ts';
import type { Builds } from '../../../shared/ports.ts';
import type { CodeBuild } from '../../world/codebuild.ts';

export const buildsPort = (codebuild: CodeBuild): Builds => ({
  list: async () => codebuild.listForProject(codebuild.project).ids,
  get: async (ids) => {
    if (ids.length === 0) return [];
    return codebuild
      .batchGet(ids)
      .builds.map(({ id, buildStatus, startTime, endTime, resolvedSourceVersion, logUrl, phases }) => ({
        id,
        status: buildStatusOf(buildStatus),
        startedAt: startTime,
        ...(endTime === undefined ? {} : { endedAt: endTime }),
        ...(resolvedSourceVersion === undefined ? {} : { commit: resolvedSourceVersion }),
        ...(logUrl === undefined ? {} : { logUrl }),
        ...whyOf(whyFailed(buildStatus, phases)),
      }));
  },
});

const whyOf = (why: string | undefined) => (why === undefined ? {} : { why });
