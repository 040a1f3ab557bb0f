/** Promise 3: each ended build has its final status, always the same one. */

import { QUEUES } from './cloud.ts';
import { SITE } from './draw-schedule.ts';
import type { Judged, Violation } from './judged.ts';

const PROMISE = '3 nothing lost';

const OUTCOMES: Readonly<Record<string, readonly string[]>> = {
  SUCCEEDED: ['live', 'live-unproved', 'superseded', 'stuck'],
  FAILED: ['failed'],
  STOPPED: ['stopped'],
};

type Report = Readonly<{ id: string; build: string; outcome: string }>;

export const reportsAtRest = ({ cloud, heads, deeds }: Judged): readonly Violation[] => {
  const bodies = new Map<string, Set<string>>();
  for (const { body } of cloud.sqs.peek(QUEUES.post)) {
    const { build } = JSON.parse(body) as Report;
    bodies.set(build, (bodies.get(build) ?? new Set()).add(body));
  }
  const lastBootstrap = Math.max(...heads.bootstrappedAt);
  const firstBootstrap = Math.min(...heads.bootstrappedAt);
  const { ids } = cloud.codebuild.listForProject(SITE);
  if (ids.length === 0) return [];
  return cloud.codebuild.batchGet(ids).builds.flatMap(({ id, endTime = 0, buildStatus }) => {
    const found = [...(bodies.get(id) ?? [])];
    const violation = (because: string): Violation[] => [{ promise: PROMISE, because: `${id} ${because}` }];
    if (found.length > 1) return violation(`has ${found.length} different reports: ${found.join(' ')}`);
    const [body] = found;
    if (body === undefined) return endTime <= lastBootstrap ? [] : violation('ended without a report');
    const { outcome } = JSON.parse(body) as Report;
    if (!OUTCOMES[buildStatus]?.includes(outcome)) return violation(`${buildStatus} is reported ${outcome}`);
    if (endTime <= firstBootstrap && deeds.harms === 0) return violation('ended before the bootstrap');
    return [];
  });
};
