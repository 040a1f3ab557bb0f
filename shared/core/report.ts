/** Reports as they come out of a queue: parsed once, at the door. */

import type { BuildReport } from './builds.ts';
import { HEALTHS, type HealthReport } from './health-report.ts';

/** The neutral form of everything that is posted. */
export type Report = BuildReport | HealthReport;

/** A report for every channel, or for the one that is named. */
export type Post = Readonly<{ channel?: string; report: Report }>;

type Fields = Readonly<Record<string, unknown>>;

const OUTCOMES = ['live', 'live-unproved', 'failed', 'stopped', 'superseded', 'stuck'] as const;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === 'string';
const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const isReport = (value: unknown): value is Report => {
  if (!isFields(value) || !isText(value['id']) || !isText(value['because'])) return false;
  if (value['kind'] === 'build') {
    return (
      isText(value['build']) &&
      isTime(value['endedAt']) &&
      OUTCOMES.some((outcome) => outcome === value['outcome'])
    );
  }
  const isHealth = (name: string): boolean => HEALTHS.some((health) => health === value[name]);
  return value['kind'] === 'health' && isTime(value['at']) && isHealth('from') && isHealth('to');
};

/** Undefined for what is no report of this version. */
export const parsePost = (body: string): Post | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (isReport(value)) return { report: value };
  if (!isFields(value) || !isText(value['channel']) || !isReport(value['report'])) return undefined;
  return { channel: value['channel'], report: value['report'] };
};

/** When it happened, ms since 1970; a build's outcome was decided `tookMs` after its end. */
export const timeOf = (report: Report): number =>
  report.kind === 'health' ? report.at : report.endedAt + (report.tookMs ?? 0);

/** What a filter names: a build's outcome, or the health that is now. */
export const subjectOf = (report: Report): string => (report.kind === 'build' ? report.outcome : report.to);
