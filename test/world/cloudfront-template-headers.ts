/** Reads from a template which headers a response headers policy adds. */

import type { PolicyHeader } from './cloudfront-config.ts';
import type { Field } from './cloudfront-template-field.ts';

/** `at` is the ResponseHeadersPolicyConfig. Throws with the place where something else was expected. */
export const readPolicyHeaders = (at: Field): readonly PolicyHeader[] => [
  ...SECURITY_HEADERS.flatMap(({ property, name, value }) => {
    const header = at.get('SecurityHeadersConfig').get(property);
    return header.isThere() ? [policyHeader(name, value(header), header)] : [];
  }),
  ...corsHeaders(at.get('CorsConfig')),
  ...at
    .get('CustomHeadersConfig')
    .get('Items')
    .list()
    .map((header) => policyHeader(header.get('Header').text(), header.get('Value').text(), header)),
];

/** As far as everybody may read; CloudFront leaves it out where a request names no origin, which harms nobody. */
const corsHeaders = (at: Field): readonly PolicyHeader[] => {
  const origins = at.get('AccessControlAllowOrigins').get('Items');
  if (!origins.isThere()) return [];
  return [
    {
      name: 'access-control-allow-origin',
      value: origins.textsOr([]).join(', '),
      overrides: at.get('OriginOverride').isTrue(),
    },
  ];
};

const policyHeader = (name: string, value: string, at: Field): PolicyHeader => ({
  name: name.toLowerCase(),
  value,
  overrides: at.get('Override').isTrue(),
});

const transportSecurity = (at: Field): string =>
  [
    `max-age=${at.get('AccessControlMaxAgeSec').number()}`,
    ...(at.get('IncludeSubdomains').isTrue() ? ['includeSubDomains'] : []),
    ...(at.get('Preload').isTrue() ? ['preload'] : []),
  ].join('; ');

/** Source: CloudFormation reference, "AWS::CloudFront::ResponseHeadersPolicy SecurityHeadersConfig". */
const SECURITY_HEADERS: readonly Readonly<{ property: string; name: string; value(at: Field): string }>[] = [
  { property: 'StrictTransportSecurity', name: 'strict-transport-security', value: transportSecurity },
  { property: 'ContentTypeOptions', name: 'x-content-type-options', value: () => 'nosniff' },
  { property: 'FrameOptions', name: 'x-frame-options', value: (at) => at.get('FrameOption').text() },
  { property: 'ReferrerPolicy', name: 'referrer-policy', value: (at) => at.get('ReferrerPolicy').text() },
  {
    property: 'ContentSecurityPolicy',
    name: 'content-security-policy',
    value: (at) => at.get('ContentSecurityPolicy').text(),
  },
];
