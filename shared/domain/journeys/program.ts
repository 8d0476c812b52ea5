import type { SegmentRule } from '../segments/rule.ts';
import type { Branch, JourneyDefinition, SendStep, Step, Wait } from './journey.ts';

/** What is done at one place of a program. Jumps only lead forward: an enrolment comes to its end, whatever it meets. */
export type Op =
  | { readonly type: 'filter'; readonly rule: SegmentRule }
  | { readonly type: 'wait'; readonly wait: Wait }
  | { readonly type: 'send'; readonly id: string; readonly step: SendStep }
  | { readonly type: 'act'; readonly id: string; readonly act: Act }
  /** Goes on at the next place where it holds, else at `no`. */
  | { readonly type: 'branch'; readonly if: Branch['if']; readonly no: number }
  | { readonly type: 'jump'; readonly to: number };

type StepOf<Kind extends string> = Extract<Step, { readonly [Key in Kind]: unknown }>[Kind];

/** A step that is neither a message nor a turn. */
export type Act =
  | ({ readonly type: 'tag' } & StepOf<'tag'>)
  | ({ readonly type: 'coupon' } & StepOf<'coupon'>)
  | ({ readonly type: 'points' } & StepOf<'points'>)
  | ({ readonly type: 'task' } & StepOf<'task'>)
  | ({ readonly type: 'webhook' } & StepOf<'webhook'>);

/** A journey made ready for the reducer: nested steps as a flat list, so that where somebody stands is one number. */
export interface Program {
  readonly ops: readonly Op[];
  /** Share of those who come to a message that gets none. */
  readonly holdout: number;
}

const compiled = new WeakMap<JourneyDefinition, Program>();

/** Each definition object is compiled once. */
export function compileJourney(definition: JourneyDefinition): Program {
  const known = compiled.get(definition);
  if (known) return known;
  const ops: Op[] = definition.filter ? [{ type: 'filter', rule: definition.filter }] : [];
  append(definition.steps, ops);
  const program = { ops, holdout: definition.holdout ?? 0 };
  compiled.set(definition, program);
  return program;
}

function append(steps: readonly Step[], ops: Op[]): void {
  for (const step of steps) {
    if ('branch' in step) appendBranch(step.branch, ops);
    else ops.push(opOf(step));
  }
}

/** branch -> yes steps -> jump over the no steps -> no steps */
function appendBranch({ if: condition, yes, no }: Branch, ops: Op[]): void {
  const branch = ops.length;
  ops.push({ type: 'branch', if: condition, no: 0 });
  append(yes, ops);
  const jump = ops.length;
  if (no.length > 0) ops.push({ type: 'jump', to: 0 });
  ops[branch] = { type: 'branch', if: condition, no: ops.length };
  append(no, ops);
  if (no.length > 0) ops[jump] = { type: 'jump', to: ops.length };
}

type PlainStep = Exclude<Step, { readonly branch: unknown }>;

function opOf(step: PlainStep): Op {
  if ('wait' in step) return { type: 'wait', wait: step.wait };
  if ('send' in step) return { type: 'send', id: step.send.id, step: step.send };
  const act = actOf(step);
  return { type: 'act', id: act.id, act };
}

function actOf(step: Exclude<PlainStep, { readonly wait: unknown } | { readonly send: unknown }>): Act {
  if ('tag' in step) return { type: 'tag', ...step.tag };
  if ('coupon' in step) return { type: 'coupon', ...step.coupon };
  if ('points' in step) return { type: 'points', ...step.points };
  return 'task' in step ? { type: 'task', ...step.task } : { type: 'webhook', ...step.webhook };
}
