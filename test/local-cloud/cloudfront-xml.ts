/** What is CloudFront's own in its XML: lists, and the one request body that is read. */

import { textsOf, type Xml, xmlDocument } from './xml.ts';

const namespace = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';

export const cloudfrontDocument = (name: string, content: Xml): string =>
  xmlDocument(name, content, namespace);

/** A quantity, and the items when there are any. */
export const listOf = (itemName: string, items: readonly Xml[]): { [name: string]: Xml } => ({
  Quantity: items.length,
  ...(items.length > 0 ? { Items: { [itemName]: items } } : {}),
});

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
