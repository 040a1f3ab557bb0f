/** The clock ticked, a build ended, or the service changed: see how the API is, and post what changed. */

import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { connectHealth } from '../shared/aws/connect-health.ts';
import { keeping, messageOf } from '../shared/aws/messages.ts';
import { tellTo } from '../shared/aws/tell.ts';
import { deadlineOf } from '../shared/config.ts';
import { loadHealthConfig } from '../shared/config-health.ts';
import { checkOrigin } from '../shared/passes/check-origin.ts';

const logger = new Logger({ serviceName: 'check-origin' });
const config = loadHealthConfig(process.env);
const ports = connectHealth(config, tellTo(logger));

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .handler(async (event, context) => {
    const deadline = deadlineOf(Date.now(), context.getRemainingTimeInMillis());
    await checkOrigin(event.Records.map(messageOf), ports, config.settings, deadline);
    return keeping([]);
  });
