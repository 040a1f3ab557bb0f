/** What each route shows: a title, which is the heading too, and what is below it. */

import { type Item, type Loaded, loadItems } from './api.ts';
import { element } from './element.ts';
import type { Route } from './routes.ts';

export type View = Readonly<{ title: string; content: readonly Node[] }>;

/** `again` shows the same route once more. Rejects only when `signal` is aborted. */
export const viewOf = async (route: Route, signal: AbortSignal, again: () => void): Promise<View> => {
  switch (route.kind) {
    case 'about':
      return about();
    case 'unknown':
      return nothingAt(route.path);
    case 'items': {
      const loaded = await loadItems(signal);
      return loaded.kind === 'failed' ? noApi('Items', loaded, again) : list(loaded.items);
    }
    case 'item': {
      const loaded = await loadItems(signal);
      if (loaded.kind === 'failed') return noApi(`Item ${route.id}`, loaded, again);
      const item = loaded.items.find(({ id }) => id === route.id);
      return item ? one(item) : nothingAt(`/items/${route.id}`);
    }
  }
};

const about = (): View => ({
  title: 'About',
  content: [
    element('p', {}, 'A small front end and its API, built and published to try what happens after a build.'),
    element(
      'p',
      {},
      'This page has no file of its own: the front end shows it at /about, however you came here.',
    ),
  ],
});

const list = (items: readonly Item[]): View => ({
  title: 'Items',
  content: [
    items.length === 0
      ? element('p', {}, 'There are no items yet.')
      : element(
          'ul',
          { class: 'items' },
          ...items.map(({ id, name }) => element('li', {}, link(`/items/${id}`, name))),
        ),
  ],
});

const one = ({ name, about }: Item): View => ({
  title: name,
  content: [element('p', {}, about), element('p', {}, link('/', 'All items'))],
});

const nothingAt = (path: string): View => ({
  title: 'Nothing here',
  content: [element('p', {}, `There is no page at ${path}.`), element('p', {}, link('/', 'All items'))],
});

const noApi = (title: string, { because }: Extract<Loaded, { kind: 'failed' }>, again: () => void): View => {
  const retry = element('button', { type: 'button' }, 'Try again');
  retry.addEventListener('click', again);
  const message = `The API is down: ${because}. This page works, but has nothing to show until the API is back.`;
  return {
    title,
    content: [element('div', { class: 'down', role: 'alert' }, element('p', {}, message), retry)],
  };
};

const link = (href: string, text: string): HTMLAnchorElement => element('a', { href }, text);
