/** Wires the ports of `check-origin` to AWS. */

import { randomUUID } from 'node:crypto';
import { AppRunnerClient } from '@aws-sdk/client-apprunner';
import type { HealthConfig } from '../config-health.ts';
import { HEALTH_NAME } from '../core/health-report.ts';
import type { Fact, HealthPorts } from '../ports.ts';
import { apiAdapter } from './api.ts';
import { REPEATABLE, s3Clients, sqsClient } from './clients.ts';
import { clock } from './clock.ts';
import { queueAdapter } from './queue.ts';
import { serviceAdapter } from './service.ts';
import { sharedObject } from './shared-object.ts';

export const connectHealth = (config: HealthConfig, tell: (fact: Fact) => void): HealthPorts => {
  const { reader, writer } = s3Clients();
  return {
    clock,
    random: { id: () => randomUUID() },
    api: apiAdapter({ direct: config.apiUrl, edge: config.edgeUrl }, config.healthPath),
    service: serviceAdapter(new AppRunnerClient(REPEATABLE), config.serviceArn || undefined),
    health: sharedObject(reader, writer, config.stateBucket, HEALTH_NAME),
    queue: queueAdapter(sqsClient(), { post: config.postQueueUrl }, tell),
    tell,
  };
};
