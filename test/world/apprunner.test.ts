import {
  type AppRunner,
  createAppRunner,
  type OperationEnd,
  type OperationType,
  type ServiceStatus,
} from './apprunner.ts';

type Told = Readonly<{ 'detail-type': string; detail: Readonly<Record<string, string>> }>;

const AT = Date.UTC(2026, 10, 23, 12, 0, 0, 999);
const arn = 'arn:aws:apprunner:us-east-1:123456789012:service/api/8fe1e10304f84fd2b0df550fe98a71fa';

let time: number;
let events: Told[];

const create = (isNew = false): AppRunner => {
  let ids = 0;
  return createAppRunner({
    now: () => time,
    id: () => `id${ids++}`,
    arn,
    name: 'api',
    url: 'api.example.com',
    isNew,
    onEvent: (event) => events.push(event as Told),
  });
};

/** Operations that bring a new service to a status. */
const WAYS: Readonly<
  Record<Exclude<ServiceStatus, 'OPERATION_IN_PROGRESS'>, readonly [OperationType, OperationEnd][]>
> = {
  RUNNING: [],
  PAUSED: [['PAUSE_SERVICE', 'SUCCEEDED']],
  DELETED: [['DELETE_SERVICE', 'SUCCEEDED']],
  DELETE_FAILED: [['DELETE_SERVICE', 'FAILED']],
  CREATE_FAILED: [],
};

const inStatus = (status: ServiceStatus): AppRunner => {
  const service = create(true);
  const created = service.operations()[0]?.id ?? '';
  if (status !== 'OPERATION_IN_PROGRESS') {
    service.finish(created, status === 'CREATE_FAILED' ? 'FAILED' : 'SUCCEEDED');
    for (const [type, end] of WAYS[status]) service.finish(service.begin(type), end);
  }
  expect(service.status()).toBe(status);
  return service;
};

beforeEach(() => {
  time = AT;
  events = [];
});

const STATUSES: readonly ServiceStatus[] = [
  'RUNNING',
  'PAUSED',
  'OPERATION_IN_PROGRESS',
  'CREATE_FAILED',
  'DELETED',
  'DELETE_FAILED',
];

test.each<[OperationType, readonly ServiceStatus[]]>([
  ['CREATE_SERVICE', []],
  ['START_DEPLOYMENT', ['RUNNING']],
  ['UPDATE_SERVICE', ['RUNNING', 'PAUSED']],
  ['PAUSE_SERVICE', ['RUNNING']],
  ['RESUME_SERVICE', ['PAUSED']],
  ['DELETE_SERVICE', ['RUNNING', 'PAUSED', 'CREATE_FAILED', 'DELETE_FAILED']],
])('%s begins in the statuses that allow it, and in no other', (type, expected) => {
  const allowed = STATUSES.filter((status) => {
    const service = inStatus(status);
    const before = service.operations().length;
    try {
      service.begin(type);
    } catch (error) {
      expect(error).toMatchObject({ name: 'InvalidStateException' });
      expect([service.status(), service.operations().length]).toEqual([status, before]);
      return false;
    }
    expect(service.status()).toBe('OPERATION_IN_PROGRESS');
    return true;
  });
  expect(allowed).toEqual(expected);
});

test.each<[OperationType, ServiceStatus, ServiceStatus, ServiceStatus]>([
  ['START_DEPLOYMENT', 'RUNNING', 'RUNNING', 'RUNNING'],
  ['UPDATE_SERVICE', 'RUNNING', 'RUNNING', 'RUNNING'],
  ['UPDATE_SERVICE', 'PAUSED', 'PAUSED', 'PAUSED'],
  ['PAUSE_SERVICE', 'RUNNING', 'PAUSED', 'RUNNING'],
  ['RESUME_SERVICE', 'PAUSED', 'RUNNING', 'PAUSED'],
  ['DELETE_SERVICE', 'CREATE_FAILED', 'DELETED', 'DELETE_FAILED'],
])('%s of a service that is %s makes it %s, or, failed, %s', (type, from, succeeded, failed) => {
  const ends: readonly [OperationEnd, ServiceStatus][] = [
    ['SUCCEEDED', succeeded],
    ['FAILED', failed],
    ['ROLLBACK_SUCCEEDED', failed],
    ['ROLLBACK_FAILED', failed],
  ];
  for (const [end, status] of ends) {
    const service = inStatus(from);
    service.finish(service.begin(type), end);
    expect([service.status(), service.operations()[0]?.status]).toEqual([status, end]);
  }
});

