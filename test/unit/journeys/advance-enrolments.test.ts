import { beforeEach, describe, expect, test } from 'vitest';
import { pointsByHand } from '../../../shared/domain/customers/customer-file.ts';
import { handTagsOf } from '../../../shared/domain/customers/tags.ts';
import type { DomainEvent } from '../../../shared/domain/events/event.ts';
import { advanceEnrolments } from '../../../shared/usecases/journeys/advance-enrolments.ts';
import { enterForCustomers } from '../../../shared/usecases/journeys/enter-journeys.ts';
import type { JourneyRunDeps } from '../../../shared/usecases/journeys/journey-deps.ts';
import type { EnrolmentStore, WantedCoupon } from '../../../shared/usecases/marketing-ports.ts';
import { takeFeedback } from '../../../shared/usecases/messages/take-feedback.ts';
import { ConflictError, StoreBusyError } from '../../../shared/usecases/ports.ts';
import { aBuyer, aJourney, aSend, journeysIn } from '../../support/journeys.ts';
import { day, hour, type Messaging, messaging, minute, noon } from '../../support/touches.ts';

let world: Messaging;
let journeys: ReturnType<typeof journeysIn>;
beforeEach(() => {
  world = messaging();
  journeys = journeysIn(world);
});

const look = (...customers: string[]) => enterForCustomers(customers, world.deps);
const first = { on: 'purchase.first' } as const;
const nurture = (changes: object = {}) =>
  aJourney({
    trigger: first,
    steps: [aSend('thank'), { wait: { days: 7 } }, aSend('care'), { wait: { days: 14 } }, aSend('coupon')],
    exit: ['purchase', 'refund'],
    ...changes,
  });
const keyOf = (customer = 'c1', occurrence = `first north#${customer}-1`) => ({
  customer,
  entry: `#own#${occurrence}`,
});
const advance = (deps: Partial<JourneyRunDeps> = {}) => advanceEnrolments([keyOf()], { ...world.deps, ...deps });

async function begin(journey = nurture(), file = aBuyer([noon])): Promise<void> {
  journeys.only(journey);
  await world.putFile(file);
  await look(file.id);
  await journeys.at(noon);
}

describe('time goes by', () => {
  test('and every step is done when it is due, once', async () => {
    await begin();
    await journeys.at(noon);
    for (let now = noon; now <= noon + 30 * day; now += 6 * hour) await journeys.at(now);
    const touches = await journeys.touches();
    expect(touches.map(({ origin, state, sentAt }) => [origin.step, state, (sentAt ?? 0) - noon])).toEqual([
      ['thank', 'sent', 0],
      ['care', 'sent', 7 * day],
      ['coupon', 'sent', 21 * day],
    ]);
    expect(await journeys.enrolments()).toMatchObject([
      { state: 'done', done: { thank: noon, care: noon + 7 * day, coupon: noon + 21 * day } },
    ]);
  });

  test('what is not due, done with, or not there is left alone', async () => {
    await begin();
    expect(await advance()).toMatchObject({ due: 0, planned: 0 });
    world.clock.time = noon + 7 * day;
    expect(await advance()).toMatchObject({ due: 1, planned: 1 });
    expect(await advance()).toMatchObject({ due: 0, planned: 0 });
    expect(await advanceEnrolments([keyOf('nobody')], world.deps)).toMatchObject({ due: 0 });
  });

  test('after an outage what has gone stale is only put on record, and the rest goes on from when it was due', async () => {
    await begin();
    await journeys.at(noon + 7 * day + 73 * hour);
    expect(await journeys.states()).toEqual(['thank sent', 'care skipped expired']);
    await journeys.at(noon + 21 * day);
    expect(await journeys.states()).toEqual(['thank sent', 'care skipped expired', 'coupon sent']);
  });

  test('an exit ends it before the next step', async () => {
    await begin();
    await world.putFile(aBuyer([noon, noon + day]));
    await journeys.at(noon + 7 * day);
    expect(await journeys.enrolments()).toMatchObject([{ state: 'left', reason: 'purchase' }]);
    expect(await journeys.states()).toEqual(['thank sent']);
  });

  test('whoever was merged goes on as whom they have become', async () => {
    await begin(nurture(), aBuyer([noon], { id: 'c9' }));
    await world.putItems([
      { type: 'redirect', id: 'c9', to: 'c1' },
      { type: 'file', file: { ...aBuyer([noon], { id: 'c9' }), id: 'c1', aliases: ['c9'] } },
    ]);
    await journeys.at(noon + 7 * day);
    expect((await journeys.touches('c1')).map(({ origin }) => origin.step)).toEqual(['care']);
    expect(await journeys.enrolments('c9')).toMatchObject([{ state: 'active', done: { care: noon + 7 * day } }]);
  });

  test('whoever is gone has left', async () => {
    await begin();
    await world.putItems([{ type: 'erased', id: 'c1', at: noon }]);
    await journeys.at(noon + 7 * day);
    expect(await journeys.enrolments()).toMatchObject([{ state: 'left', reason: 'no_customer' }]);
  });

  test('customers in flight finish on their version', async () => {
    await begin();
    const shorter = { ...nurture({ steps: [aSend('other')] }), version: 2 };
    const old = nurture().definition;
    journeys.only(shorter);
    const { journeys: reader } = world.deps;
    const deps = {
      journeys: {
        journeys: () => reader.journeys(),
        definition: async (id: string, version: number) => (version === 1 ? old : reader.definition(id, version)),
      },
    };
    world.clock.time = noon + 7 * day;
    expect(await advance(deps)).toMatchObject({ planned: 1 });
    expect((await journeys.touches()).map(({ origin }) => [origin.step, origin.version])).toEqual([
      ['thank', 1],
      ['care', 1],
    ]);
  });
});

