/** Which addresses a request that somebody else's setting names may go to: public ones only. */

import { BlockList, isIP } from 'node:net';

/** Sources: IANA's registries of special-purpose addresses, for IPv4 and IPv6. */
const NOT_PUBLIC_V4 = `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
  192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4`;

/** Within what is handed out at all: transition mechanisms, which end at any IPv4 address, and documentation. */
const NOT_PUBLIC_V6 = '2001::/23 2001:db8::/32 2002::/16 3fff::/20';
const PUBLIC_V6 = '2000::/3';

const listOf = (subnets: string, family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList();
  for (const subnet of subnets.split(/\s+/)) {
    const [network = '', prefix] = subnet.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
};

const notPublicV4 = listOf(NOT_PUBLIC_V4, 'ipv4');
const notPublicV6 = listOf(NOT_PUBLIC_V6, 'ipv6');
const publicV6 = listOf(PUBLIC_V6, 'ipv6');

/** False as well for what is no address. IPv4 addresses in IPv6's clothes are not public: nobody needs them. */
export const isPublicAddress = (address: string): boolean => {
  const family = isIP(address);
  if (family === 4) return !notPublicV4.check(address, 'ipv4');
  return family === 6 && publicV6.check(address, 'ipv6') && !notPublicV6.check(address, 'ipv6');
};

const LOCAL = new Set(['127.0.0.1']);

/**
 * Why nothing may be sent to a URL, or undefined when something may. `allowLocal` is for the local cloud: http and
 * this machine as well. Names are checked again when they are resolved.
 */
export const whyNotUrl = (text: string, allowLocal: boolean): string | undefined => {
  if (!URL.canParse(text)) return 'expected an https address';
  const url = new URL(text);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (allowLocal && LOCAL.has(host) && url.protocol === 'http:') return undefined;
  if (url.protocol !== 'https:') return 'expected an https address';
  if (url.username !== '' || url.password !== '') return 'expected no user name or password in the address';
  if (isIP(host) !== 0 && !isPublicAddress(host)) return 'expected a public address, got a private one';
  return undefined;
};
