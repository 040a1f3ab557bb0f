/** Gathers what is checked before a first deployment. */

import {
  type CloudFrontClient,
  DescribeFunctionCommand,
  ListDistributionsCommand,
  ListOriginAccessControlsCommand,
} from '@aws-sdk/client-cloudfront';
import { known, mapFact } from './checks.ts';
import { type BeforeFacts, namesIn, type Params } from './checks-before.ts';
import type { Where } from './gather.ts';
import { probeDirect } from './gather-answers.ts';
import { gatherCaa, gatherCertificate, gatherZone, takenRecords } from './gather-names.ts';
import { attempt, type Clients, orWhen } from './gather-parts.ts';
import type { Stacks } from './gather-stack.ts';

export const gatherBefore = async (
  clients: Clients,
  stacks: Stacks,
  stackName: string,
  params: Params,
  { region, now }: Where,
): Promise<BeforeFacts> => {
  const { hostedZoneId = '', certificateArn = '', apiDomain = '' } = params;
  const names = namesIn(params);
  const stack = await stacks.describe(stackName);
  const isThere = stack.kind === 'known' && stack.value !== 'missing';
  const [zone, certificate, taken, api, caa] = await Promise.all([
    hostedZoneId === '' ? undefined : gatherZone(clients.route53, clients.dns, hostedZoneId),
    certificateArn === '' ? undefined : gatherCertificate(clients.acm, certificateArn),
    // Of a stack that is there its own names are taken, by itself.
    isThere
      ? known([])
      : attempt(async () => [
          ...(await takenAtEdges(clients.cloudfront, `${stackName}-${region}`, names)),
          ...(hostedZoneId === '' ? [] : await takenRecords(clients.route53, hostedZoneId, names)),
        ]),
    apiDomain === '' ? undefined : probeDirect(environmentIn(params), `https://${apiDomain}`, now),
    // Who brings a certificate has one already.
    names.length > 0 && certificateArn === '' ? gatherCaa(clients.dns, names) : undefined,
  ]);
  return {
    stackName,
    params,
    stack: mapFact(stack, (value) => (value === 'missing' ? value : { status: value.status })),
    taken,
    now: now(),
    ...(zone ? { zone } : {}),
    ...(certificate ? { certificate } : {}),
    ...(caa ? { caa } : {}),
    ...(api ? { api } : {}),
  };
};

/** The settings that the params become: `apiHealthPath` is API_HEALTH_PATH. */
const environmentIn = (params: Params): Params =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
      value,
    ]),
  );

/** A name belongs to one distribution in the world; functions and access controls to one of their name in the account. */
const takenAtEdges = async (
  client: CloudFrontClient,
  prefix: string,
  names: readonly string[],
): Promise<readonly string[]> => [
  ...(names.length === 0 ? [] : await takenAliases(client, names)),
  ...(await takenFunctions(client, [`${prefix}-request`, `${prefix}-response`])),
  ...(await takenControls(client, prefix)),
];

const takenAliases = async (
  client: CloudFrontClient,
  names: readonly string[],
): Promise<readonly string[]> => {
  const taken: string[] = [];
  let marker: string | undefined;
  do {
    const { DistributionList: list } = await client.send(
      new ListDistributionsCommand(marker ? { Marker: marker } : {}),
    );
    for (const { Id: id, Aliases: aliases } of list?.Items ?? [])
      for (const name of names)
        if (aliases?.Items?.includes(name)) taken.push(`${name} at the distribution ${id}`);
    marker = list?.NextMarker;
  } while (marker);
  return taken;
};

const takenFunctions = async (
  client: CloudFrontClient,
  names: readonly string[],
): Promise<readonly string[]> => {
  const taken = await Promise.all(
    names.map((name) =>
      orWhen(['NoSuchFunctionExists'], [], async () => {
        await client.send(new DescribeFunctionCommand({ Name: name, Stage: 'DEVELOPMENT' }));
        return [`the CloudFront function ${name}`];
      }),
    ),
  );
  return taken.flat();
};

const takenControls = async (client: CloudFrontClient, name: string): Promise<readonly string[]> => {
  const { OriginAccessControlList: list } = await client.send(new ListOriginAccessControlsCommand({}));
  return (list?.Items ?? [])
    .filter((control) => control.Name === name)
    .map(({ Id: id }) => `the origin access control ${name} (${id})`);
};
