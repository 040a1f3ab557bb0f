/** A local cloud whose time skips what nobody needs to wait for, and a site that is published to it again and again. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { HEALTHS } from '../../shared/core/health-report.ts';
import { OUTCOMES } from '../../shared/core/report.ts';
import {
  type Cloud,
  type CloudOptions,
  HANDLERS_KEY,
  SITE_BUCKET,
  startCloud,
} from '../local-cloud/cloud.ts';
import { type Params, packageTemplate } from '../package-template.ts';
import { startApi } from '../sample/api/server.ts';

/** One delivery at the webhook: what came, by the id that stays the same. */
export type Received = Readonly<{ id: string; body: string }>;

export type World = Readonly<{
  cloud: Cloud;
  /** What the channel received, in order. */
  received: readonly Received[];
  /** The next delivery is answered with 503. */
  refuseNext(): void;
  /** Breaks the API, or mends it. */
  setApi(mode: 'ok' | 'down'): Promise<void>;
  /** Lines of handlers that are no facts: what they threw. */
  logs: readonly string[];
  /** Publishes a version of the site as a build does, and gives the build's id. */
  publish(version: number): string;
  /** Uploads some of it, outside of any build. */
  upload(version: number, ...keys: readonly string[]): void;
  /** So much of the cloud's time, whatever is left to do then. */
  run(ms: number): Promise<void>;
  /** Until nothing is left to do; rejects when that takes too long. */
  rest(): Promise<void>;
  /** Every URL at every edge, so that each holds what it serves. */
  visit(): Promise<void>;
  /** URLs of which an edge serves what the origin does not. */
  stale(): Promise<readonly string[]>;
  /** The calls of the handlers since the last call of this. */
  newCalls(): readonly Readonly<{ service: string; operation: string }>[];
  stop(): Promise<void>;
}>;

const SECRET = '/afterbuild/secret';
const EVERYTHING = ['pending', ...OUTCOMES, ...HEALTHS];
const REST_REAL_MS = 60_000;
const STEP_MS = 10;
/** Time goes on in steps, so that what is woken by one thing is there before the next. */
const SKIP_MOST_MS = 60_000;

export const KEYS = ['index.html', 'about.html', 'logo.svg', 'assets/app-1a2b3c4d.js'] as const;
const TARGETS = ['/', '/index.html', '/about.html', '/logo.svg', '/assets/app-1a2b3c4d.js'];

/** Half of the site changes with each version. */
const contentOf = (key: string, version: number): string =>
  key.endsWith('.html') ? `${key} version ${version}` : `${key} for ever`;

const keyOf = (target: string): string => (target === '/' ? 'index.html' : target.slice(1));

/** `params` are those of the packaged template. */
export const startWorld = async (
  options: Partial<CloudOptions> = {},
  params: Params = {},
): Promise<World> => {
  const { template, bundles } = await packageTemplate(params);
  const received: Received[] = [];
  const logs: string[] = [];
  let isRefusing = false;
  const hook = createServer(async (incoming, outgoing) => {
    const body = await text(incoming);
    if (isRefusing) {
      isRefusing = false;
      return void outgoing.writeHead(503).end();
    }
    received.push({ id: String(incoming.headers['webhook-id']), body });
    outgoing.writeHead(204).end();
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const hookUrl = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
  const api = await startApi({ port: 0 });
  const cloud = await startCloud({
    template,
    bundles,
    apiUrl: api.url,
    windowMs: 0,
    ticks: true,
    // The build's own event has the API checked; a check a minute would be most of what happens.
    scheduleMs: { CheckTick: 86_400_000 },
    environment: {
      CHANNELS: JSON.stringify([
        { name: 'page', kind: 'page' },
        // Who asks for starts is told in order, which takes reading and writing what was told.
        { name: 'hook', kind: 'webhook', url: hookUrl, secret: `ssm:${SECRET}`, only: EVERYTHING },
      ]),
    },
    onLog: (line) => logs.push(line),
    ...options,
  });
  cloud.ssm.put(SECRET, 'SecureString', 'shared secret', false);

  const each = async (check: (edge: string, target: string) => Promise<void>): Promise<void> => {
    for (const edge of cloud.edgeUrls) for (const target of TARGETS) await check(edge, target);
  };
  const upload: World['upload'] = (version, ...keys) => {
    for (const key of keys) {
      cloud.s3.put(SITE_BUCKET, key, Buffer.from(contentOf(key, version)), { contentType: 'text/plain' });
    }
  };
  let seen = 0;
  return {
    cloud,
    received,
    refuseNext: () => {
      isRefusing = true;
    },
    setApi: async (mode) => {
      const headers = { 'content-type': 'application/json' };
      await fetch(`${api.url}/control`, { method: 'POST', headers, body: JSON.stringify({ mode }) });
    },
    logs,
    publish: (version) => {
      const build = cloud.codebuild.start({});
      upload(version, ...KEYS);
      cloud.codebuild.finish(build, 'SUCCEEDED');
      return build;
    },
    upload,
    run: (ms) => runFor(cloud, ms),
    rest: () => restOf(cloud),
    visit: () => each(async (edge, target) => void (await (await fetch(edge + target)).text())),
    stale: async () => {
      const stale = new Set<string>();
      await each(async (edge, target) => {
        const served = await (await fetch(edge + target)).text();
        const current = cloud.s3.current(SITE_BUCKET, keyOf(target))?.body ?? '';
        if (served !== new TextDecoder().decode(Buffer.from(current))) stale.add(target);
      });
      return [...stale];
    },
    newCalls: () => {
      const calls = cloud.calls.slice(seen).filter(({ accessKeyId }) => accessKeyId.startsWith(HANDLERS_KEY));
      seen = cloud.calls.length;
      return calls;
    },
    stop: async () => {
      await cloud.stop();
      await api.close();
      hook.close();
      hook.closeAllConnections();
    },
  };
};

const restOf = async (cloud: Cloud): Promise<void> => {
  const until = Date.now() + REST_REAL_MS;
  while (!cloud.isQuiet()) {
    if (Date.now() > until) {
      const depths = cloud.queues.map((queue) => `${queue} ${JSON.stringify(cloud.sqs.depth(queue))}`);
      throw new Error(`expected rest within ${REST_REAL_MS} ms, got ${depths.join(', ')}`);
    }
    await step(cloud, Number.POSITIVE_INFINITY);
  }
};

const runFor = async (cloud: Cloud, ms: number): Promise<void> => {
  const end = cloud.clock.now() + ms;
  while (cloud.clock.now() < end) await step(cloud, end);
};

/** Skips to whatever comes next, and no further than to `end`, as soon as nothing is under way. */
const step = async (cloud: Cloud, end: number): Promise<void> => {
  const aheadMs = Math.min(cloud.nextAt(), end) - cloud.clock.now();
  if (cloud.isIdle() && aheadMs > 0) cloud.clock.skip(Math.min(aheadMs, SKIP_MOST_MS));
  else await new Promise((resolve) => setTimeout(resolve, STEP_MS));
};
