import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { answerBytesMax, signature, type WebOptions, webAdapter } from '../../shared/aws/web.ts';
import type { WebRequest } from '../../shared/ports.ts';

type Lookup = NonNullable<WebOptions['lookup']>;

const opened: (Server | TcpServer)[] = [];
afterAll(() => {
  for (const server of opened) {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  }
});

const listening = async (server: Server | TcpServer): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(server);
  return (server.address() as AddressInfo).port;
};

const soon = () => Date.now() + 5_000;
const SENT: WebRequest = { headers: { 'webhook-id': 'b/final/ops', 'content-type': 'a/b' }, body: '{"é":1}' };

/** Posts to a server on this machine that answers so. */
const posting = async (listener: RequestListener) => {
  const url = `http://127.0.0.1:${await listening(createServer(listener))}/hook?x=1`;
  const web = webAdapter({ allowLocal: true });
  return { url, post: (sent = SENT, deadline = soon()) => web.post(url, sent, deadline) };
};

const received = async (sent: WebRequest) => {
  let got: Readonly<{ request: IncomingMessage; body: string }> | undefined;
  const { post } = await posting((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    request.on('end', () => {
      got = { request, body: Buffer.concat(chunks).toString('utf8') };
      response.end();
    });
  });
  expect(await post(sent)).toEqual({ kind: 'answer', status: 200 });
  if (!got) throw new Error('expected a request, got none');
  return got;
};

test('a POST goes out with its headers and its body as it is, and nothing of a key', async () => {
  const { request, body } = await received(SENT);
  expect([request.method, request.url, body]).toEqual(['POST', '/hook?x=1', SENT.body]);
  expect(request.headers).toMatchObject({
    'content-type': 'a/b',
    'content-length': '8',
    'user-agent': 'afterbuild',
    'webhook-id': 'b/final/ops',
  });
  expect(Object.keys(request.headers)).not.toContain('webhook-signature');
});

/** With WebCrypto, as a receiver has it. */
const verified = async (key: Uint8Array<ArrayBuffer>, text: string, given: string): Promise<boolean> => {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'verify',
  ]);
  const bytes = Uint8Array.from(atob(given.replace(/^v1,/, '')), (one) => one.charCodeAt(0));
  return crypto.subtle.verify('HMAC', imported, bytes, new TextEncoder().encode(text));
};

test('what is signed can be verified by whoever has the key, and is of now', async () => {
  const { request, body } = await received({ ...SENT, signedWith: 'sécret' });
  const [id, at, given] = ['id', 'timestamp', 'signature'].map((name) =>
    String(request.headers[`webhook-${name}`]),
  );
  expect(given).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
  expect(Math.abs(Number(at) - Date.now() / 1000)).toBeLessThan(5);
  const key = new TextEncoder().encode('sécret');
  expect(await verified(key, `${id}.${at}.${body}`, String(given))).toBe(true);
  expect(await verified(key, `${id}.${Number(at) + 1}.${body}`, String(given))).toBe(false);
  expect(JSON.stringify(request.headers)).not.toContain('cret"');
});

test('Standard Webhooks’ own library takes what is signed, and nothing that was changed on the way', async () => {
  const secret = `whsec_${Buffer.from('a key of some thirty-two bytes..').toString('base64')}`;
  const { request, body } = await received({ ...SENT, signedWith: secret });
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const reader = new Webhook(secret);
  expect(reader.verify(body, headers)).toEqual(JSON.parse(SENT.body));
  expect(() => reader.verify(`${body} `, headers)).toThrow('No matching signature found');
});

