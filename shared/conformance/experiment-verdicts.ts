/** What was seen of CloudFront, and which reading of its documentation that settles. */

/** What AWS's documentation leaves open. */
export type Question = 'matching' | 'root' | 'rewritten' | 'errorPageTtl' | 'quotas' | 'eventKeys';

/** `reading` is one of the two that the question has. */
export type Verdict =
  | Readonly<{ kind: 'settled'; question: Question; reading: string; because: string }>
  | Readonly<{ kind: 'undecided'; question: Question; because: string }>;

/** A copy at the edge after an invalidation that may have meant it. */
export type Seen = 'kept' | 'gone';

/**
 * `control` is a copy that nobody invalidated: where it is gone too, the edge forgot by itself, and nothing follows.
 */
export type Evidence =
  | Readonly<{ kind: 'evidence'; subject: Seen; control: Seen }>
  | Readonly<{ kind: 'none'; because: string }>;

const READINGS: Readonly<Record<'matching' | 'root' | 'rewritten', Readonly<Record<Seen, string>>>> = {
  matching: { kept: 'exact', gone: 'normalised' },
  root: { kept: 'two', gone: 'one' },
  rewritten: { kept: 'cached', gone: 'either' },
};

const TOLD: Readonly<Record<keyof typeof READINGS, Readonly<Record<Seen, string>>>> = {
  matching: {
    kept: 'an item with a needless escape left the copy where it was',
    gone: 'an item with a needless escape purged the copy',
  },
  root: {
    kept: 'purging the default root object left the copy of / where it was',
    gone: 'purging the default root object purged / as well (so does a viewer function that makes one of both, as with ROUTING=single-page)',
  },
  rewritten: {
    kept: 'an item with the URL as it was asked for left the copy of the rewritten one where it was',
    gone: 'an item with the URL as it was asked for purged the copy of the rewritten one',
  },
};

export const verdictOf = (question: keyof typeof READINGS, evidence: Evidence): Verdict => {
  if (evidence.kind === 'none') return { kind: 'undecided', question, because: evidence.because };
  const { subject, control } = evidence;
  if (control === 'gone') {
    return {
      kind: 'undecided',
      question,
      because: 'the edge also lost a copy that nobody purged: try again',
    };
  }
  return {
    kind: 'settled',
    question,
    reading: READINGS[question][subject],
    because: TOLD[question][subject],
  };
};

/** `page`: what was shown for a missing object went on being shown after the time for errors. */
export const errorPageVerdict = (seen: 'page' | 'object' | string): Verdict => {
  const question = 'errorPageTtl';
  if (seen === 'object')
    return {
      kind: 'settled',
      question,
      reading: 'error',
      because: 'the object was there as soon as errors expire',
    };
  if (seen === 'page')
    return {
      kind: 'settled',
      question,
      reading: 'behaviour',
      because: 'the error page was still there when errors had expired',
    };
  return { kind: 'undecided', question, because: seen };
};

/** What is not tried, and what would have to be done. */
export const NOT_TRIED: readonly Verdict[] = [
  {
    kind: 'undecided',
    question: 'quotas',
    because: 'not tried: it would take thousands of items, and the account they belong to with them',
  },
  {
    kind: 'undecided',
    question: 'eventKeys',
    because: 'not tried: to read an event would take it from its queue; both readings are believed',
  },
];

const ASKED: Readonly<Record<Question, string>> = {
  matching: 'does matching undo needless percent-escapes? (exact, normalised)',
  root: 'are `/` and the default root object one cache entry or two?',
  rewritten: 'is a rewritten URL matched by the rewritten form only, or by either? (cached, either)',
  errorPageTtl: "is a custom error page kept as an error, or for its behaviour's time? (error, behaviour)",
  quotas: 'which quotas hold? (old: 3,000 in progress, new: 150 a second)',
  eventKeys: "are keys in S3's events raw or URL-encoded?",
};

/** A table in Markdown, for the README. */
export const tableOf = (verdicts: readonly Verdict[]): string =>
  [
    '| question | answer | seen |',
    '| --- | --- | --- |',
    ...verdicts.map(
      (verdict) =>
        `| ${ASKED[verdict.question]} | ${verdict.kind === 'settled' ? `**${verdict.reading}**` : 'undecided'} | ${verdict.because} |`,
    ),
  ].join('\n');
