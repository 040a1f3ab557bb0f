/** Before a first deployment: whether what it needs of others is there. */

import { type Fact, type Finding, found, judge, ok, type Verdict, wrong } from './checks.ts';
import type { ApiProbes } from './checks-answers.ts';
import {
  type Caa,
  type Certificate,
  judgeCaa,
  judgeCertificate,
  judgeConnection,
  judgeNamesFree,
  judgeZone,
  type Zone,
} from './checks-names.ts';

/** The params of the deployment that is to come, by their names in serverless.yml; absent means empty. */
export type Params = Readonly<Record<string, string | undefined>>;

export type BeforeFacts = Readonly<{
  stackName: string;
  params: Params;
  stack: Fact<'missing' | Readonly<{ status: string }>>;
  zone?: Fact<Zone>;
  certificate?: Fact<Certificate>;
  caa?: Fact<readonly Caa[]>;
  /** What stands where this stack would make something. */
  taken: Fact<readonly string[]>;
  api?: Fact<ApiProbes['direct']>;
  now: number;
}>;

/** Domain and aliases, as the template puts them together. */
export const namesIn = ({ domain = '', aliases = '' }: Params): readonly string[] =>
  [domain, ...aliases.split(',')].map((name) => name.trim().toLowerCase()).filter((name) => name !== '');

export const judgeBefore = (facts: BeforeFacts): readonly Finding[] => {
  const { params, stackName, zone, certificate, caa, taken, api, now } = facts;
  const names = namesIn(params);
  return [
    judge('stack', facts.stack, (stack) => judgeAbsent(stack, stackName)),
    judge('names', taken, judgeNamesFree),
    found('domain', judgeDomain(params, names)),
    ...(zone ? [judge('zone', zone, (value) => judgeZone(value, names))] : []),
    ...(certificate
      ? [judge('certificate', certificate, (value) => judgeCertificate(value, names, now))]
      : []),
    ...(caa ? [judge('issuer', caa, judgeCaa)] : []),
    found('connection', judgeConnection(params['connectionArn'] ?? '')),
    ...(api ? [judge('API', api, (probe) => judgeDirect(params, probe))] : []),
  ];
};

const judgeAbsent = (stack: 'missing' | Readonly<{ status: string }>, name: string): Verdict => {
  if (stack === 'missing') return ok(`${name} is not there yet, and can be made`);
  if (stack.status === 'ROLLBACK_COMPLETE' || stack.status === 'DELETE_FAILED') {
    return wrong(
      `${name} is ${stack.status}: a first deployment failed, and what is left of it is in the way`,
      `aws cloudformation delete-stack --stack-name ${name}`,
    );
  }
  return ok(`${name} is deployed already (${stack.status}): without --before it is checked as it runs`);
};

/** The packaging says the rest of what cannot work. */
const judgeDomain = (
  { hostedZoneId = '', certificateArn = '' }: Params,
  names: readonly string[],
): Verdict => {
  const [first] = names;
  if (first === undefined) return ok("no domain: the site is served at CloudFront's");
  return hostedZoneId === '' && certificateArn === ''
    ? wrong(
        `${first} has neither a zone nor a certificate`,
        '# with DNS in Route 53: --param hostedZoneId=; with DNS elsewhere a certificate from us-east-1: --param certificateArn=',
        `aws acm request-certificate --region us-east-1 --validation-method DNS --domain-name ${first}`,
      )
    : ok(`${names.join(', ')}: ${hostedZoneId ? 'DNS in Route 53' : 'DNS elsewhere, with a certificate'}`);
};

const judgeDirect = ({ apiDomain = '' }: Params, probe: ApiProbes['direct']): Verdict =>
  probe.ok
    ? ok(`${apiDomain} answers`)
    : wrong(
        `${apiDomain} does not answer its health check: ${probe.because}`,
        '# --param apiDomain= is the host alone, --param apiHealthPath= the path that answers 200',
      );
