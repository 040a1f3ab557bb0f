/**
 * Why the API is as it is, as a code: what anyone may read is made of this and of nothing else. The exact reason
 * that stands beside it names settings, such as headers, fields and limits, and is for the team's own channels.
 */

import { minuteOf } from './calendar.ts';

/** `status` needs the code, `planned` may say until when. */
const TEXTS = {
  unasked: 'nothing was asked yet',
  status: 'status',
  'no-answer': 'no answer in time',
  refused: 'the connection is refused, or breaks',
  name: 'its name is not known to DNS',
  tls: 'its certificate is not valid',
  unexpected: 'the answer is not what is expected',
  slow: 'answers slowly',
  certificate: 'its certificate ends soon',
  'slow-and-certificate': 'answers slowly, and its certificate ends soon',
  recovering: 'answers again, and has to go on doing so',
  planned: 'planned maintenance',
  paused: 'the service is paused',
  failed: 'the service is failed',
  deleted: 'the service is deleted',
  deploying: 'the service is being deployed, or has just been',
} as const;

/** Which way it was seen: through the distribution, or one of the two ways alone. */
const ROUTES = {
  edge: 'through the distribution',
  'edge-only': 'answers directly, but not through the distribution',
  'direct-only': 'answers through the distribution, but not directly',
} as const;

/** What it followed, within the hour. */
const AFTER = {
  deployment: 'after a deployment of the service',
  other: 'after an operation of the service',
} as const;

export type CauseKind = keyof typeof TEXTS;

/** `status` is that of HTTP, `until` in ms since 1970. */
export type Cause = Readonly<{
  kind: CauseKind;
  route?: keyof typeof ROUTES;
  after?: keyof typeof AFTER;
  status?: number;
  until?: number;
}>;

export const causeText = ({ kind, route, after, status, until }: Cause): string => {
  const where = route === undefined ? '' : `${ROUTES[route]}: `;
  const code = status === undefined ? '' : ` ${status}`;
  const end = until === undefined ? '' : `, until ${minuteOf(until)}`;
  const followed = after === undefined ? '' : `, ${AFTER[after]}`;
  return `${where}${TEXTS[kind]}${code}${end}${followed}`;
};

const isInteger = (value: unknown): boolean => value === undefined || Number.isSafeInteger(value);

const isOneOf = (texts: object, value: unknown): boolean =>
  value === undefined || (typeof value === 'string' && Object.hasOwn(texts, value));

/** Whether what was stored or sent is one. */
export const isCause = (value: unknown): value is Cause => {
  const { kind, route, after, status, until }: Partial<Record<keyof Cause, unknown>> = Object(value);
  return (
    typeof kind === 'string' &&
    Object.hasOwn(TEXTS, kind) &&
    isOneOf(ROUTES, route) &&
    isOneOf(AFTER, after) &&
    isInteger(status) &&
    isInteger(until)
  );
};
