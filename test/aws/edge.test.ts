import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { bodyBytesMax, edgeAdapter } from '../../shared/aws/edge.ts';

const opened: { close(): void }[] = [];

afterAll(() => {
  for (const server of opened) server.close();
});

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

const serving = async (listener: Listener) => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push({
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  });
  return edgeAdapter(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
};

/** What comes over the wire, byte for byte; every request gets an empty 200. */
const recording = async () => {
  let received = '';
  const server = createTcpServer((socket: Socket) => {
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(server);
  return {
    edge: edgeAdapter(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    received: () => received,
  };
};

const soon = () => Date.now() + 5_000;
const md5 = (body: string | Uint8Array) => createHash('md5').update(body).digest('hex');

test('an answer is read: status, entity tag, hash of the body, edge, cache', async () => {
  const edge = await serving((_request, response) => {
    response.writeHead(200, { etag: '"abc"', 'x-amz-cf-pop': 'FRA56-P1', 'x-cache': 'Hit from cloudfront' });
    response.end('body');
  });
  expect(await edge.get('/', soon())).toEqual({
    kind: 'answer',
    status: 200,
    etag: 'abc',
    md5: md5('body'),
    pop: 'FRA56-P1',
    cache: 'hit',
  });
});

test.each([
  ['W/"abc"', 'Miss from cloudfront', 'abc', 'miss'],
  ['"a\\"c"', 'RefreshHit from cloudfront', 'a\\"c', 'other'],
  ['"abc-2"', 'Error from cloudfront', 'abc-2', 'other'],
])('the entity tag %s and X-Cache "%s"', async (etag, xCache, expected, cache) => {
  const edge = await serving((_request, response) =>
    response.writeHead(200, { etag, 'x-cache': xCache }).end(),
  );
  expect(await edge.get('/', soon())).toMatchObject({ etag: expected, cache });
});

test('what an answer does not say is left out', async () => {
  const edge = await serving((_request, response) => response.writeHead(403).end());
  expect(await edge.get('/', soon())).toEqual({ kind: 'answer', status: 403, md5: md5(''), cache: 'other' });
});

test('a redirect is an answer and is not followed', async () => {
  const paths: (string | undefined)[] = [];
  const edge = await serving((request, response) => {
    paths.push(request.url);
    response.writeHead(302, { location: '/b' }).end();
  });
  expect(await edge.get('/a', soon())).toMatchObject({ status: 302 });
  expect(paths).toEqual(['/a']);
});

test.each(['/a/../b', '//x', '/a%2fb%C3%a9', "/a+b'()*!~", '/a?b=c&d', '/a;b|c{}^`"<>\\'])(
  'the path %s goes out byte for byte, asking for the body as it is',
  async (path) => {
    const { edge, received } = await recording();
    await edge.get(path, soon());
    expect(received().split('\r\n', 1)[0]).toBe(`GET ${path} HTTP/1.1`);
    expect(received().toLowerCase()).toMatch(/\r\naccept-encoding: identity\r\n/);
    expect(received().toLowerCase()).toMatch(/\r\nuser-agent: afterbuild\r\n/);
  },
);

describe('a body', () => {
  test('that is compressed all the same is hashed as sent', async () => {
    const edge = await serving((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('not really gzip');
    });
    expect(await edge.get('/', soon())).toMatchObject({ md5: md5('not really gzip') });
  });

  test('of the cap is hashed', async () => {
    const body = Buffer.alloc(bodyBytesMax, 'x');
    const edge = await serving((_request, response) => response.end(body));
    expect(await edge.get('/', soon())).toMatchObject({ kind: 'answer', md5: md5(body) });
  });

  test('one byte longer has no hash', async () => {
    const edge = await serving((_request, response) => response.end(Buffer.alloc(bodyBytesMax + 1)));
    const answer = await edge.get('/', soon());
    expect(answer).toMatchObject({ kind: 'answer', status: 200 });
    expect(answer).not.toHaveProperty('md5');
  });

  test('without an end is not read to its end: the connection is closed', async () => {
    let closed: () => void = () => undefined;
    const whenClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const edge = await serving((_request, response) => {
      response.on('close', closed);
      response.write(Buffer.alloc(bodyBytesMax + 1));
    });
    expect(await edge.get('/', soon())).toMatchObject({ kind: 'answer', status: 200 });
    await whenClosed;
  });
});

describe('no answer', () => {
  const because = async (
    edge: { get: ReturnType<typeof edgeAdapter>['get'] },
    path = '/',
    deadline = soon(),
  ) => {
    const answer = await edge.get(path, deadline);
    return answer.kind === 'no-answer' ? answer.because : `status ${answer.status}`;
  };

  test('when the deadline passes before the headers', async () => {
    const edge = await serving(() => undefined);
    expect(await because(edge, '/', Date.now() + 30)).toMatch(/^no answer within \d+ ms$/);
  });

  test('when the deadline passes within the body', async () => {
    const edge = await serving((_request, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('12345');
    });
    expect(await because(edge, '/', Date.now() + 60)).toMatch(/^no answer within \d+ ms$/);
  });

  test('when the deadline had passed: nothing is sent', async () => {
    let requests = 0;
    const edge = await serving(() => {
      requests += 1;
    });
    expect(await because(edge, '/', Date.now())).toBe('the deadline had passed');
    expect(requests).toBe(0);
  });

  test('when the connection is refused', async () => {
    expect(await because(edgeAdapter('http://127.0.0.1:1'))).toContain('ECONNREFUSED');
  });

  test('when the connection breaks within the body', async () => {
    const edge = await serving((_request, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('12345', () => response.destroy());
    });
    expect(await because(edge)).toBe('the connection closed early');
  });

  test('when no request line can carry the path', async () => {
    const edge = await serving((_request, response) => response.end());
    expect(await because(edge, '/a b')).toContain('unescaped');
  });
});
