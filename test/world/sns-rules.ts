/** What SNS takes: subjects, messages, endpoints. Each check throws SnsError InvalidParameter. */

export class SnsError extends Error {
  override name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export const invalidParameter = (because: string): SnsError =>
  new SnsError('InvalidParameter', `Invalid parameter: ${because}`);

/** Source: SNS API reference, Publish. */
const SUBJECT_CHARACTERS_MAX = 99;
const MESSAGE_BYTES_MAX = 262_144;

export const checkSubject = (subject: string | undefined): void => {
  const isSubject = subject === undefined || /^[\x20-\x7e]+$/.test(subject);
  if (!isSubject || (subject?.length ?? 0) > SUBJECT_CHARACTERS_MAX) throw invalidParameter('Subject');
};

/** Attributes count as well: "the combined size of the message body and message attributes". */
export const checkMessage = (message: string, attributes: Readonly<Record<string, string>>): void => {
  if (message === '') throw invalidParameter('Empty message');
  const bytes = [message, ...Object.entries(attributes).flat()]
    .map((text) => Buffer.byteLength(text))
    .reduce((sum, one) => sum + one, 0);
  if (bytes > MESSAGE_BYTES_MAX) throw invalidParameter('Message too long');
};

/** Gives the text for a protocol: with the structure "json" each protocol may have one of its own. */
export const textsOf = (message: string, structure: string | undefined): ((protocol: string) => string) => {
  if (structure === undefined) return () => message;
  if (structure !== 'json') throw invalidParameter('MessageStructure');
  const texts = parseTexts(message);
  const text = (protocol: string): string | undefined => {
    const own = Object.hasOwn(texts, protocol) ? texts[protocol] : undefined;
    // "Non-string values will cause the key to be ignored."
    return typeof own === 'string' ? own : undefined;
  };
  const fallback = text('default');
  if (fallback === undefined) {
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  }
  return (protocol) => text(protocol) ?? fallback;
};

const parseTexts = (message: string): Readonly<Record<string, unknown>> => {
  try {
    const texts: unknown = JSON.parse(message);
    return typeof texts === 'object' && texts !== null ? { ...texts } : {};
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
};

/** What an endpoint looks like, by protocol; SNS's other protocols are not part of the model. */
const ENDPOINTS = new Map([
  ['sqs', /^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/],
  ['http', /^http:\/\/[^/]/],
  ['https', /^https:\/\/[^/]/],
  ['email', /^[^@\s]+@[^@\s]+$/],
  ['email-json', /^[^@\s]+@[^@\s]+$/],
]);

export const checkEndpoint = (protocol: string, endpoint: string): void => {
  const expected = ENDPOINTS.get(protocol);
  if (!expected) throw invalidParameter(`Does not support this protocol string: ${protocol}`);
  if (expected.test(endpoint)) return;
  throw invalidParameter(
    protocol === 'sqs' ? 'SQS endpoint ARN' : 'Endpoint must match the specified protocol',
  );
};
