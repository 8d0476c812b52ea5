import { beforeEach, describe, expect, test } from 'vitest';
import { identityKey } from '../../../shared/domain/customers/identity.ts';
import type { Order } from '../../../shared/domain/orders/order.ts';
import { takeInBehaviour } from '../../../shared/usecases/behaviour/take-in-behaviour.ts';
import { enterForCustomers, enterForOrders } from '../../../shared/usecases/journeys/enter-journeys.ts';
import { behaviourHeard } from '../../../shared/usecases/journeys/hear-behaviour.ts';
import { recordOrder } from '../../../shared/usecases/orders/record-order.ts';
import { aBuyer, aJourney, anOrderOf, aSend, journeysIn } from '../../support/journeys.ts';
import { day, hour, identityHash, type Messaging, messaging, minute, noon, shanghai } from '../../support/touches.ts';

let world: Messaging;
let journeys: ReturnType<typeof journeysIn>;
beforeEach(() => {
  world = messaging();
  journeys = journeysIn(world);
});

const look = (...customers: string[]) => enterForCustomers(customers, world.deps);
const onceBought = () => aJourney({ trigger: { on: 'purchase.first' }, steps: [aSend('thank')] });
const planned = { planned: 1, stale: 0, unreachable: 0 };
const nothing = { planned: 0, stale: 0, unreachable: 0 };

/** An order whose buyer is known by a mail address. */
function bought(id: string, milestones: Order['milestones'], email = 'ann@example.com'): Order {
  const order = anOrderOf(id, milestones);
  return {
    ...order,
    identities: [identityKey({ kind: 'email', value: email }, identityHash)],
    statements: { email: { value: email, at: order.statedAt } },
  };
}
const record = (order: Order, silently = false) =>
  recordOrder(order, shanghai, world.settings, world.deps, { silently });
const lookAt = (...ids: string[]) =>
  enterForOrders(
    ids.map((id) => `north#${id}`),
    world.deps,
  );
const onlyCustomer = () => [...world.memory.files.keys()][0] ?? '';

