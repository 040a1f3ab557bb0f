/** A stack at rest on the local cloud, with an API that answers, and doctor's look at it. */

import type { Finding } from '../../shared/doctor/checks.ts';
import { known } from '../../shared/doctor/checks.ts';
import type { PhysicalIds } from '../../shared/doctor/checks-template.ts';
import { type Clients, clientsFor } from '../../shared/doctor/gather-parts.ts';
import type { Stacks } from '../../shared/doctor/gather-stack.ts';
import type { Options } from '../../shared/doctor/options.ts';
import { examine, type Said } from '../../shared/doctor/run.ts';
import { type Cloud, DISTRIBUTION_ID, SITE_BUCKET, STATE_BUCKET, startCloud } from '../local-cloud/cloud.ts';
import { queueUrl } from '../local-cloud/sqs.ts';
import { packageTemplate } from '../package-template.ts';
import { type Api, startApi } from '../sample/api/server.ts';

/** The template's functions, as far as the tests change their environment. */
type Template = {
  Resources: Record<
    string,
    { Type: string; Properties: { Environment?: { Variables: Record<string, unknown> } } }
  >;
};

export type Local = Readonly<{
  cloud: Cloud;
  api: Api;
  clients: Clients;
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
  const packaged = await packageTemplate();
  const template = structuredClone(packaged.template) as Template;
  const settings = (id: string, changes: Readonly<Record<string, string>>): void => {
    Object.assign(template.Resources[id]?.Properties.Environment?.Variables ?? {}, changes);
  };
  settings('PostStatusLambdaFunction', { CHANNELS });
  const api = await startApi({ port: 0 });
  const cloud = await startCloud({
    template,
    bundles: packaged.bundles,
    functions: ['invalidate', 'followInvalidation'],
    environment: { QUIET_MS: '0' },
    timing: { arrivalMs: [5, 20], completionMs: [5, 20] },
    apiUrl: api.url,
  });
  // The addresses that the handlers have from their environment.
  const edge = { EDGE_URL: cloud.edgeUrls[0] ?? '' };
  settings('InvalidateLambdaFunction', edge);
  settings('CheckOriginLambdaFunction', { ...edge, API_URL: api.url });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: cloud.awsUrl,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  const clients = clientsFor('us-east-1', cloud.awsUrl);
  const stacks = stacksOf(template, cloud);
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
    look: ({ clients: others = {}, laterMs = 0, options = {} } = {}) =>
      examine({ ...OPTIONS, ...options } as Options, {
        clients: { ...clients, ...others },
        stacks,
        now: () => cloud.clock.now() + laterMs,
      }),
    stop: async () => {
      for (const client of Object.values(clients)) if ('destroy' in client) client.destroy();
      await Promise.all([cloud.stop(), api.close()]);
    },
  };
};

/** What CloudFormation would say of this stack. */
const stacksOf = (template: Template, cloud: Cloud): Stacks => {
  const queues = Object.entries(template.Resources)
    .filter(([, { Type: type }]) => type === 'AWS::SQS::Queue')
    .map(([id]) => [id, queueUrl(cloud.awsUrl, id)] as const);
  const ids: PhysicalIds = new Map([
    ...queues,
    ['SiteBucket', SITE_BUCKET],
    ['StateBucket', STATE_BUCKET],
    ['SiteDistribution', DISTRIBUTION_ID],
  ]);
  return {
    describe: async (name) =>
      known(
        name === 'afterbuild-local'
          ? { name, status: 'UPDATE_COMPLETE', changedAt: cloud.clock.now(), outputs: {} }
          : 'missing',
      ),
    resources: async () => known(ids),
    template: async () => known(template),
  };
};

/** What is not well, by its check. */
export const faultsOf = ({ findings }: Said): readonly Finding[] =>
  findings.filter(({ state }) => state !== 'ok');
