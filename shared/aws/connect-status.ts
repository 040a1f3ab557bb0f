/** Wires the ports of `post-status` to AWS. */

import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { StatusConfig } from '../config-status.ts';
import { HEALTH_NAME } from '../core/health-report.ts';
import type { Fact, StatusPorts } from '../ports.ts';
import { ONCE, REPEATABLE, s3Clients, sqsClient } from './clients.ts';
import { clock } from './clock.ts';
import { publicFilesAdapter } from './public-files.ts';
import { queueAdapter } from './queue.ts';
import { secretsAdapter } from './secrets.ts';
import { sharedObject } from './shared-object.ts';
import { stateAdapter } from './state.ts';
import { topicsAdapter } from './topics.ts';
import { webAdapter } from './web.ts';

const HISTORY_KEY = 'history.json';
const DELIVERIES_KEY = 'deliveries.json';

/** Where AWS itself is on this machine, channels may be too. */
const allowLocal = process.env['AWS_ENDPOINT_URL']?.startsWith('http://127.0.0.1:') === true;

/** One for each region that topics are in, for as long as the function lives: its connections are used again. */
const snsClients = (): ((region: string) => SNSClient) => {
  const made = new Map<string, SNSClient>();
  return (region) => {
    const client = made.get(region) ?? new SNSClient({ ...ONCE, region });
    made.set(region, client);
    return client;
  };
};

export const connectStatus = (config: StatusConfig, tell: (fact: Fact) => void): StatusPorts => {
  const { reader, writer } = s3Clients();
  return {
    clock,
    history: sharedObject(reader, writer, config.stateBucket, HISTORY_KEY),
    deliveries: sharedObject(reader, writer, config.stateBucket, DELIVERIES_KEY),
    health: sharedObject(reader, writer, config.stateBucket, HEALTH_NAME),
    state: stateAdapter(reader, writer, config.stateBucket),
    publicFiles: publicFilesAdapter(reader, config.stateBucket),
    secrets: secretsAdapter(new SSMClient(REPEATABLE)),
    topics: topicsAdapter(snsClients()),
    web: webAdapter({ allowLocal }),
    queue: queueAdapter(sqsClient(), { post: config.postQueueUrl }, tell),
    tell,
  };
};
