/** What a service checks of a request before it takes it. */

import type { WebRequest } from '../../shared/ports.ts';

/** Throws with what is wrong with a request. */
export type StandIn = (url: string, request: WebRequest) => void;

export const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(`the service refuses it: ${what}`);
};

export const within = (text: string | undefined | null, most: number, what: string): void => {
  must(typeof text === 'string' && text.length > 0, `${what} is missing`);
  must((text ?? '').length <= most, `${what} has ${text?.length} characters, ${most} at most`);
};

export const json = <T>(request: WebRequest): T => {
  must((request.headers['content-type'] ?? '').includes('json'), 'the content type is not JSON');
  return JSON.parse(request.body) as T;
};
