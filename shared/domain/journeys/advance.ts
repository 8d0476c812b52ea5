import type { Instant } from '../calendar.ts';
import { isHeldOut } from '../effect/hold-out.ts';
import type { SegmentRule } from '../segments/rule.ts';
import type { DrawnArm } from '../touches/touch.ts';
import type { Enrolment } from './enrolment.ts';
import { type Clock, type DueSend, expiryBefore, givesWay, lastSendAt, nextSend, ownExpiry } from './gives-way.ts';
import type { Branch, ExitReason, SendStep, Wait } from './journey.ts';
import type { Act, Op, Program } from './program.ts';
import { waitEnd } from './waits.ts';

/** What moves an enrolment on. `stale`: old news when it came, which is put on record and sends nothing (DOMAIN 1). */
export type JourneyInput =
  | { readonly type: 'start'; readonly at: Instant; readonly stale?: boolean }
  | { readonly type: 'time'; readonly at: Instant };

/** What a journey looks at of the world, asked only when a step is due. */
export interface JourneyView extends Clock {
  /** A fact that ends it before its next step. */
  exit(): ExitReason | undefined;
  /** Whether a rule holds of the customer now. */
  holds(rule: SegmentRule): boolean;
  /** Whether the message of an earlier step was opened or clicked. */
  reacted(step: string, kind: 'opened' | 'clicked'): boolean;
}

/** Why a message is only put on record. */
export type LeftOut = 'expired' | 'gives_way' | 'stale';

export interface SendAction {
  readonly type: 'send';
  /** Of the step. */
  readonly id: string;
  readonly step: SendStep;
  readonly dueAt: Instant;
  readonly expiresAt: Instant;
  /** It is not to be sent: a touch skipped with this reason. */
  readonly leftOut?: LeftOut;
  /** In a journey with a hold-out: what was drawn at this message; `none` where that was at another. */
  readonly draw?: (DrawnArm & { readonly isHeldOut: boolean }) | 'none';
}

/** What is to be done; `dueAt` is when it should have been, which may lie back after an outage. */
export type Action = SendAction | (Act & { readonly dueAt: Instant });

export interface Advanced {
  readonly enrolment: Enrolment;
  readonly actions: readonly Action[];
}

/** An enrolment on its way through a program, within one call. */
interface Walk {
  readonly ops: readonly Op[];
  readonly holdout: number;
  readonly from: Enrolment;
  readonly now: Instant;
  readonly view: JourneyView;
  readonly actions: Action[];
  readonly done: Record<string, Instant>;
  place: number;
  since: Instant;
  drawn: boolean;
  /** Exits were looked at in this call. */
  staysIn: boolean;
}

/**
 * The journey engine: takes an enrolment as far as it goes by `input.at` and says what to do on the way (DOMAIN 8). Pure,
 * so that whoever fails between doing and saving does the same again. Nothing is done twice; once it has ended it stays
 * so. Waits count from when things were due, never from when somebody looked: a late look shifts nothing.
 */
export function advance(program: Program, enrolment: Enrolment, input: JourneyInput, view: JourneyView): Advanced {
  if (enrolment.state !== 'active') return { enrolment, actions: [] };
  const walk = walkFrom(program, enrolment, input.at, view);
  const { ops } = program;
  if (input.type === 'start' && input.stale) return staleStart(walk);
  while (walk.place < ops.length) {
    const over = stepOn(walk, ops[walk.place] as Op);
    if (over) return { enrolment: over, actions: walk.actions };
  }
  return { enrolment: ended(walk, isTooLate(walk.actions) ? 'expired' : 'done'), actions: walk.actions };
}

function walkFrom({ ops, holdout }: Program, from: Enrolment, now: Instant, view: JourneyView): Walk {
  const { place, since, drawn = false } = from;
  return { ops, holdout, from, now, view, actions: [], done: { ...from.done }, place, since, drawn, staysIn: false };
}

/** @returns the enrolment where it goes no further now */
function stepOn(walk: Walk, op: Op): Enrolment | undefined {
  if (op.type === 'wait') return waitOn(walk, op.wait);
  if (op.type === 'jump') {
    walk.place = op.to;
    return undefined;
  }
  if (walk.since > walk.now) return waiting(walk, walk.since);
  if (op.type === 'filter') {
    walk.place++;
    return walk.view.holds(op.rule) ? undefined : ended(walk, 'filtered');
  }
  return takeStep(walk, op);
}

