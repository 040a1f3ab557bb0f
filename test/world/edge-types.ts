/** What goes into an edge, what comes out, and what it asks of an origin. */

/** Names in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** `uri` undecoded, the origin path in front; `query` undecoded without its question mark. */
export type OriginRequest = Readonly<{
  method: string;
  uri: string;
  query: string;
  headers: Headers;
  body?: Uint8Array;
}>;

export type OriginResponse = Readonly<{ status: number; headers: Headers; body: Uint8Array }>;

/** Answers at once: the world is synchronous. */
export type OriginServer = (request: OriginRequest) => OriginResponse;

/** `target` is the request target as a client sent it, with its query. */
export type EdgeRequest = Readonly<{
  target: string;
  method?: string;
  headers?: Headers;
  body?: Uint8Array;
}>;

/** `cache` is what the X-Cache header says: errors and answers made by a function are `other`. */
export type EdgeResponse = Readonly<{
  status: number;
  headers: Headers;
  body: Uint8Array;
  cache: 'hit' | 'miss' | 'other';
}>;

/** What an edge would serve without asking an origin; times in ms since 1970. */
export type Peek =
  | Readonly<{ cached: false }>
  | Readonly<{
      cached: true;
      status: number;
      /** With quotes, as the origin gave it. */
      etag: string | undefined;
      body: Uint8Array;
      fetchedAt: number;
      expiresAt: number;
    }>;

/** One cached copy. `forms` are the URLs an invalidation may name it by, decoded where matching says so. */
export type Copy = Readonly<{
  forms: readonly string[];
  /** In lower case. */
  tags: readonly string[];
  fetchedAt: number;
  expiresAt: number;
  status: number;
  headers: Headers;
  body: Uint8Array;
  isError: boolean;
}>;
