/** Which deployments GitHub lists are of earlier builds, and which of later ones. */

import { newDeployment, parseDeployments, placeOf } from '../../shared/core/github.ts';
import { aBuildReport, NOON } from './report-fixture.ts';

const TARGET = { repository: 'you/site', environment: 'production', api: 'https://api.github.com' };
const build = (number: number, startedAt: number) => aBuildReport({ build: `shop:${number}`, startedAt });
const own = build(2, NOON);
const listed = (...deployments: readonly object[]) => {
  const parsed = parseDeployments(JSON.stringify(deployments));
  if (!parsed) throw new Error('expected a list of deployments');
  return parsed;
};
const ofBuild = (id: number, report: ReturnType<typeof build>) => ({
  id,
  description: newDeployment(report, TARGET).body.description,
  created_at: '2020-01-01T00:00:00Z',
});

test('deployments of builds are in the order in which the builds began, whenever GitHub made them', () => {
  const deployments = listed(
    ofBuild(1, build(1, NOON - 1)),
    ofBuild(3, build(3, NOON + 2)),
    ofBuild(2, own),
    ofBuild(4, build(4, NOON + 1)),
  );
  expect(placeOf(own, deployments)).toEqual({ own: 2, newer: [3, 4], older: [1] });
});

test('those of others are where they were made, and one of which nothing is known is the oldest', () => {
  const deployments = listed(
    { id: 7, description: 'by hand', created_at: '2026-11-23T12:00:01Z' },
    { id: 8, description: null, created_at: '2026-11-23T11:59:59Z' },
    { id: 9, description: '2026-11-23T13:00:00.000Z something else', created_at: 'yesterday' },
  );
  expect(placeOf(own, deployments)).toEqual({ own: undefined, newer: [7], older: [8, 9] });
});
