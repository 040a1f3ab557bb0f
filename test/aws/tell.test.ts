import { tellTo } from '../../shared/aws/tell.ts';

const told = (fact: Parameters<ReturnType<typeof tellTo>>[0]) => {
  const lines: unknown[] = [];
  const tell = tellTo({
    info: (...line: unknown[]) => lines.push(['info', ...line]),
    error: (...line: unknown[]) => lines.push(['error', ...line]),
  });
  tell(fact);
  return lines;
};

test('a fact is one line of information, its kind the message', () => {
  expect(told({ kind: 'committed', ids: ['I-1'] })).toEqual([
    ['info', 'committed', { fact: { kind: 'committed', ids: ['I-1'] } }],
  ]);
});

test('a fact that a person must look at is one error, and says that it is an alarm', () => {
  expect(told({ kind: 'stuck', alarm: true, because: 'late' })).toEqual([
    ['error', 'stuck', { fact: { kind: 'stuck', because: 'late' }, alarm: true }],
  ]);
});

test('a fact that is no alarm is none', () => {
  expect(told({ kind: 'stuck', alarm: false })).toEqual([['info', 'stuck', { fact: { kind: 'stuck' } }]]);
});

test('a fact with metrics is a line that CloudWatch reads numbers from', () => {
  const metrics = { ApiUp: { value: 1, unit: 'Count' }, ApiLatencyEdge: { value: 84, unit: 'Milliseconds' } };
  expect(told({ kind: 'probed', metrics })).toEqual([
    [
      'info',
      'probed',
      {
        fact: { kind: 'probed' },
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'Afterbuild',
              Dimensions: [['FunctionName']],
              Metrics: [
                { Name: 'ApiUp', Unit: 'Count' },
                { Name: 'ApiLatencyEdge', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        FunctionName: 'local',
        ApiUp: 1,
        ApiLatencyEdge: 84,
      },
    ],
  ]);
});