describe('entering', () => {
  test('happens once for a cause, and what is to be done at once is done', async () => {
    journeys.only(onceBought());
    await world.putFile(aBuyer([noon - hour]));
    expect(await look('c1')).toEqual(planned);
    expect(await look('c1', 'c1')).toEqual(nothing);
    expect(await journeys.enrolments()).toMatchObject([
      {
        journey: 'own',
        version: 1,
        occurrence: 'first north#c1-1',
        state: 'done',
        at: noon - hour,
        done: { thank: noon },
      },
    ]);
    expect(await journeys.touches()).toMatchObject([
      { origin: { type: 'journey', id: 'own', version: 1, step: 'thank' }, occurredAt: noon - hour, shop: 'north' },
    ]);
  });

  test('happens once however many look at the same time', async () => {
    journeys.only(onceBought());
    await world.putFile(aBuyer([noon - hour]));
    const counts = await Promise.all([look('c1'), look('c1'), look('c1')]);
    expect(counts.reduce((sum, one) => sum + one.planned, 0)).toBe(1);
    expect(await journeys.enrolments()).toHaveLength(1);
  });

  test('is not made up for where the cause came before the journey was on', async () => {
    journeys.only({ ...onceBought(), enabledAt: noon - minute });
    await world.putFile(aBuyer([noon - hour]));
    expect(await look('c1')).toEqual(nothing);
    expect(await journeys.enrolments()).toEqual([]);
  });

  test('is put on record where the cause is old news, and sends nothing', async () => {
    journeys.only(onceBought());
    await world.putFile(aBuyer([noon - 25 * hour]));
    expect(await look('c1')).toEqual({ planned: 0, stale: 1, unreachable: 0 });
    expect(await journeys.enrolments()).toMatchObject([{ state: 'stale' }]);
    expect(await journeys.states()).toEqual(['thank skipped stale']);
    expect(world.called).toEqual([]);
    expect(await look('c1')).toEqual(nothing);
  });

  test('takes no part in a journey that is off, paused, or on for other shops', async () => {
    await world.putFile(aBuyer([noon - hour]));
    const journey = onceBought();
    for (const change of [
      { enabled: false },
      { pausedAt: noon },
      { definition: { ...journey.definition, shops: ['south'] } },
    ]) {
      journeys.only({ ...journey, ...change });
      expect(await look('c1')).toEqual(nothing);
    }
    journeys.only({ ...journey, definition: { ...journey.definition, shops: ['south', 'north'] } });
    expect(await look('c1')).toEqual(planned);
  });

  test('asks the filter as of the cause: whoever it does not hold of then has had their turn', async () => {
    const filter = { field: 'gender', op: 'eq', value: 'female' } as const;
    journeys.only(aJourney({ trigger: { on: 'purchase.first' }, filter, steps: [aSend('thank')] }));
    await world.putFile(aBuyer([noon - hour]));
    await world.putFile(aBuyer([noon - hour], { id: 'c2', statements: { gender: 'female' } }));
    expect(await look('c1', 'c2')).toEqual(planned);
    expect(await journeys.enrolments()).toMatchObject([{ state: 'filtered' }]);
    expect(await journeys.enrolments('c2')).toMatchObject([{ state: 'done' }]);
    await world.putFile(aBuyer([noon - hour], { statements: { gender: 'female' } }));
    expect(await look('c1')).toEqual(nothing);
  });

  test('is found again under the id a customer had before a merge', async () => {
    journeys.only(onceBought());
    await world.putFile(aBuyer([noon - hour], { id: 'c9' }));
    await look('c9');
    await world.putItems([
      { type: 'redirect', id: 'c9', to: 'c1' },
      { type: 'file', file: { ...aBuyer([noon - hour], { id: 'c9' }), id: 'c1', aliases: ['c9'] } },
    ]);
    expect(await look('c9', 'c1')).toEqual(nothing);
    expect(await journeys.enrolments()).toEqual([]);
    expect(await journeys.enrolments('c9')).toHaveLength(1);
  });
});

describe('again', () => {
  const rises = (reentry: 'each' | 'once' | { days: number }) =>
    aJourney({ trigger: { on: 'stage.entered', stage: 'new_once' }, steps: [aSend('greet')], reentry });
  /** Turned into a customer today, and once before. */
  const twice = async (daysAgo: number) => {
    await world.putFile(aBuyer([noon - daysAgo * day]));
    world.clock.time = noon - daysAgo * day + hour;
    await look('c1');
    world.clock.time = noon;
    await world.putFile(aBuyer([noon - hour]));
    await look('c1');
    return (await journeys.enrolments()).length;
  };

  test('for each cause', async () => {
    journeys.only(rises('each'));
    expect(await twice(10)).toBe(2);
  });

  test('never', async () => {
    journeys.only(rises('once'));
    expect(await twice(10)).toBe(1);
  });

  test('after so many days at the earliest', async () => {
    journeys.only(rises({ days: 10 }));
    expect(await twice(9)).toBe(1);
    world = messaging();
    journeys = journeysIn(world);
    journeys.only(rises({ days: 10 }));
    expect(await twice(12)).toBe(2);
  });

  test('of two causes found at once, by the same rule', async () => {
    journeys.only(aJourney({ trigger: { on: 'order.shipped' }, steps: [aSend('tell')], reentry: 'once' }));
    const milestones = { createdAt: noon - 2 * hour, paidAt: noon - 2 * hour, shippedAt: noon - hour };
    await record(bought('1', milestones));
    await record(bought('2', milestones));
    expect(await lookAt('1', '2')).toEqual(planned);
  });
});

