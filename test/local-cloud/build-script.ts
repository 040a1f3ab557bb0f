/** The bash script that runs a buildspec's phases in one shell, and says on descriptor 3 how far it is. */

import type { Phase, PhaseName } from './build-spec.ts';

/** What the script writes: a line each. */
export type Progress =
  | Readonly<{ kind: 'begin'; phase: PhaseName }>
  | Readonly<{ kind: 'end'; phase: PhaseName; status: number }>;

export const parseProgress = (line: string): Progress | undefined => {
  const [kind, phase, status] = line.split(' ');
  if (kind === 'begin') return { kind, phase: phase as PhaseName };
  if (kind === 'end') return { kind, phase: phase as PhaseName, status: Number(status) };
  return undefined;
};

/** One shell runs all of it, so that `cd` and variables stay; a phase ends at the first command that fails. */
export const scriptOf = (phases: readonly Phase[]): string =>
  [
    'cd "$CODEBUILD_SRC_DIR" || exit 1',
    'export CODEBUILD_BUILD_SUCCEEDING=1',
    ...phases.map(phaseScript),
  ].join('\n');

const phaseScript = ({ name, commands, finally: last, onFailure }: Phase): string => `
_phase_${name}() {
${commands.map(orReturn).join('\n')}
}
echo "begin ${name}" >&3
_phase_${name}
_status=$?
${last.length === 0 ? '' : `(\n${last.join('\n')}\n)`}
[ $_status -eq 0 ] || export CODEBUILD_BUILD_SUCCEEDING=0
echo "end ${name} $_status" >&3
${onFailure === 'abort' ? '[ $_status -eq 0 ] || exit $_status' : ''}
`;

const orReturn = (command: string): string =>
  `${command.trimEnd()}\n_status=$?; [ $_status -eq 0 ] || return $_status`;
