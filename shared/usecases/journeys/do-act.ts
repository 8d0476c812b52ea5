import { assertUnreachable } from '../../domain/assert-unreachable.ts';
import type { Instant } from '../../domain/calendar.ts';
import { idsOf } from '../../domain/customers/customer-file.ts';
import { tagField } from '../../domain/customers/tags.ts';
import { StateConflictError } from '../../domain/errors.ts';
import type { Act } from '../../domain/journeys/program.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { contactOf } from '../../domain/touches/touch.ts';
import { changeCustomer } from '../customers/change-customer.ts';
import { changePoints } from '../customers/change-points.ts';
import type { JourneyRunDeps } from './journey-deps.ts';
import type { Traveller } from './journey-views.ts';

/**
 * Does a step that is no message. Everything is done under an id computed from the step and what called for it, so that
 * doing it again changes nothing.
 * @throws ConflictError, StoreBusyError: the enrolment stays where it is, and the step comes again
 */
export async function doAct(
  act: Act & { readonly dueAt: Instant },
  traveller: Traveller,
  settings: Settings,
  deps: JourneyRunDeps,
): Promise<void> {
  const { file, enrolment } = traveller;
  const cause = causeOf(act.id, traveller);
  switch (act.type) {
    case 'tag':
      return tagCustomer(act, file.id, settings, deps);
    case 'points': {
      const id = deps.identityHash(`points:${cause}`);
      const asked = { id, kind: 'adjust', points: act.amount, reason: act.reason } as const;
      return unlessNobody(() => changePoints(file.id, asked, settings, deps));
    }
    case 'coupon':
      await giveCoupon(act.coupon, cause, act.dueAt, traveller, deps);
      return;
    case 'task': {
      const { kind, severity, reason } = act;
      const order = enrolment.order === undefined ? {} : { order: enrolment.order };
      await deps.openCase?.({ customer: file.id, cause, kind, severity, reason, ...order });
      return;
    }
    case 'webhook':
      await deps.events?.tell([eventOf(act, cause, traveller)]);
      return;
    default:
      return assertUnreachable(act);
  }
}

/** The same for every try, also after the customer was merged, and another one's for another customer. */
function causeOf(step: string, { enrolment }: Traveller): string {
  const { customer, journey: id, version, occurrence } = enrolment;
  return `${customer} ${contactOf({ origin: { type: 'journey', id, version, step }, occurrence })}`;
}

async function giveCoupon(
  coupon: string,
  cause: string,
  at: Instant,
  { enrolment, file }: Traveller,
  { coupons }: JourneyRunDeps,
): Promise<void> {
  const { customer, shop } = enrolment;
  const aliases = idsOf(file).filter((id) => id !== customer);
  await coupons?.issue({ coupon, customer, aliases, cause, at, ...(shop !== undefined && { shop }) });
}

async function tagCustomer(
  { add, remove }: Extract<Act, { type: 'tag' }>,
  customer: string,
  settings: Settings,
  deps: JourneyRunDeps,
): Promise<void> {
  const statements = {
    ...(add !== undefined && { [tagField(add)]: true }),
    ...(remove !== undefined && { [tagField(remove)]: false }),
  };
  await unlessNobody(() => changeCustomer(customer, () => ({ statements, outcome: undefined }), settings, deps));
}

/** A file that nothing leads to any more waits for its identity to come again: nobody is tagged or given points. */
async function unlessNobody(change: () => Promise<unknown>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!(error instanceof StateConflictError)) throw error;
  }
}

function eventOf({ event }: Extract<Act, { type: 'webhook' }>, cause: string, { enrolment, file }: Traveller) {
  const { journey, occurrence, at, order, shop, vars } = enrolment;
  return {
    id: `journey.step ${cause}`,
    type: `journey.${event}`,
    occurredAt: at,
    data: {
      customer: file.id,
      journey,
      occurrence,
      ...(order !== undefined && { order }),
      ...(shop !== undefined && { shop }),
      ...(vars && { vars }),
    },
  };
}
