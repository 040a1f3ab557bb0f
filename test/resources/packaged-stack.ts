/** The packaged template with its intrinsics worked out: ARNs are `arn:` and the logical id. */

import { type Packaged, packageTemplate } from '../package-template.ts';
import { readTemplate } from '../world/cloudfront-intrinsics.ts';

export type Json = Readonly<Record<string, unknown>>;

// A packaged template is deep and of no fixed shape; what is not there fails an expectation.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Loose = any;

export type Stack = Readonly<{
  packaged: Packaged;
  has(id: string): boolean;
  resource(id: string): Loose;
  properties(id: string): Loose;
  idsOfType(type: string): readonly string[];
}>;

/** For a `beforeAll`: packaging takes a few seconds when a source has changed. */
export const PACKAGING_TIMEOUT_MS = 120_000;

const PHYSICAL = { SiteBucket: 'site-bucket', StateBucket: 'state-bucket', SiteDistribution: 'E1' };

export const packagedStack = async (): Promise<Stack> => stackOf(await packageTemplate());

export const stackOf = (packaged: Packaged): Stack => {
  const ids = Object.keys((packaged.template as { Resources: Json }).Resources);
  const arns = Object.fromEntries(ids.map((id) => [`${id}.Arn`, `arn:${id}`]));
  const read = readTemplate(packaged.template, { ...arns, ...PHYSICAL });
  const resources = new Map(
    [...read.resources].map(([id, resource]) => [id, read.resolve(resource) as Loose]),
  );
  return {
    packaged,
    has: (id) => resources.has(id),
    resource: (id) => resources.get(id),
    properties: (id) => resources.get(id)?.Properties,
    idsOfType: (type) => [...resources].filter(([, { Type }]) => Type === type).map(([id]) => id),
  };
};
