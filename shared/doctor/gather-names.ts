/** What ACM, Route 53 and DNS say of the site's names. */

import { type ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import {
  GetHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import type { Fact } from './checks.ts';
import type { Caa, Certificate, Resolved, Zone } from './checks-names.ts';
import { attempt, type Dns } from './gather-parts.ts';

export const gatherCertificate = (acm: ACMClient, arn: string): Promise<Fact<Certificate>> =>
  attempt(async () => {
    const { Certificate: certificate } = await acm.send(
      new DescribeCertificateCommand({ CertificateArn: arn }),
    );
    if (!certificate) throw new Error(`expected the certificate ${arn}, got none`);
    const { Status, NotAfter, FailureReason, RenewalSummary, DomainName } = certificate;
    return {
      arn,
      status: Status ?? 'unknown',
      names: certificate.SubjectAlternativeNames ?? (DomainName ? [DomainName] : []),
      ...(NotAfter ? { notAfter: NotAfter.getTime() } : {}),
      ...(FailureReason ? { because: FailureReason } : {}),
      ...(RenewalSummary?.RenewalStatus ? { renewal: RenewalSummary.RenewalStatus } : {}),
      records: (certificate.DomainValidationOptions ?? []).flatMap(
        ({ ValidationStatus, ResourceRecord: record }) =>
          ValidationStatus !== 'SUCCESS' && record?.Name && record.Value
            ? [{ name: record.Name, value: record.Value }]
            : [],
      ),
    };
  });

export const gatherZone = (route53: Route53Client, dns: Dns, id: string): Promise<Fact<Zone>> =>
  attempt(async () => {
    const { HostedZone: zone, DelegationSet: delegation } = await route53.send(
      new GetHostedZoneCommand({ Id: id }),
    );
    const name = zone?.Name ?? '';
    return {
      id,
      name,
      isPrivate: zone?.Config?.PrivateZone === true,
      nameServers: delegation?.NameServers ?? [],
      delegatedTo: await orNone(dns.resolveNs(name.replace(/\.$/, ''))),
    };
  });

/** Records of these names that are in a stack's way, such as "www.example.com A". */
export const takenRecords = async (
  route53: Route53Client,
  zoneId: string,
  names: readonly string[],
): Promise<readonly string[]> => {
  const found = await Promise.all(
    names.map(async (name) => {
      const { ResourceRecordSets: sets = [] } = await route53.send(
        new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, StartRecordName: name, MaxItems: 10 }),
      );
      return sets.filter((set) => set.Name === `${name}.` && ['A', 'AAAA', 'CNAME'].includes(set.Type ?? ''));
    }),
  );
  return found
    .flat()
    .map(({ Name: name = '', Type: type }) => `the record ${name.replace(/\.$/, '')} ${type}`);
};

export const gatherDns = (
  dns: Dns,
  aliases: readonly string[],
  domainName: string,
): Promise<Fact<Readonly<{ aliases: readonly Resolved[]; distribution: Resolved }>>> =>
  attempt(async () => {
    const [distribution, ...rest] = await Promise.all(
      [domainName, ...aliases].map((name) => resolved(dns, name)),
    );
    if (!distribution || distribution.addresses.length === 0)
      throw new Error(`DNS does not answer for ${domainName}, the distribution's own name`);
    return { aliases: rest, distribution };
  });

const resolved = async (dns: Dns, name: string): Promise<Resolved> => {
  const [cnames, four, six] = await Promise.all([
    orNone(dns.resolveCname(name)),
    orNone(dns.resolve4(name)),
    orNone(dns.resolve6(name)),
  ]);
  return { name, cnames, addresses: [...four, ...six] };
};

/** The closest CAA records upwards of each name decide, as an issuer looks for them. */
export const gatherCaa = (dns: Dns, names: readonly string[]): Promise<Fact<readonly Caa[]>> =>
  attempt(() => Promise.all(names.map((name) => closestCaa(dns, name))));

const closestCaa = async (dns: Dns, name: string): Promise<Caa> => {
  const labels = name.split('.');
  for (let from = 0; from < labels.length - 1; from += 1) {
    const parent = labels.slice(from).join('.');
    const records = await orNone(dns.resolveCaa(parent));
    // What follows a semicolon are conditions of the issuer.
    const issuers = records.flatMap(({ issue }) =>
      issue === undefined ? [] : [issue.split(';')[0]?.trim() ?? ''],
    );
    if (records.length > 0) return { name: parent, issuers };
  }
  return { name, issuers: [] };
};

/** "There is none" is an answer; that nobody answers is none. */
const orNone = async <T>(asked: Promise<T[]>): Promise<readonly T[]> => {
  try {
    return await asked;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
    throw error;
  }
};
