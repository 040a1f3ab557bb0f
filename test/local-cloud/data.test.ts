import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCodeBuild } from '../world/codebuild.ts';
import { createS3 } from '../world/s3.ts';
import { createSqs } from '../world/sqs.ts';
import { createSsm } from '../world/ssm.ts';
import { type Keeper, keepIn } from './data.ts';

let folder: string;
let ids = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'afterbuild data-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const models = () => {
  const [now, id] = [Date.now, () => `id${ids++}`];
  const s3 = createS3({ now, id });
  s3.createBucket('b', { versioning: 'enabled', eventBridge: false });
  const sqs = createSqs({ now, id, random: () => 0 });
  sqs.createQueue('q');
  return { s3, sqs, codebuild: createCodeBuild({ now, id, project: 'p' }), ssm: createSsm() };
};

const keep = ({ s3, sqs, codebuild, ssm }: ReturnType<typeof models>, where = folder): Keeper =>
  keepIn(where, { s3: s3.memory, sqs: sqs.memory, codebuild: codebuild.memory, ssm: ssm.memory });

test('what was there is there again: versions, messages, builds, parameters', () => {
  const before = models();
  const keeper = keep(before);
  before.s3.put('b', '__proto__', Buffer.from('one'), { contentType: 'text/plain' });
  before.s3.put('b', '__proto__', Buffer.from('two'));
  before.s3.put('b', 'gone', Buffer.from('x'));
  before.s3.delete('b', 'gone');
  before.sqs.send('q', 'a message');
  const build = before.codebuild.start();
  before.codebuild.finish(build, 'SUCCEEDED');
  before.ssm.put('/secret', 'SecureString', 'value', false);
  keeper.close();

  const after = models();
  keep(after).close();
  expect(after.s3.listObjectVersions('b')).toEqual(before.s3.listObjectVersions('b'));
  expect(Buffer.from(after.s3.get('b', '__proto__').body).toString()).toBe('two');
  expect(after.sqs.peek('q')).toEqual(before.sqs.peek('q'));
  expect(after.codebuild.batchGet([build])).toEqual(before.codebuild.batchGet([build]));
  expect(after.ssm.get('/secret').value).toBe('value');
});

test('a later write comes after all that was kept', () => {
  const before = models();
  const keeper = keep(before);
  before.s3.put('b', 'k', Buffer.from('one'));
  keeper.close();
  const after = models();
  keep(after).close();
  after.s3.put('b', 'k', Buffer.from('two'));
  const { entries } = after.s3.listObjectVersions('b');
  expect(entries.map(({ isLatest }) => isLatest)).toEqual([true, false]);
  expect(Buffer.from(after.s3.get('b', 'k').body).toString()).toBe('two');
});

test('a build that was in progress has stopped', () => {
  const before = models();
  const keeper = keep(before);
  const build = before.codebuild.start();
  keeper.close();
  const after = models();
  keep(after).close();
  expect(after.codebuild.batchGet([build]).builds[0]?.buildStatus).toBe('STOPPED');
});

test('a folder that is not there is made', () => {
  const before = models();
  const inside = join(folder, 'a', 'b');
  const keeper = keep(before, inside);
  before.sqs.send('q', 'a message');
  keeper.close();
  const after = models();
  keep(after, inside).close();
  expect(after.sqs.peek('q')).toHaveLength(1);
});

test('what cannot be read is named, with what to do', async () => {
  await writeFile(join(folder, 'cloud.bin'), 'no such thing');
  expect(() => keep(models())).toThrow(/cloud\.bin cannot be read .*remove it to begin anew/);
});
