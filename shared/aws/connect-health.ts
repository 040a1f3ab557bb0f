/** Wires the ports of `check-origin` to AWS. */

import { randomUUID } from 'node:crypto';
import { AppRunnerClient } from '@aws-sdk/client-apprunner';
import { ECSClient } from '@aws-sdk/client-ecs';
import type { HealthConfig } from '../config-health.ts';
import { HEALTH_NAME } from '../core/health-report.ts';
import type { Fact, HealthPorts, Service } from '../ports.ts';
import { apiAdapter } from './api.ts';
import { REPEATABLE, s3Clients, sqsClient } from './clients.ts';
import { clock } from './clock.ts';
import { queueAdapter } from './queue.ts';
import { serviceAdapter } from './service.ts';
import { expressServiceAdapter } from './service-ecs.ts';
import { sharedObject } from './shared-object.ts';

/** Whose service it is stands in its ARN; without one there is nobody to ask. */
const serviceOf = (arn: string): Service => {
  if (arn === '') return { describe: async () => undefined };
  return arn.split(':')[2] === 'ecs'
    ? expressServiceAdapter(new ECSClient(REPEATABLE), arn)
    : serviceAdapter(new AppRunnerClient(REPEATABLE), arn);
};

export const connectHealth = (config: HealthConfig, tell: (fact: Fact) => void): HealthPorts => {
  const { reader, writer } = s3Clients();
  return {
    clock,
    random: { id: () => randomUUID() },
    api: apiAdapter({ direct: config.apiUrl, edge: config.edgeUrl }, config.healthPath),
    service: serviceOf(config.serviceArn),
    health: sharedObject(reader, writer, config.stateBucket, HEALTH_NAME),
    queue: queueAdapter(sqsClient(), { post: config.postQueueUrl }, tell),
    tell,
  };
};
