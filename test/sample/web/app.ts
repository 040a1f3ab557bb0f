/** The front end's start: shows the view of the address, and of each link that is followed, without loading a page. */

import { element } from './element.ts';
import { isFile, routeOf } from './routes.ts';
import { viewOf } from './views.ts';

const main = document.querySelector('main') ?? document.body;
let current = new AbortController();
let shown = '';

const show = async (): Promise<void> => {
  // The answer to an earlier address must not overwrite this one's view.
  current.abort();
  current = new AbortController();
  const { signal } = current;
  shown = location.pathname;
  markCurrent();
  if (!main.querySelector('h1')) main.replaceChildren(element('p', { role: 'status' }, 'Loading…'));
  main.setAttribute('aria-busy', 'true');
  try {
    const { title, content } = await viewOf(routeOf(location.pathname), signal, showAndFocus);
    if (signal.aborted) return;
    document.title = `${title} · Sample`;
    main.replaceChildren(element('h1', {}, title), ...content);
    main.removeAttribute('aria-busy');
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};

/** Without a page load a screen reader hears nothing of a new view unless the focus goes there. */
const showAndFocus = async (): Promise<void> => {
  await show();
  main.focus({ preventScroll: true });
};

const markCurrent = (): void => {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('nav a')) {
    if (link.pathname === location.pathname) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
};

/** Left to the browser: other sites, files, new tabs, places in this page. */
const isOurs = (event: MouseEvent, link: HTMLAnchorElement): boolean =>
  event.button === 0 &&
  !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) &&
  link.origin === location.origin &&
  link.hash === '' &&
  !isFile(link.pathname);

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || event.defaultPrevented || !isOurs(event, link)) return;
  event.preventDefault();
  if (link.href !== location.href) history.pushState(null, '', link.href);
  window.scrollTo(0, 0);
  void showAndFocus();
});
// Also fired by a link to a place in this page, which needs no new view.
window.addEventListener('popstate', () => {
  if (location.pathname !== shown) void showAndFocus();
});
void show();
