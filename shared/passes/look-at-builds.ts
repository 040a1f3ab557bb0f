/** Asks the build project what runs and what ended: its events are best effort, so they only say "look". */

import type { EndedBuild } from '../core/builds.ts';
import type { Head } from '../core/head.ts';
import type { Build, Ports } from '../ports.ts';

/** As many as the project lists at once, and as may be asked for at once. */
const BUILDS_ASKED = 100;

/** A project that is not there, or may not be asked, will not be the next time either. */
const WRONG_SETTING = /ResourceNotFound|AccessDenied/;

/** `isKnown` is false where the project could not be asked. */
export type BuildsSeen = Readonly<{
  running: readonly Build[];
  ended: readonly EndedBuild[];
  isKnown: boolean;
}>;

/**
 * Of an ended build that is recorded nothing can be news, so that only the others are asked for: few as a rule, and
 * all of them after a standstill. When the project cannot be asked, the pass goes on without: a build's status may
 * come later, never a page.
 */
export const lookAtBuilds = async (
  { builds, tell }: Pick<Ports, 'builds' | 'tell'>,
  head: Pick<Head, 'builds'>,
): Promise<BuildsSeen> => {
  try {
    const recorded = new Set(head.builds.map(({ id }) => id));
    const ids = (await builds.list()).slice(0, BUILDS_ASKED).filter((id) => !recorded.has(id));
    const seen = ids.length === 0 ? [] : await builds.get(ids);
    const running = seen.filter(({ status }) => status === 'in-progress');
    return { running, ended: seen.flatMap(endedOf), isKnown: true };
  } catch (error) {
    const because = String(error);
    tell({ kind: 'builds-unknown', alarm: WRONG_SETTING.test(because), because });
    return { running: [], ended: [], isKnown: false };
  }
};

const endedOf = (build: Build): readonly EndedBuild[] => {
  const { status, endedAt, ...rest } = build;
  return status === 'in-progress' || endedAt === undefined ? [] : [{ ...rest, status, endedAt }];
};
