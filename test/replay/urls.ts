/**
 * The URLs that visitors ask for, and what each must serve.
 *
 * Made here from the rules of URLs and of the chosen routing, not from the code that is judged.
 */

import type { Routing } from './options.ts';

/** A request target, and the key of the object that it must serve. */
export type SiteUrl = Readonly<{ target: string; key: string }>;

export type UrlRules = Readonly<{ routing: Routing; defaultRootObject: string }>;

/** As a browser writes the path of a link to a file of this name; `*` and `'` are legal there as they are. */
const pathOf = (key: string): string => `/${key.split('/').map(encodeURIComponent).join('/')}`;

const lastSegment = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

const hasExtension = (key: string): boolean => /[^/]\.[A-Za-z0-9]+$/.test(lastSegment(key));

/** Every URL under which a visitor may have met a file, once each. */
export const urlsOf = (keys: Iterable<string>, rules: UrlRules): readonly SiteUrl[] => {
  const urls = new Map<string, SiteUrl>();
  const add = (target: string, key: string): void => {
    urls.set(target, { target, key });
  };
  for (const key of keys) {
    if (rules.routing === 'none' || hasExtension(key)) add(pathOf(key), key);
    if (key === rules.defaultRootObject) add('/', key);
    if (rules.routing === 'directory') addDirectory(key, add);
  }
  return [...urls.values()];
};

const addDirectory = (key: string, add: (target: string, key: string) => void): void => {
  if (lastSegment(key) !== 'index.html') return;
  const folder = pathOf(key).slice(0, -'index.html'.length);
  add(folder, key);
  if (folder !== '/' && !hasExtension(folder.slice(0, -1))) add(folder.slice(0, -1), key);
};
