/**
 * AWS's endpoints on one port of this machine.
 *
 * A call goes to the service that its signature names; signatures are not checked. Whatever a service throws
 * is an answer of 500, and the server lives on.
 */

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Fault, hasEffect, refusal } from './faults.ts';
import { type Listening, listenOn } from './listening.ts';
import { readRequest } from './read-request.ts';
import type { Call, Service, WireRequest, WireResponse } from './wire.ts';

export type { Fault } from './faults.ts';

export type AwsOptions = Readonly<{
  /** 0 takes any free port. */
  port: number;
  host?: string;
  /** By the name in the credential scope: "s3", "cloudfront", "sqs". */
  services: Readonly<Record<string, Service>>;
  /** After each call; status 0 when nothing was answered. */
  onCall?(call: Call, request: WireRequest): void;
  /** Asked before each call. */
  fault?(call: Omit<Call, 'status'>): Fault | undefined;
}>;

export type AwsServer = Listening;

/** The longest key, percent-encoded, is 3 kB, and a call may name two. */
const headersBytesMax = 65_536;

/** Rejects when the port cannot be had. */
export const serveAws = async (options: AwsOptions): Promise<AwsServer> => {
  // A connection is kept until one side closes: a write of one attempt must not meet a connection going away.
  const server = createServer(
    { keepAliveTimeout: 0, maxHeaderSize: headersBytesMax },
    (incoming, outgoing) => {
      handle(options, incoming, outgoing).catch((error: unknown) => {
        // The client went away while it was sending, or sent what nobody can read.
        if (!incoming.errored) console.error(`local cloud: ${incoming.method} ${incoming.url}:`, error);
        if (outgoing.headersSent || incoming.errored) outgoing.destroy();
        else reply(outgoing, { status: 400, body: String(error) });
      });
    },
  );
  return listenOn(server, options.port, options.host);
};

const handle = async (
  options: AwsOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> => {
  const { service: name, request } = await readRequest(incoming);
  const service = Object.hasOwn(options.services, name) ? options.services[name] : undefined;
  const operation = service ? nameOperation(service, request) : 'Unknown';
  const call = { service: name, operation, accessKeyId: request.accessKeyId };
  const fault = options.fault?.(call);
  const send = (answer: WireResponse): void => {
    reply(outgoing, answer);
    options.onCall?.({ ...call, status: answer.status }, request);
  };
  const answer = hasEffect(fault) ? await answerOf(service, call, request) : undefined;
  const unanswered = (): void => options.onCall?.({ ...call, status: 0 }, request);
  switch (fault?.kind) {
    case 'hang':
      return unanswered();
    case 'kill':
      fault.kill();
      outgoing.destroy();
      return unanswered();
    case 'drop-reply':
      outgoing.destroy();
      return unanswered();
    case 'throttle':
    case 'server-error':
      return send(refusal(fault.kind, call, request));
    case undefined:
      return send(answer ?? refusal('server-error', call, request));
  }
};

const nameOperation = (service: Service, request: WireRequest): string => {
  try {
    return service.operation(request);
  } catch (error) {
    console.error(`local cloud: cannot name ${request.method} ${request.path}:`, error);
    return 'Unknown';
  }
};

const answerOf = async (
  service: Service | undefined,
  call: Omit<Call, 'status'>,
  request: WireRequest,
): Promise<WireResponse> => {
  if (!service) return refusal('not-implemented', call, request);
  try {
    return await service.answer(request, call.operation);
  } catch (error) {
    console.error(`local cloud: ${call.service} ${call.operation} failed:`, error);
    return refusal('server-error', call, request);
  }
};

const reply = (outgoing: ServerResponse, { status, headers = {}, body = '' }: WireResponse): void => {
  const bytes = Buffer.from(body);
  const id = randomUUID();
  const ids = { 'x-amzn-requestid': id, 'x-amz-request-id': id };
  // An answer to HEAD says the length of the body that it leaves out.
  const hasLength = 'content-length' in headers || status === 204;
  outgoing.writeHead(status, {
    ...ids,
    ...(hasLength ? {} : { 'content-length': bytes.byteLength }),
    ...headers,
  });
  outgoing.end(bytes);
};
