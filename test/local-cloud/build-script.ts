/** The bash script that runs a buildspec's phases, and says on descriptor 3 how far it is. */

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

/**
 * `stateFile` is a path for the script's own use. A phase ends at the first command that fails, also when that is an
 * `exit`: what comes after a phase is not the phase's to end. So each list of commands has a shell of its own, which
 * hands directory, variables and functions on, as if one shell ran them all.
 */
export const scriptOf = (phases: readonly Phase[], stateFile: string): string =>
  [
    SAVE,
    `_state=${quoted(stateFile)}`,
    `echo 'cd "$CODEBUILD_SRC_DIR" || exit 1; export CODEBUILD_BUILD_SUCCEEDING=1' >"$_state"`,
    ...phases.map(phaseScript),
  ].join('\n');

const phaseScript = ({ name, commands, finally: last, onFailure }: Phase): string => `
echo "begin ${name}" >&3
${shellScript(commands)}
_phase=$?
${last.length === 0 ? '' : `${shellScript(last)}\n_last=$?\n[ $_phase -ne 0 ] || _phase=$_last`}
[ $_phase -eq 0 ] || echo 'export CODEBUILD_BUILD_SUCCEEDING=0' >>"$_state"
echo "end ${name} $_phase" >&3
${onFailure === 'abort' ? '[ $_phase -eq 0 ] || exit 1' : ''}
`;

/** Without bash's own variables: setting one of those ends the shell. */
const SAVE = `_save() {
  {
    compgen -v | while IFS= read -r _name; do
      case $_name in
        BASH* | EUID | FUNCNAME | GROUPS | PIPESTATUS | PPID | SHELLOPTS | UID) ;;
        *) declare -p "$_name" ;;
      esac
    done
    declare -f
    printf 'cd %q\\n' "$PWD"
  } >"$_state" 2>/dev/null
}`;

/** Nothing but this script writes to 3. */
const shellScript = (commands: readonly string[]): string => `(
. "$_state"
trap '_status=$?; _save; exit $_status' EXIT
${commands.map(orExit).join('\n')}
) 3>&-`;

/** In an `eval`, so that what is no bash fails here, and does not keep the script from being read. */
const orExit = (command: string): string =>
  `eval ${quoted(command)}\n_status=$?; [ $_status -eq 0 ] || exit $_status`;

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
