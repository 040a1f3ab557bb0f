/** A model of one App Runner service: its status, its operations, and the events of both. */

export type ServiceStatus =
  | 'RUNNING'
  | 'PAUSED'
  | 'OPERATION_IN_PROGRESS'
  | 'CREATE_FAILED'
  | 'DELETED'
  | 'DELETE_FAILED';

export type OperationType = 'START_DEPLOYMENT' | 'PAUSE_SERVICE' | 'RESUME_SERVICE';

/** Times in ms since 1970. */
export type ServiceOperation = Readonly<{
  id: string;
  type: OperationType;
  status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED';
  startedAt: number;
  endedAt?: number;
}>;

export type AppRunnerOptions = Readonly<{
  now(): number;
  id(): string;
  arn: string;
  name: string;
  /** Where the service answers, without `https://`. */
  url: string;
  /** Called within the call that changes the state. */
  onEvent?(event: unknown): void;
}>;

export type AppRunner = Readonly<{
  arn: string;
  name: string;
  url: string;
  createdAt: number;
  status(): ServiceStatus;
  /** Newest first. */
  operations(): readonly ServiceOperation[];
  /** Gives the operation's id; throws AppRunnerError where the service is not in a state for it. */
  begin(type: OperationType): string;
  /** Throws where the operation is not in progress. */
  finish(id: string, status: 'SUCCEEDED' | 'FAILED'): void;
}>;

export class AppRunnerError extends Error {
  override name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** The status that a service has to have for an operation, and the one that the operation's success gives it. */
const OPERATIONS: Readonly<
  Record<OperationType, Readonly<{ from: ServiceStatus; to: ServiceStatus; name: string }>>
> = {
  START_DEPLOYMENT: { from: 'RUNNING', to: 'RUNNING', name: 'Deployment' },
  PAUSE_SERVICE: { from: 'RUNNING', to: 'PAUSED', name: 'PauseService' },
  RESUME_SERVICE: { from: 'PAUSED', to: 'RUNNING', name: 'ResumeService' },
};

export const createAppRunner = (options: AppRunnerOptions): AppRunner => {
  const { now, id, arn, name, url, onEvent } = options;
  const operations: ServiceOperation[] = [];
  let status: ServiceStatus = 'RUNNING';

  const emit = (detailType: string, detail: Readonly<Record<string, string>>): void =>
    onEvent?.({
      version: '0',
      id: id(),
      'detail-type': detailType,
      source: 'aws.apprunner',
      account: '123456789012',
      time: `${new Date(now()).toISOString().slice(0, 19)}Z`,
      region: 'us-east-1',
      resources: [arn],
      detail: {
        serviceName: name,
        serviceId: arn.slice(arn.lastIndexOf('/') + 1),
        severity: 'INFO',
        ...detail,
      },
    });

  const setStatus = (next: ServiceStatus): void => {
    if (next === status) return;
    const previousServiceStatus = status;
    status = next;
    emit('AppRunner Service Status Change', { previousServiceStatus, currentServiceStatus: next });
  };

  const tellOperation = (type: OperationType, outcome: string): void =>
    emit('AppRunner Service Operation Status Change', {
      operationStatus: `${OPERATIONS[type].name}${outcome}`,
    });

  return {
    arn,
    name,
    url,
    createdAt: now(),
    status: () => status,
    operations: () => operations,
    begin: (type) => {
      if (status !== OPERATIONS[type].from) {
        throw new AppRunnerError('InvalidStateException', `expected ${OPERATIONS[type].from}, got ${status}`);
      }
      const operation: ServiceOperation = { id: id(), type, status: 'IN_PROGRESS', startedAt: now() };
      operations.unshift(operation);
      tellOperation(type, 'Started');
      setStatus('OPERATION_IN_PROGRESS');
      return operation.id;
    },
    finish: (operationId, outcome) => {
      const index = operations.findIndex((one) => one.id === operationId && one.status === 'IN_PROGRESS');
      const operation = operations[index];
      if (!operation) {
        throw new AppRunnerError(
          'InvalidRequestException',
          `expected an operation in progress, got ${operationId}`,
        );
      }
      operations[index] = { ...operation, status: outcome, endedAt: now() };
      const { from, to } = OPERATIONS[operation.type];
      setStatus(outcome === 'SUCCEEDED' ? to : from);
      tellOperation(operation.type, outcome === 'SUCCEEDED' ? 'CompletedSuccessfully' : 'Failed');
    },
  };
};
