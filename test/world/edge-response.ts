/** What happens to an answer on its way to the viewer: headers of the policy, then the viewer-response function. */

import type { Behaviour, DistributionModel, PolicyHeader } from './cloudfront-config.ts';
import { madeHere } from './edge-answers.ts';
import { compileResponseFunction } from './edge-function.ts';
import type { EdgeRequest, EdgeResponse, Headers } from './edge-types.ts';

export type Finish = (request: EdgeRequest, response: EdgeResponse) => EdgeResponse;

/**
 * The policy's headers reach errors too, the function only what is below 400. Throws when its code does not compile.
 * Source: CloudFront developer guide, "Restrictions on CloudFront Functions".
 */
export const compileFinish = (behaviour: Behaviour, config: DistributionModel): Finish => {
  const { responseHeaders = [], viewerResponse } = behaviour;
  const amend = viewerResponse && compileResponseFunction(viewerResponse, config);
  if (responseHeaders.length === 0 && !amend) return (_request, response) => response;
  return (request, response) => {
    const decorated = { ...response, headers: withPolicy(response.headers, responseHeaders) };
    if (!amend || response.status >= 400) return decorated;
    const amended = amend(request, decorated);
    return amended.kind === 'failed'
      ? madeHere(amended, response.headers['x-amz-cf-pop'] ?? '')
      : { ...decorated, status: amended.status, headers: amended.headers };
  };
};

const withPolicy = (headers: Headers, added: readonly PolicyHeader[]): Headers => {
  const applied = added.filter(({ name, overrides }) => overrides || headers[name] === undefined);
  return { ...headers, ...Object.fromEntries(applied.map(({ name, value }) => [name, value])) };
};
