/** An object as it is recorded, to be changed by the tests. */

import type { ObjectEntry } from '../../shared/core/entries.ts';

export const anObject = (key: string, more: Partial<ObjectEntry> = {}): ObjectEntry => ({
  kind: 'object',
  key,
  etag: 'e',
  size: 1,
  lastModified: 0,
  versionId: 'v2',
  ...more,
});
