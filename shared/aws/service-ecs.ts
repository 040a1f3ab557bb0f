/** The service port over ECS's API, for services of Express Mode. */

import {
  DescribeExpressGatewayServiceCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import { deploymentStatusOf, expressServiceStatusOf } from '../core/service-status.ts';
import type { Service, ServiceFacts } from '../ports.ts';

/** Rejects with the SDK's errors. */
export const expressServiceAdapter = (client: ECSClient, serviceArn: string): Service => ({
  describe: async () => {
    const [described, listed] = await Promise.all([
      client.send(new DescribeExpressGatewayServiceCommand({ serviceArn })),
      // Without its cluster ECS would look in the one named "default".
      client.send(new ListServiceDeploymentsCommand({ service: serviceArn, cluster: clusterOf(serviceArn) })),
    ]);
    const operation = operationOf(newestOf(listed.serviceDeployments ?? []));
    return {
      status: expressServiceStatusOf(described.service?.status?.statusCode),
      ...(operation ? { operation } : {}),
    };
  },
});

/** `...:service/CLUSTER/NAME` names it; older ARNs do not. */
const clusterOf = (arn: string): string | undefined => /:service\/([^/]+)\/[^/]+$/.exec(arn)?.[1];

const beganAt = ({ createdAt, startedAt }: ServiceDeploymentBrief): number =>
  (startedAt ?? createdAt)?.getTime() ?? 0;

/** In which order they are listed, nobody says. */
const newestOf = (deployments: readonly ServiceDeploymentBrief[]): ServiceDeploymentBrief | undefined =>
  deployments.reduce<ServiceDeploymentBrief | undefined>(
    (newest, one) => (newest === undefined || beganAt(one) > beganAt(newest) ? one : newest),
    undefined,
  );

const operationOf = (deployment: ServiceDeploymentBrief | undefined): ServiceFacts['operation'] => {
  const { serviceDeploymentArn: arn, status, finishedAt } = deployment ?? {};
  if (deployment === undefined || arn === undefined) return undefined;
  return {
    id: arn.slice(arn.lastIndexOf('/') + 1),
    kind: 'deployment',
    status: deploymentStatusOf(status),
    startedAt: beganAt(deployment),
    ...(finishedAt === undefined ? {} : { endedAt: finishedAt.getTime() }),
  };
};
