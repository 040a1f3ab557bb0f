/**
 * Keys, the one path of each, and how viewers may spell it. Written by hand from what AWS says of invalidation
 * paths and of S3's URLs, so that neither the encoder nor the viewer-request function is its own judge.
 */

export type PathRow = Readonly<{
  what: string;
  key: string;
  /** What is sent to CloudFront, and what the edge looks up. */
  path: string;
  /** Other request paths that reach the same object. */
  spellings: readonly string[];
}>;

export const PATHS: readonly PathRow[] = [
  {
    what: 'a plain file',
    key: 'css/main.css',
    path: '/css/main.css',
    spellings: [
      '/css/%6Dain.css',
      '/css/%6dain.css',
      '/%63%73%73/main.css',
      '/css/main%2Ecss',
      '/css%2Fmain.css',
    ],
  },
  {
    what: 'a space',
    key: 'a b.txt',
    path: '/a%20b.txt',
    spellings: ['/a+b.txt', '/%61%20b.txt', '/a b.txt'],
  },
  { what: 'two spaces', key: 'a b c', path: '/a%20b%20c', spellings: ['/a+b+c', '/a+b%20c'] },
  { what: 'a plus sign', key: 'a+b.txt', path: '/a%2Bb.txt', spellings: ['/a%2bb.txt'] },
  { what: 'a space and a plus sign', key: 'a +b', path: '/a%20%2Bb', spellings: ['/a+%2Bb', '/a%20%2bb'] },
  { what: 'a percent sign', key: '100%.txt', path: '/100%25.txt', spellings: ['/%31%30%30%25.txt'] },
  { what: 'an escape in the name', key: '%20.txt', path: '/%2520.txt', spellings: ['/%25%32%30.txt'] },
  { what: 'an escaped escape', key: '%2520', path: '/%252520', spellings: ['/%25%32520'] },
  { what: 'a question mark', key: 'what?.txt', path: '/what%3F.txt', spellings: ['/what%3f.txt'] },
  { what: 'a hash', key: 'c#/x.txt', path: '/c%23/x.txt', spellings: ['/c%23%2Fx.txt'] },
  { what: 'an asterisk', key: 'a*.txt', path: '/a%2A.txt', spellings: ['/a*.txt', '/a%2a.txt'] },
  { what: 'an asterisk at the end', key: 'a/*', path: '/a/%2A', spellings: ['/a/*', '/a%2f*'] },
  {
    what: 'asterisks among unsafe ones',
    key: ' ** é*',
    path: '/%20%2A%2A%20%C3%A9%2A',
    spellings: ['/+**+é*'],
  },
  {
    what: 'a tilde, which stays',
    key: '~me/x.txt',
    path: '/~me/x.txt',
    spellings: ['/%7Eme/x.txt', '/%7eme/x.txt'],
  },
  {
    what: 'all that is safe',
    key: "-_.!'(),;:@&=$",
    path: "/-_.!'(),;:@&=$",
    spellings: ['/%2D%5F%2E%21%27%28%29%2C%3B%3A%40%26%3D%24', '/-_.%21%27%28%29,%3b:%40&=$'],
  },
  {
    what: 'all that RFC 1738 calls unsafe',
    key: ' <>"#%{}|\\^[]`',
    path: '/%20%3C%3E%22%23%25%7B%7D%7C%5C%5E%5B%5D%60',
    spellings: ['/+<>"%23%25{}|\\^[]`', '/%20%3c%3e%22%23%25%7b%7d%7c%5c%5e%5b%5d%60'],
  },
  { what: 'square brackets', key: '[id].js', path: '/%5Bid%5D.js', spellings: ['/[id].js', '/%5bid%5d.js'] },
  {
    what: 'control characters',
    key: 'a\u0000\t\n\u001f\u007f',
    path: '/a%00%09%0A%1F%7F',
    spellings: ['/%61%00%09%0a%1f%7f'],
  },
  {
    what: 'two bytes',
    key: 'é.txt',
    path: '/%C3%A9.txt',
    spellings: ['/é.txt', '/%c3%a9.txt', '/%c3%A9.txt'],
  },
  {
    what: 'the same letter in two characters',
    key: 'e\u0301.txt',
    path: '/e%CC%81.txt',
    spellings: ['/e\u0301.txt', '/%65%cc%81.txt'],
  },
  {
    what: 'three bytes',
    key: '日本.html',
    path: '/%E6%97%A5%E6%9C%AC.html',
    spellings: ['/日本.html', '/%e6%97%a5本.html'],
  },
  {
    what: 'four bytes',
    key: '😀.txt',
    path: '/%F0%9F%98%80.txt',
    spellings: ['/😀.txt', '/%f0%9f%98%80.txt'],
  },
  { what: 'a line separator', key: 'a\u2028b', path: '/a%E2%80%A8b', spellings: ['/a%e2%80%a8b'] },
  {
    what: 'the edges of ASCII',
    key: '\u007f\u0080\uffff',
    path: '/%7F%C2%80%EF%BF%BF',
    spellings: ['/%7f%c2%80%ef%bf%bf'],
  },
  { what: 'a leading slash', key: '/x', path: '//x', spellings: ['/%2Fx', '/%2fx'] },
  { what: 'empty segments', key: 'a//b', path: '/a//b', spellings: ['/a/%2Fb', '/a%2F%2Fb'] },
  { what: 'a trailing slash', key: 'a/', path: '/a/', spellings: ['/a%2F'] },
  { what: 'dot segments', key: 'a/./../b', path: '/a/./../b', spellings: ['/a/%2E/%2E%2E/b'] },
  { what: "a name of JavaScript's own", key: '__proto__', path: '/__proto__', spellings: ['/%5F_proto__'] },
  { what: "a replacement's pattern", key: '$&$1', path: '/$&$1', spellings: ['/%24%26$1'] },
];

/** Request paths that are no percent-encoded UTF-8: nothing is there, and they stay as they are. */
export const NOT_UTF8: readonly string[] = [
  '/100%',
  '/%',
  '/%4',
  '/%zz',
  '/a+b/%G0',
  '/%FF',
  '/%C3',
  '/%C3(',
  '/%ED%A0%80',
  '/%C0%AF',
  '/%F5%80%80%80',
  '/caf%E9+%61',
];
