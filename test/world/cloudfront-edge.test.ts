import { defaultDistribution, type OriginServer } from './cloudfront.ts';
import { type Behaviour, cachingDisabled, cachingOptimized } from './cloudfront-config.ts';
import { startedAt, viewerFunction, withBehaviour, world } from './cloudfront-fixture.ts';
import { keyOfUri, s3Origin } from './cloudfront-origins.ts';
import { pathPatternMatcher } from './edge-route.ts';
import { createS3 } from './s3.ts';

describe('an edge', () => {
  test('fetches once, then serves its copy with its age; every edge has its own', () => {
    const { cloudfront, get, asked, pass } = world();
    expect(get('/a.css')).toBe('css Miss');
    pass(2_500);
    expect(cloudfront.get(0, { target: '/a.css' })).toMatchObject({
      status: 200,
      cache: 'hit',
      headers: { etag: '"css"', age: '2', 'x-cache': 'Hit from cloudfront', 'x-amz-cf-pop': 'LOC50-P1' },
    });
    expect(cloudfront.get(1, { target: '/a.css' })).toMatchObject({
      cache: 'miss',
      headers: { 'x-amz-cf-pop': 'LOC51-P1' },
    });
    expect(asked).toEqual(['/a.css', '/a.css']);
  });

  test('answers HEAD from the copy of GET, without the body', () => {
    const methods: string[] = [];
    const body = new Uint8Array(3);
    const site: OriginServer = ({ method }) => {
      methods.push(method);
      return { status: 200, headers: {}, body };
    };
    const { cloudfront } = world({ origins: { site } });
    const head = cloudfront.get(0, { target: '/a.css', method: 'HEAD' });
    expect([head.body.byteLength, head.headers['content-length']]).toEqual([0, '3']);
    expect(cloudfront.get(0, { target: '/a.css' })).toMatchObject({ cache: 'hit', body });
    expect(methods).toEqual(['GET']);
  });

  test('refuses a method that the behaviour does not allow', () => {
    const { cloudfront, asked } = world();
    expect(cloudfront.get(0, { target: '/a.css', method: 'PUT' }).status).toBe(403);
    expect(asked).toEqual([]);
  });

  test('keys its cache on the request target as received', () => {
    const { site, get } = world();
    site.set('a b', 'space');
    expect([get('/a%20b'), get('/a+b'), get('/a%20b')]).toEqual(['space Miss', 'space Miss', 'space Hit']);
  });

  test('puts the origin path before the URI', () => {
    const config = defaultDistribution({ origins: [{ id: 'site', domainName: 's', path: '/web' }] });
    const { asked, get } = world({ config });
    get('/a.css');
    expect(asked).toEqual(['/web/a.css']);
  });

  test('answers 502 where a behaviour has no origin', () => {
    expect(world({ origins: {} }).cloudfront.get(0, { target: '/' }).status).toBe(502);
  });

  test('says by peeking what it would serve, and changes nothing', () => {
    const { cloudfront, get, asked, pass } = world();
    expect(cloudfront.peek(0, '/a.css')).toEqual({ cached: false });
    expect(asked).toEqual([]);
    get('/a.css');
    pass(10);
    expect(cloudfront.peek(0, '/a.css')).toMatchObject({
      cached: true,
      status: 200,
      etag: '"css"',
      fetchedAt: startedAt,
      expiresAt: startedAt + 86_400_000,
    });
    expect(cloudfront.peek(1, '/a.css')).toEqual({ cached: false });
    expect(asked).toHaveLength(1);
  });
});

describe('a copy is kept', () => {
  const policy = { ...cachingOptimized, minTtlSeconds: 5, defaultTtlSeconds: 50, maxTtlSeconds: 100 };
  test.each([
    ['for the default time, when the origin says nothing', '', 50],
    ['for max-age', 'public, max-age=60', 60],
    ['for s-maxage before max-age', 'max-age=60, s-maxage=70', 70],
    ['no longer than the maximum', 'max-age=101', 100],
    ['no shorter than the minimum', 'max-age=4', 5],
    ['for the minimum, when the origin forbids caching', 'no-store, max-age=60', 5],
    ['for the minimum with no-cache', 'no-cache', 5],
    ['for the minimum when it is private', 'private, max-age=60', 5],
  ])('%s', (_case, control, seconds) => {
    const { cacheControl, cloudfront, get, pass } = world({ config: withBehaviour({ cachePolicy: policy }) });
    if (control) cacheControl.set('a.css', control);
    get('/a.css');
    pass(seconds * 1_000 - 1);
    expect(cloudfront.peek(0, '/a.css').cached).toBe(true);
    pass(1);
    expect(cloudfront.peek(0, '/a.css').cached).toBe(false);
    expect(get('/a.css')).toBe('css Miss');
  });

  test('until Expires', () => {
    const expires = new Date(startedAt + 20_000).toUTCString();
    const { cloudfront, pass } = world({
      config: withBehaviour({ cachePolicy: policy }),
      origins: { site: () => ({ status: 200, headers: { expires }, body: new Uint8Array() }) },
    });
    cloudfront.get(0, { target: '/' });
    pass(19_999);
    expect(cloudfront.peek(0, '/').cached).toBe(true);
    pass(1);
    expect(cloudfront.peek(0, '/').cached).toBe(false);
  });

  test('not at all where caching is disabled', () => {
    const { get } = world({ config: withBehaviour({ cachePolicy: cachingDisabled }) });
    expect([get('/a.css'), get('/a.css')]).toEqual(['css Miss', 'css Miss']);
  });
});