describe('a journey that is switched', () => {
  test('off has been left', async () => {
    await begin();
    world.change('own', { enabled: false });
    await journeys.at(noon + 7 * day);
    expect(await journeys.enrolments()).toMatchObject([{ state: 'left', reason: 'journey_off' }]);
  });

  test('to paused goes on when it is resumed, from where it was; what expired meanwhile is not sent', async () => {
    await begin();
    world.change('own', { pausedAt: noon + day });
    for (let now = noon + 6 * day; now <= noon + 11 * day; now += 3 * hour) await journeys.at(now);
    expect(await journeys.states()).toEqual(['thank sent']);
    expect(await journeys.enrolments()).toMatchObject([{ state: 'active', since: noon }]);
    const { pausedAt: _over, ...resumed } = world.journeys.get('own') ?? nurture();
    journeys.only(resumed);
    await journeys.at(noon + 11 * day + 6 * hour);
    expect(await journeys.states()).toEqual(['thank sent', 'care skipped expired']);
    await journeys.at(noon + 21 * day);
    expect(await journeys.states()).toEqual(['thank sent', 'care skipped expired', 'coupon sent']);
  });

  test('to paused is looked at the more seldom the longer it lasts', async () => {
    await begin();
    world.change('own', { pausedAt: noon + 7 * day });
    const waits: number[] = [];
    for (let now = noon + 7 * day; now < noon + 9 * day; ) {
      world.clock.time = now;
      await advance();
      const [{ dueAt = 0 } = {}] = await journeys.enrolments();
      waits.push((dueAt - now) / minute);
      now = dueAt;
    }
    expect(waits.slice(0, 6)).toEqual([15, 15, 30, 60, 120, 240]);
    expect(Math.max(...waits)).toBe(360);
  });
});

describe('branches', () => {
  test('go by a rule on the live record', async () => {
    const rule = { field: 'gender', op: 'eq', value: 'female' } as const;
    const steps = [{ wait: { days: 1 } }, { branch: { if: { rule }, yes: [aSend('her')], no: [aSend('them')] } }];
    journeys.only(aJourney({ trigger: first, steps }));
    await world.putFile(aBuyer([noon]));
    await world.putFile(aBuyer([noon], { id: 'c2' }));
    await look('c1', 'c2');
    await world.putFile(aBuyer([noon], { id: 'c2', statements: { gender: 'female' } }));
    await journeys.at(noon + day);
    expect(await journeys.states('c1')).toEqual(['them sent']);
    expect(await journeys.states('c2')).toEqual(['her sent']);
  });

  test('go by what became of an earlier message', async () => {
    const condition = { reacted: 'opened', step: 'thank' } as const;
    const steps = [aSend('thank'), { wait: { days: 1 } }, { branch: { if: condition, yes: [], no: [aSend('again')] } }];
    journeys.only(aJourney({ trigger: first, steps }));
    await world.putFile(aBuyer([noon]));
    await world.putFile(aBuyer([noon], { id: 'c2' }));
    await look('c1', 'c2');
    await journeys.at(noon);
    const [touch] = await journeys.touches('c2');
    if (!touch) throw new Error('nothing was sent');
    const { customer, id } = touch;
    await takeFeedback(
      {
        type: 'reaction',
        channel: 'email',
        kind: 'opened',
        at: noon + hour,
        touch: { customer, id },
        providerId: 'm2',
        addresses: [],
      },
      world.deps,
    );
    await journeys.at(noon + day);
    expect(await journeys.states('c1')).toEqual(['thank sent', 'again sent']);
    expect(await journeys.states('c2')).toEqual(['thank sent']);
  });
});

