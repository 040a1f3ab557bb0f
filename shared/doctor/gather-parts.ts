/** Asks AWS without ever failing: what is refused is a fact that is missing, with the reason. */

import { Resolver } from 'node:dns/promises';
import { ACMClient } from '@aws-sdk/client-acm';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { REPEATABLE } from '../aws/clients.ts';
import { refusalOf } from '../core/answers.ts';
import { type Fact, known } from './checks.ts';

/** One word for every way to be refused: what helps is the same. */
const REFUSED = /^(AccessDenied|UnauthorizedOperation|Forbidden|AuthorizationError)/;

/** The known value, or AWS's own words for why there is none. */
export const attempt = async <T>(read: () => Promise<T>): Promise<Fact<T>> => {
  try {
    return known(await read());
  } catch (error) {
    const { name, message, status } = refusalOf(error);
    const isRefused = REFUSED.test(name) || status === 403;
    const said = [name, message.replaceAll(/\s+/g, ' ').trim()]
      .filter((part) => part !== '' && part !== 'Error')
      .join(': ');
    if (name === 'CredentialsProviderError')
      return { kind: 'unknown', because: `${said} (aws sts get-caller-identity says whose there are)` };
    return { kind: 'unknown', because: isRefused ? `not allowed: ${said}` : said };
  }
};

/** The value where AWS says by this error's name that there is none. */
export const orWhen = async <T, U>(
  names: readonly string[],
  none: U,
  read: () => Promise<T>,
): Promise<T | U> => {
  try {
    return await read();
  } catch (error) {
    if (names.includes(refusalOf(error).name)) return none;
    throw error;
  }
};

/** What CloudFront uses is in us-east-1, wherever the stack is. */
const EDGE_REGION = 'us-east-1';

/** The part of node:dns that is asked; it rejects with a code such as ENOTFOUND. */
export type Dns = Pick<Resolver, 'resolve4' | 'resolve6' | 'resolveCaa' | 'resolveCname' | 'resolveNs'>;

/** A name server that does not answer must not cost a minute. */
const DNS = { timeout: 3_000, tries: 2 };

export type Clients = Readonly<{
  acm: ACMClient;
  cloudformation: CloudFormationClient;
  cloudfront: CloudFrontClient;
  codebuild: CodeBuildClient;
  dns: Dns;
  route53: Route53Client;
  s3: S3Client;
  sns: SNSClient;
  sqs: SQSClient;
  ssm: SSMClient;
}>;

/** `endpointUrl` is AWS_ENDPOINT_URL, which the clients read themselves; a local one has one host for all buckets. */
export const clientsFor = (region: string, endpointUrl: string | undefined): Clients => {
  const common = { ...REPEATABLE, region };
  const s3 = {
    ...common,
    followRegionRedirects: true,
    forcePathStyle: endpointUrl?.startsWith('http://') === true,
  };
  return {
    acm: new ACMClient({ ...common, region: EDGE_REGION }),
    cloudformation: new CloudFormationClient(common),
    cloudfront: new CloudFrontClient({ ...common, region: EDGE_REGION }),
    codebuild: new CodeBuildClient(common),
    dns: new Resolver(DNS),
    route53: new Route53Client({ ...common, region: EDGE_REGION }),
    s3: new S3Client(s3),
    sns: new SNSClient(common),
    sqs: new SQSClient({ ...common, useQueueUrlAsEndpoint: false }),
    ssm: new SSMClient(common),
  };
};
