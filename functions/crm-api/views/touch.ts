import type { EnrolmentJson, ExplanationJson, TouchJson } from '../../../shared/contracts/http/messages.ts';
import type { Role } from '../../../shared/domain/access/roles.ts';
import { formatInstant, formatInstantOrNull } from '../../../shared/domain/calendar.ts';
import type { GateResult } from '../../../shared/domain/contact-policy/gates.ts';
import type { Enrolment } from '../../../shared/domain/journeys/enrolment.ts';
import type { Stage } from '../../../shared/domain/life-cycle/stage.ts';
import type { Touch } from '../../../shared/domain/touches/touch.ts';
import type { CampaignExplanation } from '../../../shared/usecases/campaigns/explain-campaign.ts';
import type { ContactExplanation, JourneyExplanation } from '../../../shared/usecases/journeys/explain-journeys.ts';
import { explanationView as ruleView } from './segment.ts';

/** A message and what has become of it. */
export function touchView(touch: Touch): TouchJson {
  const { id, origin, occurrence, channel, class: messageClass, state, judged } = touch;
  const reactions = Object.entries(touch.reactions).map(([kind, at]) => [kind, formatInstant(at)]);
  return {
    id,
    ...originView(origin),
    step: origin.step,
    occurrence,
    channel,
    class: messageClass,
    state,
    reason: touch.reason ?? null,
    plannedAt: formatInstant(touch.plannedAt),
    dueAt: formatInstantOrNull(touch.dueAt),
    expiresAt: formatInstant(touch.expiresAt),
    sentAt: formatInstantOrNull(touch.sentAt),
    parts: touch.parts ?? null,
    reactions: Object.fromEntries(reactions),
    answer: answerView(touch),
    judgedAt: formatInstantOrNull(judged?.at),
    gates: (judged?.gates ?? []).map(gateView),
  };
}

/** A campaign or a single message is no journey, though its id may be a journey's too. */
export function originView({ type, id }: Touch['origin']): Pick<TouchJson, 'origin' | 'journey'> {
  return { origin: { type, id }, journey: type === 'journey' ? id : null };
}

/** Without the text, which is for those who see to it. */
function answerView({ answer }: Touch): TouchJson['answer'] {
  if (!answer) return null;
  const { at, scale, score } = answer;
  return { at: formatInstant(at), scale, score };
}

export function explanationView(
  customer: string,
  { asOf, stage, zone, journeys }: ContactExplanation,
): ExplanationJson {
  return {
    customer,
    asOf: formatInstant(asOf),
    stage: stage as Stage,
    timezone: zone,
    campaigns: [],
    journeys: journeys.map(({ journey, step, now, touches, ...rest }) => ({
      journey: journey.id,
      name: journey.definition.name,
      step: step.id,
      class: step.class,
      enabled: journey.enabled,
      paused: journey.pausedAt !== undefined,
      trigger: triggerView(journey, rest),
      filter: rest.filter ?? null,
      enrolments: rest.enrolments.map(enrolmentView),
      now: now.map(judgedNow),
      touches: touches.map(touchView),
    })),
  };
}

function judgedNow({ channel, judgement: { verdict, gates } }: CampaignExplanation['now'][number]) {
  return {
    channel,
    verdict: verdict.type,
    reason: verdict.type === 'send' ? null : verdict.reason,
    until: verdict.type === 'defer' ? formatInstant(verdict.until) : null,
    gates: gates.map(gateView),
  };
}

export function campaignExplanationView(
  customer: string,
  explanation: CampaignExplanation,
  role: Role,
): ExplanationJson {
  const { asOf, stage, zone, campaign, round, segment, recipient, now, touches } = explanation;
  return {
    customer,
    asOf: formatInstant(asOf),
    stage: stage as Stage,
    timezone: zone,
    journeys: [],
    campaigns: [
      {
        campaign: campaign.id,
        name: campaign.definition.name,
        class: campaign.definition.class,
        state: campaign.state,
        round,
        member: segment.holds,
        segment: ruleView(segment, role),
        draw: recipient.type === 'messages' ? 'message' : recipient.type,
        reason: recipient.type === 'unreachable' ? recipient.reason : null,
        variant: recipient.type === 'messages' ? (recipient.variant ?? null) : null,
        now: now.map(judgedNow),
        touches: touches.map(touchView),
      },
    ],
  };
}

function triggerView(
  { definition }: JourneyExplanation['journey'],
  { causes }: Pick<JourneyExplanation, 'causes'>,
): ExplanationJson['journeys'][number]['trigger'] {
  return {
    on: definition.trigger.on,
    found: causes.map(({ occurrence: { name, at }, news }) => ({
      occurrence: name,
      at: formatInstant(at),
      letsIn: news === 'new',
      reason: news === 'new' ? null : news,
    })),
  };
}

/** Where a customer stands in a journey. */
export function enrolmentView(enrolment: Enrolment): EnrolmentJson {
  const { journey, occurrence, version, state, at, done } = enrolment;
  return {
    journey,
    occurrence,
    version,
    state,
    reason: enrolment.reason ?? null,
    at: formatInstant(at),
    dueAt: formatInstantOrNull(enrolment.dueAt),
    endedAt: formatInstantOrNull(enrolment.endedAt),
    done: Object.fromEntries(Object.entries(done).map(([step, when]) => [step, formatInstant(when)])),
  };
}

/** Of the values a gate saw, these are instants. */
const instants = new Set(['at', 'since', 'expiresAt']);

function gateView({ gate, passed, seen, until }: GateResult): TouchJson['gates'][number] {
  const values = Object.entries(seen).map(([name, value]) => [
    name,
    typeof value === 'number' && instants.has(name) ? formatInstant(value) : value,
  ]);
  return { gate, passed, seen: Object.fromEntries(values), until: formatInstantOrNull(until) };
}
