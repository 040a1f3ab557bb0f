/** A distribution over a site that is a map, with a clock that the test moves. */

import {
  type CloudFront,
  type CloudFrontOptions,
  createCloudFront,
  defaultDistribution,
} from './cloudfront.ts';
import type { Behaviour, DistributionModel, ViewerFunction } from './cloudfront-config.ts';
import { objectOrigin } from './cloudfront-origins.ts';

export type World = Readonly<{
  cloudfront: CloudFront;
  /** Moves the clock. */
  pass(ms: number): void;
  /** Keys and bodies of the site; an entity tag is the body's first 32 characters. */
  site: Map<string, string>;
  /** Cache-Control by key. */
  cacheControl: Map<string, string>;
  /** URIs that the origin was asked for. */
  asked: string[];
  /** Body and X-Cache of a GET at an edge (0 by default). */
  get(target: string, edge?: number): string;
}>;

export const startedAt = Date.UTC(2026, 0, 1);

/** An invalidation reaches each edge after 1,000 ms and is completed 500 ms later; an update takes 5,000 ms. */
export const timing = {
  arrivalMs: [1_000, 1_000],
  completionMs: [500, 500],
  deploymentMs: [5_000, 5_000],
} as const;

const text = new TextEncoder();

export const world = (options: Partial<CloudFrontOptions> = {}): World => {
  let now = startedAt;
  let ids = 0;
  const site = new Map([
    ['index.html', 'home'],
    ['a.css', 'css'],
  ]);
  const cacheControl = new Map<string, string>();
  const asked: string[] = [];
  const origin = objectOrigin((key) => {
    const body = site.get(key);
    if (body === undefined) return undefined;
    const control = cacheControl.get(key);
    return {
      etag: body.slice(0, 32),
      lastModified: startedAt,
      body: text.encode(body),
      ...(control === undefined ? {} : { cacheControl: control }),
      metadata: {},
    };
  });
  const cloudfront = createCloudFront({
    now: () => now,
    id: () => `I${++ids}`,
    random: () => 0,
    config: defaultDistribution(),
    origins: {
      site: (request) => {
        asked.push(request.uri);
        return origin(request);
      },
    },
    timing,
    ...options,
  });
  const get = (target: string, edge = 0): string => {
    const { body, headers } = cloudfront.get(edge, { target });
    return `${new TextDecoder().decode(body)} ${(headers['x-cache'] ?? '').split(' ', 1)}`;
  };
  return {
    cloudfront,
    pass: (ms) => {
      now += ms;
    },
    site,
    cacheControl,
    asked,
    get,
  };
};

/** The default distribution with another default behaviour. */
export const withBehaviour = (behaviour: Partial<Behaviour>, rest: Partial<DistributionModel> = {}) => {
  const config = defaultDistribution(rest);
  return { ...config, defaultBehaviour: { ...config.defaultBehaviour, ...behaviour } };
};

export const viewerFunction = (code: string, name = 'rewrite'): ViewerFunction => ({
  name,
  arn: `arn:aws:cloudfront::123456789012:function/${name}`,
  code,
  etag: `E${code.length}`,
});
