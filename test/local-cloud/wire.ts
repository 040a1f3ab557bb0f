/** One AWS request and its answer, as the local cloud's services see them. */

export type WireRequest = Readonly<{
  method: string;
  /** As received: undecoded, without the query. */
  path: string;
  /** As received: undecoded, without the question mark; empty when there is none. */
  query: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** From the Authorization header's credential; empty when unsigned. Says whose call it is. */
  accessKeyId: string;
}>;

export type WireResponse = Readonly<{
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
}>;

/** `operation` is AWS's own name ("ListObjectsV2"), known once the service has parsed the request. */
export type Call = Readonly<{ service: string; operation: string; accessKeyId: string; status: number }>;

/** A service: names the operation (for counting and faults) and answers. Unknown operations answer 501. */
export type Service = Readonly<{
  operation(request: WireRequest): string;
  answer(request: WireRequest, operation: string): WireResponse | Promise<WireResponse>;
}>;
