import { type Params, packageTemplate } from '../package-template.ts';
import { type Loose, PACKAGING_TIMEOUT_MS, type Stack, stackOf } from './packaged-stack.ts';

let stack: Stack;
let watched: Stack;

beforeAll(async () => {
  const packaged = async (params: Params): Promise<Stack> => stackOf(await packageTemplate(params));
  stack = await packaged({});
  watched = await packaged({ alarmEmail: 'ops@example.com', dashboard: 'true', holdMaxMs: '60000' });
}, 3 * PACKAGING_TIMEOUT_MS);

describe('the dashboard', () => {
  const widgets = (): Loose[] => JSON.parse(watched.properties('Dashboard').DashboardBody).widgets;

  test('is there when it is asked for only', () => {
    expect(stack.idsOfType('AWS::CloudWatch::Dashboard')).toEqual([]);
    expect(watched.properties('Dashboard').DashboardName).toBe('stack');
  });

  test('shows every alarm', () => {
    const [{ properties }] = widgets().filter(({ type }) => type === 'alarm');
    const alarms = stack.idsOfType('AWS::CloudWatch::Alarm').toSorted();
    expect(alarms).toHaveLength(6);
    expect(properties.alarms.toSorted()).toEqual(alarms.map((alarm) => `arn:${alarm}`));
  });

  test.each([
    ['Invocations', 'AWS::Lambda::Function', ''],
    ['Errors', 'AWS::Lambda::Function', ''],
    ['Duration', 'AWS::Lambda::Function', ''],
    ['ApproximateAgeOfOldestMessage', 'AWS::SQS::Queue', 'source'],
    ['ApproximateNumberOfMessagesVisible', 'AWS::SQS::Queue', 'dead'],
  ])('shows %s of every %s %s', (metric, type, kind) => {
    const ids = watched.idsOfType(type).filter((id) => !kind || id.includes('Dead') === (kind === 'dead'));
    const shown = widgets()
      .flatMap(({ properties }) => properties.metrics ?? [])
      .filter(([, name]: Loose) => name === metric)
      .map(([, , , value]: Loose) => value);
    const suffix = type === 'AWS::SQS::Queue' ? '.QueueName' : '';
    expect(shown.toSorted()).toEqual(ids.map((id) => `${id}${suffix}`).toSorted());
  });

  test('shows the alarms of all logs, and their words', () => {
    const [{ properties }] = widgets().filter(({ type }) => type === 'log');
    for (const id of stack.idsOfType('AWS::Logs::LogGroup'))
      expect(properties.query).toContain(`SOURCE '${id}'`);
    expect(widgets().some(({ properties: { metrics } }) => metrics?.[0].includes('Alarms'))).toBe(true);
  });

  test('fits on a wall: within 24 columns, and no widget over another', () => {
    const cells = widgets().flatMap(({ x, y, width, height }) => {
      expect(x + width).toBeLessThanOrEqual(24);
      return Array.from({ length: width * height }, (_none, index) =>
        [x + (index % width), y + Math.floor(index / width)].join(),
      );
    });
    expect(new Set(cells).size).toBe(cells.length);
  });
});

test('a dashboard that is neither wanted nor unwanted ends packaging', async () => {
  await expect(packageTemplate({ dashboard: 'maybe' })).rejects.toThrow(/Received: maybe/);
});
