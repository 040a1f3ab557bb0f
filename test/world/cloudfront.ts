/**
 * A model of one CloudFront distribution and its edges.
 *
 * Pure and synchronous: clock, ids and chance are injected, and nothing runs by itself. What takes time (an
 * invalidation on its way to an edge, an update) is worked out when somebody asks.
 */

import type { DistributionModel } from './cloudfront-config.ts';
import {
  createInvalidations,
  type Invalidation,
  type InvalidationRecord,
} from './cloudfront-invalidations.ts';
import { CloudFrontError, compileItems } from './cloudfront-items.ts';
import { createSabotage } from './cloudfront-sabotage.ts';
import {
  defaultSwitches,
  defaultTiming,
  draw,
  type Sabotage,
  type Switches,
  type Timing,
} from './cloudfront-switches.ts';
import { createEdge, type EdgeLocation } from './edge.ts';
import { compileRoutes, type Route } from './edge-route.ts';
import type { EdgeRequest, EdgeResponse, OriginServer, Peek } from './edge-types.ts';
import type { Memory } from './memory.ts';

export { type DistributionModel, defaultDistribution } from './cloudfront-config.ts';
export type { Invalidation, InvalidationRecord } from './cloudfront-invalidations.ts';
export { CloudFrontError } from './cloudfront-items.ts';
export { s3Origin } from './cloudfront-origins.ts';
export {
  allSwitches,
  defaultSwitches,
  type Sabotage,
  type Switches,
  type Timing,
} from './cloudfront-switches.ts';
export { distributionFromTemplate } from './cloudfront-template.ts';
export type { Route } from './edge-route.ts';
export type {
  EdgeRequest,
  EdgeResponse,
  OriginRequest,
  OriginResponse,
  OriginServer,
  Peek,
} from './edge-types.ts';

export type CloudFrontOptions = Readonly<{
  /** ms since 1970; never goes back. */
  now(): number;
  /** A fresh id at each call. */
  id(): string;
  /** From 0 to 1. */
  random(): number;
  config: DistributionModel;
  /** By origin id. */
  origins: Readonly<Record<string, OriginServer>>;
  edges?: number;
  switches?: Partial<Switches>;
  timing?: Partial<Timing>;
  /** Items in one batch; more are BatchTooLarge. */
  batchItemsMax?: number;
}>;

export type DistributionView = Readonly<{
  status: 'InProgress' | 'Deployed';
  /** ms since 1970. */
  lastModifiedAt: number;
  inProgressInvalidations: number;
  config: DistributionModel;
}>;

export type CloudFront = Readonly<{
  /** Of invalidations only: an edge forgets its copies when it is switched off. */
  memory: Memory;
  /** Throws CloudFrontError. */
  createInvalidation(callerReference: string, items: readonly string[]): Invalidation;
  /** Throws CloudFrontError NoSuchInvalidation. */
  getInvalidation(id: string): Invalidation;
  /** All of them, newest first. */
  listInvalidations(): readonly Invalidation[];
  getDistribution(): DistributionView;
  /** Throws CloudFrontError NoSuchDistribution when a call is meant for another distribution. */
  mustBe(distributionId: string): void;
  /** As UpdateDistribution: each edge serves the new configuration in its own time. Caches stay as they are. */
  setConfig(config: DistributionModel): void;
  setSabotage(sabotage: Sabotage | undefined): void;
  /** How many CreateInvalidation calls were refused, by error name. */
  refusals: ReadonlyMap<string, number>;
  edges: number;
  switches: Switches;
  /** Where the edge would send a request; asks nobody and caches nothing. */
  route(edge: number, request: EdgeRequest): Route;
  /** `edge` counts from 0. */
  get(edge: number, request: EdgeRequest): EdgeResponse;
  /** What the edge would serve now from its cache; changes nothing and asks no origin. */
  peek(edge: number, target: string): Peek;
}>;

const edgesDefault = 2;
const batchItemsMaxDefault = 3_000;

/** Throws when a function of the configuration does not compile. */
export const createCloudFront = (options: CloudFrontOptions): CloudFront => {
  const { now, id, random, batchItemsMax = batchItemsMaxDefault } = options;
  const switches = { ...defaultSwitches, ...options.switches };
  const timing = { ...defaultTiming, ...options.timing };
  const sabotage = createSabotage(switches.matching);
  const edges = createEdges(options, switches, sabotage.caches);
  let deployment = { config: options.config, lastModifiedAt: now(), deployedAt: now() };

  const edgeAt = (index: number): EdgeLocation => {
    const edge = edges[index];
    if (!edge) throw new Error(`expected an edge from 0 to ${edges.length - 1}, got ${index}`);
    return edge;
  };

  const deliver = ({ items, createdAt, arrivesAt }: InvalidationRecord): void => {
    const effective = sabotage.effective(items, createdAt, edgeAt(0).copies);
    const purge = { before: createdAt, matches: compileItems(effective, switches.matching) };
    for (const [index, at] of arrivesAt.entries()) edgeAt(index).purge(purge, at);
  };

  const invalidations = createInvalidations({
    now,
    id,
    random,
    edges: edges.length,
    quotas: switches.quotas,
    timing,
    batchItemsMax,
    takesTags: () => deployment.config.cacheTagHeader !== undefined,
    deliver,
  });

  const setConfig = (config: DistributionModel): void => {
    const lastModifiedAt = now();
    const routes = compileRoutes(config, switches);
    const arrivals = edges.map(() => lastModifiedAt + draw(timing.deploymentMs, random));
    for (const [index, at] of arrivals.entries()) edgeAt(index).update(routes, at);
    deployment = { config, lastModifiedAt, deployedAt: Math.max(deployment.deployedAt, ...arrivals) };
  };

  const getDistribution = (): DistributionView => ({
    status: now() >= deployment.deployedAt ? 'Deployed' : 'InProgress',
    lastModifiedAt: deployment.lastModifiedAt,
    inProgressInvalidations: invalidations.list().filter(({ status }) => status === 'InProgress').length,
    config: deployment.config,
  });

  return {
    memory: invalidations.memory,
    createInvalidation: invalidations.create,
    getInvalidation: invalidations.get,
    listInvalidations: invalidations.list,
    getDistribution,
    mustBe: (distributionId) => {
      if (distributionId === deployment.config.id) return;
      throw new CloudFrontError(
        'NoSuchDistribution',
        404,
        `The distribution ${distributionId} does not exist.`,
      );
    },
    setConfig,
    setSabotage: sabotage.set,
    refusals: invalidations.refusals,
    edges: edges.length,
    switches,
    route: (edge, request) => edgeAt(edge).route(request),
    get: (edge, request) => edgeAt(edge).get(request),
    peek: (edge, target) => edgeAt(edge).peek(target),
  };
};

const createEdges = (
  { now, config, origins, edges = edgesDefault }: CloudFrontOptions,
  switches: Switches,
  caches: () => boolean,
): readonly EdgeLocation[] => {
  if (edges < 1) throw new Error(`expected one edge or more, got ${edges}`);
  const routes = compileRoutes(config, switches);
  return Array.from({ length: edges }, (_, index) =>
    createEdge({ now, pop: `LOC${50 + index}-P1`, switches, routes, origins, caches }),
  );
};
