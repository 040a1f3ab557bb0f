/**
 * Addresses with which somebody who may set a webhook would reach into the function: each goes the whole way through
 * the adapter, and none of them is connected to.
 */

import { request as httpsRequest } from 'node:https';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { type WebOptions, webAdapter } from '../../shared/aws/web.ts';
import type { WebRequest } from '../../shared/ports.ts';

type Lookup = NonNullable<WebOptions['lookup']>;

const SENT: WebRequest = { headers: { 'webhook-id': 'b/final/ops' }, body: '{}' };
const soon = () => Date.now() + 5_000;

/** By what they say themselves, without a question to DNS. */
const HOSTILE: readonly string[] = [
  // This machine, in every way of writing an IPv4 address that a URL knows.
  'https://127.0.0.1/',
  'https://127.0.0.1:9001/2018-06-01/runtime/invocation/next',
  'https://127.255.255.254/',
  'https://127.1/',
  'https://127.0.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.0x0.0x0.0x1/',
  'https://0177.0.0.1/',
  'https://017700000001/',
  'https://0x7f.0.0.01/',
  'https://127.0.0.1./',
  'https://１２７.0.0.1/',
  'https://①②⑦.⓪.⓪.①/',
  'https://127。0。0。1/',
  'https://127．0．0．1/',
  'https://127｡0｡0｡1/',
  'https://%31%32%37.0.0.1/',
  'https://127.0.\n0.1/',
  ' \thttps://127.0.0.1/',
  'https:127.0.0.1',
  'https:/127.0.0.1/',
  'https:///127.0.0.1/',
  'https:\\\\127.0.0.1\\',
  'https:\\\\127.0.0.1\\@example.com/',
  'https://127.0.0.1\\@example.com/',
  'https://127.0.0.1#@example.com/',
  'https://127.0.0.1?@example.com/',
  'HTTPS://0X7F.1/',
  // This network.
  'https://0.0.0.0/',
  'https://0/',
  'https://0x0/',
  'https://0.255.255.255/',
  // Link-local: the metadata of an instance, the credentials of a container, Lambda's own.
  'https://169.254.169.254/latest/meta-data/iam/security-credentials/',
  'https://2852039166/',
  'https://0xa9fea9fe/',
  'https://0251.0376.0251.0376/',
  'https://169.254.43518/',
  'https://169.16689662/',
  'https://169.254.169.254./',
  'https://１６９.２５４.１６９.２５４/',
  'https://169.254.169.253/',
  'https://169.254.170.2/v2/credentials/',
  'https://169.254.170.23/v1/credentials',
  'https://169.254.79.129/',
  'https://169.254.100.1:9001/',
  'https://169.254.0.0/',
  'https://169.254.255.255/',
  // Private, shared and special networks.
  'https://10.0.0.1/',
  'https://10.255.255.255/',
  'https://167772161/',
  'https://012.0.0.1/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.168.0.1/',
  'https://0xc0a80001/',
  'https://192.168.257/',
  'https://100.64.0.1/',
  'https://100.100.100.200/latest/meta-data/',
  'https://100.127.255.255/',
  'https://192.0.0.192/opc/v2/instance/',
  'https://192.0.2.1/',
  'https://198.18.0.1/',
  'https://198.19.255.255/',
  'https://224.0.0.1/',
  'https://239.255.255.250/',
  'https://240.0.0.1/',
  'https://255.255.255.255/',
  'https://4294967295/',
  // IPv6.
  'https://[::1]/',
  'https://[0:0:0:0:0:0:0:1]:443/',
  'https://[::]/',
  'https://[fc00::1]/',
  'https://[fd00:ec2::254]/latest/meta-data/',
  'https://[fd00:ec2::23]/v1/credentials',
  'https://[fdff:ffff::1]/',
  'https://[fe80::1]/',
  'https://[febf::1]/',
  'https://[fe80::1%25eth0]/',
  'https://[fe80::1%eth0]/',
  'https://[::1%25lo]/',
  'https://[fec0::1]/',
  'https://[ff02::1]/',
  'https://[ff0e::1]/',
  'https://[2001:db8::1]/',
  // IPv4 in its clothes: mapped, compatible, translated, NAT64, 6to4, Teredo.
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::ffff:a9fe:a9fe]/',
  'https://[0:0:0:0:0:ffff:10.0.0.1]/',
  'https://[::127.0.0.1]/',
  'https://[::a9fe:a9fe]/',
  'https://[::ffff:0:127.0.0.1]/',
  'https://[64:ff9b::127.0.0.1]/',
  'https://[64:ff9b::a9fe:a9fe]/',
  'https://[64:ff9b:1::10.0.0.1]/',
  'https://[64:ff9b:1:7f00:0:100::]/',
  'https://[2002:7f00:1::]/',
  'https://[2002:a9fe:a9fe::1]/',
  'https://[2001:0:7f00:1::1]/',
  'https://[2001:0:4136:e378:8000:63bf:f5ff:fffe]/',
  // Users, with which a host looks like another one.
  'https://user@example.com/',
  'https://:password@example.com/',
  'https://example.com@127.0.0.1/',
  'https://example.com:443@169.254.169.254/',
  'https://example.com%2f@10.0.0.1/',
  // Other schemes, and no host at all.
  'http://example.com/',
  'http://127.0.0.1:9001/2018-06-01/runtime/invocation/next',
  'http://169.254.169.254/latest/meta-data/',
  'http://[::1]/',
  'ftp://example.com/',
  'file:///etc/passwd',
  'file://localhost/proc/self/environ',
  'data:text/plain,x',
  'javascript:alert(1)',
  'blob:https://example.com/1',
  'ws://example.com/',
  'wss://example.com/',
  'gopher://127.0.0.1:6379/_FLUSHALL',
  'unix:/var/run/docker.sock',
  '//127.0.0.1/',
  'https://',
  'https:///',
  'https://:443/',
  'https://%00/',
  'https://1.1.1.1:65536/',
  'https://256.256.256.256/',
  'https://[::1',
  'https://a b/',
  '',
];

