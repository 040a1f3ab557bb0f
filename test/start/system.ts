/** All of Afterbuild on this machine: the local cloud, the sample's API, the build project, and what steers them. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildProject, createBuildProject } from '../local-cloud/build-project.ts';
import {
  BUILD_PROJECT,
  type Cloud,
  DISTRIBUTION_ID,
  SITE_BUCKET,
  STATE_BUCKET,
  startCloud,
} from '../local-cloud/cloud.ts';
import { parseFaultOrder } from '../local-cloud/fault-list.ts';
import { type JsonServer, serveJson } from '../local-cloud/json-server.ts';
import { createWeather, parseLosses } from '../local-cloud/weather.ts';
import { packageTemplate } from '../package-template.ts';
import { type Api, startApi } from '../sample/api/server.ts';
import { type Inbox, MAIL_TOPIC, startInbox } from './inbox.ts';
import type { Options } from './options.ts';
import { type Told, toldOfEvent, toldOfFact } from './story.ts';

export type System = Readonly<{
  cloud: Cloud;
  addresses: Addresses;
  build(): string;
  tick(): void;
  setApi(mode: Readonly<Record<string, unknown>>): Promise<unknown>;
  stop(): Promise<void>;
}>;

export type Addresses = Readonly<{
  site: string;
  secondEdge: string;
  status: string;
  aws: string;
  control: string;
  inbox: string;
  api: string;
  names: Readonly<{ bucket: string; stateBucket: string; distribution: string; project: string }>;
}>;

const PROJECT_DIR = fileURLToPath(new URL('../../', import.meta.url));

/** How the repository's own buildspec.yml builds the sample; its packages are those of the whole project. */
const SAMPLE = { BUILD_DIR: 'test/sample', BUILD_COMMAND: 'npm run build' };

/** On AWS the API is looked at every minute; nobody wants to sit in front of a terminal for that. */
const SCHEDULES_MS = { CheckTick: 5_000, FollowTick: 60_000, WorkTick: 60_000 };
const ENVIRONMENT = { CHECK_EVERY_MS: '10000' };

/** CloudFront says that it is done in under 25 s; a laptop need not wait for so long. */
const TIMING = { arrivalMs: [100, 1_000], completionMs: [300, 2_000] } as const;

/** A deployment of the API's service, which takes minutes on AWS. */
const OPERATION_MS = 5_000;

/** Rejects with what was expected and what came where a port is taken or the template cannot be packaged. */
export const startSystem = async (options: Options, tell: (told: Told) => void): Promise<System> => {
  const { template, bundles } = await packageTemplate({ routing: options.routing });
  const api = await startApi({ port: 0 });
  const weather = createWeather(Math.random);
  let topics: Cloud['sns'] | undefined;
  const inbox = await portNamed(() =>
    startInbox({
      port: options.ports.inbox,
      now: Date.now,
      mails: () => topics?.published() ?? [],
    }),
  );
  const logs = createBuildLogs();
  let project: BuildProject | undefined;
  const cloud = await portNamed(() =>
    startCloud({
      template,
      bundles,
      environment: { ...ENVIRONMENT, CHANNELS: inbox.channels },
      timing: TIMING,
      ports: options.ports,
      ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
      apiUrl: api.url,
      ticks: true,
      scheduleMs: SCHEDULES_MS,
      delivers: weather.delivers,
      buildProject: (world) => {
        project = createBuildProject({
          ...world,
          ...sourceOf(options),
          bucket: SITE_BUCKET,
          onLine: logs.add,
        });
        return project;
      },
      beginOperation: (apprunner) => (type) => {
        const id = apprunner.begin(type);
        setTimeout(() => apprunner.finish(id, 'SUCCEEDED'), OPERATION_MS).unref();
        return id;
      },
      onEvent: (event) => {
        for (const told of toldOfEvent(event)) tell({ ...told, line: told.line + logs.afterFailure(told) });
      },
      onFact: (fact) => toldOfFact(fact).forEach(tell),
      onLog: (line) => tell({ event: 'log', line: `log      ${line}` }),
    }),
  );
  topics = cloud.sns;
  topics.createTopic(MAIL_TOPIC);
  for (const [name, value] of Object.entries(inbox.secrets)) cloud.ssm.put(name, 'SecureString', value, true);
  const build = (): string => {
    if (!project) throw new Error('expected a build project, got none');
    return project.start();
  };
  const setApi = (mode: unknown): Promise<unknown> => askApi(api, mode);
  const control = await portNamed(() =>
    serveJson(
      {
        'GET /': () => ({ routes: ROUTES }),
        'GET /state': () => stateOf(cloud),
        'GET /faults': () => ({ pending: cloud.faults.pending() }),
        'POST /': (body) => cloud.faults.add(parseFaultOrder(body)),
        'POST /faults': (body) => cloud.faults.add(parseFaultOrder(body)),
        'DELETE /faults': () => cloud.faults.clear(),
        'POST /losses': (body) => weather.set(parseLosses(body)),
        'POST /api': setApi,
        'POST /build': () => ({ build: build() }),
        'POST /tick': () => cloud.tick(),
      },
      options.ports.control,
    ),
  );
  return {
    cloud,
    addresses: addressesOf(cloud, control, inbox, api),
    build,
    tick: cloud.tick,
    setApi,
    stop: async () => {
      await project?.stopAll();
      await cloud.stop();
      await Promise.all([control, inbox, api].map((server) => server.close()));
    },
  };
};

