import type { ExplanationJson, TouchJson } from '../../../shared/contracts/http/messages.ts';
import { formatInstant, type Instant } from '../../../shared/domain/calendar.ts';
import type { GateResult } from '../../../shared/domain/contact-policy/gates.ts';
import type { Stage } from '../../../shared/domain/life-cycle/stage.ts';
import type { Touch } from '../../../shared/domain/touches/touch.ts';
import type { ContactExplanation } from '../../../shared/usecases/explain-contact.ts';

/** A message and what has become of it. */
export function touchView(touch: Touch): TouchJson {
  const { id, origin, occurrence, channel, class: messageClass, state, judged } = touch;
  const reactions = Object.entries(touch.reactions).map(([kind, at]) => [kind, formatInstant(at)]);
  return {
    id,
    journey: origin.id,
    step: origin.step,
    occurrence,
    channel,
    class: messageClass,
    state,
    reason: touch.reason ?? null,
    plannedAt: formatInstant(touch.plannedAt),
    dueAt: instant(touch.dueAt),
    expiresAt: formatInstant(touch.expiresAt),
    sentAt: instant(touch.sentAt),
    parts: touch.parts ?? null,
    reactions: Object.fromEntries(reactions),
    judgedAt: instant(judged?.at),
    gates: (judged?.gates ?? []).map(gateView),
  };
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
    journeys: journeys.map(({ journey, step, now, touches }) => ({
      journey: journey.id,
      name: journey.name,
      step: step.id,
      class: step.class,
      enabled: journey.enabled,
      now: now.map(({ channel, judgement: { verdict, gates } }) => ({
        channel,
        verdict: verdict.type,
        reason: verdict.type === 'send' ? null : verdict.reason,
        until: verdict.type === 'defer' ? formatInstant(verdict.until) : null,
        gates: gates.map(gateView),
      })),
      touches: touches.map(touchView),
    })),
  };
}

/** Of the values a gate saw, these are instants. */
const instants = new Set(['at', 'since', 'expiresAt']);

function gateView({ gate, passed, seen, until }: GateResult): TouchJson['gates'][number] {
  const values = Object.entries(seen).map(([name, value]) => [
    name,
    typeof value === 'number' && instants.has(name) ? formatInstant(value) : value,
  ]);
  return { gate, passed, seen: Object.fromEntries(values), until: instant(until) };
}

function instant(at: Instant | undefined): string | null {
  return at === undefined ? null : formatInstant(at);
}
