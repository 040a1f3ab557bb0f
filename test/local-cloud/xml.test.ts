import { element, xmlDocument } from './xml.ts';

test('text is escaped, and so is what a parser would change or refuse', () => {
  expect(element('Key', `<a>&"'\r\n\t\u0001é`)).toBe(
    '<Key>&lt;a&gt;&amp;&quot;&#39;&#13;&#10;&#9;&#1;é</Key>',
  );
});

test('a list repeats its element, undefined leaves it out, names nest', () => {
  expect(element('A', { B: [1, { C: true }], D: undefined, E: [], F: '' })).toBe(
    '<A><B>1</B><B><C>true</C></B><F></F></A>',
  );
});

test('a document has its namespace on the root alone', () => {
  expect(xmlDocument('A', { A: 'x' }, 'http://a/?b&c')).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<A xmlns="http://a/?b&amp;c"><A>x</A></A>',
  );
});
