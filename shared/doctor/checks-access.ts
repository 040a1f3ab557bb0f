/** Whether the distribution may read the bucket that it is in front of, and nobody has to guess why it is refused. */

import type { DistributionConfig, Origin } from '@aws-sdk/client-cloudfront';
import { siteOriginId } from '../core/distribution.ts';
import { ok, quoted, type Verdict, warn, wrong } from './checks.ts';

/** A statement of a bucket's policy, as its JSON has it: one or many of nearly everything. */
export type Statement = Readonly<{
  Effect?: string;
  Principal?: unknown;
  Action?: unknown;
  Resource?: unknown;
  Condition?: unknown;
}>;

export type Policy = Readonly<{ Version?: string; Statement?: readonly Statement[] }>;

/** The one that the default behaviour asks, or asks first where that is a group of origins. */
export const siteOrigin = (config: DistributionConfig): Origin | undefined => {
  const siteId = siteOriginId(config);
  return config.Origins?.Items?.find(({ Id: id }) => siteId !== undefined && id === siteId);
};

/** The folder of the bucket that the distribution serves, without slashes at its ends; empty for all of it. */
export const prefixOf = (config: DistributionConfig): string =>
  (siteOrigin(config)?.OriginPath ?? '').replace(/^\/|\/$/g, '');

/** The bucket of an origin, by its domain name; undefined for any other host. */
export const bucketOf = (domainName: string): string | undefined =>
  /^(.+)\.s3(?:-website)?(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/.exec(domainName)?.[1];

/** A website endpoint is no S3 to CloudFront: it serves what everybody may read. */
const isWebsite = (domainName: string): boolean => /\.s3-website[.-]/.test(domainName);

/** `distributionArn` is the one that the policy has to name. */
export const judgeAccess = (
  bucket: string,
  config: DistributionConfig,
  distributionArn: string,
  policy: Policy,
): Verdict => {
  const origin = siteOrigin(config);
  const domainName = origin?.DomainName ?? '';
  if (!origin || bucketOf(domainName) !== bucket) {
    return wrong(
      `the default behaviour is served by ${domainName || 'no origin that it has'}, not by ${bucket}`,
      '# name the bucket that the distribution serves, or make it the origin of the default behaviour',
    );
  }
  if (isWebsite(domainName)) {
    return warn(
      `${bucket} is asked as a website, over HTTP, and so is public`,
      '# use the bucket itself as the origin, with an origin access control; --param routing=directory does what its index documents did',
    );
  }
  if (!origin.OriginAccessControlId) return withoutControl(bucket, origin);
  const resource = `arn:aws:s3:::${bucket}${origin.OriginPath ?? ''}/index.html`;
  const allowing = (policy.Statement ?? []).filter((statement) => allows(statement, resource));
  if (allowing.some((statement) => namesSource(statement, distributionArn)))
    return ok(`${bucket} lets this distribution read, and no other`);
  if (allowing.some(({ Condition: condition }) => condition === undefined)) {
    return warn(
      `${bucket} lets every distribution of every account read`,
      putPolicy(bucket, policy, distributionArn),
    );
  }
  return wrong(
    `the policy of ${bucket} does not let the distribution read: visitors get 403`,
    putPolicy(bucket, policy, distributionArn),
  );
};

const withoutControl = (bucket: string, { S3OriginConfig: s3 }: Origin): Verdict =>
  warn(
    s3?.OriginAccessIdentity
      ? `${bucket} is read with a legacy origin access identity, which a flat-rate plan does not take`
      : `${bucket} is read without an origin access control, so it has to be public`,
    '# make an origin access control, name it in the origin, and let the distribution read in the policy of the bucket',
    `aws cloudfront create-origin-access-control --origin-access-control-config ${quoted(
      JSON.stringify({
        Name: bucket,
        SigningProtocol: 'sigv4',
        SigningBehavior: 'always',
        OriginAccessControlOriginType: 's3',
      }),
    )}`,
  );

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [value]).map(String);

const matches = (pattern: string, text: string): boolean => {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
};

const allows = ({ Effect, Principal, Action, Resource }: Statement, resource: string): boolean => {
  const service = (Principal as { Service?: unknown } | undefined)?.Service;
  return (
    Effect === 'Allow' &&
    listOf(service).includes('cloudfront.amazonaws.com') &&
    listOf(Action).some((action) => matches(action, 's3:GetObject')) &&
    listOf(Resource).some((pattern) => matches(pattern, resource))
  );
};

/** Any operator that compares the ARN; the key's case is free. */
const namesSource = ({ Condition }: Statement, distributionArn: string): boolean =>
  Object.values((Condition ?? {}) as Record<string, Record<string, unknown>>).some((keys) =>
    Object.entries(keys).some(
      ([key, arns]) =>
        key.toLowerCase() === 'aws:sourcearn' &&
        listOf(arns).some((pattern) => matches(pattern, distributionArn)),
    ),
  );

/** The call replaces the whole policy, so that the line has to repeat it. */
const putPolicy = (bucket: string, policy: Policy, distributionArn: string): string => {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
    Condition: { StringEquals: { 'AWS:SourceArn': distributionArn } },
  };
  const merged = { Version: '2012-10-17', Statement: [...(policy.Statement ?? []), statement] };
  return `aws s3api put-bucket-policy --bucket ${bucket} --policy ${quoted(JSON.stringify(merged))}`;
};
