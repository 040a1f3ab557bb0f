/** The site's names: its certificate, its zone, and where DNS leads visitors. */

import { ok, unproved, type Verdict, warn, wrong } from './checks.ts';

/** As ACM describes it; times in ms since 1970. `records` prove the names that wait for it. */
export type Certificate = Readonly<{
  arn: string;
  status: string;
  notAfter?: number;
  names: readonly string[];
  renewal?: string;
  because?: string;
  records: readonly Readonly<{ name: string; value: string }>[];
}>;

/** ACM renews 60 days before the end; what is left at 30 has failed for a month. */
const DAYS_LEFT_MIN = 30;
const DAY_MS = 86_400_000;

export const judgeCertificate = (
  certificate: Certificate,
  aliases: readonly string[],
  now: number,
): Verdict => {
  const { arn, status, notAfter, names, renewal, because, records } = certificate;
  if (status === 'PENDING_VALIDATION') {
    return wrong(
      `the certificate waits for its names to be proved`,
      ...records.map(({ name, value }) => `# make the record ${name} CNAME ${value}`),
    );
  }
  if (status !== 'ISSUED') {
    return wrong(
      `the certificate is ${status}${because ? ` (${because})` : ''}`,
      `aws acm request-certificate --region us-east-1 --validation-method DNS --domain-name ${aliases[0] ?? 'NAME'}${
        aliases.length > 1 ? ` --subject-alternative-names ${aliases.slice(1).join(' ')}` : ''
      }`,
      '# then deploy with --param certificateArn= and its ARN',
    );
  }
  const uncovered = aliases.filter((alias) => !names.some((name) => covers(name, alias)));
  if (uncovered.length > 0) {
    return wrong(
      `the certificate is not for ${uncovered.join(', ')}`,
      `aws acm request-certificate --region us-east-1 --validation-method DNS --domain-name ${uncovered[0]}`,
    );
  }
  const daysLeft = notAfter === undefined ? undefined : Math.floor((notAfter - now) / DAY_MS);
  if (daysLeft !== undefined && daysLeft < DAYS_LEFT_MIN) {
    return (daysLeft <= 0 ? wrong : warn)(
      `the certificate ends in ${daysLeft} days${renewal ? `, its renewal is ${renewal}` : ', and is not one that ACM renews'}`,
      `aws acm describe-certificate --region us-east-1 --certificate-arn ${arn} --query Certificate.RenewalSummary`,
      '# ACM renews by itself while the records that proved the names are still there',
    );
  }
  return ok(
    `the certificate covers ${aliases.join(', ') || names.join(', ')}${daysLeft === undefined ? '' : `, for ${daysLeft} days`}`,
  );
};

/** A wildcard stands for one label. */
const covers = (name: string, alias: string): boolean =>
  name === alias || (name.startsWith('*.') && alias.slice(alias.indexOf('.')) === name.slice(1));

/** What DNS answers for a name; both lists are empty where it answers nothing. */
export type Resolved = Readonly<{ name: string; cnames: readonly string[]; addresses: readonly string[] }>;

/** `distribution` is what its own domain name resolves to. CloudFront's addresses change from answer to answer. */
export const judgeDns = (aliases: readonly Resolved[], distribution: Resolved): Verdict => {
  const target = distribution.name;
  const dead = aliases.filter(({ cnames, addresses }) => cnames.length + addresses.length === 0);
  const record = (name: string): string =>
    `# make the record ${name} CNAME ${target} (at the name of a whole zone an alias: ALIAS or ANAME)`;
  if (dead.length > 0) {
    return wrong(
      `${dead.map(({ name }) => name).join(', ')}: DNS has no such name`,
      ...dead.map(({ name }) => record(name)),
    );
  }
  const elsewhere = aliases.filter(
    ({ cnames, addresses }) =>
      !cnames.includes(target) && !addresses.some((address) => isNear(address, distribution.addresses)),
  );
  if (elsewhere.length > 0) {
    const named = elsewhere.map(
      ({ name, cnames, addresses }) => `${name} is at ${[...cnames, ...addresses][0]}`,
    );
    // Behind an alias record there are only addresses, and of those CloudFront has many.
    const worse = elsewhere.some(({ cnames }) => cnames.length > 0) ? wrong : warn;
    return worse(
      `${named.join(', ')}, which does not look like this distribution`,
      ...elsewhere.map(({ name }) => record(name)),
      '# after a change it takes as long as the old record was allowed to be kept',
    );
  }
  return ok(`${aliases.map(({ name }) => name).join(', ')}: at the distribution`);
};

