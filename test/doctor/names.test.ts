/** Certificate, DNS and zone: each state that they are found in. */

import {
  type Certificate,
  judgeCaa,
  judgeCertificate,
  judgeConnection,
  judgeDns,
  judgeNamesFree,
  judgeZone,
  type Resolved,
  type Zone,
} from '../../shared/doctor/checks-names.ts';

const NOW = Date.UTC(2026, 10, 23);
const DAY_MS = 86_400_000;

const certificate = (changes: Partial<Certificate> = {}): Certificate => ({
  arn: 'arn:aws:acm:us-east-1:1:certificate/1',
  status: 'ISSUED',
  notAfter: NOW + 100 * DAY_MS,
  names: ['example.com', '*.example.com'],
  records: [],
  ...changes,
});

test.each([
  ['one that covers all', {}, 'ok', /covers www\.example\.com, example\.com, for 100 days/],
  ['a wildcard, which stands for one label', { names: ['*.com'] }, 'wrong', /not for www\.example\.com$/],
  ['another name', { names: ['*.example.com'] }, 'wrong', /not for example\.com$/],
  ['30 days left', { notAfter: NOW + 30 * DAY_MS }, 'ok', /for 30 days/],
  [
    '29 days left',
    { notAfter: NOW + 30 * DAY_MS - 1 },
    'warn',
    /ends in 29 days, and is not one that ACM renews/,
  ],
  [
    'a renewal that fails',
    { notAfter: NOW + 10 * DAY_MS, renewal: 'PENDING_VALIDATION' },
    'warn',
    /its renewal is PENDING_VALIDATION/,
  ],
  ['one that has ended', { notAfter: NOW }, 'wrong', /ends in 0 days/],
  ['one that was refused', { status: 'FAILED', because: 'CAA_ERROR' }, 'wrong', /is FAILED \(CAA_ERROR\)/],
] as const)('a certificate: %s', (_case, changes, state, what) => {
  expect(judgeCertificate(certificate(changes), ['www.example.com', 'example.com'], NOW)).toMatchObject({
    state,
    what: expect.stringMatching(what),
  });
});

test('a certificate that waits says which records prove its names', () => {
  const records = [{ name: '_x.example.com.', value: '_y.acm-validations.aws.' }];
  const verdict = judgeCertificate(certificate({ status: 'PENDING_VALIDATION', records }), [], NOW);
  expect(verdict.state).toBe('wrong');
  expect(verdict.mend).toEqual(['# make the record _x.example.com. CNAME _y.acm-validations.aws.']);
});

const resolved = (name: string, changes: Partial<Resolved> = {}): Resolved => ({
  name,
  cnames: [],
  addresses: [],
  ...changes,
});

const DISTRIBUTION = resolved('d1.cloudfront.net', { addresses: ['18.64.1.10', '2600:9000:1234:a::1'] });

test.each([
  ['a CNAME of it', { cnames: ['d1.cloudfront.net'], addresses: ['1.1.1.1'] }, 'ok'],
  ['an alias with one of its addresses', { addresses: ['18.64.1.10'] }, 'ok'],
  ['an alias with a neighbour of its addresses', { addresses: ['18.64.1.99'] }, 'ok'],
  ['an alias with an IPv6 neighbour', { addresses: ['2600:9000:1234:b::1'] }, 'ok'],
  ['an alias with a strange address, which may be one of its many', { addresses: ['18.64.2.10'] }, 'warn'],
  ['a CNAME of another', { cnames: ['d2.cloudfront.net'], addresses: ['18.64.2.10'] }, 'wrong'],
  ['nothing', {}, 'wrong'],
] as const)('DNS answers with %s', (_case, changes, state) => {
  const verdict = judgeDns([resolved('www.example.com', changes)], DISTRIBUTION);
  expect(verdict.state).toBe(state);
  expect(verdict.mend.join('\n')).toMatch(
    state === 'ok' ? /^$/ : /^# make the record www\.example\.com CNAME d1\.cloudfront\.net/,
  );
});

test('one name that leads elsewhere is enough, and is the only one that is named', () => {
  const verdict = judgeDns(
    [
      resolved('a.example', { addresses: ['9.9.9.9', '18.64.1.10'] }),
      resolved('b.example', { cnames: ['d2.cloudfront.net'] }),
      resolved('c.example', { addresses: ['9.9.9.9'] }),
    ],
    DISTRIBUTION,
  );
  expect(verdict.state).toBe('wrong');
  expect(verdict.what).toMatch(/^b\.example is at d2\.cloudfront\.net, c\.example is at 9\.9\.9\.9,/);
});

test('a certificate to ask for has all names', () => {
  const ask = (...names: string[]) => judgeCertificate(certificate({ status: 'FAILED' }), names, NOW).mend[0];
  expect(ask('a.example')).toMatch(/--domain-name a\.example$/);
  expect(ask('a.example', 'b.example', 'c.example')).toMatch(
    /--domain-name a\.example --subject-alternative-names b\.example c\.example$/,
  );
});

const zone = (changes: Partial<Zone> = {}): Zone => ({
  id: 'Z1',
  name: 'example.com.',
  isPrivate: false,
  nameServers: ['ns-1.awsdns-01.com', 'ns-2.awsdns-02.org'],
  delegatedTo: ['NS-2.awsdns-02.org', 'ns-1.awsdns-01.com'],
  ...changes,
});

test.each([
  ['is delegated', {}, ['example.com', 'www.example.com'], 'ok', /public, and delegated/],
  ['is private', { isPrivate: true }, [], 'wrong', /private/],
  ['is asked by nobody', { delegatedTo: [] }, [], 'wrong', /nobody delegates example\.com/],
  ['is elsewhere by now', { delegatedTo: ['ns.other.net'] }, [], 'wrong', /delegated to ns\.other\.net/],
  [
    'is not that of the name',
    {},
    ['example.com', 'badexample.com'],
    'wrong',
    /^badexample\.com: not in the zone/,
  ],
] as const)('a zone that %s', (_case, changes, names, state, what) => {
  expect(judgeZone(zone(changes), names)).toMatchObject({ state, what: expect.stringMatching(what) });
});

test.each([
  ['nobody is named', [], 'ok'],
  ['Amazon is named', ['letsencrypt.org', 'amazontrust.com'], 'ok'],
  ['others are named', ['letsencrypt.org'], 'wrong'],
  ['nobody may, which is one empty name', [''], 'wrong'],
])('issuing is allowed where %s', (_case, issuers, state) => {
  const verdict = judgeCaa([{ name: 'a.example', issuers }]);
  expect(verdict.state).toBe(state);
  if (state === 'wrong') expect(verdict.what).toContain(`allow ${issuers.join('') || 'nobody'}, not Amazon`);
});

test('a name that is taken is in the way, and a connection is never taken for one that works', () => {
  expect(judgeNamesFree([]).state).toBe('ok');
  expect(judgeNamesFree(['the record www.example.com A']).state).toBe('wrong');
  expect(judgeConnection('').state).toBe('ok');
  expect(judgeConnection('arn:c').state).toBe('unknown');
  expect(judgeConnection('arn:c').mend[0]).toBe(
    'aws codeconnections get-connection --connection-arn arn:c --query Connection.ConnectionStatus',
  );
});
