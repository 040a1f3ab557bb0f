/**
 * What channels were told. Of a build its end, once; where they are told of its start as well that is never told after
 * the end, and the end can take the place of the start's message. And of the API's health the latest.
 */

import { type HealthTold, healthToldOf } from './health-order.ts';

/** `starting` and `ending` until a given time: nobody knows whether the channel got it. */
type Phase = 'starting' | 'started' | 'ending' | 'ended';

/** `message` is what the channel calls the message that it shows of the build, where it can be edited. */
type Told = Readonly<{ build: string; channel: string; phase: Phase; until: number; message?: string }>;

/** Newest first; of the API's health one for each channel. */
export type Deliveries = Readonly<{ schema: 1; told: readonly Told[]; healths: readonly HealthTold[] }>;

/** A report of a build to a channel; `until` is when its delivery will have ended, however it ends. */
export type Telling = Readonly<{ build: string; channel: string; isStart: boolean; until: number }>;

export type Leave =
  | Readonly<{ kind: 'go'; next: Deliveries; message?: string }>
  | Readonly<{ kind: 'told' }>
  | Readonly<{ kind: 'wait'; ms: number }>;

/** Far more than may be under way at once. */
const TOLD_KEPT = 200;

/** More channels than anybody has; those that are no more move out. */
const HEALTHS_KEPT = 50;

export const emptyDeliveries: Deliveries = { schema: 1, told: [], healths: [] };

const of = ({ told }: Deliveries, { build, channel }: Telling): Told | undefined =>
  told.find((one) => one.build === build && one.channel === channel);

const isEnd = ({ phase }: Told): boolean => phase === 'ending' || phase === 'ended';

const withTold = ({ told, healths }: Deliveries, one: Told): Deliveries => ({
  schema: 1,
  healths,
  told: [one, ...told.filter(({ build, channel }) => build !== one.build || channel !== one.channel)].slice(
    0,
    TOLD_KEPT,
  ),
});

/** Whether a report may be told now; `next` has to be written before it is. */
export const leaveFor = (deliveries: Deliveries, telling: Telling, now: number): Leave => {
  const known = of(deliveries, telling);
  const { build, channel, isStart, until } = telling;
  // Of a start also where the end is told already, or may be.
  const isStartOver = known !== undefined && (known.phase === 'started' || isEnd(known));
  if (known?.phase === 'ended' || (isStart && isStartOver)) return { kind: 'told' };
  if (known?.phase === 'starting' && now < known.until) return { kind: 'wait', ms: known.until - now };
  const message = known?.message === undefined ? {} : { message: known.message };
  const phase = isStart ? 'starting' : 'ending';
  return { kind: 'go', next: withTold(deliveries, { build, channel, phase, until, ...message }), ...message };
};

/** After the channel took it; the very same deliveries where that adds nothing. */
export const withDelivered = (deliveries: Deliveries, telling: Telling, message?: string): Deliveries => {
  const { build, channel, isStart, until } = telling;
  const known = of(deliveries, telling);
  // A start that is noted late does not undo what came after it.
  const phase = !isStart ? 'ended' : known && isEnd(known) ? known.phase : 'started';
  const kept = message ?? known?.message;
  if (known?.phase === phase && known.message === kept) return deliveries;
  return withTold(deliveries, {
    build,
    channel,
    phase,
    until,
    ...(kept === undefined ? {} : { message: kept }),
  });
};

export const healthToldTo = ({ healths }: Deliveries, name: string): HealthTold | undefined =>
  healths.find(({ channel }) => channel === name);

export const withHealthTold = ({ told, healths }: Deliveries, one: HealthTold): Deliveries => ({
  schema: 1,
  told,
  healths: [one, ...healths.filter(({ channel }) => channel !== one.channel)].slice(0, HEALTHS_KEPT),
});

export const encodeDeliveries = (deliveries: Deliveries): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(deliveries));

/** What cannot be read is as good as nothing: an end is told all the same, at worst by a message of its own. */
export const parseDeliveries = (bytes: Uint8Array): Deliveries => {
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Deliveries> | null;
    if (value?.schema !== 1 || !Array.isArray(value.told)) return emptyDeliveries;
    const healths: readonly unknown[] = Array.isArray(value.healths) ? value.healths : [];
    return {
      schema: 1,
      told: value.told.filter(isTold),
      healths: healths.flatMap((one) => healthToldOf(one) ?? []),
    };
  } catch {
    return emptyDeliveries;
  }
};

const PHASES: readonly unknown[] = ['starting', 'started', 'ending', 'ended'];

const isTold = (value: unknown): value is Told => {
  if (typeof value !== 'object' || value === null) return false;
  const { build, channel, phase, until, message } = value as Partial<Record<keyof Told, unknown>>;
  return (
    typeof build === 'string' &&
    typeof channel === 'string' &&
    PHASES.includes(phase) &&
    Number.isFinite(until) &&
    (message === undefined || typeof message === 'string')
  );
};
