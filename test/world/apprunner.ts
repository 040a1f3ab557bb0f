/** A model of one App Runner service: its status, its operations, and the events of both. */

import { type Detail, eventOf, type Outcome, operationDetail } from './apprunner-events.ts';

export type ServiceStatus =
  | 'RUNNING'
  | 'PAUSED'
  | 'OPERATION_IN_PROGRESS'
  | 'CREATE_FAILED'
  | 'DELETED'
  | 'DELETE_FAILED';

export type OperationType =
  | 'CREATE_SERVICE'
  | 'START_DEPLOYMENT'
  | 'UPDATE_SERVICE'
  | 'PAUSE_SERVICE'
  | 'RESUME_SERVICE'
  | 'DELETE_SERVICE';

/** The status of an operation that goes on. */
export type OperationStep = 'PENDING' | 'IN_PROGRESS' | 'ROLLBACK_IN_PROGRESS';

/** The status of an operation that is over. */
export type OperationEnd = 'SUCCEEDED' | 'FAILED' | 'ROLLBACK_SUCCEEDED' | 'ROLLBACK_FAILED';

/** Times in ms since 1970. */
export type ServiceOperation = Readonly<{
  id: string;
  type: OperationType;
  status: OperationStep | OperationEnd;
  startedAt: number;
  updatedAt: number;
  endedAt?: number;
}>;

export type AppRunnerOptions = Readonly<{
  now(): number;
  id(): string;
  arn: string;
  name: string;
  /** Where the service answers, without `https://`. */
  url: string;
  /** Begins with CREATE_SERVICE in progress; a service that is not new runs. */
  isNew?: boolean;
  /** Called within the call that changes the state. */
  onEvent?(event: unknown): void;
}>;

export type AppRunner = Readonly<{
  arn: string;
  name: string;
  url: string;
  createdAt: number;
  /** When the status changed last. */
  updatedAt(): number;
  status(): ServiceStatus;
  /** Newest first. */
  operations(): readonly ServiceOperation[];
  /** Gives the operation's id; throws AppRunnerError where the service is not in a state for it. */
  begin(type: OperationType): string;
  /** Throws where the operation is over or unknown. */
  enter(id: string, step: OperationStep): void;
  /** Throws where the operation is over or unknown. */
  finish(id: string, end: OperationEnd): void;
}>;

export class AppRunnerError extends Error {
  override name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** `name` as in events, `noun` as in their messages. */
type Kind = Readonly<{
  name: string;
  noun: string;
  /** What the service has to be. */
  from: readonly ServiceStatus[];
  /** What success and failure make of it, where it does not become what it was before. */
  succeeded?: ServiceStatus;
  failed?: ServiceStatus;
}>;

const OPERATIONS: Readonly<Record<OperationType, Kind>> = {
  CREATE_SERVICE: {
    name: 'CreateService',
    noun: 'creation',
    from: [],
    succeeded: 'RUNNING',
    failed: 'CREATE_FAILED',
  },
  START_DEPLOYMENT: { name: 'Deployment', noun: 'deployment', from: ['RUNNING'] },
  // "Service status must be RUNNING or PAUSED to be updated."
  UPDATE_SERVICE: { name: 'UpdateService', noun: 'update', from: ['RUNNING', 'PAUSED'] },
  PAUSE_SERVICE: { name: 'PauseService', noun: 'pause', from: ['RUNNING'], succeeded: 'PAUSED' },
  RESUME_SERVICE: { name: 'ResumeService', noun: 'resume', from: ['PAUSED'], succeeded: 'RUNNING' },
  DELETE_SERVICE: {
    name: 'DeleteService',
    noun: 'deletion',
    from: ['RUNNING', 'PAUSED', 'CREATE_FAILED', 'DELETE_FAILED'],
    succeeded: 'DELETED',
    failed: 'DELETE_FAILED',
  },
};

export const createAppRunner = (options: AppRunnerOptions): AppRunner => {
  const { now, id, arn, name, url, isNew = false } = options;
  const createdAt = now();
  const operations: ServiceOperation[] = [];
  let status: ServiceStatus = isNew ? 'OPERATION_IN_PROGRESS' : 'RUNNING';
  let statusBefore: ServiceStatus = status;
  let updatedAt = createdAt;

  const emit = (detailType: string, detail: Detail): void =>
    options.onEvent?.(eventOf({ arn, name, id: id(), at: now() }, detailType, detail));

  const setStatus = (next: ServiceStatus): void => {
    const previousServiceStatus = status;
    status = next;
    updatedAt = now();
    const message = `Service status is set to ${next}.`;
    const change = { previousServiceStatus, currentServiceStatus: next, message };
    if (next !== previousServiceStatus) emit('AppRunner Service Status Change', change);
  };

  const tell = (type: OperationType, outcome: Outcome): void =>
    emit('AppRunner Service Operation Status Change', operationDetail(OPERATIONS[type], outcome));

  const start = (type: OperationType): string => {
    const at = now();
    const operation: ServiceOperation = {
      id: id(),
      type,
      status: 'IN_PROGRESS',
      startedAt: at,
      updatedAt: at,
    };
    operations.unshift(operation);
    tell(type, 'Started');
    statusBefore = status;
    setStatus('OPERATION_IN_PROGRESS');
    return operation.id;
  };

  const change = (operationId: string, changed: Partial<ServiceOperation>): OperationType => {
    const index = operations.findIndex((one) => one.id === operationId && one.endedAt === undefined);
    const operation = operations[index];
    if (!operation) {
      const because = `expected an operation in progress, got ${operationId}`;
      throw new AppRunnerError('InvalidRequestException', because);
    }
    operations[index] = { ...operation, ...changed, updatedAt: now() };
    return operation.type;
  };

  if (isNew) start('CREATE_SERVICE');
  return {
    arn,
    name,
    url,
    createdAt,
    updatedAt: () => updatedAt,
    status: () => status,
    operations: () => operations,
    begin: (type) => {
      const { from } = OPERATIONS[type];
      if (from.includes(status)) return start(type);
      const expected = from.join(' or ') || 'no service';
      throw new AppRunnerError('InvalidStateException', `expected ${expected}, got ${status}`);
    },
    enter: (operationId, step) => void change(operationId, { status: step }),
    finish: (operationId, end) => {
      const type = change(operationId, { status: end, endedAt: now() });
      const { succeeded = statusBefore, failed = statusBefore } = OPERATIONS[type];
      setStatus(end === 'SUCCEEDED' ? succeeded : failed);
      // What was rolled back did not do what it should.
      tell(type, end === 'SUCCEEDED' ? 'CompletedSuccessfully' : 'Failed');
    },
  };
};