const NONE: readonly string[] = [];

/** By what DNS says of a name: one look after the other. */
const NAMES: readonly (readonly [what: string, url: string, answers: readonly (readonly string[])[]])[] = [
  ['this machine', 'https://localhost/', [['127.0.0.1']]],
  ['this machine, in capitals', 'https://LOCALHOST/', [['::1']]],
  ['this machine, with a dot at the end', 'https://localhost./', [['::1', '127.0.0.1']]],
  ['a name below it', 'https://hooks.localhost/', [['127.0.0.1']]],
  ['its other name', 'https://localhost.localdomain/', [['127.0.0.1']]],
  ['its name in IPv6', 'https://ip6-localhost/', [['::1']]],
  ['a name that holds its address', 'https://127.0.0.1.nip.example.com/', [['127.0.0.1']]],
  ['a name that looks like a number', 'https://0x7f000001.example.com/', [['127.0.0.1']]],
  ['the metadata service', 'https://metadata.google.internal/', [['169.254.169.254']]],
  ['the metadata service in IPv6', 'https://instance-data.ec2.internal/', [['fd00:ec2::254']]],
  ['the credentials of a container', 'https://hooks.example.com/', [['169.254.170.2']]],
  ['Lambda’s own network', 'https://hooks.example.com/', [['169.254.79.129']]],
  ['a private network', 'https://intranet.example.com/', [['10.1.2.3']]],
  ['a carrier’s own network', 'https://hooks.example.com/', [['100.64.0.1']]],
  ['this network', 'https://hooks.example.com/', [['0.0.0.0']]],
  ['nothing in IPv6', 'https://hooks.example.com/', [['::']]],
  ['an address in IPv6’s clothes', 'https://hooks.example.com/', [['::ffff:169.254.169.254']]],
  ['an address behind NAT64', 'https://hooks.example.com/', [['64:ff9b::a9fe:a9fe']]],
  ['link-local with a zone', 'https://hooks.example.com/', [['fe80::1%eth0']]],
  ['a public address before a private one', 'https://hooks.example.com/', [['1.1.1.1', '10.0.0.1']]],
  [
    'a public address after a private one',
    'https://hooks.example.com/',
    [['fd00::1', '2606:4700:4700::1111']],
  ],
  ['one private address and then another', 'https://rebound.example.com/', [['127.0.0.1'], ['10.0.0.1']]],
  [
    'a private address, then one beside a public one',
    'https://rebound.example.com/',
    [['::1'], ['1.1.1.1', '::1']],
  ],
  ['no address of any kind', 'https://rebound.example.com/', [['127.1']]],
];

/** Every attempt of any socket to reach an address, whoever makes it. */
const attempts: string[] = [];
const connect = Socket.prototype.connect;
beforeAll(() => {
  Socket.prototype.connect = function (this: Socket, ...given: unknown[]) {
    this.on('connectionAttempt', (address: string) => attempts.push(address));
    return Reflect.apply(connect, this, given);
  } as typeof connect;
});
afterAll(() => {
  Socket.prototype.connect = connect;
});
beforeEach(() => void attempts.splice(0));

test('there are at least sixty of them, all different', () => {
  expect(HOSTILE.length).toBeGreaterThanOrEqual(60);
  expect(new Set([...HOSTILE, ...NAMES.map(([what]) => what)]).size).toBe(HOSTILE.length + NAMES.length);
});

test.each(HOSTILE)('%j is refused without a question to DNS', async (url) => {
  const asked: string[] = [];
  const lookup: Lookup = (host, done) => {
    asked.push(host);
    done(null, [{ address: '127.0.0.1', family: 4 }]);
  };
  const answer = await webAdapter({ lookup }).post(url, SENT, soon());
  expect(answer).toEqual({ kind: 'refused', because: expect.stringMatching(/^expected /) });
  expect([asked, attempts]).toEqual([NONE, NONE]);
});

test.each(NAMES)('a name is refused that leads to %s', async (_what, url, answers) => {
  const asked: string[] = [];
  const lookup: Lookup = (host, done) => {
    const now = answers[asked.length] ?? [];
    asked.push(host);
    done(
      null,
      now.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  const web = webAdapter({ lookup });
  // What DNS said to one request is not kept for the next one.
  for (const _look of answers)
    expect(await web.post(url, SENT, soon())).toEqual({
      kind: 'refused',
      because: 'its name leads to a private address',
    });
  // One look a request: a second one might say something else than what was judged.
  expect(asked).toEqual(answers.map(() => new URL(url).hostname));
  expect(attempts).toEqual(NONE);
});

test('an attempt would be seen, with TLS and without', async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await webAdapter({ allowLocal: true }).post(`http://127.0.0.1:${port}/`, SENT, soon());
  await new Promise((resolve) => {
    httpsRequest({ host: '127.0.0.1', port, agent: false }).on('error', resolve).end();
  });
  expect(attempts).toEqual(['127.0.0.1', '127.0.0.1']);
  server.close();
});
