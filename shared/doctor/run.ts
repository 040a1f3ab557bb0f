/** What doctor says: the findings, and for an attachment the line that makes it. */

import { both, type Finding, found, judge, mapFact, ok, unproved } from './checks.ts';
import { judgeAttach } from './checks-attach.ts';
import { attachLine, attachNotes } from './checks-attach-line.ts';
import { judgeBefore } from './checks-before.ts';
import { judgeStack } from './checks-stack.ts';
import { gatherStack, type Where } from './gather.ts';
import { gatherAttach } from './gather-attach.ts';
import { gatherBefore } from './gather-before.ts';
import type { Clients } from './gather-parts.ts';
import type { Stacks } from './gather-stack.ts';
import type { Options } from './options.ts';

/** `after` are lines for a shell that come after the findings. */
export type Said = Readonly<{ findings: readonly Finding[]; after: readonly string[] }>;

/** The outside world; tests put their own in its place. */
export type World = Readonly<{ clients: Clients; stacks: Stacks; now(): number }>;

/** Never rejects for what AWS answers: that is a finding. */
export const examine = (options: Options, world: World): Promise<Said> => {
  const stackName = `${options.service}-${options.stage}`;
  const where: Where = { stage: options.stage, region: options.region, now: world.now };
  switch (options.kind) {
    case 'before':
      return examineBefore(stackName, options, world, where);
    case 'attach':
      return examineAttach(options, world);
    case 'stack':
      return examineStack(stackName, world, where);
  }
};

const examineBefore = async (
  stackName: string,
  { params }: Options & { kind: 'before' },
  { clients, stacks }: World,
  where: Where,
): Promise<Said> => ({
  findings: judgeBefore(await gatherBefore(clients, stacks, stackName, params, where)),
  after: [],
});

/** Whatever else is wrong can be mended afterwards. */
const REFUSING = ['kind', 'origin access'];

const examineAttach = async (options: Options & { kind: 'attach' }, { clients }: World): Promise<Said> => {
  const facts = await gatherAttach(clients, options, options.region);
  const findings = judgeAttach(facts);
  // What cannot be attached to, or not be seen, gets no line that would attach to it.
  const isRefused = findings.some(({ check, state }) => state === 'wrong' && REFUSING.includes(check));
  if (isRefused || facts.distribution.kind === 'unknown') return { findings, after: [] };
  const { bucketRegion } = facts;
  const wish = { ...options, region: bucketRegion.kind === 'known' ? bucketRegion.value : options.region };
  return {
    findings,
    after: [
      '# This attaches, and leaves bucket and distribution as they are:',
      attachLine(facts.distribution.value, wish),
      ...attachNotes(facts.distribution.value),
    ],
  };
};

const examineStack = async (stackName: string, world: World, where: Where): Promise<Said> => {
  const [stack, ids, template] = await Promise.all([
    world.stacks.describe(stackName),
    world.stacks.resources(stackName),
    world.stacks.template(stackName),
  ]);
  const present = mapFact(stack, (value) => (value === 'missing' ? undefined : value));
  if (present.kind === 'known' && present.value === undefined) return absent(stackName, where);
  const all = both(both(present, ids), template);
  if (all.kind === 'unknown') return { findings: [judge('stack', all, () => ok(''))], after: [] };
  const [[summary, physical], body] = all.value;
  if (!summary) return absent(stackName, where);
  const facts = await gatherStack(world.clients, { summary, ids: physical, template: body }, where);
  return { findings: judgeStack(facts), after: [] };
};

/** Perhaps it is to be deployed, perhaps it is another stage: nobody is told that all is well. */
const absent = (stackName: string, { stage, region }: Where): Said => ({
  findings: [
    found(
      'stack',
      unproved(
        `there is no stack ${stackName} in ${region}`,
        '# another --stage or --region, or, where it is still to be deployed:',
        `npm run doctor -- --before --stage ${stage} --region ${region}`,
      ),
    ),
  ],
  after: [],
});
