/** The state of the API's health as it is stored; what is read is checked field by field, once. */

import { isCause } from './cause.ts';
import { type CheckHistory, isCheckHistory } from './check-history.ts';
import type { Owed } from './head.ts';
import type { HostSays, Operation, Probe, RouteState } from './health.ts';
import { HEALTHS, type PastOutage } from './health-report.ts';
import type { HealthState } from './health-state.ts';

export const encodeHealth = (state: HealthState): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(state));

/** Undefined for what is damaged, foreign or of another schema: health is looked at anew then (see `checksIn`). */
export const parseHealth = (bytes: Uint8Array): HealthState | undefined => {
  try {
    const state: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isHealthState(state) ? state : undefined;
  } catch {
    return undefined;
  }
};

/** The checks of a state that cannot be read as a whole, such as one that a newer version wrote: ninety days of them. */
export const checksIn = (bytes: Uint8Array): CheckHistory | undefined => {
  try {
    const { checks } = fieldsOf<HealthState>(JSON.parse(new TextDecoder().decode(bytes)));
    return isCheckHistory(checks) ? checks : undefined;
  } catch {
    return undefined;
  }
};

/** What may be a `T`; a null, a number or a text has no field that is asked for. */
const fieldsOf = <T>(value: unknown): Partial<Record<keyof T, unknown>> => Object(value);

const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const isNumberOrAbsent = (value: unknown): boolean => value === undefined || isNumber(value);
const isTrueOrAbsent = (value: unknown): boolean => value === undefined || value === true;
const isCauseOrAbsent = (value: unknown): boolean => value === undefined || isCause(value);
const isHealth = (value: unknown): boolean => HEALTHS.some((known) => known === value);
const isListOf = (isItem: (value: unknown) => boolean, value: unknown): boolean =>
  Array.isArray(value) && value.every(isItem);

const isProbe = (value: unknown): boolean => {
  const { at, ok, latencyMs, because, cause, certificateEndsAt } = fieldsOf<Probe>(value);
  return (
    [at, latencyMs].every(isNumber) &&
    typeof ok === 'boolean' &&
    isText(because) &&
    isCauseOrAbsent(cause) &&
    isNumberOrAbsent(certificateEndsAt)
  );
};

const isRoute = (value: unknown): boolean => {
  const { health, because, cause, notice, slow, probes } = fieldsOf<RouteState>(value);
  return (
    isHealth(health) &&
    isText(because) &&
    isCauseOrAbsent(cause) &&
    isNumberOrAbsent(notice) &&
    isTrueOrAbsent(slow) &&
    isListOf(isProbe, probes)
  );
};

const isHost = (value: unknown): boolean => {
  const { at, status, operation } = fieldsOf<HostSays>(value);
  return isNumber(at) && isText(status) && (operation === undefined || isOperation(operation));
};

const isOperation = (value: unknown): boolean => {
  const { id, kind, status, startedAt, endedAt } = fieldsOf<Operation>(value);
  return [id, kind, status].every(isText) && isNumber(startedAt) && isNumberOrAbsent(endedAt);
};

const isPastOutage = (value: unknown): boolean => {
  const { endedAt, ms } = fieldsOf<PastOutage>(value);
  return [endedAt, ms].every(isNumber);
};

const isOwed = (value: unknown): boolean => {
  const { id, queue, body } = fieldsOf<Owed>(value);
  return [id, body].every(isText) && queue === 'post';
};

const isHealthState = (value: unknown): value is HealthState => {
  const state = fieldsOf<HealthState>(value);
  return (
    state.schema === 1 &&
    isHealth(state.health) &&
    [state.because, state.writer].every(isText) &&
    [state.since, state.generation, state.lastProbeAt, state.probeUntil].every(isNumber) &&
    [state.downSince, state.notice].every(isNumberOrAbsent) &&
    [state.direct, state.edge].every(isRoute) &&
    (state.host === undefined || isHost(state.host)) &&
    [state.forgotten, state.slow].every(isTrueOrAbsent) &&
    (state.resting === undefined || isHealth(state.resting)) &&
    (state.lastOutage === undefined || isPastOutage(state.lastOutage)) &&
    (state.told === undefined || isListOf(isHealth, state.told)) &&
    (state.checks === undefined || isCheckHistory(state.checks)) &&
    isListOf(isOwed, state.outbox)
  );
};
