/** Wires the ports to AWS, in one place. */

import { randomUUID } from 'node:crypto';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import type { Config } from '../config.ts';
import type { Fact, Ports } from '../ports.ts';
import { buildsAdapter } from './builds.ts';
import { cdnAdapter } from './cdn.ts';
import { ONCE, REPEATABLE, s3Clients, sqsClient } from './clients.ts';
import { clock } from './clock.ts';
import { edgeAdapter } from './edge.ts';
import { queueAdapter } from './queue.ts';
import { siteAdapter } from './site.ts';
import { stateAdapter } from './state.ts';

export const connect = (config: Config, tell: (fact: Fact) => void): Ports => {
  const { reader, writer } = s3Clients();
  return {
    clock,
    random: { id: () => randomUUID() },
    site: siteAdapter(reader, config.settings.bucket),
    state: stateAdapter(reader, writer, config.stateBucket),
    cdn: cdnAdapter(
      new CloudFrontClient(REPEATABLE),
      new CloudFrontClient(ONCE),
      config.settings.distributionId,
    ),
    builds: buildsAdapter(new CodeBuildClient(REPEATABLE), config.buildProject || undefined),
    edge: edgeAdapter(config.edgeUrl),
    queue: queueAdapter(sqsClient(), config.queueUrls, tell),
    tell,
  };
};
