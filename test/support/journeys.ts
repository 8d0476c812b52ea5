import type { CustomerFile, OrderEntry } from '../../shared/domain/customers/customer-file.ts';
import type { Enrolment } from '../../shared/domain/journeys/enrolment.ts';
import { type Journey, type JourneyInput, journeySchema } from '../../shared/domain/journeys/journey.ts';
import type { Order, OrderItem } from '../../shared/domain/orders/order.ts';
import type { Touch } from '../../shared/domain/touches/touch.ts';
import { advanceEnrolments } from '../../shared/usecases/journeys/advance-enrolments.ts';
import { sendTouches } from '../../shared/usecases/messages/send-touches.ts';
import { sweepTouches } from '../../shared/usecases/messages/sweep-touches.ts';
import { aFile, day, hour, type Messaging, noon, type SomeCustomer } from './touches.ts';

/** A message of a step, by mail unless told otherwise. */
export function aSend(id: string, changes: object = {}) {
  return {
    send: { id, class: 'transactional', channels: ['email'], template: 'order-confirmation', ...changes },
  } as const;
}

/** A journey as a merchant would have it: on since long ago. */
export function aJourney(
  input: Partial<JourneyInput> & Pick<JourneyInput, 'trigger' | 'steps'>,
  more: Partial<Journey> = {},
): Journey {
  const definition = journeySchema.parse({ id: 'own', name: 'Own', ...input });
  return {
    id: definition.id,
    version: 1,
    definition,
    enabled: true,
    enabledAt: noon - 1000 * day,
    preset: false,
    updatedAt: noon,
    ...more,
  };
}

/** A purchase as it stands in a file, on the calendar of Shanghai. */
export function aPurchase(paidAt: number, amount = 1000): OrderEntry {
  return {
    statedAt: paidAt,
    purchase: {
      paidAt,
      day: Math.floor((paidAt + 8 * hour) / day),
      amount,
      currency: 'CNY',
      items: 1,
      lines: [],
      coupons: [],
    },
  };
}

/** Who bought at these moments, with a mail address and consent to everything. */
export function aBuyer(bought: readonly number[], some: SomeCustomer = {}): CustomerFile {
  const { id = 'c1' } = some;
  const orders = bought.map((paidAt, index): [string, OrderEntry] => [`north#${id}-${index + 1}`, aPurchase(paidAt)]);
  const file = aFile({ email: `${id}@example.com`, ...some, orders: new Map(orders) });
  return { ...file, identities: [`b:${id}`] };
}

/** An order of the shop North as it is kept. */
export function anOrderOf(id: string, milestones: Order['milestones'], items: readonly OrderItem[] = []): Order {
  const at = Math.min(...Object.values(milestones));
  return {
    shop: 'north',
    id,
    milestones,
    refunds: [],
    description: { at, value: { currency: 'CNY', total: 1000, items: [...items] } },
    tracking: [],
    identities: [],
    statements: {},
    statedAt: at,
  };
}

/** The world with journeys to watch. */
export function journeysIn(world: Messaging) {
  const { deps, clock, work, called } = world;
  /** Does what waits in the work queue, as work-run does. */
  const workOff = async (): Promise<void> => {
    for (let one = work.shift(); one; one = work.shift()) {
      if (one.type === 'enrolments.due') await advanceEnrolments(one.enrolments, deps);
    }
  };
  return {
    put(...journeys: readonly Journey[]) {
      for (const journey of journeys) world.journeys.set(journey.id, journey);
    },
    /** No journey but these. */
    only(...journeys: readonly Journey[]) {
      world.journeys.clear();
      for (const journey of journeys) world.journeys.set(journey.id, journey);
    },
    workOff,
    /** The clock at a moment, where the minute's sweep is fired and everything it calls for is done. */
    async at(time: number): Promise<void> {
      clock.time = time;
      called.length = 0;
      await sweepTouches(time, deps);
      await workOff();
      for (const call of called.splice(0)) await sendTouches(call, () => 30_000, deps);
    },
    async enrolments(customer = 'c1'): Promise<Enrolment[]> {
      return (await world.enrolments.listEnrolments(customer)).map(({ value }) => value);
    },
    async touches(customer = 'c1'): Promise<readonly Touch[]> {
      const { items } = await world.touches.listTouches(customer, undefined, 1000);
      return [...items].sort((a, b) => a.plannedAt - b.plannedAt);
    },
    async states(customer = 'c1'): Promise<string[]> {
      const touches = await this.touches(customer);
      return touches.map(({ origin, state, reason }) => [origin.step, state, ...(reason ? [reason] : [])].join(' '));
    },
  };
}
