import { isPublicAddress, whyNotUrl } from '../../shared/aws/addresses.ts';

test.each([
  ['1.1.1.1'],
  ['9.255.255.255'],
  ['11.0.0.0'],
  ['100.63.255.255'],
  ['100.128.0.0'],
  ['126.255.255.255'],
  ['128.0.0.0'],
  ['169.253.255.255'],
  ['169.255.0.0'],
  ['172.15.255.255'],
  ['172.32.0.0'],
  ['192.0.1.0'],
  ['192.167.255.255'],
  ['192.169.0.0'],
  ['198.17.255.255'],
  ['198.20.0.0'],
  ['223.255.255.255'],
  ['2001:200::1'],
  ['2001:db9::1'],
  ['2606:4700:4700::1111'],
  ['2a00:1450:4001:800::200e'],
])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ['this network', '0.0.0.0'],
  ['this network', '0.255.255.255'],
  ['a private network', '10.0.0.0'],
  ['a private network', '10.255.255.255'],
  ['a carrier’s own network', '100.64.0.0'],
  ['a carrier’s own network', '100.127.255.255'],
  ['this machine', '127.0.0.1'],
  ['this machine', '127.255.255.255'],
  ['link-local', '169.254.0.0'],
  ['the metadata service', '169.254.169.254'],
  ['the credentials of a container', '169.254.170.2'],
  ['Lambda’s runtime API', '169.254.100.1'],
  ['a private network', '172.16.0.0'],
  ['a private network', '172.31.255.255'],
  ['protocol assignments', '192.0.0.192'],
  ['documentation', '192.0.2.1'],
  ['6to4 relays', '192.88.99.1'],
  ['a private network', '192.168.0.0'],
  ['a private network', '192.168.255.255'],
  ['benchmarks', '198.18.0.0'],
  ['benchmarks', '198.19.255.255'],
  ['documentation', '198.51.100.7'],
  ['documentation', '203.0.113.7'],
  ['multicast', '224.0.0.1'],
  ['multicast', '239.255.255.255'],
  ['reserved', '240.0.0.0'],
  ['broadcast', '255.255.255.255'],
  ['unspecified', '::'],
  ['this machine', '::1'],
  ['IPv4, mapped', '::ffff:127.0.0.1'],
  ['IPv4, mapped, in hex', '::ffff:a9fe:a9fe'],
  ['IPv4, mapped, though public', '::ffff:1.1.1.1'],
  ['IPv4, compatible', '::127.0.0.1'],
  ['IPv4, translated', '::ffff:0:127.0.0.1'],
  ['NAT64', '64:ff9b::7f00:1'],
  ['local NAT64', '64:ff9b:1::1'],
  ['discard', '100::1'],
  ['protocol assignments', '2001::'],
  ['Teredo', '2001:0:7f00:1::1'],
  ['ORCHID', '2001:20::1'],
  ['protocol assignments', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['documentation', '2001:db8::1'],
  ['6to4 of this machine', '2002:7f00:1::'],
  ['documentation', '3fff::1'],
  ['segment routing', '5f00::1'],
  ['before what is handed out', '1fff:ffff::1'],
  ['after what is handed out', '4000::1'],
  ['unique local', 'fc00::1'],
  ['the metadata service', 'fd00:ec2::254'],
  ['link-local', 'fe80::1'],
  ['link-local, with a zone', 'fe80::1%eth0'],
  ['site-local', 'fec0::1'],
  ['multicast', 'ff02::1'],
  ['no address', 'localhost'],
  ['no address', ''],
  ['a number', '2130706433'],
  ['an octal form', '0177.0.0.1'],
  ['a short form', '127.1'],
])('%s (%s) is not public', (_what, address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  'https://example.com/hook?x=1',
  'https://example.com:8443/',
  'HTTPS://EXAMPLE.COM',
  'https://1.1.1.1/',
  'https://[2606:4700:4700::1111]/',
])('%s may be sent to', (url) => {
  expect(whyNotUrl(url, false)).toBeUndefined();
});

const ADDRESS = 'expected an https address';
const PRIVATE = 'expected a public address, got a private one';
const USER = 'expected no user name or password in the address';

test.each([
  ['nothing', '', ADDRESS],
  ['no URL', 'example.com', ADDRESS],
  ['no host', 'https://', ADDRESS],
  ['http', 'http://example.com/', ADDRESS],
  ['http to this machine', 'http://127.0.0.1:9001/2018-06-01/runtime/invocation/next', ADDRESS],
  ['another scheme', 'gopher://example.com/', ADDRESS],
  ['a file', 'file:///etc/passwd', ADDRESS],
  ['a script', 'javascript:alert(1)', ADDRESS],
  ['a user', 'https://user@example.com/', USER],
  ['a password', 'https://:canary@example.com/', USER],
  ['a host that looks like a user', 'https://example.com@127.0.0.1/', USER],
  ['this machine', 'https://127.0.0.1/', PRIVATE],
  ['as a number', 'https://2130706433/', PRIVATE],
  ['in hex', 'https://0x7f000001/', PRIVATE],
  ['in octal', 'https://0177.0.0.1/', PRIVATE],
  ['in mixed bases', 'https://0x7f.0.0.01/', PRIVATE],
  ['shortened', 'https://127.1/', PRIVATE],
  ['zero', 'https://0/', PRIVATE],
  ['with a dot at the end', 'https://127.0.0.1./', PRIVATE],
  ['in wide digits', 'https://１２７.0.0.1/', PRIVATE],
  ['with ideographic dots', 'https://127。0。0。1/', PRIVATE],
  ['percent-encoded', 'https://%31%32%37.0.0.1/', PRIVATE],
  ['after a backslash', 'https:\\\\127.0.0.1\\@example.com/', PRIVATE],
  ['after white space', ' \thttps://169.254.169.254/latest/meta-data/', PRIVATE],
  ['with a line break inside', 'https://169.254.\n169.254/', PRIVATE],
  ['IPv6', 'https://[::1]/', PRIVATE],
  ['IPv4 in IPv6', 'https://[::ffff:169.254.169.254]/', PRIVATE],
  ['IPv4 in IPv6, in hex', 'https://[::ffff:7f00:1]/', PRIVATE],
  ['NAT64', 'https://[64:ff9b::a9fe:a9fe]/', PRIVATE],
  ['6to4', 'https://[2002:7f00:1::]/', PRIVATE],
  ['unique local', 'https://[fd00:ec2::254]/', PRIVATE],
  ['a zone', 'https://[fe80::1%25eth0]/', ADDRESS],
])('%s: %j may not be sent to', (_case, url, because) => {
  expect(whyNotUrl(url, false)).toBe(because);
});

test.each([
  ['http to this machine', 'http://127.0.0.1:8080/', undefined],
  ['another of its addresses', 'http://127.0.0.2/', ADDRESS],
  ['its name, which DNS may lead elsewhere', 'http://localhost/', ADDRESS],
  ['another machine', 'http://10.0.0.1/', ADDRESS],
  ['http to a public one', 'http://example.com/', ADDRESS],
  ['https to this machine', 'https://127.0.0.1/', PRIVATE],
  ['what only begins like it', 'http://127.0.0.1.example.com/', ADDRESS],
])('for the local cloud: %s', (_case, url, because) => {
  expect(whyNotUrl(url, true)).toBe(because);
});

test('no reason repeats a part of the address', () => {
  for (const url of [
    'canary:canary',
    'https://canary:canary@canary.example.com/',
    'https://10.0.0.1/canary',
    'canary',
  ])
    expect(whyNotUrl(url, false)).not.toContain('canary');
});
