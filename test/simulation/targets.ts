/** The URLs that viewers ask for. */

import type { PathRules } from '../../shared/core/paths.ts';

/** URLs without an object: an error, or an error page, may be cached under each. */
const NOWHERE = ['/nowhere', '/no/where.html'];

/**
 * Worked out from the keys and nothing else. With our viewer-request function it is whatever a browser or a script
 * may send; without it only the forms that attach mode promises.
 */
export const targetsOf = (keys: readonly string[], { canonical }: PathRules): readonly string[] => {
  const forms = keys.flatMap((key) => (canonical ? [...spellings(key), ...odd(key)] : spellings(key)));
  return [...new Set(['/', ...NOWHERE, ...forms])];
};

/** As every client sends it. */
export const escaped = (key: string): string => `/${key.split('/').map(encodeURIComponent).join('/')}`;

/** S3 reads a plus sign as a space. */
const spellings = (key: string): readonly string[] => [escaped(key), escaped(key).replaceAll('%20', '+')];

const INDEX = 'index.html';

const odd = (key: string): readonly string[] => {
  const plain = escaped(key);
  const needless = plain.replace(/[a-z~_]$/, (last) => `%${last.charCodeAt(0).toString(16)}`);
  if (key !== INDEX && !key.endsWith(`/${INDEX}`)) return [needless];
  const folder = plain.slice(0, -INDEX.length);
  return [needless, folder, folder.replace(/(.)\/$/, '$1')];
};
