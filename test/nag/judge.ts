/** cdk-nag over a packaged template, its findings as data. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { unconditional } from '../world/cloudformation-conditions.ts';

/** `resource` is a logical id; `rule` has what of it was found in brackets, where a rule finds several things. */
export type Finding = Readonly<{ rule: string; resource: string; description: string }>;

const PACKS = [AwsSolutionsChecks, ServerlessChecks];

export const nagFindings = (template: object): readonly Finding[] => {
  const folder = mkdtempSync(join(tmpdir(), 'afterbuild-nag-'));
  try {
    const file = join(folder, 'template.json');
    writeFileSync(file, JSON.stringify(unconditional(template)));
    const stack = new Stack(new App({ outdir: join(folder, 'out') }), 'stack');
    const included = new CfnInclude(stack, 'template', { templateFile: file });
    return PACKS.flatMap((Pack) => new Pack(included).validateScope(included).violations).flatMap(
      ({ ruleName, description, violatingResources }) =>
        violatingResources.map(({ constructPath = '' }) => ({
          rule: ruleName,
          resource: constructPath.slice(constructPath.lastIndexOf('/') + 1),
          description,
        })),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
