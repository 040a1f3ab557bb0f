/** What a service checks of a request before it takes it. */

import type { WebRequest } from '../../shared/ports.ts';

/** Throws with what is wrong with a request. */
export type StandIn = (url: string, request: WebRequest) => void;

export type Fields = Readonly<Record<string, unknown>>;

export const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(`the service refuses it: ${what}`);
};

export const within = (text: unknown, most: number, what: string): void => {
  must(typeof text === 'string' && text.trim() !== '', `${what} is missing`);
  const { length } = String(text);
  must(length <= most, `${what} has ${length} characters, ${most} at most`);
};

/** Half of a character: no text has it, and services refuse it or show something else. */
const HALF = /\p{Surrogate}/u;

/** A body as it is sent: half a character in it is escaped, and seen only when it was read. */
export const parsed = (text: string): unknown =>
  JSON.parse(text, (key, value: unknown) => {
    must(!HALF.test(key) && !(typeof value === 'string' && HALF.test(value)), 'half a character');
    return value;
  });

export const json = <T>(request: WebRequest): T => {
  must((request.headers['content-type'] ?? '').includes('json'), 'the content type is not JSON');
  return parsed(request.body) as T;
};

/** The names of all fields of an official type; the compiler says when one of them is missing. */
export const namesOf = <T>(names: Readonly<Record<keyof T, true>>): readonly string[] => Object.keys(names);

/** The fields of an object that has no others. */
export const fieldsOf = (value: unknown, known: readonly string[], where: string): Fields => {
  must(typeof value === 'object' && value !== null && !Array.isArray(value), `${where} is no object`);
  const fields = value as Fields;
  const unknown = Object.keys(fields).filter((key) => !known.includes(key));
  must(unknown.length === 0, `${where} has ${unknown.join(', ')}`);
  return fields;
};

export const listOf = (value: unknown, least: number, most: number, what: string): readonly unknown[] => {
  must(Array.isArray(value), `${what} are no list`);
  const list = value as readonly unknown[];
  must(list.length >= least && list.length <= most, `${what} are ${list.length}, of ${least} to ${most}`);
  return list;
};

/** What a reader can be led to. */
export const webUrl = (value: unknown, what: string): void =>
  must(
    typeof value === 'string' && URL.canParse(value) && /^https?:\/\//i.test(value),
    `${what} is no address`,
  );
