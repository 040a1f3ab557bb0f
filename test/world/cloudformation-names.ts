/** What CloudFormation calls resources, and which of their names may be there only once, and where. */

/** `global`: once in all of AWS; `account`: once in an account; `region`: once in a region of it. */
export type NameScope = 'global' | 'account' | 'region';

type Naming = Readonly<{ path: readonly string[]; scope: NameScope }>;

/**
 * By type: the property that names a resource. What is not here has no name of its own.
 * Source: CloudFormation reference, "Name type", and the quotas of each service.
 */
const NAMINGS: Readonly<Record<string, Naming>> = {
  'AWS::S3::Bucket': { path: ['BucketName'], scope: 'global' },
  'AWS::IAM::Role': { path: ['RoleName'], scope: 'account' },
  'AWS::CloudFront::Function': { path: ['Name'], scope: 'account' },
  'AWS::CloudFront::OriginAccessControl': { path: ['OriginAccessControlConfig', 'Name'], scope: 'account' },
  'AWS::CloudFront::ResponseHeadersPolicy': {
    path: ['ResponseHeadersPolicyConfig', 'Name'],
    scope: 'account',
  },
  'AWS::CloudWatch::Alarm': { path: ['AlarmName'], scope: 'region' },
  'AWS::CloudWatch::Dashboard': { path: ['DashboardName'], scope: 'account' },
  'AWS::CodeBuild::Project': { path: ['Name'], scope: 'region' },
  'AWS::ECS::ExpressGatewayService': { path: ['ServiceName'], scope: 'region' },
  'AWS::Events::Rule': { path: ['Name'], scope: 'region' },
  'AWS::Lambda::Function': { path: ['FunctionName'], scope: 'region' },
  'AWS::Logs::LogGroup': { path: ['LogGroupName'], scope: 'region' },
  'AWS::Scheduler::Schedule': { path: ['Name'], scope: 'region' },
  'AWS::SNS::Topic': { path: ['TopicName'], scope: 'region' },
  'AWS::SQS::Queue': { path: ['QueueName'], scope: 'region' },
  'AWS::WAFv2::WebACL': { path: ['Name'], scope: 'region' },
};

/** Types whose one name is an alias that only one of them may have, and those that CloudFront reads from one region. */
const ONLY_IN_US_EAST_1 = new Set(['AWS::CertificateManager::Certificate']);

export const isInWrongRegion = (type: string, properties: unknown, region: string): boolean =>
  region !== 'us-east-1' &&
  (ONLY_IN_US_EAST_1.has(type) ||
    (type === 'AWS::WAFv2::WebACL' && field(properties, ['Scope']) === 'CLOUDFRONT'));

/** The name that the template gives, if any. */
export const givenName = (type: string, properties: unknown): string | undefined => {
  const naming = NAMINGS[type];
  const name = naming && field(properties, naming.path);
  return typeof name === 'string' ? name : undefined;
};

/** What must not be there twice: the name, with where it counts. */
export const claimOf = (type: string, name: string, region: string): string => {
  const scope = NAMINGS[type]?.scope ?? 'region';
  return `${type} ${scope === 'region' ? `${region} ` : ''}${name}`;
};

const field = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined),
    value,
  );

/** As CloudFormation makes one up; names of buckets are in lower case. */
export const madeUpName = (stack: string, logicalId: string, type: string, unique: string): string => {
  const name = `${stack}-${logicalId}-${unique}`;
  return type === 'AWS::S3::Bucket' ? name.toLowerCase().slice(0, 63) : name;
};
