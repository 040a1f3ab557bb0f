/** An invalidation was created: see it through to the edges, and only then call the build live. */

import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { connect } from '../shared/aws/connect.ts';
import { keeping, messageOf } from '../shared/aws/messages.ts';
import { tellTo } from '../shared/aws/tell.ts';
import { deadlineOf, loadConfig } from '../shared/config.ts';
import { follow } from '../shared/passes/follow.ts';

const logger = new Logger({ serviceName: 'follow-invalidation' });
const config = loadConfig(process.env);
const ports = connect(config, tellTo(logger));

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .handler(async (event, context) => {
    const deadline = deadlineOf(Date.now(), context.getRemainingTimeInMillis());
    // The same message is pushed out until its invalidation is settled: sending anew would trip loop detection.
    return keeping(await follow(event.Records.map(messageOf), ports, config.settings, deadline));
  });
