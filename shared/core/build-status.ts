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

const ENDINGS = new Map([
  ['FAILED', 'the build failed'],
  ['FAULT', "the build failed by CodeBuild's own fault"],
  ['TIMED_OUT', 'the build timed out'],
]);

/** `PHASE` of the build, as far as CodeBuild says them. */
type Phase = Readonly<{ phaseType?: string | undefined; phaseStatus?: string | undefined }>;

/**
 * Why a build failed and in which phase, for whoever may see that it did: what its commands printed is in its log.
 * Undefined for one that did not fail.
 */
export const whyFailed = (status: string | undefined, phases: readonly Phase[]): string | undefined => {
  const ending = ENDINGS.get(status ?? '');
  const failed = phases.find(({ phaseStatus }) => ENDINGS.has(phaseStatus ?? ''))?.phaseType;
  return ending !== undefined && failed !== undefined ? `${ending} in ${failed}` : ending;
};
