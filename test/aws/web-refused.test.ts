import { type AddressInfo, createServer } from 'node:net';
import { guarded, type WebOptions, webAdapter } from '../../shared/aws/web.ts';
import type { WebRequest } from '../../shared/ports.ts';

type Lookup = NonNullable<WebOptions['lookup']>;

const soon = () => Date.now() + 5_000;
const SENT: WebRequest = { headers: { 'webhook-id': 'b/final/ops' }, body: '{}' };

describe('refused', () => {
  const address = (text: string) => ({ address: text, family: text.includes(':') ? 6 : 4 });

  test.each([
    ['a private address', ['127.0.0.1']],
    ['the metadata service', ['169.254.169.254']],
    ['a private address after a public one', ['1.1.1.1', '10.0.0.1']],
    ['a private address before a public one', ['::1', '2606:4700:4700::1111']],
    ['this machine in IPv6’s clothes', ['::ffff:127.0.0.1']],
  ])('is a name that leads to %s: nothing is connected to', async (_case, answers) => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const asked: string[] = [];
    const lookup: Lookup = (host, done) => {
      asked.push(host);
      done(null, answers.map(address));
    };
    const answer = await webAdapter({ lookup }).post(`https://rebound.example.com:${port}/`, SENT, soon());
    expect(answer).toEqual({ kind: 'refused', because: 'its name leads to a private address' });
    expect(asked).toEqual(['rebound.example.com']);
    expect(connections).toBe(0);
    server.close();
  });

  test.each([
    'http://127.0.0.1/',
    'https://[::ffff:7f00:1]/',
    'https://a:b@example.com/',
    'ftp://example.com/',
  ])('is %s, without a question to DNS', async (url) => {
    const web = webAdapter({
      lookup: () => {
        throw new Error('expected no question');
      },
    });
    expect(await web.post(url, SENT, soon())).toMatchObject({ kind: 'refused' });
  });

  test('is no name of which every address is public, whichever form is asked for', () => {
    const answers = ['1.1.1.1', '2606:4700:4700::1111'].map(address);
    const told: unknown[] = [];
    const look = guarded((_host, done) => done(null, answers));
    look('example.com', { all: true }, (...given) => told.push(given));
    look('example.com', {}, (...given) => told.push(given));
    expect(told).toEqual([
      [null, answers],
      [null, '1.1.1.1', 4],
    ]);
  });

  test('is each answer by itself: DNS may say something else the next time', () => {
    const answers = [['1.1.1.1'], ['127.0.0.1']];
    const look = guarded((_host, done) => done(null, (answers.shift() ?? []).map(address)));
    const errors: unknown[] = [];
    for (let n = 0; n < 3; n += 1) look('example.com', { all: true }, (error) => errors.push(error?.message));
    expect(errors).toEqual([undefined, 'its name leads to a private address', 'no address found']);
  });
});
