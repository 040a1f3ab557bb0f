/** CloudFront's memory of invalidations: which batches it takes, what a repeated reference gets, what is done. */

import { CloudFrontError, itemsFault } from './cloudfront-items.ts';
import { createQuotas } from './cloudfront-quotas.ts';
import { draw, type Switches, type Timing } from './cloudfront-switches.ts';
import type { Memory } from './memory.ts';

/** Times in ms since 1970; `arrivesAt` has one for each edge. */
export type InvalidationRecord = Readonly<{
  id: string;
  callerReference: string;
  items: readonly string[];
  createdAt: number;
  arrivesAt: readonly number[];
  completedAt: number;
}>;

export type Invalidation = InvalidationRecord & Readonly<{ status: 'InProgress' | 'Completed' }>;

export type InvalidationsOptions = Readonly<{
  now(): number;
  id(): string;
  random(): number;
  edges: number;
  quotas: Switches['quotas'];
  timing: Timing;
  /** Items in one batch; more are BatchTooLarge. */
  batchItemsMax: number;
  /** Whether the distribution has a cache tag header. */
  takesTags(): boolean;
  /** Sends an accepted batch on its way to the edges. */
  deliver(record: InvalidationRecord): void;
}>;

export type Invalidations = Readonly<{
  memory: Memory;
  /** Throws CloudFrontError. */
  create(callerReference: string, items: readonly string[]): Invalidation;
  /** Throws CloudFrontError NoSuchInvalidation. */
  get(id: string): Invalidation;
  /** Newest first. */
  list(): readonly Invalidation[];
  refusals: ReadonlyMap<string, number>;
}>;

export const createInvalidations = (options: InvalidationsOptions): Invalidations => {
  const { now, random, timing, batchItemsMax } = options;
  const quotas = createQuotas(options.quotas);
  const records: InvalidationRecord[] = [];
  const byId = new Map<string, InvalidationRecord>();
  const byReference = new Map<string, InvalidationRecord>();
  const refusals = new Map<string, number>();

  const view = (record: InvalidationRecord): Invalidation => ({
    ...record,
    status: now() >= record.completedAt ? 'Completed' : 'InProgress',
  });

  const refuse = (name: string, status: number, message: string): never => {
    refusals.set(name, (refusals.get(name) ?? 0) + 1);
    throw new CloudFrontError(name, status, message);
  };

  const remember = (record: InvalidationRecord): void => {
    records.push(record);
    byId.set(record.id, record);
    byReference.set(record.callerReference, record);
  };

  const accept = (callerReference: string, items: readonly string[]): InvalidationRecord => {
    const createdAt = now();
    const arrivesAt = Array.from({ length: options.edges }, () => createdAt + draw(timing.arrivalMs, random));
    const completedAt = Math.max(...arrivesAt) + draw(timing.completionMs, random);
    const record = {
      id: options.id(),
      callerReference,
      items: [...items],
      createdAt,
      arrivesAt,
      completedAt,
    };
    quotas.take(items, createdAt, completedAt);
    remember(record);
    options.deliver(record);
    return record;
  };

  const create = (callerReference: string, items: readonly string[]): Invalidation => {
    if (items.length > batchItemsMax) {
      refuse('BatchTooLarge', 413, `Your request has ${items.length} paths, more than ${batchItemsMax}.`);
    }
    const fault = itemsFault(items, options.takesTags());
    if (fault) refuse('InvalidArgument', 400, fault);
    const earlier = byReference.get(callerReference);
    if (earlier && sameItems(earlier.items, items)) return view(earlier);
    if (earlier) {
      const because = `Your caller reference ${callerReference} was used with other paths.`;
      refuse('InvalidationBatchAlreadyExists', 400, because);
    }
    const over = quotas.refuses(items, now());
    if (over) refuse(over.name, 400, over.message);
    return view(accept(callerReference, items));
  };

  return {
    memory: {
      save: () => records,
      load: (saved) => {
        for (const record of saved as readonly InvalidationRecord[]) remember(record);
      },
    },
    create,
    get: (id) => {
      const record = byId.get(id);
      if (record) return view(record);
      throw new CloudFrontError('NoSuchInvalidation', 404, `The invalidation ${id} does not exist.`);
    },
    list: () => records.map(view).reverse(),
    refusals,
  };
};

const sameItems = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && new Set([...one, ...other]).size === one.length;
