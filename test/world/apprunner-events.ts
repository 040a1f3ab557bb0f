/** The events of an App Runner service, as EventBridge delivers them. */

export type Outcome = 'Started' | 'CompletedSuccessfully' | 'Failed';
export type Detail = Readonly<Record<string, string>>;

/**
 * `name` is the operation's in events, `noun` the one in messages.
 *
 * Documented is that the severity varies, not how; and only some messages word for word.
 */
export const operationDetail = (
  { name, noun }: Readonly<{ name: string; noun: string }>,
  outcome: Outcome,
): Detail => ({
  operationStatus: `${name}${outcome}`,
  message: `Service ${noun} ${outcome === 'CompletedSuccessfully' ? 'completed successfully' : outcome.toLowerCase()}.`,
  severity: outcome === 'Failed' ? 'ERROR' : 'INFO',
});

/** As EventBridge delivers it. Source: App Runner developer guide, "Handling App Runner events in EventBridge". */
export const eventOf = (
  { arn, name, id, at }: Readonly<{ arn: string; name: string; id: string; at: number }>,
  detailType: string,
  detail: Detail,
): unknown => ({
  version: '0',
  id,
  'detail-type': detailType,
  source: 'aws.apprunner',
  account: '123456789012',
  time: `${new Date(at).toISOString().slice(0, 19)}Z`,
  region: 'us-east-1',
  resources: [arn],
  detail: {
    serviceName: name,
    serviceId: arn.slice(arn.lastIndexOf('/') + 1),
    severity: 'INFO',
    ...detail,
  },
});
