/** What an answer of the API has to be, beside being there. */

import type { Cause } from './cause.ts';

/** Whole numbers, both included. */
export type StatusRange = Readonly<{ from: number; to: number }>;

/** A condition that is absent is no condition. Header names are in lower case. */
export type Conditions = Readonly<{
  statuses: readonly StatusRange[];
  /** Text that the body has to contain. */
  bodyMarker?: string;
  /** The field `path` of a JSON body, read as text, has to be `value`. */
  json?: Readonly<{ path: readonly string[]; value: string }>;
  /** Without `value` it has to be there, whatever it says. */
  header?: Readonly<{ name: string; value?: string }>;
}>;

type Answer = Readonly<{ status: number; body: string; headers: Readonly<Record<string, string>> }>;

export type Fault = Readonly<{ because: string; cause: Cause }>;

/** What is told of it is ours: neither a body nor a header's value of the API is. Only the cause is for everyone. */
export const faultOf = (answer: Answer, conditions: Conditions): Fault | undefined => {
  const { status } = answer;
  const isRight = conditions.statuses.some(({ from, to }) => status >= from && status <= to);
  if (!isRight) return { because: `status ${status}`, cause: { kind: 'status', status } };
  const because =
    headerFault(answer, conditions) ?? jsonFault(answer, conditions) ?? markerFault(answer, conditions);
  return because === undefined ? undefined : { because, cause: { kind: 'unexpected' } };
};

const headerFault = ({ status, headers }: Answer, { header }: Conditions): string | undefined => {
  if (header === undefined) return undefined;
  const found = Object.hasOwn(headers, header.name) ? headers[header.name] : undefined;
  if (found === undefined) return `status ${status}, but without the header ${header.name}`;
  return header.value === undefined || found === header.value
    ? undefined
    : `status ${status}, but its header ${header.name} says something else`;
};

const jsonFault = ({ status, body }: Answer, { json }: Conditions): string | undefined => {
  if (json === undefined) return undefined;
  const name = json.path.join('.');
  const found = fieldIn(body, json.path);
  if (found.kind === 'no-json') return `status ${status}, but its body is not JSON`;
  if (found.kind === 'missing') return `status ${status}, but its body lacks the field ${name}`;
  return found.text === json.value
    ? undefined
    : `status ${status}, but its field ${name} says something else`;
};

type Field =
  | Readonly<{ kind: 'no-json' }>
  | Readonly<{ kind: 'missing' }>
  | Readonly<{ kind: 'found'; text: string }>;

const fieldIn = (body: string, path: readonly string[]): Field => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { kind: 'no-json' };
  }
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return { kind: 'missing' };
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return { kind: 'found', text: typeof value === 'string' ? value : JSON.stringify(value) };
};

const markerFault = ({ status, body }: Answer, { bodyMarker }: Conditions): string | undefined =>
  bodyMarker === undefined || body.includes(bodyMarker)
    ? undefined
    : `status ${status}, but its body lacks the marker`;

/** "200-299,304" to ranges; undefined where that is not what it says. */
export const parseStatuses = (text: string): readonly StatusRange[] | undefined => {
  const ranges = text.split(',').map((part) => {
    const [, from, to = from] = /^\s*([1-5]\d\d)(?:-([1-5]\d\d))?\s*$/.exec(part) ?? [];
    return from === undefined || Number(to) < Number(from)
      ? undefined
      : { from: Number(from), to: Number(to) };
  });
  return ranges.every((range) => range !== undefined) ? ranges : undefined;
};

/** "db.status=up" to its path and value; undefined where there is no field or no value. */
export const parseJsonCondition = (text: string): Conditions['json'] => {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(0, at)).split('.');
  return at < 1 || path.includes('') ? undefined : { path, value: text.slice(at + 1) };
};

/** "X-App: ready" or "X-App"; undefined where there is no name that a header may have (RFC 9110, 5.1). */
export const parseHeaderCondition = (text: string): Conditions['header'] => {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+)(?:\s*:\s*(.*?))?\s*$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  return { name: name.toLowerCase(), ...(value === undefined || value === '' ? {} : { value }) };
};