/** The distribution's edges at one place share the first three numbers of their addresses, or six bytes of IPv6. */
const isNear = (address: string, others: readonly string[]): boolean => {
  const network = (text: string): string =>
    text.includes(':') ? text.split(':').slice(0, 3).join(':') : text.split('.').slice(0, 3).join('.');
  return others.some((other) => network(other) === network(address));
};

/** A hosted zone, and the name servers that the rest of the world asks for its name. */
export type Zone = Readonly<{
  id: string;
  name: string;
  isPrivate: boolean;
  nameServers: readonly string[];
  delegatedTo: readonly string[];
}>;

const withoutDot = (name: string): string => name.replace(/\.$/, '').toLowerCase();

export const judgeZone = (zone: Zone, names: readonly string[]): Verdict => {
  const zoneName = withoutDot(zone.name);
  if (zone.isPrivate) {
    return wrong(
      `${zone.id} is a private zone: nobody outside its networks can ask it, and no certificate is proved there`,
      `aws route53 list-hosted-zones-by-name --dns-name ${zoneName}`,
    );
  }
  const foreign = names.filter((name) => name !== zoneName && !name.endsWith(`.${zoneName}`));
  if (foreign.length > 0) {
    return wrong(
      `${foreign.join(', ')}: not in the zone ${zoneName}`,
      ...foreign.map(
        (name) => `aws route53 list-hosted-zones-by-name --dns-name ${name.split('.').slice(1).join('.')}`,
      ),
    );
  }
  const ours = zone.nameServers.map(withoutDot);
  const delegated = zone.delegatedTo.map(withoutDot);
  if (delegated.length === 0) {
    return wrong(
      `nobody delegates ${zoneName}: its zone is asked by no one`,
      `# at the registrar of ${zoneName} set the name servers ${ours.join(', ')}`,
    );
  }
  const strangers = delegated.filter((server) => !ours.includes(server));
  return strangers.length === 0
    ? ok(`${zoneName} is public, and delegated to its name servers`)
    : wrong(
        `${zoneName} is delegated to ${strangers.join(', ')}, not to this zone`,
        `# at the registrar of ${zoneName} set the name servers ${ours.join(', ')}`,
      );
};

/** The issuers that a name's CAA records allow, and the name that has them; none allow everybody. */
export type Caa = Readonly<{ name: string; issuers: readonly string[] }>;

/** Source: ACM user guide, "Certification Authority Authorization (CAA) problems". */
const AMAZON = ['amazon.com', 'amazontrust.com', 'awstrust.com', 'amazonaws.com'];

export const judgeCaa = (found: readonly Caa[]): Verdict => {
  const refusing = found.filter(
    ({ issuers }) => issuers.length > 0 && !issuers.some((issuer) => AMAZON.includes(issuer)),
  );
  return refusing.length === 0
    ? ok('Amazon may issue certificates for these names')
    : wrong(
        `${refusing.map(({ name, issuers }) => `the CAA records of ${name} allow ${issuers.filter((issuer) => issuer !== '').join(', ') || 'nobody'}`).join('; ')}, not Amazon: no certificate is issued`,
        ...refusing.map(({ name }) => `# add the record ${name} CAA 0 issue "amazon.com"`),
      );
};

/** `taken` are what already stands where this stack would make something. */
export const judgeNamesFree = (taken: readonly string[]): Verdict =>
  taken.length === 0
    ? ok('nothing stands where this stack would make something')
    : wrong(
        `already there: ${taken.join('; ')}`,
        '# remove what is not needed any more, or deploy another --stage or --param domain=',
      );

/** No client for CodeConnections is among the packages; a person asks faster than it would be added. */
export const judgeConnection = (connectionArn: string): Verdict =>
  connectionArn === ''
    ? ok('no connection is asked for: builds start when you say so')
    : unproved(
        'whether the connection is AVAILABLE: only its owner can finish one, in the console',
        `aws codeconnections get-connection --connection-arn ${connectionArn} --query Connection.ConnectionStatus`,
        '# PENDING: Developer Tools, Settings, Connections, Update pending connection',
      );
