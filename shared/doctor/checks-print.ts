/** How findings are told: a line each, then what mends it. */

import { counted, type Finding } from './checks.ts';

const STATES: Readonly<Record<Finding['state'], string>> = {
  ok: 'ok',
  warn: 'warn',
  wrong: 'wrong',
  unknown: 'could not check',
};

/** 0 all is well, 1 something is wrong, 2 something could not be checked; a warning is no failure. */
export const exitStatusOf = (findings: readonly Finding[]): 0 | 1 | 2 => {
  if (findings.some(({ state }) => state === 'wrong')) return 1;
  return findings.some(({ state }) => state === 'unknown') ? 2 : 0;
};

const widthOf = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));

/** What is well comes in one line; the lines that mend are made to be pasted, so nothing stands before them but space. */
export const printed = (findings: readonly Finding[]): string => {
  const stateWidth = widthOf(findings.map(({ state }) => STATES[state]));
  const checkWidth = widthOf(findings.map(({ check }) => check));
  const lines = findings.flatMap(({ state, check, what, mend }) => [
    `${STATES[state].padEnd(stateWidth)}  ${check.padEnd(checkWidth)}  ${what}`,
    ...(mend.length > 0 ? ['', ...mend.map((line) => `    ${line}`), ''] : []),
  ]);
  return [...lines, '', summary(findings)].join('\n').replaceAll('\n\n\n', '\n\n');
};

const summary = (findings: readonly Finding[]): string => {
  const count = (state: Finding['state']): number =>
    findings.filter((finding) => finding.state === state).length;
  return [
    `${counted(findings.length, 'check')}: ${count('ok')} ok`,
    `${count('warn')} to look at`,
    `${count('wrong')} wrong`,
    `${count('unknown')} could not be checked`,
  ].join(', ');
};