const ROUTES: Readonly<Record<string, string>> = {
  'GET /state': 'whether all is quiet, and what waits in the queues',
  'POST /faults':
    '{"service":"s3","operation":"PutObject","nth":1,"when":"before|after","do":"kill|hang|drop-reply|throttle|500"}',
  'GET /faults': 'orders that were not carried out yet',
  'DELETE /faults': 'forget them',
  'POST /losses': '{"objects":0.3,"builds":1}: shares of the events that are lost',
  'POST /api': '{"mode":"ok|down|slow","delayMs":3000}',
  'POST /build': 'build and publish',
  'POST /tick': 'what the schedules send',
};

/** What a failed build printed last is what its author has to see. */
const createBuildLogs = () => {
  const lines = new Map<string, string[]>();
  return {
    add: (line: string, build: string): void => {
      lines.set(build, [...(lines.get(build) ?? []), line].slice(-LOG_LINES_SHOWN));
    },
    afterFailure: ({ build, status }: Told): string =>
      status === 'FAILED'
        ? (lines.get(String(build)) ?? []).map((line) => `\n         | ${line}`).join('')
        : '',
  };
};

const LOG_LINES_SHOWN = 15;

const sourceOf = ({ watchDir }: Options) => {
  const sourceDir = watchDir ?? PROJECT_DIR;
  const own = join(sourceDir, 'buildspec.yml');
  return {
    sourceDir,
    buildspecPath: existsSync(own) ? own : join(PROJECT_DIR, 'buildspec.yml'),
    environment: watchDir === undefined ? SAMPLE : {},
    linksPackages: watchDir === undefined,
  };
};

/** Names the port that is taken, and what picks another. */
const portNamed = async <T>(start: () => Promise<T>): Promise<T> => {
  try {
    return await start();
  } catch (error) {
    const { code, port } = error as NodeJS.ErrnoException & { port?: number };
    if (code !== 'EADDRINUSE') throw error;
    throw new Error(
      `port ${port} is in use: --aws-port, --control-port, --inbox-port and --edge-ports pick others, 0 any free one`,
      { cause: error },
    );
  }
};

const askApi = async (api: Api, mode: unknown): Promise<unknown> => {
  const answer = await fetch(`${api.url}/control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(mode),
  });
  const body = (await answer.json()) as { error?: string };
  if (body.error !== undefined) throw new Error(body.error);
  return body;
};

const stateOf = (cloud: Cloud) => ({
  quiet: cloud.isQuiet(),
  queues: Object.fromEntries(cloud.queues.map((queue) => [queue, cloud.sqs.depth(queue)])),
});

const addressesOf = (cloud: Cloud, control: JsonServer, inbox: Inbox, api: Api): Addresses => {
  const [site = '', secondEdge = ''] = cloud.edgeUrls;
  return {
    site,
    secondEdge,
    status: `${site}/_status/`,
    aws: cloud.awsUrl,
    control: control.url,
    inbox: inbox.url,
    api: api.url,
    names: {
      bucket: SITE_BUCKET,
      stateBucket: STATE_BUCKET,
      distribution: DISTRIBUTION_ID,
      project: BUILD_PROJECT,
    },
  };
};
