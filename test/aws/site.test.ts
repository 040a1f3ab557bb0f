import type { S3Client } from '@aws-sdk/client-s3';
import { siteAdapter } from '../../shared/aws/site.ts';

/** An S3 whose every answer is this status, without a body, as it answers HEAD. */
const answering = (httpStatusCode: number): S3Client =>
  ({
    send: async () => {
      throw Object.assign(new Error('UnknownError'), { $metadata: { httpStatusCode } });
    },
  }) as unknown as S3Client;

test.each([
  [400, 'refused'],
  [403, 'refused'],
  [404, 'missing'],
  [405, 'missing'],
])('headers that S3 answers with status %d are %s', async (status, expected) => {
  expect(await siteAdapter(answering(status), 'site').headers('k', 'v')).toBe(expected);
});

test.each([429, 500, 503])(
  'headers that S3 answers with status %d may be there another time',
  async (status) => {
    await expect(siteAdapter(answering(status), 'site').headers('k', 'v')).rejects.toThrow('UnknownError');
  },
);
