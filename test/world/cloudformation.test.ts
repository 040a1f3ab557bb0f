import { type CloudFormation, createCloudFormation } from './cloudformation.ts';

const US = 'us-east-1';
const EU = 'eu-west-1';

const world = () => {
  let ids = 0;
  const objects = new Map<string, number>();
  const cloudformation = createCloudFormation({
    now: () => 1_000,
    id: () => {
      ids += 1;
      return `id${ids}`;
    },
    buckets: {
      create: (name) => void objects.set(name, 0),
      isEmpty: (name) => objects.get(name) === 0,
      remove: (name) => void objects.delete(name),
    },
  });
  return { cloudformation, objects };
};

const bucket = (more: object = {}) => ({ Type: 'AWS::S3::Bucket', Properties: {}, ...more });
const role = (RoleName: unknown) => ({ Type: 'AWS::IAM::Role', Properties: { RoleName } });
const queue = (QueueName: unknown, more: object = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName, ...more },
});
const template = (Resources: object, more: object = {}) => ({ Resources, ...more });
const failures = (cloudformation: CloudFormation, region: string, name: string) =>
  cloudformation.find(region, name)?.events.flatMap(({ because }) => because ?? []);

test('what is referred to is made first, and outputs name it', () => {
  const { cloudformation } = world();
  const stack = cloudformation.deploy(
    US,
    's',
    template(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
      { A: queue({ 'Fn::Sub': '${B}-of-${AWS::Region}' }), B: bucket() },
      { Outputs: { Name: { Value: { Ref: 'A' } } } },
    ),
  );
  expect(stack.status).toBe('CREATE_COMPLETE');
  expect(stack.resources.map(({ id }) => id)).toEqual(['B', 'A']);
  expect(stack.outputs).toEqual({ Name: expect.stringMatching(/^s-b-id\d+-of-us-east-1$/) });
});

test.each([
  ['something that is not there', { A: queue({ Ref: 'B' }) }, /Unresolved resource dependencies \[B\] in A/],
  ['itself', { A: queue({ Ref: 'A' }) }, /Circular dependency between resources: \[A\]/],
  ['each other', { A: queue({ Ref: 'B' }), B: queue({ Ref: 'A' }) }, /Circular dependency .*\[A, B\]/],
  ['something by DependsOn', { A: { ...bucket(), DependsOn: ['B'] } }, /\[B\] in A/],
])('a template that refers to %s is refused', (_case, resources, message) => {
  const { cloudformation } = world();
  expect(() => cloudformation.deploy(US, 's', template(resources))).toThrow(message);
  expect(cloudformation.find(US, 's')).toBeUndefined();
});

test('so is one that refers to what a condition leaves out, but not in a branch that is not taken', () => {
  const { cloudformation } = world();
  const of = (value: unknown) =>
    template(
      { A: queue(value), B: { ...bucket(), Condition: 'Never' } },
      { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } },
    );
  expect(() => cloudformation.validate(of({ Ref: 'B' }))).toThrow(/\[B\] in A/);
  expect(() => cloudformation.validate(of({ 'Fn::If': ['Never', { Ref: 'B' }, 'x'] }))).not.toThrow();
});

test('an output that refers to what is not there is refused', () => {
  const { cloudformation } = world();
  const outputs = { Outputs: { Name: { Value: { Ref: 'B' } } } };
  expect(() => cloudformation.validate(template({ A: bucket() }, outputs))).toThrow(/\[B\] in Outputs/);
});

test.each([
  ['a role, in another region', role('r'), EU, false],
  ['a queue, in the same region', queue('q'), US, false],
  ['a queue, in another region', queue('q'), EU, true],
  ['a bucket, anywhere', bucket({ Properties: { BucketName: 'b' } }), EU, false],
])('the same name for %s', (_case, resource, region, expected) => {
  const { cloudformation } = world();
  cloudformation.deploy(US, 'one', template({ A: resource }));
  const other = cloudformation.deploy(region, 'other', template({ A: resource }));
  expect(other.status).toBe(expected ? 'CREATE_COMPLETE' : 'ROLLBACK_COMPLETE');
  if (!expected)
    expect(failures(cloudformation, region, 'other')).toEqual([expect.stringMatching(/already exists/)]);
});

