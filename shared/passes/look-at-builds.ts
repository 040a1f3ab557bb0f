/** Asks the build project what runs and what ended: its events are best effort, so they only say "look". */

import type { EndedBuild } from '../core/builds.ts';
import type { Build, Ports } from '../ports.ts';

/** The newest builds that a pass asks for. */
const BUILDS_ASKED = 25;

export type BuildsSeen = Readonly<{ running: readonly Build[]; ended: readonly EndedBuild[] }>;

/** When the project cannot be asked, the pass goes on without: a build's status may come later, never a page. */
export const lookAtBuilds = async ({ builds, tell }: Pick<Ports, 'builds' | 'tell'>): Promise<BuildsSeen> => {
  try {
    const ids = await builds.list();
    const seen = ids.length === 0 ? [] : await builds.get(ids.slice(0, BUILDS_ASKED));
    return { running: seen.filter(({ status }) => status === 'in-progress'), ended: seen.flatMap(endedOf) };
  } catch (error) {
    tell({ kind: 'builds-unknown', because: String(error) });
    return { running: [], ended: [] };
  }
};

const endedOf = (build: Build): readonly EndedBuild[] => {
  const { status, endedAt, ...rest } = build;
  return status === 'in-progress' || endedAt === undefined ? [] : [{ ...rest, status, endedAt }];
};
