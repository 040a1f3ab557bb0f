/** A stack at rest on the local cloud, with an API that answers, and doctor's look at it. */

import type { Finding } from '../../shared/doctor/checks.ts';
import { type Clients, clientsFor } from '../../shared/doctor/gather-parts.ts';
import { stacksOf } from '../../shared/doctor/gather-stack.ts';
import type { Options } from '../../shared/doctor/options.ts';
import { examine, type Said } from '../../shared/doctor/run.ts';
import { type Cloud, SITE_BUCKET, startCloud } from '../local-cloud/cloud.ts';
import { packageTemplate } from '../package-template.ts';
import { type Api, startApi } from '../sample/api/server.ts';

export type Local = Readonly<{
  cloud: Cloud;
  api: Api;
  clients: Clients;
  /** The ARN of the topic of alarms. */
  topic: string;
  /** `now` is the cloud's clock and so many ms more. */
  look(
    changes?: Readonly<{ clients?: Partial<Clients>; laterMs?: number; options?: Partial<Options> }>,
  ): Promise<Said>;
  stop(): Promise<void>;
}>;

export const SECRET = '/afterbuild/ops-secret';
const CHANNELS = JSON.stringify([
  { name: 'log', kind: 'log' },
  { name: 'ops', kind: 'webhook', url: 'https://example.com/hook', secret: `ssm:${SECRET}`, only: ['stuck'] },
]);

export const OPTIONS: Options = {
  kind: 'stack',
  service: 'afterbuild',
  stage: 'local',
  region: 'us-east-1',
  json: false,
};

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

export const startLocal = async (): Promise<Local> => {
  const { template, bundles } = await packageTemplate();
  const api = await startApi({ port: 0 });
  const cloud = await startCloud({
    template,
    bundles,
    functions: ['invalidate', 'followInvalidation'],
    environment: { QUIET_MS: '0', CHANNELS },
    timing: { arrivalMs: [5, 20], completionMs: [5, 20] },
    apiUrl: api.url,
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: cloud.awsUrl,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  const clients = clientsFor('us-east-1', cloud.awsUrl);
  const [topic = ''] = cloud.sns.topics();
  cloud.sns.subscribe(topic, 'sqs', 'arn:aws:sqs:us-east-1:000000000000:alarms');
  cloud.ssm.put(SECRET, 'SecureString', 'a value that nobody is to see', false);
  cloud.s3.put(SITE_BUCKET, 'index.html', text('<h1>1</h1>'), { contentType: 'text/html' });
  cloud.s3.put(SITE_BUCKET, 'app.js', text('1'), { contentType: 'text/javascript' });
  cloud.codebuild.finish(cloud.codebuild.start(), 'SUCCEEDED');
  for (let tick = 0; tick < 2; tick += 1) {
    cloud.tick();
    while (!cloud.isQuiet()) await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return {
    cloud,
    api,
    clients,
    topic,
    look: ({ clients: others = {}, laterMs = 0, options = {} } = {}) =>
      examine({ ...OPTIONS, ...options } as Options, {
        clients: { ...clients, ...others },
        stacks: stacksOf({ ...clients, ...others }.cloudformation),
        now: () => cloud.clock.now() + laterMs,
      }),
    stop: async () => {
      for (const client of Object.values(clients)) if ('destroy' in client) client.destroy();
      await Promise.all([cloud.stop(), api.close()]);
    },
  };
};

/** What is not well, by its check. */
export const faultsOf = ({ findings }: Said): readonly Finding[] =>
  findings.filter(({ state }) => state !== 'ok');