describe('what is no message', () => {
  const steps = [
    { wait: { days: 1 } },
    { tag: { id: 'mark', add: 'nurtured', remove: 'new' } },
    { points: { id: 'gift', amount: 50, reason: 'Welcome' } },
    { coupon: { id: 'bonus', coupon: 'spring' } },
    { task: { id: 'call', kind: 'question', reason: 'Ask how it was', severity: 1 } },
    { webhook: { id: 'tell', event: 'nurtured' } },
  ] as const;
  const issued: WantedCoupon[] = [];
  const told: DomainEvent[] = [];
  const outside = {
    coupons: {
      issue: async (wanted: WantedCoupon) => {
        issued.push(wanted);
        return { type: 'refused', reason: 'coupon_stock' } as const;
      },
    },
    events: { tell: async (events: readonly DomainEvent[]) => void told.push(...events) },
  };
  beforeEach(() => {
    issued.length = 0;
    told.length = 0;
  });

  async function doneOnce(): Promise<void> {
    const item = (await world.deps.store.readFiles(['c1'])).get('c1')?.value;
    if (item?.type !== 'file') throw new Error('there is no file');
    expect(handTagsOf(item.file)).toEqual(['nurtured']);
    expect(pointsByHand(item.file)).toMatchObject([{ points: 50, reason: 'Welcome' }]);
    const only = (values: readonly unknown[]) => expect(new Set(values.map((one) => JSON.stringify(one))).size).toBe(1);
    only(issued);
    only(told);
    only(world.tasks);
    expect(issued[0]).toMatchObject({ coupon: 'spring', customer: 'c1', shop: 'north' });
    expect(told[0]).toMatchObject({ type: 'journey.nurtured', data: { customer: 'c1', journey: 'own' } });
    expect(world.tasks[0]).toMatchObject({ customer: 'c1', kind: 'question', severity: 1 });
    expect(await journeys.enrolments()).toMatchObject([{ state: 'done' }]);
  }

  test('is done once', async () => {
    await begin(aJourney({ trigger: first, steps: [...steps] }));
    world.clock.time = noon + day;
    await advance(outside);
    await advance(outside);
    await doneOnce();
    expect(issued).toHaveLength(1);
  });

  test('is done once also where it could not be saved that it was', async () => {
    await begin(aJourney({ trigger: first, steps: [...steps] }));
    world.clock.time = noon + day;
    let tries = 0;
    const enrolments: EnrolmentStore = Object.create(world.enrolments);
    enrolments.saveEnrolment = async (enrolment) => {
      if (++tries === 1) throw new StoreBusyError('lost');
      if (tries === 2) throw new ConflictError('lost');
      return world.enrolments.saveEnrolment(enrolment);
    };
    await expect(advance({ ...outside, enrolments })).rejects.toThrow(StoreBusyError);
    await advance({ ...outside, enrolments });
    expect(tries).toBe(3);
    await doneOnce();
  });

  test('for two customers is two things', async () => {
    journeys.only(aJourney({ trigger: first, steps: [...steps] }));
    for (const id of ['c1', 'c2']) await world.putFile(aBuyer([noon], { id }));
    await look('c1', 'c2');
    world.clock.time = noon + day;
    await advanceEnrolments([keyOf('c1'), keyOf('c2')], { ...world.deps, ...outside });
    expect(new Set(issued.map(({ cause }) => cause)).size).toBe(2);
    expect(new Set(world.tasks.map(({ cause }) => cause)).size).toBe(2);
    expect(new Set(told.map(({ id }) => id)).size).toBe(2);
  });

  test('that fails holds up no other customer, and is told', async () => {
    journeys.only(aJourney({ trigger: first, steps: [...steps] }));
    for (const id of ['c1', 'c2']) await world.putFile(aBuyer([noon], { id }));
    await look('c1', 'c2');
    world.clock.time = noon + day;
    const openCase = async ({ customer }: { customer: string }) => {
      if (customer === 'c1') throw new Error('no case today');
    };
    await advanceEnrolments([keyOf('c1'), keyOf('c2')], { ...world.deps, ...outside, openCase });
    expect(world.failures).toHaveLength(1);
    expect(await journeys.enrolments('c1')).toMatchObject([{ state: 'active' }]);
    expect(await journeys.enrolments('c2')).toMatchObject([{ state: 'done' }]);
  });
});