/** Reckoned anew each time: the customer's clock may be another one by then. */
function waitOn(walk: Walk, wait: Wait): Enrolment | undefined {
  const end = waitEnd(wait, { since: walk.since, cause: walk.from.at }, walk.view.zone);
  if (end > walk.now) return waiting(walk, end);
  walk.since = end;
  walk.place++;
  return undefined;
}

type StepOp = Extract<Op, { readonly type: 'send' | 'act' | 'branch' }>;

function takeStep(walk: Walk, op: StepOp): Enrolment | undefined {
  if (!walk.staysIn) {
    const reason = walk.view.exit();
    if (reason !== undefined) return ended(walk, 'left', reason);
    walk.staysIn = true;
  }
  if (op.type === 'branch') {
    walk.place = holds(op.if, walk.view) ? walk.place + 1 : op.no;
    return undefined;
  }
  if (walk.done[op.id] === undefined) {
    const action = op.type === 'send' ? drawnAt(walk, sendAt(walk, op.step)) : { ...op.act, dueAt: walk.since };
    walk.actions.push(action);
    walk.done[op.id] = walk.now;
    if (action.type === 'send' && action.draw !== undefined && action.draw !== 'none') {
      walk.drawn = true;
      if (action.draw.isHeldOut) return ended(walk, 'heldout');
    }
  }
  walk.place++;
  return undefined;
}

function holds(condition: Branch['if'], view: JourneyView): boolean {
  return 'rule' in condition ? view.holds(condition.rule) : view.reacted(condition.step, condition.reacted);
}

function sendAt({ ops, place, since, from, now, view }: Walk, step: SendStep): SendAction {
  const send: DueSend = { step, dueAt: since };
  const next = nextSend(ops, place, { since, cause: from.at }, view.zone);
  const expiresAt = next ? expiryBefore(send, next, now, view) : ownExpiry(send);
  const leftOut = whyLeftOut(send, next, now, view);
  return { type: 'send', id: step.id, step, dueAt: since, expiresAt, ...(leftOut && { leftOut }) };
}

/**
 * Draws whoever comes to the first message that is not left out: until then both arms have been through the same, exits
 * too, so that whoever left before is in neither (DOMAIN 10). Drawn by customer and journey: again in it, in the same arm.
 */
function drawnAt({ ops, place, since, from, view, holdout, drawn }: Walk, send: SendAction): SendAction {
  if (holdout === 0) return send;
  if (drawn || send.leftOut !== undefined) return { ...send, draw: 'none' };
  const lastAt = lastSendAt(ops, place, { since, cause: from.at }, view.zone);
  return {
    ...send,
    draw: { at: since, lastAt, isHeldOut: isHeldOut(from.customer, `journey/${from.journey}`, holdout) },
  };
}

function whyLeftOut(send: DueSend, next: DueSend | undefined, now: Instant, clock: Clock): LeftOut | undefined {
  if (now >= ownExpiry(send)) return 'expired';
  return next && givesWay(send, next, now, clock) ? 'gives_way' : undefined;
}

/** Its first message is put on record, so that "why not me?" has an answer. */
function staleStart(walk: Walk): Advanced {
  const [first] = walk.ops;
  if (first?.type === 'filter' && !walk.view.holds(first.rule)) {
    return { enrolment: ended(walk, 'filtered'), actions: [] };
  }
  const op = walk.ops.find((one) => one.type === 'send');
  const actions = op ? [drawnAt(walk, { ...sendAt(walk, op.step), leftOut: 'stale' })] : [];
  return { enrolment: ended(walk, 'stale'), actions };
}

/** What it came to at its end came too late. */
function isTooLate(actions: readonly Action[]): boolean {
  const sends = actions.filter((action) => action.type === 'send');
  return sends.length > 0 && sends.every(({ leftOut }) => leftOut === 'expired');
}

function waiting({ from, place, since, done, drawn }: Walk, dueAt: Instant): Enrolment {
  return { ...from, place, since, dueAt, done, ...(drawn && { drawn }) };
}

function ended(walk: Walk, state: Enrolment['state'], reason?: ExitReason): Enrolment {
  const { from, place, since, done, drawn, now } = walk;
  const { dueAt: _over, ...rest } = from;
  return { ...rest, state, place, since, done, endedAt: now, ...(drawn && { drawn }), ...(reason && { reason }) };
}
