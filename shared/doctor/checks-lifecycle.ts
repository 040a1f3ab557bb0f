/**
 * How long the site's bucket keeps old versions: each build adds one of every file, and after each build the versions
 * since the last pass are listed, with all older ones of the same file on the way.
 */

import type { LifecycleRule } from '@aws-sdk/client-s3';
import { ok, quoted, type Verdict } from './checks.ts';

/** `minimumSize` is S3's default for transitions, which a line that replaces the rules has to repeat. */
export type Lifecycle = Readonly<{ rules: readonly LifecycleRule[]; minimumSize?: string }>;

type Worse = (what: string, ...mend: readonly string[]) => Verdict;

/** At ten builds a day some seventy versions of each file. */
const DAYS_MAX = 7;
const NEWER_MAX = 10;

/** `prefix` is what the site's keys begin with. */
export const judgeLifecycle = (
  bucket: string,
  prefix: string,
  { rules, minimumSize }: Lifecycle,
  worse: Worse,
): Verdict => {
  const expiries = rules.flatMap((rule) => expiryOf(rule, prefix));
  // All of them are carried out: one that is enough is enough.
  const enough = expiries.find(({ days, newer }) => days <= DAYS_MAX && newer <= NEWER_MAX);
  if (enough) return ok(`old versions of ${bucket} ${inWords(enough)}`);
  const [best] = [...expiries].sort((a, b) => a.newer - b.newer || a.days - b.days);
  const kept = best ? inWords(best) : 'are kept for ever';
  return worse(
    `old versions of ${bucket} ${kept}: each build adds one of every file, and listing them after a build takes longer each time, until what could not be listed in time is invalidated without need`,
    `# the rules that are there are repeated; old versions are then gone after a day, and with them the way back to them:`,
    `aws s3api put-bucket-lifecycle-configuration --bucket ${bucket}${minimumSizeOption(minimumSize)} --lifecycle-configuration ${quoted(JSON.stringify({ Rules: [...others(rules), ruleFor(prefix)] }))}`,
  );
};

type Expiry = Readonly<{ days: number; newer: number }>;

const inWords = ({ days, newer }: Expiry): string => {
  const span = `${days} ${days === 1 ? 'day' : 'days'}`;
  return newer === 0
    ? `are kept for ${span}`
    : `are kept for ${span}, and the newest ${newer} of each file for ever`;
};

/** What a rule does to the old versions of the whole site: one that takes only some of them is none. */
const expiryOf = (rule: LifecycleRule, prefix: string): readonly Expiry[] => {
  const { Status: status, NoncurrentVersionExpiration: expiration, Filter: filter } = rule;
  if (status !== 'Enabled' || expiration?.NoncurrentDays === undefined) return [];
  const begins = filter?.Prefix ?? filter?.And?.Prefix ?? rule.Prefix ?? '';
  const picks = filter?.And ?? filter ?? {};
  const isPartial =
    'Tag' in picks || 'Tags' in picks || 'ObjectSizeGreaterThan' in picks || 'ObjectSizeLessThan' in picks;
  if (isPartial || !prefix.startsWith(begins)) return [];
  return [{ days: expiration.NoncurrentDays, newer: expiration.NewerNoncurrentVersions ?? 0 }];
};

const ID = 'afterbuild-old-versions';

/** As the bucket that the stack makes has it (resources/site.yml). */
const ruleFor = (prefix: string): LifecycleRule => ({
  ID,
  Status: 'Enabled',
  Filter: { Prefix: prefix },
  NoncurrentVersionExpiration: { NoncurrentDays: 1 },
  Expiration: { ExpiredObjectDeleteMarker: true },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
});

/** S3 wants every rule in the same form: a prefix of the old one becomes a filter. */
const others = (rules: readonly LifecycleRule[]): readonly LifecycleRule[] =>
  rules
    .filter((rule) => rule.ID !== ID)
    .map(({ Prefix: prefix, ...rule }) =>
      rule.Filter || prefix === undefined ? rule : { ...rule, Filter: { Prefix: prefix } },
    );

const minimumSizeOption = (minimumSize: string | undefined): string =>
  minimumSize === undefined ? '' : ` --transition-default-minimum-object-size ${quoted(minimumSize)}`;
