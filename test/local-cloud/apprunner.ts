/** App Runner's wire protocol (AWS JSON 1.0) on the model of one service. */

import {
  type AppRunner,
  AppRunnerError,
  type OperationType,
  type ServiceOperation,
} from '../world/apprunner.ts';
import { type Input, jsonService } from './json-service.ts';
import type { Service } from './wire.ts';

const shown = ({ arn, name, url, createdAt, status }: AppRunner) => ({
  ServiceArn: arn,
  ServiceName: name,
  ServiceId: arn.slice(arn.lastIndexOf('/') + 1),
  ServiceUrl: url,
  Status: status(),
  // The protocol's instants are seconds.
  CreatedAt: createdAt / 1000,
  UpdatedAt: createdAt / 1000,
});

const shownOperation = ({ id, type, status, startedAt, endedAt }: ServiceOperation) => ({
  Id: id,
  Type: type,
  Status: status,
  StartedAt: startedAt / 1000,
  ...(endedAt === undefined ? {} : { EndedAt: endedAt / 1000 }),
});

const mustBe = ({ arn }: AppRunner, input: Input): void => {
  if (input['ServiceArn'] === arn) return;
  throw new AppRunnerError(
    'ResourceNotFoundException',
    `The service ${String(input['ServiceArn'])} does not exist`,
  );
};

const OPERATIONS_MAX = 20;

/** `begin` starts an operation and sees to its end. */
export const apprunnerService = (
  apprunner: AppRunner,
  begin: (type: OperationType) => string = apprunner.begin,
): Service => {
  const starting = (type: OperationType) => (input: Input) => {
    mustBe(apprunner, input);
    return { OperationId: begin(type), Service: shown(apprunner) };
  };
  return jsonService('AppRunner', '1.0', {
    ListServices: () => ({ ServiceSummaryList: [shown(apprunner)] }),
    DescribeService: (input) => {
      mustBe(apprunner, input);
      return { Service: shown(apprunner) };
    },
    ListOperations: (input) => {
      mustBe(apprunner, input);
      const { NextToken: token = '0', MaxResults: max = OPERATIONS_MAX } = input;
      const [from, size] = [Number(token), Number(max)];
      const all = apprunner.operations();
      return {
        OperationSummaryList: all.slice(from, from + size).map(shownOperation),
        ...(all.length > from + size ? { NextToken: String(from + size) } : {}),
      };
    },
    StartDeployment: (input) => ({ OperationId: starting('START_DEPLOYMENT')(input).OperationId }),
    PauseService: starting('PAUSE_SERVICE'),
    ResumeService: starting('RESUME_SERVICE'),
  });
};
