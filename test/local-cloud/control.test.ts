/** What steers the local cloud: orders of faults, lost events, skipped time, schedules, and JSON over HTTP. */

import { createCloudClock } from './clock.ts';
import { createFaultList, type FaultOrder, parseFaultOrder } from './fault-list.ts';
import { type JsonServer, serveJson } from './json-server.ts';
import { runSchedules } from './schedules.ts';
import { createWeather, parseLosses } from './weather.ts';

const order = (more: Partial<FaultOrder> = {}): FaultOrder => ({
  service: 's3',
  operation: 'PutObject',
  nth: 1,
  when: 'before',
  do: '500',
  ...more,
});
const call = (accessKeyId = 'FUNCTION1', operation = 'PutObject') => ({
  service: 's3',
  operation,
  accessKeyId,
});

describe('orders of faults', () => {
  let killed: string[];
  const list = () => {
    killed = [];
    return createFaultList(
      (key) => key.startsWith('FUNCTION'),
      (key) => killed.push(key),
    );
  };

  test('the nth call of the operation meets it, and only once', () => {
    const faults = list();
    faults.add(order({ nth: 2 }));
    expect(faults.faultOf(call())).toBeUndefined();
    expect(faults.faultOf(call('FUNCTION1', 'GetObject'))).toBeUndefined();
    expect(faults.pending()).toHaveLength(1);
    expect(faults.faultOf(call())).toEqual({ kind: 'server-error', when: 'before' });
    expect(faults.pending()).toEqual([]);
    expect(faults.faultOf(call())).toBeUndefined();
  });

  test('a caller that is no function meets none, and does not count', () => {
    const faults = list();
    faults.add(order());
    expect(faults.faultOf(call('SOMEBODY'))).toBeUndefined();
    expect(faults.faultOf(call())).toBeDefined();
  });

  test('kill ends the process of the function that calls', () => {
    const faults = list();
    faults.add(order({ do: 'kill', when: 'after' }));
    const fault = faults.faultOf(call('FUNCTION7'));
    expect(fault).toMatchObject({ kind: 'kill', when: 'after' });
    expect(killed).toEqual([]);
    if (fault?.kind === 'kill') fault.kill();
    expect(killed).toEqual(['FUNCTION7']);
  });

  test('what is forgotten is met by nobody', () => {
    const faults = list();
    faults.add(order());
    faults.clear();
    expect(faults.faultOf(call())).toBeUndefined();
  });

  test('an order has a first call and a time before it where it does not say', () => {
    expect(parseFaultOrder({ service: 's3', operation: 'PutObject', do: 'kill' })).toEqual(
      order({ do: 'kill' }),
    );
  });

  test.each([
    ['nothing', null, /service: expected a text/],
    ['no operation', { service: 's3', do: 'kill' }, /operation: expected a text/],
    ['the zeroth call', { ...order(), nth: 0 }, /nth: expected a whole number of at least 1, got 0/],
    ['half a call', { ...order(), nth: 1.5 }, /nth: expected a whole number/],
    ['another time', { ...order(), when: 'later' }, /when: expected before, after, got "later"/],
    [
      'another deed',
      { ...order(), do: 'burn' },
      /do: expected kill, hang, drop-reply, throttle, 500, got "burn"/,
    ],
  ])('an order with %s is refused', (_case, value, because) => {
    expect(() => parseFaultOrder(value)).toThrow(because);
  });
});

describe('lost events', () => {
  test.each([
    ['aws.s3', 0.29, false],
    ['aws.s3', 0.3, true],
    ['aws.codebuild', 0.99, false],
    ['aws.apprunner', 0, true],
  ])('of %s, with %d drawn: delivered %p', (source, drawn, expected) => {
    const weather = createWeather(() => drawn);
    weather.set({ objects: 0.3, builds: 1 });
    expect(weather.delivers({ source })).toBe(expected);
  });

  test('none is lost at first', () => {
    const { delivers } = createWeather(() => 0);
    expect(['aws.s3', 'aws.codebuild'].map((source) => delivers({ source }))).toEqual([true, true]);
  });

  test.each([[{ objects: -0.1 }], [{ builds: 1.1 }], [{ objects: '1' }]])('%p is no share', (value) => {
    expect(() => parseLosses(value)).toThrow(/expected a share from 0 to 1/);
  });
});

describe('time', () => {
  test('is ahead by all that was skipped, and never goes back', () => {
    const clock = createCloudClock();
    clock.skip(60_000);
    clock.skip(1);
    expect(clock.aheadMs()).toBe(60_001);
    expect(clock.now() - Date.now()).toBeGreaterThan(59_000);
    expect(() => clock.skip(-1)).toThrow('expected to skip 0 ms or more, got -1');
  });

  test('a schedule is due one interval after the start, and each time is told', () => {
    const clock = { now: () => 1_000, aheadMs: () => 0, skip: () => undefined };
    const sent: string[] = [];
    const everyMs = 60_000;
    const schedules = runSchedules(
      [{ name: 'a', everyMs, queue: 'q', input: '{}' }],
      clock,
      (queue, body) => sent.push(`${queue} ${body}`),
      true,
    );
    expect(schedules.nextAt()).toBe(61_000);
    schedules.tick();
    expect(sent).toEqual(['q {}']);
    schedules.stop();
  });

  test('schedules that are off are never due', () => {
    const clock = createCloudClock();
    const schedules = runSchedules(
      [{ name: 'a', everyMs: 1, queue: 'q', input: '' }],
      clock,
      () => undefined,
      false,
    );
    expect(schedules.nextAt()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('JSON over HTTP', () => {
  let server: JsonServer;
  beforeAll(async () => {
    server = await serveJson(
      {
        'POST /echo': (body) => body,
        'POST /wrong': () => {
          throw new Error('expected something else');
        },
        'GET /nothing': () => undefined,
      },
      0,
    );
  });
  afterAll(() => server.close());

  const ask = async (method: string, path: string, body?: string, type = 'application/json') => {
    const answer = await fetch(server.url + path, {
      method,
      ...(body === undefined ? {} : { body, headers: { 'content-type': type } }),
    });
    return [answer.status, await answer.json()];
  };

  test('a body goes in and an answer comes out', async () => {
    expect(await ask('POST', '/echo?x=1', '{"a":[1]}')).toEqual([200, { a: [1] }]);
    expect(await ask('GET', '/nothing')).toEqual([200, {}]);
  });

  test.each<[string, string, string, string | undefined, string, number, RegExp]>([
    ['what a route refuses', 'POST', '/wrong', '{}', 'application/json', 400, /expected something else/],
    ['what is no JSON', 'POST', '/echo', '{', 'application/json', 400, /JSON/],
    [
      'a form of another site',
      'POST',
      '/echo',
      'a=1',
      'text/plain',
      415,
      /application\/json, got text\/plain/,
    ],
    ['an unknown route', 'GET', '/x', undefined, '', 404, /expected one of: POST \/echo.*got GET \/x/],
    ['an inherited name', 'GET', '/constructor', undefined, '', 404, /got GET \/constructor/],
    ['too much', 'POST', '/echo', JSON.stringify('x'.repeat(65_536)), 'application/json', 413, /65536/],
  ])('%s is answered with the reason', async (_case, method, path, body, type, status, because) => {
    expect(await ask(method, path, body, type)).toEqual([status, { error: expect.stringMatching(because) }]);
  });
});
