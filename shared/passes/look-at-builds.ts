/** Asks the build project what runs and what ended: its events are best effort, so they only say "look". */

import type { EndedBuild } from '../core/builds.ts';
import type { Build, Ports } from '../ports.ts';

/** The newest builds that a pass asks for. */
const BUILDS_ASKED = 25;

/** A project that is not there, or may not be asked, will not be the next time either. */
const WRONG_SETTING = /ResourceNotFound|AccessDenied/;

/** `isKnown` is false where the project could not be asked. */
export type BuildsSeen = Readonly<{
  running: readonly Build[];
  ended: readonly EndedBuild[];
  isKnown: boolean;
}>;

/** When the project cannot be asked, the pass goes on without: a build's status may come later, never a page. */
export const lookAtBuilds = async ({ builds, tell }: Pick<Ports, 'builds' | 'tell'>): Promise<BuildsSeen> => {
  try {
    const ids = await builds.list();
    const seen = ids.length === 0 ? [] : await builds.get(ids.slice(0, BUILDS_ASKED));
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
