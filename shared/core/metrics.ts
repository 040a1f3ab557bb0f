/**
 * Numbers that CloudWatch draws, as they stand in a line of the log. Source: CloudWatch user guide, "Embedded metric
 * format specification".
 */

export type Metric = Readonly<{ value: number; unit: 'Milliseconds' | 'Count' }>;

const NAMESPACE = 'Afterbuild';

/**
 * What makes a log line one of metrics: the fields have to stand at its root. `at` in ms since 1970; one dimension,
 * because each value of each is a metric that is paid for.
 */
export const embeddedMetrics = (
  metrics: Readonly<Record<string, Metric>>,
  functionName: string,
  at: number,
): Readonly<Record<string, unknown>> => ({
  _aws: {
    Timestamp: at,
    CloudWatchMetrics: [
      {
        Namespace: NAMESPACE,
        Dimensions: [['FunctionName']],
        Metrics: Object.entries(metrics).map(([Name, { unit: Unit }]) => ({ Name, Unit })),
      },
    ],
  },
  FunctionName: functionName,
  ...Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value])),
});
