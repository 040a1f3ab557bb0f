/**
 * Of a channel that is told when a build begins: its end is not told first, nor while nobody knows whether its start
 * still arrives. What was told is written down before, and what became of it after.
 */

import { type Channel, takesStarts } from '../core/channels.ts';
import {
  type Deliveries,
  emptyDeliveries,
  encodeDeliveries,
  leaveFor,
  parseDeliveries,
  type Telling,
  withDelivered,
} from '../core/deliveries.ts';
import type { Report } from '../core/report.ts';
import type { Instant, StatusPorts } from '../ports.ts';
import { type Delivered, DONE } from './delivered.ts';

/** Clocks differ by less, and a request that was given up may still be on its way. */
const MARGIN_MS = 5_000;

/** Writes that are lost to another worker before the report is put off. */
const TRIES = 5;

/** `deliver` is given the message that shows the build already, where there is one that can be edited. */
export const inOrder = async (
  report: Report,
  channel: Channel,
  ports: StatusPorts,
  deadline: Instant,
  deliver: (message: string | undefined) => Promise<Delivered>,
): Promise<Delivered> => {
  if (report.kind === 'health' || !takesStarts(channel)) return deliver(undefined);
  const { build, kind } = report;
  const telling: Telling = {
    build,
    channel: channel.name,
    isStart: kind === 'start',
    until: deadline + MARGIN_MS,
  };
  const leave = await begin(telling, ports);
  if (leave.kind === 'told') return DONE;
  if (leave.kind === 'later') return leave;
  const delivered = await deliver(leave.message);
  if (delivered.kind === 'done') await noteDelivered(telling, delivered.message, ports);
  return delivered;
};

type Begun = Readonly<{ kind: 'go'; message?: string }> | Readonly<{ kind: 'told' }> | Later;
type Later = Extract<Delivered, { kind: 'later' }>;

const begin = async (telling: Telling, ports: StatusPorts): Promise<Begun> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { deliveries, etag } = await read(ports);
    const leave = leaveFor(deliveries, telling, ports.clock.now());
    if (leave.kind === 'told') return leave;
    if (leave.kind === 'wait') return waiting(leave.ms);
    const written = await ports.deliveries.write(encodeDeliveries(leave.next), etag);
    if (written.kind === 'written') return leave;
  }
  return { kind: 'later', because: 'other deliveries were written at the same time' };
};

const waiting = (ms: number): Later => ({
  kind: 'later',
  because: "the build's start may still be on its way",
  seconds: Math.ceil(ms / 1000),
});

/** Where this is lost a start is told again, or an end by a message of its own: never something else. */
const noteDelivered = async (
  telling: Telling,
  message: string | undefined,
  ports: StatusPorts,
): Promise<void> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { deliveries, etag } = await read(ports);
    const next = withDelivered(deliveries, telling, message);
    if (next === deliveries) return;
    const written = await ports.deliveries.write(encodeDeliveries(next), etag);
    if (written.kind === 'written') return;
  }
  ports.tell({ kind: 'delivery-not-noted', build: telling.build, channel: telling.channel });
};

const read = async ({
  deliveries,
}: StatusPorts): Promise<Readonly<{ deliveries: Deliveries; etag: string }>> => {
  const stored = await deliveries.read();
  return stored === 'missing'
    ? { deliveries: emptyDeliveries, etag: 'absent' }
    : { deliveries: parseDeliveries(stored.bytes), etag: stored.etag };
};
