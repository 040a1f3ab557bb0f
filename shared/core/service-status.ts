/** App Runner's words for its services and operations, as the passes see them. */

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
