/** A site with everything that a domain can have: one packaging for all tests that look at one. */

import type { Params } from '../package-template.ts';

export const WITH_DOMAIN: Params = {
  domain: 'www.example.com',
  aliases: 'example.com, *.example.com',
  hostedZoneId: 'Z0123456789ABC',
  contentSecurityPolicy: "default-src 'self'; img-src https:",
  hstsSeconds: '31536000',
};

export type Property = (framework: { resolveVariable(name: string): Promise<unknown> }) => Promise<unknown>;

/** What a property made of params is with these. */
export const resolveWith = (property: Property, params: Params): Promise<unknown> =>
  property({ resolveVariable: async (name) => params[name.replace('param:', '')] });
