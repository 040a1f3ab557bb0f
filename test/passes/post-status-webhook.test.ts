import { webhookDelivery } from '../../shared/core/webhook.ts';
import type { WebAnswer } from '../../shared/ports.ts';
import { aBuildReport, SITE_NAMES } from '../core/report-fixture.ts';
import { statusWorld, toWebhook, WEBHOOK } from './status-world.ts';

type Verdict = 'done' | 'later' | 'never';

test.each<[string, WebAnswer, Verdict, number | undefined]>([
  ['200', { kind: 'answer', status: 200 }, 'done', undefined],
  ['299', { kind: 'answer', status: 299 }, 'done', undefined],
  ['199', { kind: 'answer', status: 199 }, 'never', undefined],
  ['a redirect', { kind: 'answer', status: 302 }, 'never', undefined],
  ['400', { kind: 'answer', status: 400 }, 'never', undefined],
  ['410', { kind: 'answer', status: 410 }, 'never', undefined],
  ['408', { kind: 'answer', status: 408 }, 'later', 5],
  ['425', { kind: 'answer', status: 425 }, 'later', 5],
  ['429', { kind: 'answer', status: 429 }, 'later', 5],
  ['429 with a time', { kind: 'answer', status: 429, retryAfterMs: 29_001 }, 'later', 30],
  ['429 that wants us at once', { kind: 'answer', status: 429, retryAfterMs: 0 }, 'later', 5],
  ['429 with a day', { kind: 'answer', status: 429, retryAfterMs: 86_400_000 }, 'later', 3_600],
  ['499', { kind: 'answer', status: 499 }, 'never', undefined],
  ['500', { kind: 'answer', status: 500 }, 'later', 5],
  ['503 with a time', { kind: 'answer', status: 503, retryAfterMs: 60_000 }, 'later', 60],
  ['no answer', { kind: 'no-answer', because: 'ECONNRESET' }, 'later', 5],
  ['an address that is not sent to', { kind: 'refused', because: 'a private one' }, 'never', undefined],
])('after %s (%j) the report is %s', async (_case, answer, verdict, seconds) => {
  const world = statusWorld({ workers: 1 });
  world.answer = () => answer;
  world.send(toWebhook());
  await world.settle(0);
  const because = answer.kind === 'answer' ? `status ${answer.status}` : answer.because;
  const told = world.facts.map(({ kind, alarm, because: why }) => ({ kind, alarm: alarm === true, why }));
  expect(told).toEqual(
    {
      done: [],
      later: [{ kind: 'posted-later', alarm: false, why: because }],
      never: [{ kind: 'not-posted', alarm: true, why: because }],
    }[verdict],
  );
  expect(world.sqs.nextAt('post')).toEqual(seconds === undefined ? undefined : world.now() + seconds * 1000);
});

describe('a webhook', () => {
  test('is sent with its id, signed with the secret that the parameter holds', async () => {
    const world = statusWorld({ workers: 1 });
    const report = aBuildReport();
    world.send(toWebhook(report));
    await world.settle();
    const { id, body } = webhookDelivery(report, 'ops', SITE_NAMES.url);
    expect(world.posts.map(({ url, request }) => ({ url, request }))).toEqual([
      {
        url: 'https://example.com/url-canary',
        request: {
          headers: { 'content-type': 'application/cloudevents+json', 'webhook-id': id },
          body,
          signedWith: 'secret-canary',
        },
      },
    ]);
  });

  test('goes to the address that a parameter holds', async () => {
    const channels = [{ ...WEBHOOK, url: 'ssm:/afterbuild/url' }];
    const world = statusWorld({ channels, workers: 1 });
    world.secrets.set('/afterbuild/url', 'https://example.com/held');
    world.send(toWebhook());
    await world.settle();
    expect(world.posts.map(({ url }) => url)).toEqual(['https://example.com/held']);
  });

  test('whose secret cannot be read is not sent, and waits for it', async () => {
    const world = statusWorld({ workers: 1 });
    world.secrets.clear();
    world.send(toWebhook());
    await world.settle(0);
    expect(world.posts).toEqual([]);
    expect(world.told('posted-later')).toMatchObject([
      {
        channel: 'ops',
        because: expect.stringContaining('/afterbuild/ops cannot be read: ParameterNotFound'),
      },
    ]);
    world.secrets.set('/afterbuild/ops', 'secret-canary');
    await world.settle();
    expect(world.posts.length).toBe(1);
  });

  test.each<[string, WebAnswer]>([
    ['done', { kind: 'answer', status: 200 }],
    ['later', { kind: 'answer', status: 500 }],
    ['never', { kind: 'refused', because: 'expected a public address, got a private one' }],
  ])('that is %s tells nothing of its address or secret', async (_case, answer) => {
    const world = statusWorld({ workers: 1 });
    world.answer = () => answer;
    world.send(toWebhook());
    await world.settle(0);
    expect(world.posts.length).toBe(1);
    expect(JSON.stringify(world.facts)).not.toContain('canary');
  });
});
