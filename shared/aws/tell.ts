/** Facts as log lines: the fact's kind is the message, its fields are searchable. */

import type { Logger } from '@aws-lambda-powertools/logger';
import type { Fact } from '../ports.ts';

/** `alarm` facts are errors: the metric filter of the alarm looks for them. */
export const tellTo =
  (logger: Pick<Logger, 'info' | 'error'>) =>
  ({ kind, alarm, ...details }: Fact): void => {
    if (alarm) logger.error(kind, { fact: { kind, ...details }, alarm: true });
    else logger.info(kind, { fact: { kind, ...details } });
  };
