/** CodeBuild's status of a build, as the passes see it. Source: CodeBuild API reference, Build, buildStatus. */

const statuses = new Map<string, 'in-progress' | 'succeeded' | 'failed' | 'stopped'>([
  ['IN_PROGRESS', 'in-progress'],
  ['SUCCEEDED', 'succeeded'],
  ['FAILED', 'failed'],
  ['FAULT', 'failed'],
  ['TIMED_OUT', 'failed'],
  ['STOPPED', 'stopped'],
]);

/** A status that is not known is one that is not over. */
export const buildStatusOf = (
  status: string | undefined,
): 'in-progress' | 'succeeded' | 'failed' | 'stopped' => statuses.get(status ?? '') ?? 'in-progress';
