import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { apiAdapter, apiBodyBytesMax } from '../../shared/aws/api.ts';

/** Made for these tests, for 127.0.0.1, and trusted by nobody else. */
const fixture = (name: string): string => readFileSync(`${import.meta.dirname}/fixtures/${name}`, 'utf8');
const cert = fixture('localhost-cert.pem');
const certEndsAt = Date.UTC(2126, 9, 30, 17, 23, 18);

const opened: Server[] = [];
afterAll(() => {
  for (const server of opened) {
    server.close();
    server.closeAllConnections();
  }
});

const listening = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(server);
  return (server.address() as AddressInfo).port;
};

const soon = () => Date.now() + 5_000;

/** An adapter whose direct way leads to a server that answers so. */
const serving = async (listener: RequestListener, path = '/api/health') => {
  const direct = `http://127.0.0.1:${await listening(createServer(listener))}`;
  const api = apiAdapter({ direct, edge: 'http://127.0.0.1:1' }, path);
  return { probe: (deadline = soon()) => api.probe('direct', deadline) };
};

test('an answer is read: status, headers, body, how long it took', async () => {
  const { probe } = await serving((_request, response) => {
    setTimeout(() => {
      response.writeHead(503, { 'X-Cache': 'Error', 'set-cookie': ['a=1', 'b=2'] }).end('é');
    }, 40);
  });
  const answer = await probe();
  expect(answer).toMatchObject({
    kind: 'answer',
    status: 503,
    body: 'é',
    headers: { 'x-cache': 'Error', 'set-cookie': 'a=1, b=2' },
  });
  expect(answer).not.toHaveProperty('certificateEndsAt');
  expect(answer.latencyMs).toBeGreaterThanOrEqual(38);
  expect(answer.latencyMs).toBeLessThan(2_000);
});

test('the time of the body counts too', async () => {
  const { probe } = await serving((_request, response) => {
    response.write('a');
    setTimeout(() => response.end('b'), 40);
  });
  const answer = await probe();
  expect(answer).toMatchObject({ body: 'ab' });
  expect(answer.latencyMs).toBeGreaterThanOrEqual(38);
});

test('each route leads to its own address, with the same path and query', async () => {
  const asked: string[] = [];
  const named = (name: string): RequestListener => {
    return ({ url, headers }, response) => {
      asked.push(`${name} ${url} ${headers['user-agent']}`);
      response.end(name);
    };
  };
  const direct = `http://127.0.0.1:${await listening(createServer(named('direct')))}`;
  const edge = `http://127.0.0.1:${await listening(createServer(named('edge')))}/`;
  const api = apiAdapter({ direct, edge }, '/api/up?deep=%20');
  expect(await api.probe('direct', soon())).toMatchObject({ body: 'direct' });
  expect(await api.probe('edge', soon())).toMatchObject({ body: 'edge' });
  expect(asked).toEqual(['direct /api/up?deep=%20 afterbuild', 'edge /api/up?deep=%20 afterbuild']);
});

test('a redirect is an answer and is not followed', async () => {
  let requests = 0;
  const { probe } = await serving((_request, response) => {
    requests += 1;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect(await probe()).toMatchObject({ status: 302, headers: { location: '/elsewhere' } });
  expect(requests).toBe(1);
});

test('every probe connects anew: that is part of what visitors wait for', async () => {
  const ports = new Set<number | undefined>();
  const { probe } = await serving(({ socket }, response) => {
    ports.add(socket.remotePort);
    response.end();
  });
  await probe();
  await probe();
  expect(ports.size).toBe(2);
});

describe('a body', () => {
  test.each([
    ['one byte shorter than the cap', apiBodyBytesMax - 1],
    ['of the cap', apiBodyBytesMax],
    ['one byte longer', apiBodyBytesMax + 1],
    ['much longer', 4 * apiBodyBytesMax],
  ])('%s is read up to the cap', async (_case, bytes) => {
    const { probe } = await serving((_request, response) => response.end('x'.repeat(bytes)));
    const answer = await probe();
    expect(answer).toMatchObject({ kind: 'answer', status: 200 });
    expect(answer).toHaveProperty('body', 'x'.repeat(Math.min(bytes, apiBodyBytesMax)));
  });

  test('without an end is not read to its end: the connection is closed', async () => {
    let closed: () => void = () => undefined;
    const whenClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { probe } = await serving((_request, response) => {
      response.on('close', closed);
      response.write('x'.repeat(apiBodyBytesMax));
    });
    expect(await probe()).toMatchObject({ kind: 'answer', status: 200 });
    await whenClosed;
  });
});

describe('no answer', () => {
  test('when the deadline passes before the headers', async () => {
    const { probe } = await serving(() => undefined);
    const answer = await probe(Date.now() + 40);
    expect(answer).toMatchObject({
      kind: 'no-answer',
      because: expect.stringMatching(/^no answer within \d+ ms$/),
    });
    expect(answer.latencyMs).toBeGreaterThanOrEqual(30);
  });

  test('when the deadline passes within the body, however busy it is', async () => {
    const { probe } = await serving((_request, response) => {
      const timer = setInterval(() => response.write('x'), 5);
      response.on('close', () => clearInterval(timer));
    });
    expect(await probe(Date.now() + 60)).toMatchObject({
      kind: 'no-answer',
      because: expect.stringMatching(/^no answer within \d+ ms$/),
    });
  });

  test('when the deadline had passed: nothing is sent', async () => {
    let requests = 0;
    const { probe } = await serving(() => {
      requests += 1;
    });
    expect(await probe(Date.now())).toMatchObject({ kind: 'no-answer', because: 'the deadline had passed' });
    expect(requests).toBe(0);
  });

  test('when the connection is refused', async () => {
    const api = apiAdapter({ direct: 'http://127.0.0.1:1', edge: 'http://127.0.0.1:1' }, '/');
    expect(await api.probe('direct', soon())).toMatchObject({
      kind: 'no-answer',
      because: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('when the connection breaks within the body', async () => {
    const { probe } = await serving((_request, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('12345', () => response.destroy());
    });
    expect(await probe()).toMatchObject({ kind: 'no-answer' });
  });
});

describe('over TLS', () => {
  const secure = async () => {
    const server = createTlsServer({ cert, key: fixture('localhost-key.pem') }, (_request, response) =>
      response.end('ok'),
    );
    const direct = `https://127.0.0.1:${await listening(server)}`;
    return apiAdapter({ direct, edge: direct }, '/');
  };
  const trusted = getCACertificates('default');
  afterEach(() => setDefaultCACertificates(trusted));

  test('a trusted certificate is read for its end', async () => {
    setDefaultCACertificates([...trusted, cert]);
    const api = await secure();
    expect(await api.probe('direct', soon())).toMatchObject({
      kind: 'answer',
      status: 200,
      certificateEndsAt: certEndsAt,
    });
  });

  test('one that nobody trusts is no answer, and says why', async () => {
    const api = await secure();
    expect(await api.probe('direct', soon())).toMatchObject({
      kind: 'no-answer',
      because: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });
});
