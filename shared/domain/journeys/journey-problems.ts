import { isFestival } from '../calendar-days/festivals.ts';
import type { WrongField } from '../errors.ts';
import { type Channel, isTransactional, type MessageClass } from '../messages/message-class.ts';
import type { Situation } from '../messages/template-variables.ts';
import { type Path, pathText } from '../segments/rule.ts';
import type { JourneyDefinition, Step, Trigger } from './journey.ts';
import { situationOf } from './trigger-variables.ts';

interface PlacedStep {
  readonly step: Step;
  readonly path: Path;
  /** Ids of messages that come before it on every way that leads to it. */
  readonly sentBefore: ReadonlySet<string>;
}

/**
 * What a definition says against itself, with the place of each: what no schema of one member can see.
 * @returns nothing where it can run
 */
export function journeyProblems(definition: JourneyDefinition): WrongField[] {
  const steps = placedSteps(definition.steps, ['steps'], new Set());
  return [
    ...triggerProblems(definition),
    ...doubledIds(steps),
    ...steps.flatMap(stepProblems),
    ...holdoutProblems(definition),
    ...(steps.every(({ step }) => 'wait' in step || 'branch' in step)
      ? [{ field: 'steps', message: 'must do something besides waiting' }]
      : []),
  ];
}

function triggerProblems({ trigger, exit, filter }: JourneyDefinition): WrongField[] {
  const problems: WrongField[] = [];
  if (trigger.on === 'festival' && !isFestival(trigger.festival)) {
    problems.push({ field: 'trigger.festival', message: 'is not in the calendar' });
  }
  for (const [index, reason] of exit.entries()) {
    const message = exitProblem(reason, trigger.on, filter !== undefined);
    if (message) problems.push({ field: `exit[${index}]`, message });
  }
  return problems;
}

/** Exits that could never come. */
function exitProblem(reason: JourneyDefinition['exit'][number], on: string, hasFilter: boolean): string | undefined {
  const hasOrder = on.startsWith('order.') || on === 'refund.changed' || on === 'purchase.first';
  if (reason === 'rule' && !hasFilter) return 'needs a filter, which holds no more';
  const needsOrder = reason === 'paid' || reason === 'cancelled' || reason === 'refund';
  return needsOrder && !hasOrder ? 'needs a trigger on an order' : undefined;
}

/** Both arms go through the same until they are drawn at a message, and nobody waits in vain for news of an order. */
function holdoutProblems({ holdout = 0, steps }: JourneyDefinition): WrongField[] {
  if (holdout === 0) return [];
  const sends = placedSteps(steps, [], new Set()).flatMap(({ step }) => ('send' in step ? [step.send] : []));
  if (sends.some((send) => isTransactional(send.class) && send.purpose !== 'payment')) {
    return [{ field: 'holdout', message: 'must not keep transactional messages, other than payment reminders, back' }];
  }
  return actsBeforeMessage(steps) === 'acts'
    ? [{ field: 'holdout', message: 'needs a message before any other step but waits and branches' }]
    : [];
}

/** Which of the two comes first, on the way where something else does; undefined where neither comes. */
function actsBeforeMessage(steps: readonly Step[]): 'acts' | 'message' | undefined {
  for (const step of steps) {
    if ('wait' in step) continue;
    if ('send' in step) return 'message';
    if (!('branch' in step)) return 'acts';
    const ways = [actsBeforeMessage(step.branch.yes), actsBeforeMessage(step.branch.no)];
    if (ways.includes('acts')) return 'acts';
    if (!ways.includes(undefined)) return 'message';
  }
  return undefined;
}

function placedSteps(steps: readonly Step[], at: Path, before: ReadonlySet<string>): PlacedStep[] {
  const sent = new Set(before);
  return steps.flatMap((step, index): PlacedStep[] => {
    const path = [...at, index];
    const placed = { step, path, sentBefore: new Set(sent) };
    if ('send' in step) sent.add(step.send.id);
    if (!('branch' in step)) return [placed];
    const { yes, no } = step.branch;
    return [
      placed,
      ...placedSteps(yes, [...path, 'branch', 'yes'], sent),
      ...placedSteps(no, [...path, 'branch', 'no'], sent),
    ];
  });
}