describe('by an order', () => {
  test('that was imported nobody enters; by what comes later they do', async () => {
    journeys.only(
      aJourney({ id: 'paid', trigger: { on: 'order.paid' }, steps: [aSend('thank')] }),
      aJourney({ id: 'shipped', trigger: { on: 'order.shipped' }, steps: [aSend('tell')] }),
      aJourney({ id: 'first', trigger: { on: 'purchase.first' }, steps: [aSend('greet')] }),
    );
    await record(bought('1', { createdAt: noon - hour, paidAt: noon - hour }), true);
    expect(await lookAt('1')).toEqual(nothing);
    expect(await look(onlyCustomer())).toEqual(nothing);
    world.clock.time = noon + hour;
    await record(bought('1', { createdAt: noon - hour, paidAt: noon - hour, shippedAt: noon + minute }));
    expect(await lookAt('1')).toEqual(planned);
    expect((await journeys.enrolments(onlyCustomer())).map(({ journey }) => journey)).toEqual(['shipped']);
  });

  test('that waits moves when its cause turns out to lie elsewhere in time', async () => {
    const trigger = { on: 'order.received', afterDelivery: 3, afterShipping: 7 } as const;
    journeys.only(aJourney({ trigger, steps: [aSend('ask')] }));
    const shipped = { createdAt: noon - 2 * hour, paidAt: noon - 2 * hour, shippedAt: noon - hour };
    await record(bought('1', shipped));
    await lookAt('1');
    const customer = onlyCustomer();
    expect(await journeys.enrolments(customer)).toMatchObject([{ state: 'active', dueAt: noon - hour + 7 * day }]);
    world.clock.time = noon + day;
    await record(bought('1', { ...shipped, deliveredAt: noon + day - minute }));
    await lookAt('1');
    expect(await journeys.enrolments(customer)).toMatchObject([{ state: 'active', dueAt: noon + 4 * day - minute }]);
    await journeys.at(noon + 4 * day);
    expect(await journeys.states(customer)).toEqual(['ask sent']);
  });
});

describe('by what a customer did', () => {
  test('a checkout is followed, unless an order comes', async () => {
    const checkout = world.journeys.get('abandoned-checkout');
    if (!checkout) throw new Error('the preset is gone');
    journeys.only({ ...checkout, enabled: true, enabledAt: noon - day });
    world.settings.eventMarks = ['checkout_started'];
    const heard = behaviourHeard(world.deps);
    const did = (customer: string, type: string, at: number) =>
      takeInBehaviour([{ doer: { id: customer }, type, at }], { ...world.deps, heard });
    for (const id of ['c1', 'c2']) await world.putFile(aBuyer([], { id, statements: {} }));
    await did('c1', 'viewed', noon - minute);
    expect(world.work).toEqual([]);
    await did('c1', 'checkout_started', noon - minute);
    await did('c2', 'checkout_started', noon - minute);
    expect(world.work.splice(0)).toEqual([
      { type: 'customers.changed', customers: ['c1'] },
      { type: 'customers.changed', customers: ['c2'] },
    ]);
    await look('c1', 'c2');
    expect(await journeys.enrolments()).toMatchObject([{ state: 'active', dueAt: noon - minute + 4 * hour }]);
    await world.putFile(aBuyer([noon + hour], { id: 'c2' }));
    await journeys.at(noon + 4 * hour);
    expect(await journeys.states()).toEqual(['mail sent']);
    expect(await journeys.enrolments('c2')).toMatchObject([{ state: 'left', reason: 'order' }]);
    expect(await journeys.states('c2')).toEqual([]);
  });

  test('an event told twice is one', async () => {
    journeys.only(aJourney({ trigger: { on: 'event', type: 'favourited' }, steps: [aSend('tell')] }));
    await world.putFile(aBuyer([]));
    const news = { doer: { id: 'c1' }, type: 'favourited', at: noon - minute, id: 'e1' };
    await takeInBehaviour([news], world.deps);
    await look('c1');
    await takeInBehaviour([news], world.deps);
    expect(await look('c1')).toEqual(nothing);
    expect(await journeys.enrolments()).toHaveLength(1);
  });
});
