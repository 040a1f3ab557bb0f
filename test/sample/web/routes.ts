/** Which view a path of the front end shows. No document here, so that it runs anywhere. */

export type Route =
  | Readonly<{ kind: 'items' }>
  | Readonly<{ kind: 'item'; id: number }>
  | Readonly<{ kind: 'about' }>
  | Readonly<{ kind: 'unknown'; path: string }>;

export const routeOf = (path: string): Route => {
  const plain = path.replace(/\/+$/, '');
  if (plain === '') return { kind: 'items' };
  if (plain === '/about') return { kind: 'about' };
  const id = /^\/items\/([1-9][0-9]{0,8})$/.exec(plain)?.[1];
  return id === undefined ? { kind: 'unknown', path } : { kind: 'item', id: Number(id) };
};

/** A name with an extension is a file of its own, which the server answers. */
export const isFile = (path: string): boolean => /\.[A-Za-z0-9]+$/.test(path);
