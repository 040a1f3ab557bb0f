/** Reports as they come out of a queue: parsed once, at the door, and nothing unknown comes in with them. */

import type { BuildReport } from './builds.ts';
import { isCause } from './cause.ts';
import { HEALTHS, type HealthReport, type PastOutage } from './health-report.ts';
import { PENDING, type StartReport } from './starts.ts';

/** The neutral form of everything that is posted. */
export type Report = BuildReport | StartReport | HealthReport;

/** What has the status page made anew: there are new checks to draw, and nothing to report. */
export const PAGE_MESSAGE = '{"kind":"page"}';

export const isPageMessage = (body: string): boolean => body === PAGE_MESSAGE;

/** A report for every channel, or for the one that is named. */
export type Post = Readonly<{ channel?: string; report: Report }>;

/** The outcomes that are posted. */
export const OUTCOMES = ['live', 'live-unproved', 'failed', 'stopped', 'superseded', 'stuck'] as const;

type Fields = Readonly<Record<string, unknown>>;

/** Gives what was expected, and undefined for anything else. */
type Reader = (value: unknown) => unknown;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const when =
  (isRight: (value: unknown) => boolean): Reader =>
  (value) =>
    isRight(value) ? value : undefined;

/** Half of a pair of UTF-16 is no character: services refuse a message with one. */
const text: Reader = (value) => (typeof value === 'string' ? value.replace(/\p{Cs}/gu, '\ufffd') : undefined);
const finite = when(Number.isFinite);
const count = when((value) => Number.isSafeInteger(value) && Number(value) >= 0);
const blob = when((value) => typeof value === 'string' && /^blobs\/\d{4}-\d{2}\/[0-9a-f]{64}$/.test(value));
const oneOf = (known: readonly unknown[]): Reader => when((value) => known.includes(value));

/** Reads the fields that are named and no other; `required` are those that must be there. */
const objectOf =
  <T>(readers: Readonly<Record<keyof T & string, Reader>>, required: readonly (keyof T & string)[]) =>
  (value: unknown): T | undefined => {
    if (!isFields(value)) return undefined;
    const there = Object.entries<Reader>(readers).filter(([name]) => value[name] !== undefined);
    const read = there.map(([name, reader]) => [name, reader(value[name])] as const);
    const isComplete = required.every((name) => value[name] !== undefined);
    return isComplete && read.every(([, field]) => field !== undefined)
      ? (Object.fromEntries(read) as T)
      : undefined;
  };

const apiOf = objectOf<NonNullable<BuildReport['api']>>(
  { health: oneOf(HEALTHS), because: text, isNew: oneOf([true]) },
  ['health', 'because'],
);

const buildOf = objectOf<BuildReport>(
  {
    kind: oneOf(['build']),
    id: text,
    build: text,
    outcome: oneOf(OUTCOMES),
    because: text,
    startedAt: finite,
    endedAt: finite,
    commit: text,
    logUrl: text,
    changed: count,
    objects: count,
    items: count,
    itemsOfMonth: count,
    itemsPerMonth: count,
    tookMs: finite,
    api: apiOf,
    plan: blob,
  },
  ['kind', 'id', 'build', 'outcome', 'because', 'startedAt', 'endedAt'],
);

const startOf = objectOf<StartReport>(
  { kind: oneOf(['start']), id: text, build: text, startedAt: finite, commit: text, logUrl: text },
  ['kind', 'id', 'build', 'startedAt'],
);

const pastOutageOf = objectOf<PastOutage>({ endedAt: finite, ms: finite }, ['endedAt', 'ms']);

const healths = when((value) => Array.isArray(value) && value.every((one) => HEALTHS.includes(one)));

const healthOf = objectOf<HealthReport>(
  {
    kind: oneOf(['health']),
    id: text,
    at: finite,
    from: oneOf(HEALTHS),
    to: oneOf(HEALTHS),
    because: text,
    cause: when(isCause),
    outageMs: finite,
    endsAny: oneOf([true]),
    lastOutage: pastOutageOf,
    ends: healths,
    latencyMs: finite,
    generation: count,
    planned: oneOf([true]),
  },
  ['kind', 'id', 'at', 'from', 'to', 'because'],
);

/** Undefined for what is no report of this version; fields that it does not know are left out. */
export const parseReport = (value: unknown): Report | undefined =>
  buildOf(value) ?? startOf(value) ?? healthOf(value);

/** Undefined for what holds no report of this version. */
export const parsePost = (body: string): Post | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const bare = parseReport(value);
  if (bare) return { report: bare };
  if (!isFields(value) || typeof value['channel'] !== 'string') return undefined;
  const report = parseReport(value['report']);
  return report && { channel: value['channel'], report };
};

/** When it happened, ms since 1970; a build's outcome was decided `tookMs` after its end. */
export const timeOf = (report: Report): number => {
  switch (report.kind) {
    case 'build':
      return report.endedAt + (report.tookMs ?? 0);
    case 'start':
      return report.startedAt;
    case 'health':
      return report.at;
  }
};

/** What a filter names: a build's outcome, that it has none yet, or the health that is now. */
export const subjectOf = (report: Report): string => {
  switch (report.kind) {
    case 'build':
      return report.outcome;
    case 'start':
      return PENDING;
    case 'health':
      return report.to;
  }
};
