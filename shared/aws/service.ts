/** The service port over App Runner's API. */

import {
  type AppRunnerClient,
  DescribeServiceCommand,
  ListOperationsCommand,
  type OperationSummary,
} from '@aws-sdk/client-apprunner';
import { operationStatusOf, serviceStatusOf } from '../core/service-status.ts';
import type { Service, ServiceFacts } from '../ports.ts';

/** Rejects with the SDK's errors. */
export const serviceAdapter = (client: AppRunnerClient, serviceArn: string): Service => ({
  describe: async () => {
    const [described, listed] = await Promise.all([
      client.send(new DescribeServiceCommand({ ServiceArn: serviceArn })),
      // Newest first.
      client.send(new ListOperationsCommand({ ServiceArn: serviceArn, MaxResults: 1 })),
    ]);
    const operation = operationOf(listed.OperationSummaryList?.[0]);
    return { status: serviceStatusOf(described.Service?.Status), ...(operation ? { operation } : {}) };
  },
});

const operationOf = (summary: OperationSummary | undefined): ServiceFacts['operation'] => {
  const { Id: id, Type: type, Status: status, StartedAt: startedAt, EndedAt: endedAt } = summary ?? {};
  if (id === undefined || startedAt === undefined) return undefined;
  return {
    id,
    kind: type === 'START_DEPLOYMENT' ? 'deployment' : 'other',
    status: operationStatusOf(status),
    startedAt: startedAt.getTime(),
    ...(endedAt === undefined ? {} : { endedAt: endedAt.getTime() }),
  };
};
