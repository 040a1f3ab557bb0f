/** What happens, told: one readable line for a person, or one JSON object for a program. */

import type { CloudEvent, Fact } from '../local-cloud/cloud.ts';

/** One thing that happened. `line` is what a person reads; everything else is for programs. */
export type Told = Readonly<{ event: string; line: string } & Record<string, unknown>>;

type Item = Readonly<{ item: string; because: string }>;
type Changed = Readonly<{ key: string; kind: string; because: string }>;

const CHANGES_SHOWN_MAX = 5;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

/** What a fact of the functions tells; nothing for those that are of no interest outside. */
export const toldOfFact = (fact: Fact): readonly Told[] => {
  const because = String(fact['because'] ?? '');
  switch (fact.kind) {
    case 'changes':
      return toldOfChanges(Number(fact['count']), fact['first'] as readonly Changed[]);
    case 'plan':
      return (fact['items'] as readonly Item[]).map(({ item, because: why }) => ({
        event: 'item',
        line: `purge    ${item}  (${why})`,
        item,
        because: why,
      }));
    case 'create-invalidation':
      return toldOfCreation(fact);
    case 'completed':
      return [
        {
          event: 'completed',
          line: `edges    CloudFront completed ${(fact['ids'] as readonly string[]).join(', ')} after ${seconds(Number(fact['afterMs']))}`,
          ids: fact['ids'],
          afterMs: fact['afterMs'],
        },
      ];
    case 'checked':
      return [{ event: 'checked', line: `edges    ${because}`, because }];
    case 'settled':
      return [];
    case 'health':
      return [
        { event: 'health', line: `api      ${String(fact['health'])}: ${because}`, ...withoutKind(fact) },
      ];
    case 'status':
      return [{ event: 'status', line: `status   ${String(fact['line'])}`, ...withoutKind(fact) }];
    default:
      return fact['alarm'] === true
        ? [
            {
              event: 'alarm',
              line: `alarm    ${fact.kind}: ${because || JSON.stringify(withoutKind(fact))}`,
              ...withoutKind(fact),
              alarm: fact.kind,
            },
          ]
        : [];
  }
};

const withoutKind = ({ kind: _kind, line: _line, ...rest }: Fact): Record<string, unknown> => rest;

const toldOfChanges = (of: number, first: readonly Changed[]): readonly Told[] => {
  if (of === 0) return [];
  const shown = first.slice(0, CHANGES_SHOWN_MAX).map(({ key, kind }) => `${key} (${kind})`);
  const more = of > shown.length ? `, and ${of - shown.length} more` : '';
  return [
    {
      event: 'changes',
      line: `changed  ${count(of, 'object')}: ${shown.join(', ')}${more}`,
      count: of,
      first,
    },
  ];
};

const toldOfCreation = (fact: Fact): readonly Told[] => {
  const answer = fact['answer'] as Readonly<{ kind: string; id?: string; because?: string }>;
  const items = fact['items'] as readonly string[];
  const line =
    answer.kind === 'created'
      ? `purge    invalidation ${answer.id}: ${count(items.length, 'item')}`
      : `purge    CloudFront answered ${answer.kind}: ${answer.because ?? ''}`;
  return [{ event: 'invalidation', line, answer: answer.kind, id: answer.id, items }];
};

type BuildDetail = Readonly<{ 'build-id'?: string; 'build-status'?: string }>;

/** What an event of EventBridge tells: builds and the API's service; objects are told of by what they change. */
export const toldOfEvent = ({ source, detail }: CloudEvent): readonly Told[] => {
  if (source === 'aws.codebuild') return [toldOfBuild(detail as BuildDetail)];
  if (source !== 'aws.apprunner') return [];
  const { operationStatus, currentServiceStatus } = detail as Readonly<Record<string, string>>;
  const state = operationStatus ?? currentServiceStatus;
  return state === undefined ? [] : [{ event: 'service', line: `api      App Runner: ${state}`, state }];
};

const toldOfBuild = (detail: BuildDetail): Told => {
  const id = (detail['build-id'] ?? '').replace(/^.*build\//, '');
  const status = detail['build-status'] ?? '';
  const verb = status === 'IN_PROGRESS' ? 'started' : status.toLowerCase();
  return { event: 'build', line: `build    ${id} ${verb}`, build: id, status };
};