test('a new service is being created, and tells when it runs', () => {
  const service = create(true);
  const [creation] = service.operations();
  expect([service.status(), creation?.type]).toEqual(['OPERATION_IN_PROGRESS', 'CREATE_SERVICE']);
  service.finish(creation?.id ?? '', 'SUCCEEDED');
  expect(events.map(({ detail }) => detail['operationStatus'] ?? detail['currentServiceStatus'])).toEqual([
    'CreateServiceStarted',
    'RUNNING',
    'CreateServiceCompletedSuccessfully',
  ]);
});

test('a service that is not new runs, without operations and events', () => {
  const service = create();
  expect([service.status(), service.operations(), events]).toEqual(['RUNNING', [], []]);
});

test('an operation goes through its steps with times of its own, and ends once', () => {
  const service = create();
  const id = service.begin('START_DEPLOYMENT');
  const operation = { id, type: 'START_DEPLOYMENT', startedAt: AT };
  const eventsAtStart = events.length;
  for (const status of ['PENDING', 'IN_PROGRESS', 'ROLLBACK_IN_PROGRESS'] as const) {
    time += 1_000;
    service.enter(id, status);
    expect(service.operations()).toEqual([{ ...operation, status, updatedAt: time }]);
  }
  // AWS has no event for a step.
  expect(events).toHaveLength(eventsAtStart);
  expect(service.updatedAt()).toBe(AT);
  time += 1_000;
  service.finish(id, 'ROLLBACK_SUCCEEDED');
  const ended = { ...operation, status: 'ROLLBACK_SUCCEEDED', updatedAt: time, endedAt: time };
  expect(service.operations()).toEqual([ended]);
  expect(service.updatedAt()).toBe(time);

  const over = expect.objectContaining({
    name: 'InvalidRequestException',
    message: expect.stringContaining(id),
  });
  expect(() => service.finish(id, 'SUCCEEDED')).toThrow(over);
  expect(() => service.enter(id, 'IN_PROGRESS')).toThrow(over);
  expect(service.operations()).toEqual([ended]);
});

test('events are what EventBridge delivers: seconds, the ARN, the id without the ARN', () => {
  const service = create();
  const id = service.begin('PAUSE_SERVICE');
  const common = { serviceName: 'api', serviceId: '8fe1e10304f84fd2b0df550fe98a71fa' };
  const event = {
    version: '0',
    id: expect.stringMatching(/^id\d$/),
    source: 'aws.apprunner',
    account: '123456789012',
    time: '2026-11-23T12:00:00Z',
    region: 'us-east-1',
    resources: [arn],
  };
  expect(events).toEqual([
    {
      ...event,
      'detail-type': 'AppRunner Service Operation Status Change',
      detail: {
        ...common,
        operationStatus: 'PauseServiceStarted',
        message: 'Service pause started.',
        severity: 'INFO',
      },
    },
    {
      ...event,
      'detail-type': 'AppRunner Service Status Change',
      detail: {
        ...common,
        previousServiceStatus: 'RUNNING',
        currentServiceStatus: 'OPERATION_IN_PROGRESS',
        message: 'Service status is set to OPERATION_IN_PROGRESS.',
        severity: 'INFO',
      },
    },
  ]);
  service.finish(id, 'FAILED');
  expect(events.at(-1)?.detail).toMatchObject({
    operationStatus: 'PauseServiceFailed',
    message: 'Service pause failed.',
    severity: 'ERROR',
  });
});

test.each<[OperationType, ServiceStatus, string]>([
  ['START_DEPLOYMENT', 'RUNNING', 'Deployment'],
  ['UPDATE_SERVICE', 'RUNNING', 'UpdateService'],
  ['PAUSE_SERVICE', 'RUNNING', 'PauseService'],
  ['RESUME_SERVICE', 'PAUSED', 'ResumeService'],
  ['DELETE_SERVICE', 'RUNNING', 'DeleteService'],
])('%s of a service that is %s is told as %s', (type, from, name) => {
  const told = (end: OperationEnd): readonly (string | undefined)[] => {
    const service = inStatus(from);
    events = [];
    service.finish(service.begin(type), end);
    return events.flatMap(({ detail }) => detail['operationStatus'] ?? []);
  };
  expect(told('SUCCEEDED')).toEqual([`${name}Started`, `${name}CompletedSuccessfully`]);
  expect(told('FAILED')).toEqual([`${name}Started`, `${name}Failed`]);
  expect(told('ROLLBACK_SUCCEEDED')).toEqual([`${name}Started`, `${name}Failed`]);
});
