/** The URLs that viewers ask for. */

import { type PathRules, viewerPaths } from '../../shared/core/paths.ts';

/** URLs without an object: an error, or an error page, may be cached under each. */
const NOWHERE = ['/nowhere', '/no/where.html'];

/**
 * With our viewer-request function: whatever a browser or a script may send, worked out from the key and nothing
 * else. Without it only the forms that attach mode promises.
 */
export const targetsOf = (keys: readonly string[], paths: PathRules): readonly string[] => {
  const targets = new Set(['/', ...NOWHERE]);
  for (const key of keys) {
    for (const target of paths.canonical ? spellings(key) : viewerPaths(key, paths)) targets.add(target);
  }
  return [...targets];
};

const escaped = (key: string): string => key.split('/').map(encodeURIComponent).join('/');

const spellings = (key: string): readonly string[] => {
  const plain = `/${escaped(key)}`;
  const all = [plain, plain.replaceAll('%20', '+'), plain.replace(/[a-z~_]$/, hexOfLast)];
  if (key === 'index.html' || key.endsWith('/index.html')) {
    const folder = `/${escaped(key.slice(0, -'index.html'.length))}`;
    all.push(folder, folder.replace(/(.)\/$/, '$1'));
  }
  return all;
};

const hexOfLast = (last: string): string => `%${last.charCodeAt(0).toString(16)}`;
