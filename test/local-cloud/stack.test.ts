import { readStack } from './stack.ts';

const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const resource = (Type: string, Properties: object = {}) => ({ Type, Properties });
const template = (Resources: object, rest: object = {}) => ({ Resources, ...rest });

const QUEUE = resource('AWS::SQS::Queue');
const FUNCTION = resource('AWS::Lambda::Function');
const mapping = (settings: object = {}) =>
  resource('AWS::Lambda::EventSourceMapping', {
    FunctionName: arn('Run'),
    EventSourceArn: arn('Work'),
    ...settings,
  });
const rule = (settings: object = {}) =>
  resource('AWS::Events::Rule', {
    EventPattern: { source: ['aws.s3'] },
    Targets: [{ Id: 'a', Arn: arn('Work') }],
    ...settings,
  });
const schedule = (expression: string, settings: object = {}) =>
  resource('AWS::Scheduler::Schedule', {
    ScheduleExpression: expression,
    Target: { Arn: arn('Work'), Input: '{"kind":"tick"}' },
    ...settings,
  });

test('a queue has its times in milliseconds, and what it does not say by default', () => {
  const { queues } = readStack(
    template({
      Work: resource('AWS::SQS::Queue', {
        VisibilityTimeout: 360,
        DelaySeconds: 5,
        MessageRetentionPeriod: 345_600,
        RedrivePolicy: { deadLetterTargetArn: arn('Dead'), maxReceiveCount: 7 },
      }),
      Dead: QUEUE,
    }),
    {},
  );
  expect(queues).toEqual([
    {
      name: 'Work',
      settings: {
        visibilityTimeoutMs: 360_000,
        delayMs: 5_000,
        retentionMs: 345_600_000,
        redrive: { deadLetterQueue: 'Dead', maxReceiveCount: 7 },
      },
    },
    { name: 'Dead', settings: { visibilityTimeoutMs: 30_000, delayMs: 0 } },
  ]);
});

test.each([
  ['that says nothing', {}, { batchSize: 10, windowMs: 0, concurrency: 2, reportsFailures: false }],
  [
    'that says everything',
    {
      BatchSize: 1000,
      MaximumBatchingWindowInSeconds: 1,
      ScalingConfig: { MaximumConcurrency: 3 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    },
    { batchSize: 1000, windowMs: 1_000, concurrency: 3, reportsFailures: true },
  ],
])('a mapping %s', (_case, settings, expected) => {
  const { mappings } = readStack(template({ Work: QUEUE, Run: FUNCTION, Map: mapping(settings) }), {});
  expect(mappings).toEqual([{ functionId: 'Run', queue: 'Work', ...expected }]);
});

test.each([
  ['rate(1 minute)', 60_000],
  ['rate(5 minutes)', 300_000],
  ['rate(2 hours)', 7_200_000],
  ['rate(1 day)', 86_400_000],
])('a schedule of %s sends its input as it is', (expression, everyMs) => {
  const { schedules } = readStack(template({ Work: QUEUE, Tick: schedule(expression) }), {});
  expect(schedules).toEqual([{ name: 'Tick', everyMs, queue: 'Work', input: '{"kind":"tick"}' }]);
});

test('what is switched off is left out', () => {
  const stack = readStack(
    template({
      Work: QUEUE,
      Run: FUNCTION,
      Rule: rule({ State: 'DISABLED' }),
      Tick: schedule('rate(5 minutes)', { State: 'DISABLED' }),
      Map: mapping({ Enabled: false }),
    }),
    {},
  );
  expect([stack.rules, stack.schedules, stack.mappings]).toEqual([[], [], []]);
});

test('a target with an input is sent that instead of the event', () => {
  const targets = [{ Id: 'a', Arn: { 'Fn::GetAtt': ['Work', 'Arn'] }, Input: '{"kind":"look"}' }];
  const stack = readStack(
    template({
      Work: QUEUE,
      Rule: resource('AWS::Events::Rule', { EventPattern: {}, Targets: targets }),
    }),
    {},
  );
  expect(stack.rules).toEqual([
    { name: 'Rule', pattern: {}, targets: [{ queue: 'Work', input: '{"kind":"look"}' }] },
  ]);
});

test('conditions decide about resources and values, and an environment is text', () => {
  const conditions = { Conditions: { IsLive: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] } } };
  const Environment = {
    Variables: {
      URL: { Ref: 'Work' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
      NAME: { 'Fn::If': ['IsLive', { 'Fn::Sub': '${AWS::Region}-${Run}' }, 'other'] },
      MAX: 100,
    },
  };
  const stack = readStack(
    template(
      {
        Work: QUEUE,
        Run: resource('AWS::Lambda::Function', { Timeout: 60, Environment }),
        Rule: { ...rule(), Condition: 'IsLive' },
      },
      conditions,
    ),
    { Work: 'http://127.0.0.1/work' },
  );
  expect(stack.functions).toEqual([
    {
      id: 'Run',
      timeoutMs: 60_000,
      environment: { URL: 'http://127.0.0.1/work', NAME: 'us-east-1-Run', MAX: '100' },
    },
  ]);
  expect(stack.rules).toEqual([
    { name: 'Rule', pattern: { source: ['aws.s3'] }, targets: [{ queue: 'Work' }] },
  ]);
});

test.each([
  [
    'a value from another stack',
    {
      Run: resource('AWS::Lambda::Function', {
        Environment: { Variables: { A: { 'Fn::ImportValue': 'x' } } },
      }),
    },
    /^Run: .*Fn::ImportValue/,
  ],
  [
    'a reference to nothing',
    { Run: resource('AWS::Lambda::Function', { Environment: { Variables: { A: { Ref: 'Nothing' } } } }) },
    /^Run: .*Nothing/,
  ],
  [
    'a rule to what is no queue',
    { Run: FUNCTION, Rule: rule({ Targets: [{ Arn: arn('Run') }] }) },
    /^Rule\.Targets\[0\]\.Arn: /,
  ],
  [
    'a schedule that is no rate',
    { Work: QUEUE, Tick: schedule('cron(0 * * * ? *)') },
    /^Tick\.ScheduleExpression: .*cron/,
  ],
  [
    'a schedule of nothing',
    { Work: QUEUE, Tick: schedule('rate(0 minutes)') },
    /^Tick\.ScheduleExpression: .*rate\(0/,
  ],
  [
    'a schedule without input',
    { Work: QUEUE, Tick: schedule('rate(1 day)', { Target: { Arn: arn('Work') } }) },
    /^Tick\.Target\.Input: /,
  ],
])('%s is refused by the name of its resource', (_case, resources, message) => {
  expect(() => readStack(template(resources), {})).toThrow(message);
});
