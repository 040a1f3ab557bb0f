/** Facts as log lines: the fact's kind is the message, its fields are searchable, its metrics are CloudWatch's. */

import type { Logger } from '@aws-lambda-powertools/logger';
import { embeddedMetrics, type Metric } from '../core/metrics.ts';
import type { Fact } from '../ports.ts';

const functionName = process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'local';

/** `alarm` facts are errors: the metric filter of the alarm looks for them. */
export const tellTo =
  (logger: Pick<Logger, 'info' | 'error'>) =>
  ({ kind, alarm, metrics, ...details }: Fact): void => {
    const fact = { kind, ...details };
    if (alarm) logger.error(kind, { fact, alarm: true });
    else if (metrics === undefined) logger.info(kind, { fact });
    else {
      const numbers = metrics as Readonly<Record<string, Metric>>;
      logger.info(kind, { fact, ...embeddedMetrics(numbers, functionName, Date.now()) });
    }
  };
