/** State, ticks, items, queues, secrets: the boundaries at which they are found wanting. */

import type { Head } from '../../shared/core/head.ts';
import { judgeAlarms } from '../../shared/doctor/checks-alarms.ts';
import { judgeQueues, judgeSecrets } from '../../shared/doctor/checks-queues.ts';
import { judgeItems, judgeState, judgeTick } from '../../shared/doctor/checks-running.ts';
import { secretNames } from '../../shared/doctor/checks-stack.ts';
import { aFollow, aHead, anIntent } from '../core/head-fixture.ts';

const NOW = Date.UTC(2026, 10, 23);
const MINUTE_MS = 60_000;
const LOGS = 'aws logs tail x';
const SITE = { bucket: 'b', distributionId: 'E1' };
const DEPLOYMENT = { stage: 'dev', region: 'us-east-1' };

const head = (changes: Partial<Head> = {}): Head => aHead({ site: 'b E1', objects: 8, ...changes });

test.each([
  ['nothing to do', {}, 'ok', /8 objects recorded, nothing pending/],
  [
    'an invalidation of 15 minutes ago',
    { intent: anIntent({ at: NOW - 15 * MINUTE_MS }) },
    'ok',
    /is being made/,
  ],
  [
    'an older one',
    { intent: anIntent({ at: NOW - 15 * MINUTE_MS - 1 }) },
    'wrong',
    /decided 15 min ago is not made/,
  ],
  ['one that is on its way', { follows: [aFollow('f')] }, 'ok', /1 invalidation on the way/],
  ['one that is stuck', { follows: [aFollow('f', { stuck: true })] }, 'warn', /did not complete/],
  [
    'messages to send',
    { outbox: ['a', 'b'].map((id) => ({ id, queue: 'post' as const, body: '' })) },
    'ok',
    /2 messages to send/,
  ],
  [
    'everything to invalidate',
    { widen: 'an old copy' },
    'warn',
    /everything is to be invalidated: an old copy/,
  ],
  ['another site', { site: 'c E1' }, 'wrong', /the state is that of c E1/],
] as const)('a head with %s', (_case, changes, state, what) => {
  const verdict = judgeState({ kind: 'head', head: head(changes) }, SITE, LOGS, NOW);
  expect(verdict).toMatchObject({ state, what: expect.stringMatching(what) });
});

test('no head is what every stack begins with; one that cannot be read is wrong', () => {
  expect(judgeState('missing', SITE, LOGS, NOW).state).toBe('warn');
  expect(judgeState({ kind: 'unreadable', because: 'not JSON' }, SITE, LOGS, NOW)).toMatchObject({
    state: 'wrong',
    what: expect.stringContaining('not JSON'),
    mend: [LOGS],
  });
});

test.each([
  ['15 minutes ago', NOW - 15 * MINUTE_MS, 0, 'ok'],
  ['longer ago', NOW - 15 * MINUTE_MS - 1, 0, 'wrong'],
  ['never, and there was no time for one', 'never', 15 * MINUTE_MS, 'warn'],
  ['never, although there was time', 'never', 15 * MINUTE_MS + 1, 'wrong'],
] as const)('the last tick came %s', (_case, at, sinceMs, state) => {
  expect(judgeTick(at, sinceMs, [LOGS], NOW).state).toBe(state);
});

test.each([
  [0, '2026-11', 'ok'],
  [800, '2026-11', 'ok'],
  [801, '2026-11', 'warn'],
  [999, '2026-11', 'warn'],
  [1_000, '2026-11', 'wrong'],
  [1_000, '2026-10', 'ok'],
])('%i of 1,000 items of %s', (items, month, state) => {
  const verdict = judgeItems(head({ ledger: { month, items, recent: [] } }), 1_000, DEPLOYMENT, NOW);
  expect(verdict.state).toBe(state);
  if (state !== 'ok')
    expect(verdict.mend.at(-1)).toMatch(/--stage dev --region us-east-1 --param itemsPerMonth=2000$/);
});

const queue = (id: string, waiting: number, inFlight = 0) => ({
  id,
  url: `https://sqs.eu-west-1.amazonaws.com/123456789012/stack-${id}-X`,
  waiting,
  inFlight,
});

test.each([
  ['nothing in them', [queue('WorkQueue', 0), queue('WorkDeadLetterQueue', 0)], ['ok']],
  ['1,000 messages waiting', [queue('WorkQueue', 1_000)], ['ok']],
  ['more', [queue('WorkQueue', 1_001)], ['warn']],
  ['a dead letter', [queue('WorkDeadLetterQueue', 1)], ['wrong']],
  ['a dead letter that somebody looks at', [queue('WorkDeadLetterQueue', 0, 1)], ['wrong']],
  ['two of them', [queue('WorkDeadLetterQueue', 1), queue('PostDeadLetterQueue', 2)], ['wrong', 'wrong']],
  ['no queue at all', [], ['unknown']],
])('queues with %s', (_case, queues, states) => {
  expect(judgeQueues(queues, 'eu-west-1').map(({ state }) => state)).toEqual(states);
});

test('dead letters go back where they came from, except those that came from no queue', () => {
  const mends = (id: string) => judgeQueues([queue(id, 1)], 'eu-west-1')[0]?.mend.at(-1);
  expect(mends('PostDeadLetterQueue')).toBe(
    'aws sqs start-message-move-task --region eu-west-1 --source-arn arn:aws:sqs:eu-west-1:123456789012:stack-PostDeadLetterQueue-X',
  );
  expect(mends('EventsDeadLetterQueue')).toMatch(/^aws sqs purge-queue/);
});

test.each([
  ['somebody', { confirmed: 1, pending: [] }, 'ok'],
  ['nobody', { confirmed: 0, pending: [] }, 'warn'],
  ['somebody who has not confirmed it', { confirmed: 1, pending: ['a@example.com'] }, 'warn'],
])('alarms are told to %s', (_case, subscriptions, state) => {
  expect(judgeAlarms({ topic: 'arn:t', ...subscriptions }, DEPLOYMENT).state).toBe(state);
});

test.each([
  ['none', [], 'ok'],
  ['an encrypted one', [{ name: '/afterbuild/a', type: 'SecureString' }], 'ok'],
  ['one that is readable', [{ name: '/afterbuild/a', type: 'String' }], 'warn'],
  ['one that is missing', [{ name: '/afterbuild/a', type: 'missing' }], 'wrong'],
  [
    'a missing one beside a readable one',
    [
      { name: '/afterbuild/a', type: 'String' },
      { name: '/afterbuild/b', type: 'missing' },
    ],
    'wrong',
  ],
])('secrets: %s', (_case, secrets, state) => {
  expect(judgeSecrets(secrets, 'us-east-1').state).toBe(state);
});

test('the parameters of channels are named once each, and what is wrong with channels is a reason', () => {
  const channels = JSON.stringify([
    { name: 'a', kind: 'webhook', url: 'ssm:/afterbuild/url', secret: 'ssm:/afterbuild/secret' },
    { name: 'b', kind: 'slack', url: 'ssm:/afterbuild/url' },
    { name: 'c', kind: 'webhook', url: 'https://example.com', secret: 'ssm:/afterbuild/secret' },
    { name: 'd', kind: 'log' },
  ]);
  expect(secretNames(channels)).toEqual({ kind: 'known', value: ['/afterbuild/url', '/afterbuild/secret'] });
  expect(secretNames('[')).toMatchObject({ kind: 'unknown', because: expect.stringContaining('CHANNELS') });
  expect(secretNames(undefined)).toMatchObject({ kind: 'unknown' });
});
