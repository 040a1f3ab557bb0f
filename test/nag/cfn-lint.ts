/** cfn-lint over a packaged template, where it is installed. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unconditional } from '../world/cloudformation-conditions.ts';
import type { Finding } from './judge.ts';

type Match = Readonly<{
  Rule: Readonly<{ Id: string }>;
  Message: string;
  Location: Readonly<{ Path: readonly unknown[] | null }>;
}>;

/** The version; undefined where there is none. */
export const cfnLintVersion = (): string | undefined => {
  const { status, stdout } = spawnSync('cfn-lint', ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
};

/** Throws with what cfn-lint said where that is no list of findings. */
export const cfnLintFindings = (template: object, region: string): readonly Finding[] => {
  const folder = mkdtempSync(join(tmpdir(), 'afterbuild-lint-'));
  try {
    const file = join(folder, 'template.json');
    writeFileSync(file, JSON.stringify(unconditional(template)));
    const args = ['--format', 'json', '--regions', region, '--template', file];
    const { stdout, stderr } = spawnSync('cfn-lint', args, { encoding: 'utf8' });
    return matchesIn(stdout, stderr).map(({ Rule, Message, Location: { Path } }) => ({
      rule: Rule.Id,
      resource: String(Path?.[1] ?? ''),
      description: Message,
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const matchesIn = (stdout: string, stderr: string): readonly Match[] => {
  try {
    return JSON.parse(stdout) as readonly Match[];
  } catch (cause) {
    throw new Error(`expected findings as JSON from cfn-lint, got: ${stdout || stderr}`, { cause });
  }
};
