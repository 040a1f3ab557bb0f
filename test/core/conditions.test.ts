import {
  type Conditions,
  faultOf,
  parseHeaderCondition,
  parseJsonCondition,
  parseStatuses,
} from '../../shared/core/conditions.ts';

const statuses = [{ from: 200, to: 299 }];
const answer = (more: object = {}) => ({ status: 200, body: '', headers: {}, ...more });

test.each<[string, object, Omit<Conditions, 'statuses'>, string | undefined]>([
  ['nothing else is asked for', answer(), {}, undefined],
  ['another status', answer({ status: 300 }), {}, 'status 300'],
  ['the marker', answer({ body: 'all ok' }), { bodyMarker: 'ok' }, undefined],
  ['no marker', answer({ body: 'no' }), { bodyMarker: 'ok' }, 'status 200, but its body lacks the marker'],
  ['the header', answer({ headers: { 'x-app': '' } }), { header: { name: 'x-app' } }, undefined],
  ['no header', answer(), { header: { name: 'x-app' } }, 'status 200, but without the header x-app'],
  [
    'a name of every object for a header',
    answer(),
    { header: { name: 'constructor' } },
    'status 200, but without the header constructor',
  ],
  [
    'its value',
    answer({ headers: { 'x-app': 'ready' } }),
    { header: { name: 'x-app', value: 'ready' } },
    undefined,
  ],
  [
    'another value, which is not repeated',
    answer({ headers: { 'x-app': 'secret' } }),
    { header: { name: 'x-app', value: 'ready' } },
    'status 200, but its header x-app says something else',
  ],
  [
    'a field',
    answer({ body: '{"db":{"up":"yes"}}' }),
    { json: { path: ['db', 'up'], value: 'yes' } },
    undefined,
  ],
  [
    'a field that is no text',
    answer({ body: '{"up":true}' }),
    { json: { path: ['up'], value: 'true' } },
    undefined,
  ],
  ['a number', answer({ body: '{"n":1}' }), { json: { path: ['n'], value: '1' } }, undefined],
  ['null', answer({ body: '{"n":null}' }), { json: { path: ['n'], value: 'null' } }, undefined],
  ['an item of a list', answer({ body: '[{"n":1}]' }), { json: { path: ['0', 'n'], value: '1' } }, undefined],
  [
    'another value of the field, which is not repeated',
    answer({ body: '{"up":"secret"}' }),
    { json: { path: ['up'], value: 'yes' } },
    'status 200, but its field up says something else',
  ],
  [
    'no such field',
    answer({ body: '{"db":null}' }),
    { json: { path: ['db', 'up'], value: 'yes' } },
    'status 200, but its body lacks the field db.up',
  ],
  [
    'a field of every object',
    answer({ body: '{}' }),
    { json: { path: ['constructor'], value: 'x' } },
    'status 200, but its body lacks the field constructor',
  ],
  [
    'no JSON',
    answer({ body: '<' }),
    { json: { path: ['up'], value: 'x' } },
    'status 200, but its body is not JSON',
  ],
])('%s', (_case, given, conditions, fault) => {
  const found = faultOf(given as ReturnType<typeof answer>, { statuses, ...conditions });
  expect(found?.because).toBe(fault);
});

test.each([
  [199, false],
  [200, true],
  [299, true],
  [300, false],
  [303, false],
  [304, true],
  [305, false],
])('of 200-299 and 304 the status %d is one: %s', (status, isOne) => {
  const wanted = { statuses: [...statuses, { from: 304, to: 304 }] };
  expect(faultOf(answer({ status }), wanted) === undefined).toBe(isOne);
});

test.each([
  ['100-599', [{ from: 100, to: 599 }]],
  ['100-199', [{ from: 100, to: 199 }]],
  ['200-699', undefined],
  ['200,x', undefined],
  ['200', [{ from: 200, to: 200 }]],
  ['200-299', [{ from: 200, to: 299 }]],
  [
    ' 200 , 301-302 ',
    [
      { from: 200, to: 200 },
      { from: 301, to: 302 },
    ],
  ],
  ['', undefined],
  ['99', undefined],
  ['600', undefined],
  ['200-', undefined],
  ['300-200', undefined],
  ['200;201', undefined],
])('the statuses %j are %j', (text, expected) => {
  expect(parseStatuses(text)).toEqual(expected);
});

test.each([
  ['status=ok', { path: ['status'], value: 'ok' }],
  ['a.b.c=1=2', { path: ['a', 'b', 'c'], value: '1=2' }],
  ['a=', { path: ['a'], value: '' }],
  ['a', undefined],
  ['=x', undefined],
  ['a..b=x', undefined],
  ['.a=x', undefined],
])('the field %j is %j', (text, expected) => {
  expect(parseJsonCondition(text)).toEqual(expected);
});

test.each([
  ['X-App', { name: 'x-app' }],
  ['X-App:', { name: 'x-app' }],
  ['X-App: ready', { name: 'x-app', value: 'ready' }],
  ['X-App :a: b ', { name: 'x-app', value: 'a: b' }],
  ['', undefined],
  ['a b', undefined],
  [': a', undefined],
])('the header %j is %j', (text, expected) => {
  expect(parseHeaderCondition(text)).toEqual(expected);
});
