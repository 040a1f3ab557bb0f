/**
 * Reports to one channel in their order, each once. The end of a build is not told before its start, nor while nobody
 * knows whether its start still arrives; and of two changes of the API's health the older is not told after the newer. What
 * is about to be told is written down before, and what became of it after.
 */

import type { Channel } from '../core/channels.ts';
import {
  type Deliveries,
  emptyDeliveries,
  encodeDeliveries,
  healthToldTo,
  leaveFor,
  parseDeliveries,
  type Telling,
  withDelivered,
  withHealthTold,
} from '../core/deliveries.ts';
import { leaveForHealth } from '../core/health-order.ts';
import type { HealthReport } from '../core/health-report.ts';
import type { Report } from '../core/report.ts';
import type { Instant, StatusPorts } from '../ports.ts';
import { type Delivered, DONE } from './delivered.ts';

/** Clocks differ by less, and a request that was given up may still be on its way. */
const MARGIN_MS = 5_000;

/** Writes that are lost to another worker before the report is put off. */
const TRIES = 5;

/** `go` once `next` is written; `message` is the one that shows the build already, where it can be edited. */
type Leave =
  | Readonly<{ kind: 'go'; next: Deliveries; message?: string }>
  | Readonly<{ kind: 'told' }>
  | Readonly<{ kind: 'overtaken' }>
  | Readonly<{ kind: 'wait'; ms: number }>;

/** How reports of one kind keep their order. */
type Order = Readonly<{
  leave(deliveries: Deliveries, now: Instant): Leave;
  /** The very same deliveries where what the channel took adds nothing. */
  noted(deliveries: Deliveries, message: string | undefined): Deliveries;
  /** What a report that has to wait waits for. */
  waitsFor: string;
}>;

/** `deliver` is given the message that shows the build already, where there is one that can be edited. */
export const inOrder = async (
  report: Report,
  channel: Channel,
  ports: StatusPorts,
  deadline: Instant,
  deliver: (message: string | undefined) => Promise<Delivered>,
): Promise<Delivered> => {
  const order = orderOf(report, channel, deadline + MARGIN_MS);
  if (!order) return deliver(undefined);
  const begun = await begin(order, ports);
  if (begun.kind === 'later' || begun.kind === 'done') return begun;
  if (begun.kind === 'overtaken') {
    ports.tell({ kind: 'report-overtaken', channel: channel.name, report: report.id });
    return DONE;
  }
  const delivered = await deliver(begun.message);
  const isNoted = delivered.kind !== 'done' || (await note(order, delivered.message, ports));
  if (!isNoted) ports.tell({ kind: 'delivery-not-noted', report: report.id, channel: channel.name });
  return delivered;
};

/** Undefined where nothing has to be kept in order. */
const orderOf = (report: Report, channel: Channel, until: Instant): Order | undefined => {
  if (report.kind === 'health') {
    // A log shows no state: its lines have their times.
    return channel.kind === 'log' ? undefined : healthOrder(report, channel.name, until);
  }
  return buildOrder({ build: report.build, channel: channel.name, isStart: report.kind === 'start', until });
};

const buildOrder = (telling: Telling): Order => ({
  leave: (deliveries, now) => leaveFor(deliveries, telling, now),
  noted: (deliveries, message) => withDelivered(deliveries, telling, message),
  waitsFor: "the build's start may still be on its way",
});

const healthOrder = (report: HealthReport, channel: string, until: Instant): Order => ({
  leave: (deliveries, now) => {
    const leave = leaveForHealth(healthToldTo(deliveries, channel), report, channel, now, until);
    return leave.kind === 'go' ? { kind: 'go', next: withHealthTold(deliveries, leave.next) } : leave;
  },
  noted: (deliveries) => {
    const known = healthToldTo(deliveries, channel);
    // What was begun after it stays.
    return known?.id === report.id && known.phase === 'telling'
      ? withHealthTold(deliveries, { ...known, phase: 'told' })
      : deliveries;
  },
  waitsFor: 'the change of health before it may still be on its way',
});

type Begun =
  | Readonly<{ kind: 'go'; message?: string }>
  | Readonly<{ kind: 'overtaken' }>
  | Extract<Delivered, { kind: 'done' | 'later' }>;

const begin = async (order: Order, ports: StatusPorts): Promise<Begun> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { deliveries, etag } = await read(ports);
    const leave = order.leave(deliveries, ports.clock.now());
    if (leave.kind === 'told') return { kind: 'done' };
    if (leave.kind === 'overtaken') return leave;
    if (leave.kind === 'wait')
      return { kind: 'later', because: order.waitsFor, seconds: Math.ceil(leave.ms / 1000) };
    const written = await ports.deliveries.write(encodeDeliveries(leave.next), etag);
    if (written.kind === 'written') return leave;
  }
  return { kind: 'later', because: 'other deliveries were written at the same time' };
};

/** Where this is lost something is told again, or an end by a message of its own: never something else. */
const note = async (order: Order, message: string | undefined, ports: StatusPorts): Promise<boolean> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { deliveries, etag } = await read(ports);
    const next = order.noted(deliveries, message);
    if (next === deliveries) return true;
    const written = await ports.deliveries.write(encodeDeliveries(next), etag);
    if (written.kind === 'written') return true;
  }
  return false;
};

const read = async ({
  deliveries,
}: StatusPorts): Promise<Readonly<{ deliveries: Deliveries; etag: string }>> => {
  const stored = await deliveries.read();
  return stored === 'missing'
    ? { deliveries: emptyDeliveries, etag: 'absent' }
    : { deliveries: parseDeliveries(stored.bytes), etag: stored.etag };
};
