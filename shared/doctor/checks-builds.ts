/** The build project: whether it publishes where the distribution looks, and how its last build ended. */

import { type Fact, type Finding, judge, ok, quoted, type Verdict, warn, wrong } from './checks.ts';

/** The project's artifacts, as BatchGetProjects tells them. */
export type Artifacts = Readonly<{
  type?: string;
  location?: string;
  path?: string;
  name?: string;
  namespaceType?: string;
  packaging?: string;
  encryptionDisabled?: boolean;
}>;

export type Project = Readonly<{
  name: string;
  artifacts: Artifacts;
  /** Empty where the source needs none. */
  connectionArn: string;
}>;

/** Newest build; `endedAt` in ms since 1970. `failedPhase` is the first that did not succeed. */
export type LastBuild = Readonly<{ id: string; status: string; failedPhase?: string; logUrl?: string }>;

/** Phases before the project's own commands: their failures are not the site's. */
const BEFORE_COMMANDS = ['SUBMITTED', 'QUEUED', 'PROVISIONING', 'DOWNLOAD_SOURCE'];

export const judgeBuild = (last: LastBuild | 'none', project: Project, region: string): Verdict => {
  const { name, connectionArn } = project;
  const start = `aws codebuild start-build --region ${region} --project-name ${name}`;
  if (last === 'none') return warn(`${name} has built nothing yet`, start);
  const { id, status, failedPhase, logUrl } = last;
  if (status === 'SUCCEEDED' || status === 'IN_PROGRESS') return ok(`${status}: ${id}`);
  const log = logUrl ? [`# its log: ${logUrl}`] : [];
  if (failedPhase !== undefined && BEFORE_COMMANDS.includes(failedPhase)) {
    const connection = connectionArn
      ? [
          `aws codeconnections get-connection --connection-arn ${connectionArn} --query Connection.ConnectionStatus`,
        ]
      : [];
    return wrong(`${status} in ${failedPhase}, before its commands: ${id}`, ...connection, ...log, start);
  }
  return warn(`${status}${failedPhase === undefined ? '' : ` in ${failedPhase}`}: ${id}`, ...log, start);
};

/** `prefix` is the distribution's origin path without its slash. */
export const judgeArtifacts = (
  { name, artifacts }: Project,
  bucket: string,
  prefix: string,
  region: string,
): Verdict => {
  // What publishes by commands of its buildspec (aws s3 sync) shows nothing here.
  if (artifacts.type === 'NO_ARTIFACTS') return ok(`${name} publishes by its own commands, if it does`);
  if (artifacts.type !== 'S3')
    return warn(`${name} publishes to ${artifacts.type ?? 'nothing'}: its end says nothing about ${bucket}`);
  const path = (artifacts.path ?? '').replace(/^\/|\/$/g, '');
  const folder = [path, (artifacts.name ?? '/').replace(/^\/|\/$/g, '')]
    .filter((part) => part !== '')
    .join('/');
  const faults = [
    ...(artifacts.location === bucket
      ? []
      : [`into ${artifacts.location ?? 'no bucket'} instead of ${bucket}`]),
    ...(folder === prefix ? [] : [`into the folder "${folder}" instead of "${prefix}"`]),
    ...(artifacts.namespaceType === 'BUILD_ID' ? ['into a folder of its own each time'] : []),
    ...(artifacts.packaging === 'ZIP' ? ['as one ZIP file'] : []),
    ...(artifacts.encryptionDisabled === true
      ? []
      : ['encrypted with a KMS key, which the distribution cannot read']),
  ];
  if (faults.length === 0) return ok(`${name} publishes into ${bucket}, unpacked and readable`);
  const mended = JSON.stringify({
    type: 'S3',
    location: bucket,
    path: prefix,
    name: '/',
    namespaceType: 'NONE',
    packaging: 'NONE',
    encryptionDisabled: true,
  });
  return wrong(
    `${name} publishes ${faults.join(', ')}`,
    `aws codebuild update-project --region ${region} --name ${name} --artifacts ${quoted(mended)}`,
  );
};

export type BuildFacts = Readonly<{ project: Fact<Project>; last: Fact<LastBuild | 'none'> }>;

export const judgeBuilds = (
  { project, last }: BuildFacts,
  site: Readonly<{ bucket: string; prefix: string }>,
  region: string,
): readonly Finding[] => [
  judge('publishing', project, (value) => judgeArtifacts(value, site.bucket, site.prefix, region)),
  judge('last build', last, (value) =>
    project.kind === 'known'
      ? judgeBuild(value, project.value, region)
      : judgeBuild(value, { name: 'PROJECT', artifacts: {}, connectionArn: '' }, region),
  ),
];
