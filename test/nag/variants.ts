/** The stacks that users deploy, by what they set. */

import type { Params } from '../package-template.ts';

export type Variant = Readonly<{ params: Params; region?: string }>;

/** What the tests set unless told otherwise is a user's business here. */
const NOTHING: Params = { buildProject: '', makeBuildProject: 'true', apiDomain: '', apiServiceArn: '' };

const DOMAIN: Params = {
  domain: 'www.example.com',
  aliases: 'example.com',
  hostedZoneId: 'Z0123456789ABC',
};

const IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/api:1';

export const VARIANTS: Readonly<Record<string, Variant>> = {
  minimal: { params: NOTHING },
  domain: { params: { ...NOTHING, ...DOMAIN } },
  'api-by-domain': { params: { ...NOTHING, apiDomain: 'api.example.com' } },
  'app-runner-by-arn': {
    params: {
      ...NOTHING,
      apiDomain: 'abc123.us-east-1.awsapprunner.com',
      apiServiceArn: 'arn:aws:apprunner:us-east-1:123456789012:service/api/0123456789abcdef',
    },
  },
  'app-runner-image': { params: { ...NOTHING, apiImage: IMAGE, apiHost: 'app-runner' } },
  'ecs-express': { params: { ...NOTHING, apiImage: IMAGE, apiHost: 'ecs-express' } },
  attach: {
    params: {
      ...NOTHING,
      siteBucket: 'my-site',
      distributionId: 'E2QWRUHAPOMQZL',
      distributionDomain: 'd111111abcdef8.cloudfront.net',
      buildProject: 'my-project',
    },
  },
  'eu-west-1': {
    region: 'eu-west-1',
    params: {
      ...NOTHING,
      domain: 'www.example.com',
      certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0f6e1a52-0000-4000-8000-000000000001',
    },
  },
  everything: {
    params: {
      ...NOTHING,
      ...DOMAIN,
      webAcl: 'true',
      accessLogs: 'true',
      contentSecurityPolicy: "default-src 'self'",
      apiDomain: 'abc123.us-east-1.awsapprunner.com',
      apiServiceArn: 'arn:aws:apprunner:us-east-1:123456789012:service/api/0123456789abcdef',
      repositoryUrl: 'https://github.com/example/site',
      connectionArn: 'arn:aws:codeconnections:us-east-1:123456789012:connection/1b2c',
      apiSecretHeader: 'X-Origin-Key',
      apiSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:origin-key-AbCdEf',
      alarmEmail: 'ops@example.com',
      dashboard: 'true',
    },
  },
};
