/** Writes AWS's XML, and reads the little of it that clients send. */

/** An element's content: text, child elements by name, or a list, which repeats the element. */
export type Xml = string | number | boolean | { readonly [name: string]: Xml | undefined } | readonly Xml[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Also escapes what a parser would normalise away or refuse: line ends, tabs, control characters. */
export const escapeXml = (text: string): string =>
  text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be escaped
    /[&<>"'\u0000-\u001f]/g,
    (character) => entities[character] ?? `&#${character.charCodeAt(0)};`,
  );

const isList = (content: Xml): content is readonly Xml[] => Array.isArray(content);

/** `attributes` is put into the start tag as it is. */
export const element = (name: string, content: Xml | undefined, attributes = ''): string => {
  if (content === undefined) return '';
  if (isList(content)) return content.map((one) => element(name, one, attributes)).join('');
  return `<${name}${attributes}>${typeof content === 'object' ? elements(content) : escapeXml(String(content))}</${name}>`;
};

const elements = (content: { readonly [name: string]: Xml | undefined }): string =>
  Object.entries(content)
    .map(([name, inner]) => element(name, inner))
    .join('');

/** A whole document; `namespace` is a URI. */
export const xmlDocument = (name: string, content: Xml, namespace?: string): string => {
  const attributes = namespace === undefined ? '' : ` xmlns="${escapeXml(namespace)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, content, attributes)}`;
};

const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (all, hex, decimal, name) => {
    if (name) return characters[name] ?? all;
    return String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal));
  });

/** The texts of all elements of a name that have no child elements. */
export const textsOf = (xml: string, name: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${name}(?:/>|>([^<]*)</${name}>)`, 'g'))].map(([, text = '']) =>
    unescaped(text),
  );
