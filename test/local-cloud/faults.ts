/** What a test can make of a call, and the refusals that every service shares, in the caller's own protocol. */

import type { Call, WireRequest, WireResponse } from './wire.ts';
import { xmlDocument } from './xml.ts';

/**
 * `drop-reply`: the connection breaks instead of an answer. `hang`: no answer ever. `throttle` and `server-error`:
 * refused. `kill`: the caller's process ends. Each before the call takes effect, or after; where it is not said,
 * what breaks the reply comes after, and everything else before.
 */
export type Fault = Readonly<{ when?: 'before' | 'after' }> &
  (
    | Readonly<{ kind: 'drop-reply' | 'hang' | 'throttle' | 'server-error' }>
    | Readonly<{ kind: 'kill'; kill(): void }>
  );

export const hasEffect = (fault: Fault | undefined): boolean =>
  fault === undefined || (fault.when ?? (fault.kind === 'drop-reply' ? 'after' : 'before')) === 'after';

type RefusalKind = 'throttle' | 'server-error' | 'not-implemented';

export const refusal = (
  kind: RefusalKind,
  call: Omit<Call, 'status'>,
  request: WireRequest,
): WireResponse => {
  const isJson = (request.headers['content-type'] ?? '').startsWith('application/x-amz-json');
  const { code, status, message } = refusals(call, isJson)[kind];
  if (isJson) {
    const body = JSON.stringify({ __type: code, message });
    const type = request.headers['content-type'] ?? '';
    return { status, headers: { 'content-type': type, 'x-amzn-errortype': code }, body };
  }
  const error = { Code: code, Message: message };
  const body =
    call.service === 's3'
      ? xmlDocument('Error', error)
      : xmlDocument('ErrorResponse', { Error: { Type: status < 500 ? 'Sender' : 'Receiver', ...error } });
  return { status, headers: { 'content-type': 'application/xml' }, body };
};

const refusals = (
  { service, operation }: Omit<Call, 'status'>,
  isJson: boolean,
): Record<RefusalKind, Readonly<{ code: string; status: number; message: string }>> => ({
  throttle:
    service === 's3'
      ? { code: 'SlowDown', status: 503, message: 'Please reduce your request rate.' }
      : { code: isJson ? 'ThrottlingException' : 'Throttling', status: 400, message: 'Rate exceeded' },
  'server-error': {
    code: service === 's3' ? 'InternalError' : 'InternalFailure',
    status: 500,
    message: `${service} ${operation}: we encountered an internal error. Please try again.`,
  },
  'not-implemented': {
    code: 'NotImplemented',
    status: 501,
    message: `${service} ${operation} is not part of the local cloud.`,
  },
});
