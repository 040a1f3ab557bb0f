/** How CloudFormation makes and deletes single resources: each step is an event, and a name is there only once. */

import { claimOf, givenName, isInWrongRegion, madeUpName } from './cloudformation-names.ts';

/** `properties` are resolved. */
export type StackResource = Readonly<{
  id: string;
  type: string;
  physicalId: string;
  properties: unknown;
  isRetained: boolean;
}>;

/** Buckets are somebody else's: they hold objects. */
export type Buckets = Readonly<{
  create(name: string, properties: unknown): void;
  isEmpty(name: string): boolean;
  remove(name: string): void;
}>;

/** Tells what happened to a resource. */
export type Tell = (resource: string, type: string, status: string, because?: string) => void;

export type Owner = Readonly<{ name: string; region: string; id: string }>;

export type Resources = Readonly<{
  /** Undefined where it could not be made; why is told. */
  make(tell: Tell, owner: Owner, wanted: Omit<StackResource, 'physicalId'>): StackResource | undefined;
  /** False where it could not be deleted; what is retained is left as it is. */
  unmake(tell: Tell, region: string, resource: StackResource): boolean;
}>;

const BUCKET = 'AWS::S3::Bucket';
const UNIQUE_LETTERS = 12;

export const createResources = (buckets: Buckets, id: () => string): Resources => {
  /** By what must not be there twice: the stack that has it. What is retained keeps its name. */
  const claims = new Map<string, string>();

  const faultOf = (owner: Owner, type: string, properties: unknown, name: string | undefined) => {
    if (isInWrongRegion(type, properties, owner.region)) return `${type} for CloudFront must be in us-east-1`;
    const taken = name === undefined ? undefined : claims.get(claimOf(type, name, owner.region));
    return taken === undefined ? undefined : `${name} already exists in stack ${taken}`;
  };

  return {
    make: (tell, owner, wanted) => {
      const { id: logical, type, properties } = wanted;
      tell(logical, type, 'CREATE_IN_PROGRESS');
      const given = givenName(type, properties);
      const fault = faultOf(owner, type, properties, given);
      if (fault !== undefined) {
        tell(logical, type, 'CREATE_FAILED', fault);
        return undefined;
      }
      const unique = id().replaceAll('-', '').slice(0, UNIQUE_LETTERS);
      const physicalId = given ?? madeUpName(owner.name, logical, type, unique);
      claims.set(claimOf(type, physicalId, owner.region), owner.id);
      if (type === BUCKET) buckets.create(physicalId, properties);
      tell(logical, type, 'CREATE_COMPLETE');
      return { ...wanted, physicalId };
    },

    unmake: (tell, region, { id: logical, type, physicalId, isRetained }) => {
      if (isRetained) {
        tell(logical, type, 'DELETE_SKIPPED');
        return true;
      }
      tell(logical, type, 'DELETE_IN_PROGRESS');
      if (type === BUCKET && !buckets.isEmpty(physicalId)) {
        tell(logical, type, 'DELETE_FAILED', 'The bucket you tried to delete is not empty');
        return false;
      }
      if (type === BUCKET) buckets.remove(physicalId);
      claims.delete(claimOf(type, physicalId, region));
      tell(logical, type, 'DELETE_COMPLETE');
      return true;
    },
  };
};
