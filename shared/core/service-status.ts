/** The words of App Runner and of ECS for services and what is done to them, as the passes see them. */

type ServiceStatus = 'running' | 'in-progress' | 'paused' | 'failed' | 'deleted' | 'unknown';
type OperationStatus = 'in-progress' | 'succeeded' | 'failed';

const services = new Map<string, ServiceStatus>([
  ['RUNNING', 'running'],
  ['OPERATION_IN_PROGRESS', 'in-progress'],
  ['PAUSED', 'paused'],
  ['CREATE_FAILED', 'failed'],
  ['DELETED', 'deleted'],
  ['DELETE_FAILED', 'running'],
]);

/** Source: App Runner API reference, Service, Status. A service that could not be deleted runs on. */
export const serviceStatusOf = (status: string | undefined): ServiceStatus =>
  services.get(status ?? '') ?? 'unknown';

const operations = new Map<string, OperationStatus>([
  ['PENDING', 'in-progress'],
  ['IN_PROGRESS', 'in-progress'],
  ['ROLLBACK_IN_PROGRESS', 'in-progress'],
  ['SUCCEEDED', 'succeeded'],
  ['FAILED', 'failed'],
  ['ROLLBACK_FAILED', 'failed'],
  ['ROLLBACK_SUCCEEDED', 'failed'],
]);

/** Source: App Runner API reference, OperationSummary, Status. One that was rolled back did not do what it should. */
export const operationStatusOf = (status: string | undefined): OperationStatus =>
  operations.get(status ?? '') ?? 'in-progress';

const expressServices = new Map<string, ServiceStatus>([
  ['ACTIVE', 'running'],
  ['DRAINING', 'deleted'],
  ['INACTIVE', 'deleted'],
]);

/** Source: ECS API reference, ExpressGatewayServiceStatus. One that drains is being deleted, and comes not back. */
export const expressServiceStatusOf = (status: string | undefined): ServiceStatus =>
  expressServices.get(status ?? '') ?? 'unknown';

const deployments = new Map<string, OperationStatus>([
  ['PENDING', 'in-progress'],
  ['IN_PROGRESS', 'in-progress'],
  ['STOP_REQUESTED', 'in-progress'],
  ['ROLLBACK_REQUESTED', 'in-progress'],
  ['ROLLBACK_IN_PROGRESS', 'in-progress'],
  ['SUCCESSFUL', 'succeeded'],
  ['STOPPED', 'failed'],
  ['ROLLBACK_SUCCESSFUL', 'failed'],
  ['ROLLBACK_FAILED', 'failed'],
]);

/** Source: ECS API reference, ServiceDeploymentBrief, status. */
export const deploymentStatusOf = (status: string | undefined): OperationStatus =>
  deployments.get(status ?? '') ?? 'in-progress';
