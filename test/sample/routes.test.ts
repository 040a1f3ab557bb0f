import { isFile, routeOf } from './web/routes.ts';

test.each([
  ['/', { kind: 'items' }],
  ['/about', { kind: 'about' }],
  ['/about/', { kind: 'about' }],
  ['/about//', { kind: 'about' }],
  ['/items/3', { kind: 'item', id: 3 }],
  ['/items/3/', { kind: 'item', id: 3 }],
  ['/items/03', { kind: 'unknown', path: '/items/03' }],
  ['/items/', { kind: 'unknown', path: '/items/' }],
  ['/items/3/more', { kind: 'unknown', path: '/items/3/more' }],
  ['/aboutus', { kind: 'unknown', path: '/aboutus' }],
])('%s shows %j', (path, expected) => {
  expect(routeOf(path)).toEqual(expected);
});

test.each([
  ['/about.html', true],
  ['/about', false],
  ['/', false],
  ['/items/3', false],
])('the server is asked for %s: %s', (path, expected) => {
  expect(isFile(path)).toBe(expected);
});
