import { type Answer, isLow } from '../../domain/cases/answer.ts';
import { withSilence } from '../../domain/contact-policy/standing.ts';
import { StateConflictError } from '../../domain/errors.ts';
import type { DomainEvent } from '../../domain/events/event.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { BehaviourStore } from '../behaviour/behaviour-ports.ts';
import { type BehaviourDeps, takeInBehaviour } from '../behaviour/take-in-behaviour.ts';
import { changePoints } from '../customers/change-points.ts';
import type { CouponIssuer } from '../marketing-ports.ts';
import type { TouchKey, TouchStore } from '../messages/messaging-ports.ts';
import type { LinkedMessage } from '../messages/read-linked-message.ts';
import { retried } from '../retried.ts';
import { type CaseDeps, openCase } from './open-case.ts';

export interface AnswerDeps extends CaseDeps {
  readonly touches: TouchStore;
  readonly behaviour: BehaviourStore;
  readonly coupons?: CouponIssuer;
  /** Hears of the answer, so that journeys can follow. */
  readonly heard?: NonNullable<BehaviourDeps['heard']>;
}

/** What an answer is to journeys and segments: an event of this type. */
export const answeredEvent = 'answered';

/** What the customer got for answering. */
export interface Gift {
  readonly points?: number;
  readonly code?: string;
}

/**
 * Takes in what a customer answered to a questionnaire. The answer stays on its message, a later one in its place. A low
 * score silences marketing for 30 days and opens a case (DOMAIN 3, 13). What is given for an answer is given once.
 * @throws ConflictError after lost tries: the same again does no harm
 */
export async function takeAnswer({ touch, file }: LinkedMessage, answer: Answer, deps: AnswerDeps): Promise<Gift> {
  const key = { customer: touch.value.customer, id: touch.value.id };
  await retried(() => keepAnswer(key, file.id, answer, deps), deps);
  const cause = `answer ${key.customer} ${key.id}`;
  if (isLow(answer)) {
    const { order } = touch.value;
    await openCase(
      {
        customer: file.id,
        kind: 'review',
        severity: 2,
        reason: reasonOf(answer),
        cause,
        ...(order !== undefined && { order }),
      },
      deps,
    );
  }
  const news = { doer: { id: file.id }, type: answeredEvent, at: answer.at, id: cause };
  await takeInBehaviour([news], deps);
  await deps.events?.tell([eventOf(key, file.id, answer)]);
  return give(file.id, key, await deps.settings.settings(answer.at), deps);
}

async function keepAnswer(key: TouchKey, customer: string, answer: Answer, { touches }: AnswerDeps): Promise<void> {
  const live = await touches.readLive({ touches: [key], contacts: [customer] });
  const [touch] = live.touches.values();
  const row = live.contacts.get(customer);
  if (!touch || !row) return;
  const silence = { id: key.id, kind: 'score', since: answer.at, over: true } as const;
  const contact = isLow(answer) ? withSilence(row.value, silence) : row.value;
  await touches.commit({
    touches: [{ ...touch, value: { ...touch.value, answer } }],
    contacts: contact === row.value ? [] : [{ ...row, value: contact }],
  });
}

function eventOf({ id }: TouchKey, customer: string, { at, scale, score }: Answer): DomainEvent {
  const type = 'questionnaire.answered';
  return { id: `${type} ${customer} ${id} ${at}`, type, occurredAt: at, data: { customer, touch: id, scale, score } };
}

function reasonOf({ scale, score, text }: Answer): string {
  const said = scale === 'stars' ? `${score} of 5 stars` : `NPS ${score}`;
  return text === undefined ? said : `${said}: ${text}`;
}

async function give(customer: string, { id }: TouchKey, settings: Settings, deps: AnswerDeps): Promise<Gift> {
  const { points, coupon } = settings.questionnaire;
  const cause = `questionnaire ${id}`;
  const given = points !== undefined && (await givePoints(customer, cause, points, settings, deps));
  const code = coupon === undefined ? undefined : await giveCoupon(customer, cause, coupon, deps);
  return { ...(given && { points }), ...(code !== undefined && { code }) };
}

/** @returns false where other points were given for this questionnaire before the settings changed */
async function givePoints(
  customer: string,
  id: string,
  points: number,
  settings: Settings,
  deps: AnswerDeps,
): Promise<boolean> {
  try {
    await changePoints(customer, { id, kind: 'adjust', points, reason: 'questionnaire' }, settings, deps);
    return true;
  } catch (error) {
    if (error instanceof StateConflictError) return false;
    throw error;
  }
}

async function giveCoupon(customer: string, cause: string, coupon: string, { coupons, clock }: AnswerDeps) {
  const outcome = await coupons?.issue({ coupon, customer, cause, at: clock.now() });
  return outcome?.type === 'issued' ? outcome.coupon.code : undefined;
}
