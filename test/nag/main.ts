/**
 * What the rules of AWS's community say of every variant of the packaged template: cdk-nag (AwsSolutions, Serverless)
 * and, where it is installed, cfn-lint. Offline.
 *
 *     npm run nag -- [--variant NAME] [--json FILE]
 */

import { parseArgs } from 'node:util';
import { type Claims, createClaims } from '../claims.ts';
import { packageTemplate } from '../package-template.ts';
import { leftOver, unexplained } from './acknowledged.ts';
import { cfnLintFindings, cfnLintVersion } from './cfn-lint.ts';
import { type Finding, nagFindings } from './judge.ts';
import { PLANTS, planted } from './plants.ts';
import { VARIANTS, type Variant } from './variants.ts';

const USAGE = `Usage: npm run nag -- [options]

Judges the packaged template by cdk-nag, and by cfn-lint where it is installed. Every finding has to be
acknowledged, with its reason, in test/nag/acknowledged.ts.

  --variant NAME   only this one: ${Object.keys(VARIANTS).join(', ')}
  --json FILE      write the totals there
  --help           this text

Exit: 0 nothing unexplained, 1 something, 64 wrong usage.
`;

const told = (findings: readonly Finding[]): string =>
  findings.map(({ rule, resource, description }) => `${rule} ${resource}: ${description}`).join('; ');

const judgeVariant = async (
  { claim }: Claims,
  name: string,
  { params, region = 'us-east-1' }: Variant,
  lints: boolean,
): Promise<readonly Finding[]> => {
  const { template } = await packageTemplate(params, region);
  const byNag = nagFindings(template);
  claim(
    `${name}: cdk-nag finds nothing unexplained`,
    unexplained(byNag).length === 0,
    told(unexplained(byNag)),
  );
  if (!lints) return byNag;
  const byLint = cfnLintFindings(template, region);
  claim(
    `${name}: cfn-lint finds nothing unexplained`,
    unexplained(byLint).length === 0,
    told(unexplained(byLint)),
  );
  return [...byNag, ...byLint];
};

const judgeAll = async (claims: Claims, only: string | undefined): Promise<void> => {
  const version = cfnLintVersion();
  if (version === undefined) process.stdout.write('cfn-lint is not installed: only cdk-nag judges\n');
  const found: Finding[] = [];
  for (const [name, variant] of Object.entries(VARIANTS)) {
    if (only !== undefined && only !== name) continue;
    found.push(...(await judgeVariant(claims, name, variant, version !== undefined)));
  }
  if (only !== undefined) return;
  const unused = leftOver(found).filter(({ rule }) => version !== undefined || !/^[EWI]\d/.test(rule));
  claims.claim(
    'every acknowledgement is of something that is found',
    unused.length === 0,
    unused.map(({ rule, on }) => `${rule} on ${on}`).join('; '),
  );
  const { template } = await packageTemplate(VARIANTS['minimal']?.params);
  for (const plant of PLANTS) {
    const left = unexplained(nagFindings(planted(template, plant)));
    claims.claim(
      `${plant.name} is found`,
      left.some(({ rule }) => plant.rule.test(rule)),
      told(left) || 'nothing',
    );
  }
};

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: { variant: { type: 'string' }, json: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (values.variant !== undefined && !Object.hasOwn(VARIANTS, values.variant)) {
    process.stderr.write(
      `nag: expected one of ${Object.keys(VARIANTS).join(', ')}, got "${values.variant}"\n`,
    );
    return 64;
  }
  const claims = createClaims();
  await judgeAll(claims, values.variant);
  return claims.end(values.json);
};

process.exitCode = await main();