test('what failed is rolled back: nothing is left of it', () => {
  const { cloudformation, objects } = world();
  cloudformation.deploy(US, 'one', template({ A: role('r') }));
  cloudformation.deploy(US, 'other', template({ B: bucket(), A: { ...role('r'), DependsOn: 'B' } }));
  expect(objects.size).toBe(0);
  expect(cloudformation.find(US, 'other')?.resources).toEqual([]);
});

test('an update keeps what stays, deletes what goes, and replaces what has another name', () => {
  const { cloudformation, objects } = world();
  cloudformation.deploy(US, 's', template({ A: bucket(), B: bucket(), Q: queue('q') }));
  const before = cloudformation.find(US, 's');
  const after = cloudformation.deploy(US, 's', template({ A: bucket(), Q: queue('other') }));
  expect(after).toMatchObject({ status: 'UPDATE_COMPLETE', id: before?.id });
  expect(after.resources.find(({ id }) => id === 'A')).toEqual(
    before?.resources.find(({ id }) => id === 'A'),
  );
  expect(objects.size).toBe(1);
  expect(cloudformation.deploy(US, 'third', template({ Q: queue('q') })).status).toBe('CREATE_COMPLETE');
});

test('an update that fails leaves all as it was', () => {
  const { cloudformation } = world();
  cloudformation.deploy(US, 'one', template({ A: role('r') }));
  const before = cloudformation.deploy(US, 's', template({ B: queue('q') }));
  const after = cloudformation.deploy(US, 's', template({ B: queue('q'), A: role('r') }));
  expect(after).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', resources: before.resources });
});

test('the same template changes nothing', () => {
  const { cloudformation } = world();
  const same = template({ A: bucket() });
  expect(cloudformation.isChanged(US, 's', same)).toBe(true);
  cloudformation.deploy(US, 's', same);
  expect(cloudformation.isChanged(US, 's', same)).toBe(false);
  expect(cloudformation.isChanged(US, 's', template({ A: bucket(), B: bucket() }))).toBe(true);
});

test('a bucket goes when it is empty; one with objects does not, and one that is retained stays', () => {
  const { cloudformation, objects } = world();
  const resources = { Empty: bucket(), Full: bucket(), Kept: bucket({ DeletionPolicy: 'Retain' }) };
  const { resources: made } = cloudformation.deploy(US, 's', template(resources));
  const nameOf = (id: string): string => made.find((one) => one.id === id)?.physicalId ?? '';
  objects.set(nameOf('Full'), 1).set(nameOf('Kept'), 1);
  expect(cloudformation.remove(US, 's')?.status).toBe('DELETE_FAILED');
  expect([...objects.keys()].toSorted()).toEqual([nameOf('Full'), nameOf('Kept')].toSorted());
  objects.set(nameOf('Full'), 0);
  expect(cloudformation.remove(US, 's')?.status).toBe('DELETE_COMPLETE');
  expect([...objects.keys()]).toEqual([nameOf('Kept')]);
  expect(cloudformation.find(US, 's')).toBeUndefined();
});

test('nothing is removed where there is nothing', () => {
  expect(world().cloudformation.remove(US, 's')).toBeUndefined();
});

test.each([
  ['a certificate', { Type: 'AWS::CertificateManager::Certificate', Properties: {} }],
  ['a web ACL of CloudFront', { Type: 'AWS::WAFv2::WebACL', Properties: { Scope: 'CLOUDFRONT' } }],
])('%s is made in us-east-1 only', (_case, resource) => {
  const { cloudformation } = world();
  expect(cloudformation.deploy(EU, 's', template({ A: resource })).status).toBe('ROLLBACK_COMPLETE');
  expect(cloudformation.deploy(US, 's', template({ A: resource })).status).toBe('CREATE_COMPLETE');
});