describe('an error', () => {
  const noPages = defaultDistribution({
    customErrorResponses: [{ code: 404, errorCachingMinTtlSeconds: 3 }],
  });
  const answering = (status: number, control = '') => ({
    site: () => ({ status, headers: { 'cache-control': control }, body: new Uint8Array() }),
  });

  test.each([
    ['10 s where the distribution says nothing', 403, '', 10],
    ['the time the distribution says', 404, '', 3],
    ['the origin’s max-age, if that is longer', 404, 'max-age=4', 4],
    ['not the origin’s max-age, if that is shorter', 404, 'max-age=2', 3],
    ['the distribution’s time, if the origin forbids caching', 404, 'no-store, max-age=4', 3],
    ['server errors too', 500, '', 10],
  ])('is cached for %s', (_case, status, control, seconds) => {
    const { cloudfront, pass } = world({ config: noPages, origins: answering(status, control) });
    expect(cloudfront.get(0, { target: '/x' })).toMatchObject({ status, cache: 'other' });
    pass(seconds * 1_000 - 1);
    expect(cloudfront.peek(0, '/x')).toMatchObject({ cached: true, status });
    expect(cloudfront.get(0, { target: '/x' }).headers['x-cache']).toBe('Error from cloudfront');
    pass(1);
    expect(cloudfront.peek(0, '/x').cached).toBe(false);
  });

  test('hides a new object until it expires or is invalidated', () => {
    const { cloudfront, site, pass } = world({ config: noPages });
    const status = (target: string) => cloudfront.get(0, { target }).status;
    expect([status('/new'), status('/other')]).toEqual([403, 403]);
    site.set('new', 'new').set('other', 'other');
    pass(1);
    cloudfront.createInvalidation('r', ['/new']);
    pass(1_000);
    expect([status('/new'), status('/other')]).toEqual([200, 403]);
    pass(9_000);
    expect(status('/other')).toBe(200);
  });

  const pages = (rest = {}) =>
    defaultDistribution({
      customErrorResponses: [{ code: 403, responsePage: '/404.html', errorCachingMinTtlSeconds: 7, ...rest }],
    });

  test('is replaced by the custom page, cached under the URL that was asked for', () => {
    const { cloudfront, site, pass } = world({ config: pages({ responseCode: 404 }) });
    site.set('404.html', 'lost');
    expect(cloudfront.get(0, { target: '/x' })).toMatchObject({ status: 404, headers: { etag: '"lost"' } });
    site.set('404.html', 'lost again');
    pass(1);
    cloudfront.createInvalidation('r', ['/404.html']);
    pass(2_000);
    expect(cloudfront.peek(0, '/x')).toMatchObject({ cached: true, status: 404, etag: '"lost"' });
    expect(cloudfront.peek(0, '/404.html').cached).toBe(false);
  });

  test('keeps its own status where the page brings none', () => {
    const { cloudfront, site } = world({ config: pages() });
    site.set('404.html', 'lost');
    expect(cloudfront.get(0, { target: '/x' }).status).toBe(403);
  });

  test('of a page that is missing itself is served as it is', () => {
    expect(world({ config: pages({ responseCode: 200 }) }).cloudfront.get(0, { target: '/x' }).status).toBe(
      403,
    );
  });

  test('of another behaviour is replaced too: custom pages belong to the distribution', () => {
    const config = pages();
    const api: Behaviour = { ...config.defaultBehaviour, pathPattern: '/api/*', originId: 'api' };
    const { site } = world();
    const { cloudfront } = world({
      config: {
        ...config,
        behaviours: [api],
        origins: [...config.origins, { id: 'api', domainName: 'a', path: '' }],
      },
      origins: {
        site: () => ({ status: 200, headers: { etag: '"lost"' }, body: new Uint8Array() }),
        api: () => ({ status: 403, headers: {}, body: new Uint8Array() }),
      },
    });
    site.set('404.html', 'lost');
    expect(cloudfront.get(0, { target: '/api/x' }).headers['etag']).toBe('"lost"');
  });
});

