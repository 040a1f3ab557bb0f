/** A build ended, an object changed, or the clock ticked: make CloudFront agree with the bucket. */

import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { connect } from '../shared/aws/connect.ts';
import { keeping, messageOf } from '../shared/aws/messages.ts';
import { tellTo } from '../shared/aws/tell.ts';
import { deadlineOf, loadConfig } from '../shared/config.ts';
import { invalidate } from '../shared/passes/invalidate.ts';

const logger = new Logger({ serviceName: 'invalidate' });
const config = loadConfig(process.env);
const ports = connect(config, tellTo(logger));

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .handler(async (event, context) => {
    const deadline = deadlineOf(Date.now(), context.getRemainingTimeInMillis());
    // Messages that are kept come back: that, and the tick, is the whole retry mechanism.
    return keeping(await invalidate(event.Records.map(messageOf), ports, config.settings, deadline));
  });
