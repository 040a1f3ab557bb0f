/** What becomes of findings, and of conditions. */

import { unconditional } from '../world/cloudformation-conditions.ts';
import { type Acknowledgement, leftOver, unexplained } from './acknowledged.ts';
import type { Finding } from './judge.ts';

const finding = (rule: string, resource: string): Finding => ({ rule, resource, description: 'why' });

const KNOWN: readonly Acknowledgement[] = [
  { rule: 'S1', on: /^SiteBucket$/, reason: 'r' },
  { rule: 'IAM5', of: /blobs\/\*$/, on: /Role$/, reason: 'r' },
];

test.each([
  ['what is acknowledged', finding('S1', 'SiteBucket'), 0],
  ['the same of another resource', finding('S1', 'OtherBucket'), 1],
  ['another rule of the same resource', finding('S10', 'SiteBucket'), 1],
  ['what stands in brackets', finding('IAM5[Resource::<State.Arn>/blobs/*]', 'ARole'), 0],
  ['something else in brackets', finding('IAM5[Action::s3:*]', 'ARole'), 1],
  ['brackets where none are acknowledged', finding('S1[x]', 'SiteBucket'), 1],
  ['no brackets where some are', finding('IAM5', 'ARole'), 1],
])('%s: %j leaves %d unexplained', (_case, found, count) => {
  expect(unexplained([found], KNOWN)).toHaveLength(count);
});

test('an acknowledgement of what is not found is left over', () => {
  expect(leftOver([finding('S1', 'SiteBucket')], KNOWN)).toEqual([KNOWN[1]]);
  expect(leftOver([finding('S1', 'Other')], KNOWN)).toEqual(KNOWN);
});

test('conditions are decided, and references stay', () => {
  const template = {
    Conditions: {
      Yes: { 'Fn::Equals': ['a', 'a'] },
      No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    },
    Resources: {
      Kept: {
        Type: 'AWS::S3::Bucket',
        Condition: 'Yes',
        Properties: {
          BucketName: { 'Fn::If': ['No', 'x', { Ref: 'Other' }] },
          Tags: [{ 'Fn::If': ['No', 'x', { Ref: 'AWS::NoValue' }] }, 'last'],
          Gone: { 'Fn::If': ['Yes', { Ref: 'AWS::NoValue' }, 'x'] },
        },
      },
      Gone: { Type: 'AWS::S3::Bucket', Condition: 'No' },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Statement: [{ Effect: 'Deny', Condition: { Bool: { a: 'false' } } }] },
      },
    },
    Outputs: { Kept: { Value: 1, Condition: 'Yes' }, Gone: { Value: 1, Condition: 'No' } },
  };
  expect(unconditional(template)).toEqual({
    Resources: {
      Kept: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'Other' }, Tags: ['last'] } },
      Policy: template.Resources.Policy,
    },
    Outputs: { Kept: { Value: 1 } },
  });
});
