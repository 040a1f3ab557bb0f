/** Something is to be told: post it to each channel. */

import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { connectStatus } from '../shared/aws/connect-status.ts';
import { keeping, messageOf } from '../shared/aws/messages.ts';
import { tellTo } from '../shared/aws/tell.ts';
import { deadlineOf } from '../shared/config.ts';
import { loadStatusConfig } from '../shared/config-status.ts';
import { postStatus } from '../shared/passes/post-status.ts';

const logger = new Logger({ serviceName: 'post-status' });
const config = loadStatusConfig(process.env);
const ports = connectStatus(config, tellTo(logger));

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .handler(async (event, context) => {
    const deadline = deadlineOf(Date.now(), context.getRemainingTimeInMillis());
    // A channel that is down keeps its own messages, and nobody else's.
    return keeping(await postStatus(event.Records.map(messageOf), ports, config.settings, deadline));
  });
