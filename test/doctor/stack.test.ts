/** Doctor against the local cloud: what is well is said to be, and each planted fault is found by its check. */

import { printed } from '../../shared/doctor/checks-print.ts';
import type { Clients } from '../../shared/doctor/gather-parts.ts';
import { SITE_BUCKET } from '../local-cloud/cloud.ts';
import { faultsOf, type Local, SECRET, startLocal } from './local.ts';

let local: Local;
const environment = { ...process.env };

beforeAll(async () => {
  local = await startLocal();
}, 120_000);

afterAll(async () => {
  process.env = environment;
  await local.stop();
});

test('everything is well on a stack at rest', async () => {
  const said = await local.look();
  console.log(printed(said.findings));
  expect(faultsOf(said)).toEqual([]);
});
