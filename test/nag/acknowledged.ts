/** Findings that are right as far as they go, and why they stay. */

import type { Finding } from './judge.ts';

/** `rule` up to its bracket; `of` is a pattern for what stands in it; `on` is one for logical ids. */
export type Acknowledgement = Readonly<{ rule: string; of?: RegExp; on: RegExp; reason: string }>;

export const ACKNOWLEDGED: readonly Acknowledgement[] = [
  {
    rule: 'AwsSolutions-S1',
    on: /^(SiteBucket|StateBucket|AccessLogBucket|ServerlessDeploymentBucket)$/,
    reason:
      'Only the distribution and the functions read these buckets; who visits the site is in the access logs of the distribution (ACCESS_LOGS), which would otherwise be paid for twice.',
  },
  {
    rule: 'AwsSolutions-CFR1',
    on: /Distribution$/,
    reason: 'A web site is for everybody; from where it may be seen is for its owner to say.',
  },
  {
    rule: 'AwsSolutions-CFR2',
    on: /Distribution$/,
    reason: 'A web ACL costs more than all of the rest together; WEB_ACL and WEB_ACL_ARN add one.',
  },
  {
    rule: 'AwsSolutions-CFR3',
    on: /Distribution$/,
    reason: 'Access logs are stored and paid for; ACCESS_LOGS adds them, delivered by CloudWatch (v2).',
  },
  {
    rule: 'AwsSolutions-CFR4',
    on: /Distribution$/,
    reason:
      "Without a domain CloudFront's own certificate is used, for which it does not let the TLS version be chosen; with one it is TLSv1.2_2025.",
  },
  {
    rule: 'AwsSolutions-IAM5',
    of: /:log-group:\/aws\/lambda\/.*:\*$/,
    on: /IamRoleLambdaExecution$/,
    reason: "The streams of the function's own log group, whose names Lambda chooses.",
  },
  {
    rule: 'AwsSolutions-IAM5',
    of: /^Resource::(<SiteBucket\.Arn>|arn:<AWS::Partition>:s3:::my-site)\/\*$/,
    on: /^(InvalidateIamRoleLambdaExecution|BuildRole)$/,
    reason: 'Every object of the site: their names are whatever a build makes.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    of: /^Resource::<StateBucket\.Arn>\/(blobs|aside|public)\/\*$/,
    on: /IamRoleLambdaExecution$/,
    reason:
      'Objects named by the hash of their content, by a random id, or by a deployment, under one prefix.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    of: /:parameter\/afterbuild\/\*$/,
    on: /^PostStatusIamRoleLambdaExecution$/,
    reason: 'The secrets of channels, under the one prefix that they have to have.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    of: /:function\/\*$/,
    on: /^InvalidateIamRoleLambdaExecution$/,
    reason:
      'Which functions a distribution has that is attached to, only a look at it says; they are read, no more.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    of: /^Resource::\*$/,
    on: /^Api(Access|Execution)Role$/,
    reason: 'ecr:GetAuthorizationToken, which knows no resources.',
  },
  {
    rule: 'AwsSolutions-IAM4',
    of: /AmazonECSInfrastructureRoleforExpressGatewayServices$/,
    on: /^ApiInfrastructureRole$/,
    reason: 'ECS asks for this very policy, and changes it with what Express Mode makes.',
  },
  {
    rule: 'AwsSolutions-CB4',
    on: /^BuildProject$/,
    reason:
      "What it makes is a public web site. Encrypted with a key of KMS the distribution could not read it; the bucket encrypts it with S3's.",
  },
  {
    rule: 'Serverless-SNSRedrivePolicy',
    on: /^AlarmEmail$/,
    reason: 'A mail that SNS cannot deliver stays an alarm in CloudWatch, where the dashboard shows it.',
  },
  {
    rule: 'W3005',
    on: /LambdaFunction$/,
    reason: 'The framework writes a DependsOn that its own reference implies.',
  },
  {
    rule: 'AwsSolutions-SQS3',
    on: /^EventsDeadLetterQueue$/,
    reason: 'It is the dead-letter queue of rules and schedules, which the rule does not look for.',
  },
  {
    rule: 'Serverless-SQSRedrivePolicy',
    on: /DeadLetterQueue$/,
    reason: 'A dead-letter queue itself; an alarm watches it.',
  },
  {
    rule: 'Serverless-LambdaDLQ',
    on: /LambdaFunction$/,
    reason:
      'Only queues invoke the functions, and wait for the answer: what fails goes to the dead-letter queue of the queue.',
  },
  {
    rule: 'Serverless-LambdaEventSourceMappingDestination',
    on: /EventSourceMapping/,
    reason: 'Lambda has no such destination for SQS: the queue has its dead-letter queue.',
  },
  {
    rule: 'Serverless-LambdaTracing',
    on: /LambdaFunction$/,
    reason: 'Traces are paid for, and every call that matters is told in the log with its reason.',
  },
];

const matches = ({ rule, of, on }: Acknowledgement, finding: Finding): boolean => {
  const [, name = finding.rule, what = ''] = /^([^[]+)\[(.*)\]$/.exec(finding.rule) ?? [];
  return name === rule && on.test(finding.resource) && (of === undefined ? what === '' : of.test(what));
};

/** Findings that nothing acknowledges. */
export const unexplained = (
  findings: readonly Finding[],
  acknowledged: readonly Acknowledgement[] = ACKNOWLEDGED,
): readonly Finding[] => findings.filter((finding) => !acknowledged.some((known) => matches(known, finding)));

/** Acknowledgements of what nobody finds any more: an excuse that is left over hides the next finding. */
export const leftOver = (
  findings: readonly Finding[],
  acknowledged: readonly Acknowledgement[] = ACKNOWLEDGED,
): readonly Acknowledgement[] =>
  acknowledged.filter((known) => !findings.some((finding) => matches(known, finding)));