test('a signature is the one of Standard Webhooks’ own example', () => {
  const given = signature(
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    '1614265330',
    '{"test": 2432232314}',
  );
  expect(given).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('what no header may hold is refused, and not repeated', async () => {
  const { post } = await posting((_request, response) => response.end());
  const headers = { ...SENT.headers, authorization: 'Bearer canary\nx' };
  expect(await post({ ...SENT, headers })).toEqual({ kind: 'refused', because: 'ERR_INVALID_CHAR' });
});

test.each([200, 202, 204, 400, 404, 410, 429, 500, 503])('the status %d is an answer', async (status) => {
  const { post } = await posting((_request, response) => response.writeHead(status).end());
  expect(await post()).toEqual({ kind: 'answer', status });
});

test.each([301, 302, 303, 307, 308])('a redirect (%d) is an answer and is not followed', async (status) => {
  const paths: (string | undefined)[] = [];
  const { url, post } = await posting((request, response) => {
    paths.push(request.url);
    response.writeHead(status, { location: url.replace('/hook', '/elsewhere') }).end();
  });
  expect(await post()).toEqual({ kind: 'answer', status });
  expect(paths).toEqual(['/hook?x=1']);
});

test.each([
  ['seconds', '30', 30_000],
  ['none', '0', 0],
  ['a time that was', 'Wed, 21 Oct 2015 07:28:00 GMT', 0],
  ['nonsense', 'soon', undefined],
])('Retry-After in %s', async (_case, value, retryAfterMs) => {
  const { post } = await posting((_request, response) =>
    response.writeHead(429, { 'retry-after': value }).end(),
  );
  expect(await post()).toEqual({
    kind: 'answer',
    status: 429,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
});

test.each([
  ['a limit that is used up', { 'x-ratelimit-remaining': '0' }, true],
  ['a limit that is not', { 'x-ratelimit-remaining': '1' }, false],
  ['Retry-After beside it, which counts', { 'x-ratelimit-remaining': '0', 'retry-after': '0' }, false],
  ['no limit', {}, false],
])('when a limit begins anew, with %s', async (_case, headers, isObeyed) => {
  const { post } = await posting((_request, response) => {
    const reset = Math.ceil(Date.now() / 1000) + 60;
    response.writeHead(403, { 'x-ratelimit-reset': String(reset), ...headers }).end();
  });
  const answer = await post();
  const waitMs = answer.kind === 'answer' ? (answer.retryAfterMs ?? 0) : 0;
  expect(waitMs > 50_000 && waitMs <= 61_000).toBe(isObeyed);
});

test('Retry-After as a time that will be', async () => {
  const { post } = await posting((_request, response) =>
    response.writeHead(503, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }).end(),
  );
  const answer = await post();
  const waitMs = answer.kind === 'answer' ? (answer.retryAfterMs ?? 0) : 0;
  expect(waitMs).toBeGreaterThan(50_000);
  expect(waitMs).toBeLessThanOrEqual(60_000);
});

test('of an answer without an end the rest is not read, and its status counts', async () => {
  let closed: () => void = () => undefined;
  const whenClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const { post } = await posting((_request, response) => {
    response.on('close', closed);
    response.writeHead(200).write(Buffer.alloc(answerBytesMax + 1));
  });
  expect(await post()).toEqual({ kind: 'answer', status: 200 });
  await whenClosed;
});

test('an answer of just the limit is waited for to its end', async () => {
  const { post } = await posting((_request, response) => {
    response.writeHead(200).write(Buffer.alloc(answerBytesMax));
  });
  expect(await post(SENT, Date.now() + 150)).toMatchObject({ kind: 'no-answer' });
});

describe('no answer', () => {
  test('when the deadline passes before the headers', async () => {
    const { post } = await posting(() => undefined);
    const answer = await post(SENT, Date.now() + 30);
    expect(answer).toMatchObject({
      kind: 'no-answer',
      because: expect.stringMatching(/^no answer within \d+ ms$/),
    });
  });

  test('when the deadline had passed: nothing is sent', async () => {
    let requests = 0;
    const { post } = await posting(() => {
      requests += 1;
    });
    expect(await post(SENT, Date.now())).toEqual({
      kind: 'no-answer',
      because: 'the deadline had passed',
    });
    expect(requests).toBe(0);
  });

  test('when the server hangs up', async () => {
    const { post } = await posting((request) => request.socket.destroy());
    expect(await post()).toEqual({ kind: 'no-answer', because: 'ECONNRESET' });
  });

  test('when the server hangs up within its answer', async () => {
    const { post } = await posting((_request, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('12345', () => response.destroy());
    });
    expect(await post()).toMatchObject({ kind: 'no-answer' });
  });

  test('when the server speaks no HTTP', async () => {
    const port = await listening(createTcpServer((socket) => socket.end('SSH-2.0\r\n')));
    const web = webAdapter({ allowLocal: true });
    expect(await web.post(`http://127.0.0.1:${port}/`, SENT, soon())).toEqual({
      kind: 'no-answer',
      because: 'HPE_INVALID_CONSTANT',
    });
  });

  test('when nobody listens, and the address is not repeated', async () => {
    const web = webAdapter({ allowLocal: true });
    expect(await web.post('http://127.0.0.1:1/canary', SENT, soon())).toEqual({
      kind: 'no-answer',
      because: 'ECONNREFUSED',
    });
  });

  test('when DNS does not know the name, and the name is not repeated', async () => {
    const lookup: Lookup = (host, done) =>
      done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }), []);
    expect(await webAdapter({ lookup }).post('https://canary.example.com/', SENT, soon())).toEqual({
      kind: 'no-answer',
      because: 'ENOTFOUND',
    });
  });

  test('when DNS does not answer', async () => {
    const web = webAdapter({ lookup: () => undefined });
    expect(await web.post('https://example.com/', SENT, Date.now() + 30)).toMatchObject({
      kind: 'no-answer',
      because: expect.stringMatching(/^no answer within \d+ ms$/),
    });
  });
});
