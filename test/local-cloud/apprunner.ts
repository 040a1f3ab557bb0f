/** App Runner's wire protocol (AWS JSON 1.0) on the model of one service. */

import {
  type AppRunner,
  AppRunnerError,
  type OperationType,
  type ServiceOperation,
} from '../world/apprunner.ts';
import { type Input, jsonService } from './json-service.ts';
import { pageOf } from './pages.ts';
import type { Service } from './wire.ts';

const shown = ({ arn, name, url, createdAt, updatedAt, status }: AppRunner) => ({
  ServiceArn: arn,
  ServiceName: name,
  ServiceId: arn.slice(arn.lastIndexOf('/') + 1),
  ServiceUrl: url,
  Status: status(),
  // The protocol's instants are seconds.
  CreatedAt: createdAt / 1000,
  UpdatedAt: updatedAt() / 1000,
});

const shownOperation = (
  { id, type, status, startedAt, updatedAt, endedAt }: ServiceOperation,
  arn: string,
) => ({
  Id: id,
  Type: type,
  Status: status,
  TargetArn: arn,
  StartedAt: startedAt / 1000,
  UpdatedAt: updatedAt / 1000,
  ...(endedAt === undefined ? {} : { EndedAt: endedAt / 1000 }),
});

const mustBe = ({ arn }: AppRunner, input: Input): void => {
  if (input['ServiceArn'] === arn) return;
  throw new AppRunnerError(
    'ResourceNotFoundException',
    `The service ${String(input['ServiceArn'])} does not exist`,
  );
};

const invalid = (because: string): AppRunnerError => new AppRunnerError('InvalidRequestException', because);

/** Source: App Runner API reference, ListOperations, MaxResults; without one all are given at once. */
const PAGE_MAX = 20;

const sizeIn = ({ MaxResults: size }: Input): number => {
  if (size === undefined) return Number.MAX_SAFE_INTEGER;
  if (Number.isInteger(size) && Number(size) >= 1 && Number(size) <= PAGE_MAX) return Number(size);
  throw invalid(`expected MaxResults from 1 to ${PAGE_MAX}, got ${String(size)}`);
};

const listOperations = (apprunner: AppRunner, input: Input): object => {
  mustBe(apprunner, input);
  const { NextToken: token } = input;
  const page = pageOf(apprunner.operations(), token, sizeIn(input));
  if (!page) throw invalid(`expected a NextToken that was given, got ${String(token)}`);
  return {
    OperationSummaryList: page.items.map((operation) => shownOperation(operation, apprunner.arn)),
    ...(page.nextToken === undefined ? {} : { NextToken: page.nextToken }),
  };
};

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
    ListOperations: (input) => listOperations(apprunner, input),
    StartDeployment: (input) => ({ OperationId: starting('START_DEPLOYMENT')(input).OperationId }),
    PauseService: starting('PAUSE_SERVICE'),
    ResumeService: starting('RESUME_SERVICE'),
  });
};
