import type { Head, Intent } from '../../shared/core/head.ts';
import { driveIntent } from '../../shared/passes/drive-intent.ts';
import { aHead, anIntent } from '../core/head-fixture.ts';
import { quietWorld } from './quiet-world.ts';

test('an intent whose plan is lost after its first batch goes on as /*', async () => {
  const { ports, newItems } = quietWorld();
  const intent: Intent = anIntent({ plan: 'blobs/lost', done: 1, ids: ['I1'], claimedBy: 'w', claimed: -1 });
  const head: Head = { ...aHead(), intent };
  const driven = await driveIntent(ports, { head, etag: 'absent' }, 'w', ports.clock.now() + 60_000);
  expect(driven.kind).toBe('committed');
  expect(newItems()).toEqual([['/*']]);
});
