/** Promise 3: each ended build has its final status, always the same one; and where its start is told, always the same start. */

import { QUEUES } from './cloud.ts';
import { SITE } from './draw-schedule.ts';
import type { Judged, Violation } from './judged.ts';

const PROMISE = '3 nothing lost';

const OUTCOMES: Readonly<Record<string, readonly string[]>> = {
  SUCCEEDED: ['live', 'live-unproved', 'superseded', 'stuck'],
  FAILED: ['failed'],
  STOPPED: ['stopped'],
};

type Report = Readonly<{ kind: string; id: string; build: string; outcome: string }>;

/** All that was posted, by build. */
const bodiesOf = ({ cloud }: Judged, kind: 'start' | 'build'): ReadonlyMap<string, readonly string[]> => {
  const bodies = new Map<string, string[]>();
  for (const { body } of cloud.sqs.peek(QUEUES.post)) {
    const report = JSON.parse(body) as Report;
    if (report.kind === kind) bodies.set(report.build, [...(bodies.get(report.build) ?? []), body]);
  }
  return bodies;
};

const startsAtRest = (judged: Judged): readonly Violation[] => {
  const { schedule, log, deeds } = judged;
  const starts = bodiesOf(judged, 'start');
  const violation = (because: string): Violation => ({ promise: PROMISE, because });
  if (starts.size > 0 && !schedule.settings.reportsStarts) return [violation('starts are told unasked')];
  // A message is sent again where nobody knows whether it was, or where the head that knew is gone; and by each
  // worker that read the head before another one had noted that it was sent.
  const isRough = log.crashes > 0 || log.faults.size > 0 || deeds.harms > 0;
  const most = isRough ? Number.POSITIVE_INFINITY : schedule.workers.work + schedule.workers.follow;
  return [...starts].flatMap(([build, bodies]) => {
    if (new Set(bodies).size > 1) return [violation(`${build} has different starts: ${bodies.join(' ')}`)];
    return bodies.length > most ? [violation(`${build} began ${bodies.length} times`)] : [];
  });
};

export const reportsAtRest = (judged: Judged): readonly Violation[] => [
  ...startsAtRest(judged),
  ...endsAtRest(judged),
];

const endsAtRest = (judged: Judged): readonly Violation[] => {
  const { cloud, heads, deeds } = judged;
  const bodies = bodiesOf(judged, 'build');
  const lastBootstrap = Math.max(...heads.bootstrappedAt);
  const firstBootstrap = Math.min(...heads.bootstrappedAt);
  const { ids } = cloud.codebuild.listForProject(SITE);
  if (ids.length === 0) return [];
  return cloud.codebuild.batchGet(ids).builds.flatMap(({ id, endTime = 0, buildStatus }) => {
    const found = [...new Set(bodies.get(id))];
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