/** Steps are told apart by their ids: a message's is made of it. */
function doubledIds(steps: readonly PlacedStep[]): WrongField[] {
  const seen = new Set<string>();
  return steps.flatMap(({ step, path }) => {
    const [kind, id] = idOf(step);
    if (id === undefined) return [];
    const isDouble = seen.has(id);
    seen.add(id);
    return isDouble ? [{ field: pathText([...path, kind, 'id']), message: 'is the id of another step' }] : [];
  });
}

function idOf(step: Step): [kind: string, id: string | undefined] {
  const [kind = ''] = Object.keys(step);
  const inner = Object.values(step)[0] as { readonly id?: string };
  return [kind, inner.id];
}

function stepProblems({ step, path, sentBefore }: PlacedStep): WrongField[] {
  const problem = (at: Path, message: string) => ({ field: pathText([...path, ...at]), message });
  if ('branch' in step && 'reacted' in step.branch.if && !sentBefore.has(step.branch.if.step)) {
    return [problem(['branch', 'if', 'step'], 'must be a message that comes before it on every way')];
  }
  if ('branch' in step && step.branch.yes.length + step.branch.no.length === 0) {
    return [problem(['branch', 'yes'], 'must hold a step, or `no` must')];
  }
  if ('tag' in step && step.tag.add === undefined && step.tag.remove === undefined) {
    return [problem(['tag'], 'must add or remove a tag')];
  }
  if ('send' in step && new Set(step.send.channels).size < step.send.channels.length) {
    return [problem(['send', 'channels'], 'names a channel twice')];
  }
  return [];
}

/** A name that a definition takes from elsewhere, with the place where it stands. */
export interface NamedElsewhere {
  readonly field: string;
  readonly kind: 'template' | 'coupon' | 'segment' | 'tier' | 'shop';
  readonly id: string;
  /** Of a template: what it must be written for, and what it can count on there. */
  readonly channel?: Channel;
  readonly class?: MessageClass;
  readonly situation?: Situation;
}

/** Everything a definition takes from elsewhere, for whoever can look whether it is there before saving. */
export function namedIn({ trigger, shops = [], steps }: JourneyDefinition): NamedElsewhere[] {
  const named: NamedElsewhere[] = shops.map((id, index) => ({ field: `shops[${index}]`, kind: 'shop', id }));
  if (trigger.on === 'segment.entered') {
    named.push({ field: 'trigger.segment', kind: 'segment', id: trigger.segment });
  }
  if (trigger.on === 'tier.up' && trigger.tier !== undefined) {
    named.push({ field: 'trigger.tier', kind: 'tier', id: trigger.tier });
  }
  for (const { step, path } of placedSteps(steps, ['steps'], new Set()))
    named.push(...namedInStep(step, path, trigger));
  return named;
}

function namedInStep(step: Step, path: Path, trigger: Trigger): NamedElsewhere[] {
  if ('coupon' in step) {
    return [{ field: pathText([...path, 'coupon', 'coupon']), kind: 'coupon', id: step.coupon.coupon }];
  }
  if (!('send' in step)) return [];
  const { template, channels, class: messageClass, coupon } = step.send;
  const field = pathText([...path, 'send', 'template']);
  const situation = situationOf(trigger, step.send);
  const templates = channels.map(
    (channel): NamedElsewhere => ({ field, kind: 'template', id: template, channel, class: messageClass, situation }),
  );
  if (coupon === undefined || coupon === 'ladder' || coupon === 'tier-gift') return templates;
  return [...templates, { field: pathText([...path, 'send', 'coupon']), kind: 'coupon', id: coupon }];
}
