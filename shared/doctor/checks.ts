/**
 * What all checks are made of: facts that may be missing, and findings that say so.
 *
 * A fact that could not be read is a finding of its own. It never ends another check, and never passes for "ok".
 */

/** `because` is what AWS or the network said instead. */
export type Fact<T> = Readonly<{ kind: 'known'; value: T }> | Readonly<{ kind: 'unknown'; because: string }>;

export const known = <T>(value: T): Fact<T> => ({ kind: 'known', value });

/** `mend` are lines for a shell: commands, and what a person has to do behind a `#`. `unknown` is "could not check". */
export type Verdict = Readonly<{
  state: 'ok' | 'warn' | 'wrong' | 'unknown';
  what: string;
  mend: readonly string[];
}>;

/** A verdict with the name of its check. */
export type Finding = Verdict & Readonly<{ check: string }>;

export const ok = (what: string): Verdict => ({ state: 'ok', what, mend: [] });
export const warn = (what: string, ...mend: readonly string[]): Verdict => ({ state: 'warn', what, mend });
export const wrong = (what: string, ...mend: readonly string[]): Verdict => ({ state: 'wrong', what, mend });
export const unproved = (what: string, ...mend: readonly string[]): Verdict => ({
  state: 'unknown',
  what,
  mend,
});

export const found = (check: string, verdict: Verdict): Finding => ({ check, ...verdict });

/** `otherwise` are lines that answer the question by hand where the fact is missing. */
export const judge = <T>(
  check: string,
  fact: Fact<T>,
  decide: (value: T) => Verdict,
  ...otherwise: readonly string[]
): Finding => found(check, fact.kind === 'known' ? decide(fact.value) : unproved(fact.because, ...otherwise));

/** Known when both are; of two that are missing the first one's reason. */
export const both = <A, B>(one: Fact<A>, other: Fact<B>): Fact<readonly [A, B]> => {
  if (one.kind === 'unknown') return one;
  return other.kind === 'unknown' ? other : known([one.value, other.value]);
};

export const mapFact = <A, B>(fact: Fact<A>, change: (value: A) => B): Fact<B> =>
  fact.kind === 'known' ? known(change(fact.value)) : fact;

/** One word of a shell's command line. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** "1 object", "2 objects". */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** "40 s", "12 min", "3 h", "5 days": as exact as anybody reads it. */
export const spanOf = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
};

/** Which deployment a line is for. */
export type Deployment = Readonly<{ stage: string; region: string }>;

/** A setting changes with the next deployment, which forgets every param that it is not told again. */
export const redeploy = ({ stage, region }: Deployment, param: string): readonly string[] => [
  '# with the params that you deploy with, and:',
  `npx serverless deploy --stage ${stage} --region ${region} --param ${quoted(param)}`,
];
