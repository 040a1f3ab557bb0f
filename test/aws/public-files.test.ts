import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { publicFilesAdapter } from '../../shared/aws/public-files.ts';

test('a file is put where the distribution may read it, with its type, for edges to keep shortly', async () => {
  const puts: unknown[] = [];
  const send = async (command: PutObjectCommand): Promise<void> => {
    expect(command).toBeInstanceOf(PutObjectCommand);
    puts.push(command.input);
  };
  const files = publicFilesAdapter({ send } as unknown as S3Client, 'state');
  await files.write('index.html', '<p>é', 'text/html; charset=utf-8');
  expect(puts).toEqual([
    {
      Bucket: 'state',
      Key: 'public/_status/index.html',
      Body: '<p>é',
      ContentType: 'text/html; charset=utf-8',
      CacheControl: 'max-age=5',
    },
  ]);
});
