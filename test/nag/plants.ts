/** Mistakes to plant in a packaged template: each has to be found, or the checks check nothing. */

// A packaged template is deep and of no fixed shape.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Loose = any;

export type Plant = Readonly<{ name: string; rule: RegExp; plant(resources: Loose): void }>;

export const PLANTS: readonly Plant[] = [
  {
    name: 'a bucket that is open to everybody',
    rule: /^AwsSolutions-S2$/,
    plant: ({ SiteBucket }) => {
      SiteBucket.Properties.PublicAccessBlockConfiguration.BlockPublicPolicy = false;
    },
  },
  {
    name: 'a role that may do everything in a service',
    rule: /^AwsSolutions-IAM5\[Action::s3:\*\]$/,
    plant: ({ InvalidateIamRoleLambdaExecution: { Properties } }) => {
      Properties.Policies[0].PolicyDocument.Statement.push({
        Effect: 'Allow',
        Action: 's3:*',
        Resource: { 'Fn::GetAtt': ['SiteBucket', 'Arn'] },
      });
    },
  },
  {
    name: 'a role that may do something to everything',
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    plant: ({ PostStatusIamRoleLambdaExecution: { Properties } }) => {
      Properties.Policies[0].PolicyDocument.Statement.push({
        Effect: 'Allow',
        Action: 'ssm:GetParameter',
        Resource: '*',
      });
    },
  },
  {
    name: 'a queue without a dead-letter queue',
    rule: /^AwsSolutions-SQS3$/,
    plant: ({ WorkQueue }) => {
      delete WorkQueue.Properties.RedrivePolicy;
    },
  },
  {
    name: 'queues that take messages in clear',
    rule: /^AwsSolutions-SQS4$/,
    plant: ({ OtherQueuesPolicy }) => {
      OtherQueuesPolicy.Properties.PolicyDocument.Statement[0].Effect = 'Allow';
    },
  },
  {
    name: 'a bucket that is read without TLS',
    rule: /^AwsSolutions-S10$/,
    plant: ({ StateBucketPolicy: { Properties } }) => {
      Properties.PolicyDocument.Statement = Properties.PolicyDocument.Statement.filter(
        ({ Effect }: Loose) => Effect !== 'Deny',
      );
    },
  },
  {
    name: 'a bucket that the distribution reads in public',
    rule: /^AwsSolutions-CFR7$/,
    plant: ({ SiteDistribution }) => {
      delete SiteDistribution.Properties.DistributionConfig.Origins[0].OriginAccessControlId;
    },
  },
];

/** A copy with the mistake in it. */
export const planted = (template: object, { plant }: Plant): object => {
  const copy = structuredClone(template) as Loose;
  plant(copy.Resources);
  return copy;
};
