/** What is CloudFront's own in its XML: lists, and the one request body that is read. */

import { type Xml, xmlDocument } from './xml.ts';

const namespace = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';

export const cloudfrontDocument = (name: string, content: Xml): string =>
  xmlDocument(name, content, namespace);

/** A quantity, and the items when there are any. */
export const listOf = (itemName: string, items: readonly Xml[]): { [name: string]: Xml } => ({
  Quantity: items.length,
  ...(items.length > 0 ? { Items: { [itemName]: items } } : {}),
});

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (all, hex, decimal, name) => {
    if (name) return entities[name] ?? all;
    return String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal));
  });

/** The texts of all elements of a name that have no child elements. */
const textsOf = (xml: string, name: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${name}(?:/>|>([^<]*)</${name}>)`, 'g'))].map(([, text = '']) =>
    unescaped(text),
  );

export type InvalidationBatch = Readonly<{
  callerReference: string;
  quantity: number;
  items: readonly string[];
}>;

/** Undefined when the body is no InvalidationBatch. */
export const readInvalidationBatch = (xml: string): InvalidationBatch | undefined => {
  const [callerReference] = textsOf(xml, 'CallerReference');
  const [quantity] = textsOf(xml, 'Quantity');
  const isBatch = /<InvalidationBatch[\s>]/.test(xml) && xml.includes('</InvalidationBatch>');
  if (!isBatch || callerReference === undefined || !/^\d+$/.test(quantity ?? '')) return undefined;
  return { callerReference, quantity: Number(quantity), items: textsOf(xml, 'Path') };
};