describe('the query string', () => {
  const targets = ['/a.css?v=1&w=1', '/a.css?v=1&w=2', '/a.css?v=2&w=2', '/a.css'];
  test.each([
    ['is no part of the key', 'none' as const, 'Miss Hit Hit Hit'],
    ['is the key’s, all of it', 'all' as const, 'Miss Miss Miss Miss'],
    ['is the key’s where it is listed', ['v'], 'Miss Hit Miss Miss'],
  ])('%s', (_case, queryStrings, expected) => {
    const { get } = world({ config: withBehaviour({ cachePolicy: { ...cachingOptimized, queryStrings } }) });
    expect(targets.map((target) => get(target).split(' ')[1]).join(' ')).toBe(expected);
  });

  test('needs a wildcard to be invalidated', () => {
    const { cloudfront, get, pass } = world({
      config: withBehaviour({ cachePolicy: { ...cachingOptimized, queryStrings: 'all' } }),
    });
    get('/a.css?v=1');
    pass(1);
    cloudfront.createInvalidation('r1', ['/a.css']);
    pass(2_000);
    expect(cloudfront.peek(0, '/a.css?v=1').cached).toBe(true);
    cloudfront.createInvalidation('r2', ['/a.css*']);
    pass(2_000);
    expect(cloudfront.peek(0, '/a.css?v=1').cached).toBe(false);
  });
});

test.each([
  ['/api/*', '/api/x/y', true],
  ['/api/*', '/api', false],
  ['api/*', '/api/x', true],
  ['*.css', '/deep/a.css', true],
  ['/a.css', '/aXcss', false],
  ['/a?c', '/abc', true],
  ['/a?c', '/ac', false],
  ['*', '/', true],
])('the pattern %s and the URI %s', (pattern, uri, matches) => {
  expect(pathPatternMatcher(pattern)(uri)).toBe(matches);
});

test('the first behaviour that matches is used', () => {
  const { defaultBehaviour, ...config } = defaultDistribution();
  const origins = ['one', 'two', 'site'].map((id) => ({ id, domainName: id, path: '' }));
  const behaviour = (pathPattern: string, originId: string) => ({
    ...defaultBehaviour,
    pathPattern,
    originId,
  });
  const behaviours = [behaviour('/api/v1/*', 'one'), behaviour('/api/*', 'two')];
  const server = (name: string) => () => ({ status: 200, headers: { etag: name }, body: new Uint8Array() });
  const { cloudfront } = world({
    config: { ...config, defaultBehaviour, behaviours, origins },
    origins: { one: server('one'), two: server('two'), site: server('site') },
  });
  const served = ['/api/v1/x', '/api/x', '/x'].map((target) => cloudfront.get(0, { target }).headers['etag']);
  expect(served).toEqual(['one', 'two', 'site']);
});

describe('a viewer-request function', () => {
  const running = (code: string, rest: Partial<Behaviour> = {}) =>
    world({ config: withBehaviour({ viewerRequest: viewerFunction(code), ...rest }) });
  const toIndex = `function handler(event) {
    var request = event.request;
    if (request.uri.endsWith('/')) request.uri += 'index.html';
    return request;
  }`;

  test('rewrites the URI before the cache: the rewritten one is the key', () => {
    const { get, asked } = running(toIndex);
    expect([get('/'), get('/index.html')]).toEqual(['home Miss', 'home Hit']);
    expect(asked).toEqual(['/index.html']);
  });

  test('gets the URI as received, and the query', () => {
    const seen =
      'function handler(e) { return { statusCode: 200, body: e.request.uri + JSON.stringify(e.request.querystring) } }';
    const { body } = running(seen).cloudfront.get(0, { target: '/a%2fb+c?x=1&y=2&y=3' });
    expect(new TextDecoder().decode(body)).toBe(
      '/a%2fb+c{"x":{"value":"1"},"y":{"value":"2","multiValue":[{"value":"2"},{"value":"3"}]}}',
    );
  });

  test('may answer itself, and its answer is not cached', () => {
    const redirect =
      "function handler(e) { return { statusCode: 302, headers: { location: { value: '/b' } } } }";
    const { cloudfront, asked } = running(redirect);
    expect(cloudfront.get(0, { target: '/a' })).toMatchObject({
      status: 302,
      headers: { location: '/b' },
      cache: 'other',
    });
    expect(cloudfront.peek(0, '/a')).toEqual({ cached: false });
    expect(asked).toEqual([]);
  });

  test('may change the query that is the key', () => {
    const code = 'function handler(e) { delete e.request.querystring.utm; return e.request }';
    const { get } = running(code, { cachePolicy: { ...cachingOptimized, queryStrings: 'all' } });
    expect([get('/a.css?v=1&utm=2'), get('/a.css?v=1')]).toEqual(['css Miss', 'css Hit']);
  });

  test('that leaves the query alone passes it on as it was received', () => {
    const queries: string[] = [];
    const viewerRequest = viewerFunction('function handler(e) { return e.request }');
    const site: OriginServer = ({ query }) => {
      queries.push(query);
      return { status: 200, headers: {}, body: new Uint8Array() };
    };
    const { cloudfront } = world({ config: withBehaviour({ viewerRequest }), origins: { site } });
    cloudfront.get(0, { target: '/?a=1&flag&b=%2f&a=2' });
    expect(queries).toEqual(['a=1&flag&b=%2f&a=2']);
  });

  test.each([
    ['throws', 'function handler() { throw new Error("no") }'],
    ['returns nothing', 'function handler() {}'],
    ['returns a URI without a slash', 'function handler(e) { e.request.uri = "x"; return e.request }'],
    ['returns a promise', 'async function handler(e) { return e.request }'],
    ['uses what CloudFront does not have', 'function handler(e) { process.exit(); return e.request }'],
  ])('that %s answers 503', (_case, code) => {
    expect(running(code).cloudfront.get(0, { target: '/a.css' })).toMatchObject({
      status: 503,
      cache: 'other',
    });
  });

  test('without a handler is refused at once', () => {
    expect(() => running('var x = 1')).toThrow('CloudFront function rewrite: expected a function "handler"');
  });
});

