/**
 * Planted bugs: each turns one right thing of the protocol into a wrong one that somebody has taken before, or
 * that is easily taken. The simulator must find every one of them.
 */

import { BUGS_IN_CORE } from './bugs-in-core.ts';
import { BUGS_IN_PASSES } from './bugs-in-passes.ts';

/** A source patch: `find` occurs exactly once in `file`. */
export type Bug = Readonly<{ name: string; file: string; find: string; replace: string; why: string }>;

export const BUGS: readonly Bug[] = [...BUGS_IN_PASSES, ...BUGS_IN_CORE];
