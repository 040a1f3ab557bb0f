/**
 * Strict stand-ins for the services that are only posted to: each refuses what the real one would refuse, by its
 * documented shapes and limits.
 */

import { discord } from './discord.ts';
import { pagerduty } from './pagerduty.ts';
import type { StandIn } from './requests.ts';
import { slack } from './slack.ts';
import { teams } from './teams.ts';
import { webhook } from './webhook.ts';

export const STAND_INS: Readonly<Record<'slack' | 'teams' | 'discord' | 'pagerduty' | 'webhook', StandIn>> = {
  slack,
  teams,
  discord,
  pagerduty,
  webhook,
};