describe('an update of the distribution', () => {
  test('reaches the edges later, and is deployed when it has reached them all', () => {
    const draws = [0, 1];
    const { cloudfront, get, asked, pass } = world({
      random: () => draws.shift() ?? 0,
      timing: { deploymentMs: [1_000, 5_000] },
    });
    expect(cloudfront.getDistribution().status).toBe('Deployed');
    cloudfront.setConfig(defaultDistribution({ origins: [{ id: 'site', domainName: 's', path: '/v2' }] }));
    expect(cloudfront.getDistribution()).toMatchObject({
      status: 'InProgress',
      config: { origins: [{ path: '/v2' }] },
    });
    pass(1_000);
    get('/x', 0);
    get('/x', 1);
    expect(asked).toEqual(['/v2/x', '/x']);
    pass(3_999);
    expect(cloudfront.getDistribution().status).toBe('InProgress');
    pass(1);
    expect(cloudfront.getDistribution().status).toBe('Deployed');
  });

  test('is not undone by an earlier one that arrives after it', () => {
    const draws = [1, 0];
    const config = (path: string) =>
      defaultDistribution({ origins: [{ id: 'site', domainName: 's', path }] });
    const { cloudfront, get, asked, pass } = world({
      edges: 1,
      random: () => draws.shift() ?? 0,
      timing: { deploymentMs: [1_000, 5_000] },
    });
    cloudfront.setConfig(config('/one'));
    cloudfront.setConfig(config('/two'));
    pass(10_000);
    get('/x');
    expect(asked).toEqual(['/two/x']);
  });
});

test.each([
  ['/a%20b', 'a b'],
  ['/a+b', 'a b'],
  ['/a%2Bb', 'a+b'],
  ['//x', '/x'],
  ['/%C3%A9', 'é'],
  ['/%zz', undefined],
])('S3 reads the URI %s as the key %s', (uri, key) => {
  expect(keyOfUri(uri)).toBe(key);
});

test('a bucket serves the current object with its headers, and 403 for what is missing or deleted', () => {
  let ids = 0;
  const s3 = createS3({ now: () => startedAt, id: () => `V${++ids}` });
  s3.createBucket('site', { versioning: 'enabled', eventBridge: false });
  s3.put('site', 'a b', new TextEncoder().encode('body'), {
    contentType: 'text/css',
    cacheControl: 'max-age=1',
    contentEncoding: 'identity',
    contentDisposition: 'inline',
    contentLanguage: 'en',
    metadata: { 'cache-tag': 'x' },
  });
  const ask = (uri: string) => s3Origin(s3, 'site')({ method: 'GET', uri, query: '', headers: {} });
  expect(ask('/a%20b')).toEqual({
    status: 200,
    headers: {
      'content-type': 'text/css',
      etag: '"841a2d689ad86bd1611447453c22c6fc"',
      'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
      'cache-control': 'max-age=1',
      'content-encoding': 'identity',
      'content-disposition': 'inline',
      'content-language': 'en',
      'x-amz-meta-cache-tag': 'x',
    },
    body: new TextEncoder().encode('body'),
  });
  expect(ask('/none').status).toBe(403);
  expect(ask('/%zz').status).toBe(400);
  s3.delete('site', 'a b');
  expect(ask('/a%20b').status).toBe(403);
});
