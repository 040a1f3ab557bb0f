/** Whoever takes CloudEvents, by the specification's own schema, and verifies whom they are from. */

import { CloudEvent, type CloudEventV1 } from 'cloudevents';
import { json, must, type StandIn, within } from './requests.ts';

export const webhook: StandIn = (_url, request) => {
  const event = json<CloudEventV1<unknown>>(request);
  // Its reader makes up what is missing of these.
  for (const name of ['id', 'source', 'type', 'time', 'specversion'] as const)
    within(event[name], 1_024, name);
  // Throws what the specification's schema finds wrong.
  new CloudEvent(event, true);
  must(event.specversion === '1.0', 'specversion');
  must(/^[\x21-\x7e]+$/.test(request.headers['webhook-id'] ?? ''), 'webhook-id');
  must((request.signedWith ?? '') !== '', 'it is not signed');
};
