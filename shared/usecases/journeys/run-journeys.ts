import type { Instant } from '../../domain/calendar.ts';
import { type Advanced, advance, type JourneyInput, type SendAction } from '../../domain/journeys/advance.ts';
import { compileJourney } from '../../domain/journeys/program.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { inLanes } from '../in-lanes.ts';
import type { LiveRows } from '../messages/messaging-ports.ts';
import { noCounts, type PlanCounts, planMessages, type WantedMessage } from '../messages/plan-touches.ts';
import { ConflictError, StoreBusyError } from '../ports.ts';
import { chooseCoupon } from './choose-coupon.ts';
import { doAct } from './do-act.ts';
import type { JourneyRunDeps } from './journey-deps.ts';
import { journeyViews, type Traveller } from './journey-views.ts';

/** A traveller taken as far as they go by now, with what has to be done on the way. */
export interface Step {
  readonly traveller: Traveller;
  /** Of the enrolment that was read; 0 where it begins. */
  readonly version: number;
  readonly advanced: Advanced;
  readonly messages: readonly WantedMessage[];
}

export interface Begun {
  readonly traveller: Traveller;
  readonly version: number;
  readonly input: JourneyInput;
}

/** Takes each as far as they go by `now`; nothing is done or written yet. */
export async function takeSteps(
  begun: readonly Begun[],
  settings: Settings,
  now: Instant,
  deps: JourneyRunDeps,
): Promise<Step[]> {
  const views = await journeyViews(
    begun.map(({ traveller }) => traveller),
    settings,
    now,
    deps,
  );
  const advanced = begun.flatMap(({ traveller, version, input }, index) => {
    const view = views[index];
    if (!view) return [];
    const program = compileJourney(traveller.definition);
    return [{ traveller, version, advanced: advance(program, traveller.enrolment, input, view) }];
  });
  return advanced.map((one) => {
    const sends = one.advanced.actions.filter((action) => action.type === 'send');
    return { ...one, messages: sends.map((send) => messageOf(send, one.traveller, settings, now)) };
  });
}

function messageOf(
  { step, expiresAt, leftOut, draw }: SendAction,
  { enrolment, file, order }: Traveller,
  settings: Settings,
  now: Instant,
): WantedMessage {
  const { journey: id, version, occurrence, at, shop, vars } = enrolment;
  const coupon = chooseCoupon(step.coupon, file, settings, now);
  return {
    origin: { type: 'journey', id, version, step: step.id },
    occurrence,
    step,
    file,
    ...(order && { order }),
    about: {
      ...(enrolment.order !== undefined && { order: enrolment.order }),
      ...(shop !== undefined && { shop }),
      ...(vars && { vars }),
      ...(coupon !== undefined && { coupon }),
    },
    occurredAt: at,
    expiresAt,
    ...(leftOut && { leftOut }),
    ...(draw && { draw }),
  };
}

/**
 * Does what the steps want and then saves where each enrolment stands, under its version: whoever fails between the two
 * does the same again, and of two who do it at once one is saved, what both did being the same.
 * @param live what `keysOfMessages` of all of them asks for
 * @returns those that somebody else has moved on meanwhile
 * @throws ConflictError, StoreBusyError; then some are done, and all can come again
 */
export async function finishSteps(
  steps: readonly Step[],
  live: LiveRows,
  settings: Settings,
  now: Instant,
  deps: JourneyRunDeps,
): Promise<{ readonly counts: PlanCounts; readonly lost: readonly Step[] }> {
  const messages = steps.flatMap((step) => step.messages);
  const counts = messages.length === 0 ? noCounts() : await planMessages(messages, live, settings, now, deps);
  const lost: Step[] = [];
  await inLanes(steps, lanes, async (step) => {
    if (!(await finish(step, settings, deps))) lost.push(step);
  });
  return { counts, lost };
}

/** Customers who are taken on at once. */
const lanes = 8;

/** @returns false where somebody else has moved it on, or a step of it was lost against others */
async function finish(
  { traveller, version, advanced }: Step,
  settings: Settings,
  deps: JourneyRunDeps,
): Promise<boolean> {
  const { customer, journey } = traveller.enrolment;
  try {
    for (const action of advanced.actions) {
      if (action.type !== 'send') await doAct(action, traveller, settings, deps);
    }
    await deps.enrolments.saveEnrolment({ value: advanced.enrolment, version });
    return true;
  } catch (error) {
    if (error instanceof StoreBusyError) throw error;
    if (error instanceof ConflictError) return false;
    deps.onFailure(`${journey} of ${customer}`, error);
    return true;
  }
}
