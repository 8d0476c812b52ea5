import { beforeEach, describe, expect, test } from 'vitest';
import { isHeldOut } from '../../../shared/domain/effect/hold-out.ts';
import { TouchTally } from '../../../shared/domain/effect/report-of-touches.ts';
import { briefOf } from '../../../shared/domain/effect/touch-brief.ts';
import { journeySchema } from '../../../shared/domain/journeys/journey.ts';
import { journeyProblems } from '../../../shared/domain/journeys/journey-problems.ts';
import { creditTouches } from '../../../shared/usecases/effect/credit-touches.ts';
import { enterForCustomers } from '../../../shared/usecases/journeys/enter-journeys.ts';
import { aBuyer, aJourney, aSend, journeysIn } from '../../support/journeys.ts';
import { day, hour, type Messaging, messaging, noon } from '../../support/touches.ts';

let world: Messaging;
let journeys: ReturnType<typeof journeysIn>;
beforeEach(() => {
  world = messaging();
  journeys = journeysIn(world);
});

const care = (id: string, more: object = {}) => aSend(id, { class: 'care', ...more });
const eightDays = { wait: { days: 8 } };
const halved = (steps: readonly object[], more: object = {}) =>
  aJourney({ trigger: { on: 'purchase.first' }, steps: steps as never, holdout: 0.5, ...more });
const people = Array.from({ length: 12 }, (_, number) => `c${number}`);
const isOut = (customer: string) => isHeldOut(customer, 'journey/own', 0.5);
const [out, treated] = [people.filter(isOut), people.filter((one) => !isOut(one))];

async function enter(...customers: readonly string[]): Promise<void> {
  for (const id of customers) await world.putFile(aBuyer([noon - hour], { id }));
  await enterForCustomers([...customers], world.deps);
}
const products = {
  readProduct: async (shop: string, id: string) => ({ shop, id, title: id, source: 'shop', updatedAt: noon }) as const,
};

async function reported() {
  await creditTouches(people, { ...world.deps, products });
  const tally = new TouchTally();
  for (const customer of people) {
    for (const touch of await journeys.touches(customer)) tally.add(customer, briefOf(touch));
  }
  return tally.report();
}

describe('the hold-out of a journey', () => {
  test('gets nothing, and is drawn where the others get their first message', async () => {
    journeys.only(halved([care('a'), eightDays, care('b')]));
    await enter(...people);
    expect([out.length > 2, treated.length > 2]).toEqual([true, true]);
    await journeys.at(noon);
    await journeys.at(noon + 8 * day);
    for (const one of out) {
      expect(await journeys.enrolments(one)).toMatchObject([{ state: 'heldout', drawn: true }]);
      expect(await journeys.touches(one)).toMatchObject([
        { state: 'heldout', origin: { step: 'a' }, drawn: { at: noon - hour, lastAt: noon - hour + 8 * day } },
      ]);
    }
    for (const one of treated) {
      expect(await journeys.touches(one)).toMatchObject([
        { state: 'sent', drawn: {} },
        { state: 'sent', undrawn: true },
      ]);
    }
  });

  test('stands beside what is planned, and is followed as long as the others', async () => {
    journeys.only(halved([care('a'), eightDays, care('b')]));
    await enter(...people);
    await journeys.at(noon);
    await journeys.at(noon + 8 * day);
    const [late, later] = [noon - hour + 15 * day, noon - hour + 15 * day + 1];
    for (const [one, at] of [
      [out[0], late],
      [out[1], later],
      [treated[0], late],
      [treated[1], noon + day],
    ] as const) {
      await world.putFile(aBuyer([noon - hour, at], { id: one ?? '' }));
    }
    world.clock.time = noon + 17 * day;
    const report = await reported();
    expect(report).toMatchObject({
      planned: 2 * treated.length,
      holdout: out.length,
      arms: { treated: { customers: treated.length, buyers: 2 }, holdout: { customers: out.length, buyers: 1 } },
    });
    expect(report.planned).toBe(
      report.sent + report.pending + Object.values(report.skipped).reduce((a, b) => a + b, 0),
    );
  });

  test('whom no message could reach is in neither arm', async () => {
    journeys.only(halved([care('a')]));
    for (const id of people) await world.putFile(aBuyer([noon - hour], { id, consent: 'unknown' }));
    await enterForCustomers(people, world.deps);
    await journeys.at(noon);
    expect(await reported()).toMatchObject({
      planned: treated.length,
      skipped: { consent: treated.length },
      holdout: 0,
      arms: { treated: { customers: 0 }, holdout: { customers: 0 } },
    });
  });

  test('who left before the first message is in neither arm', async () => {
    journeys.only(halved([eightDays, care('a')], { exit: ['purchase'] }));
    await enter(...people);
    await world.putFile(aBuyer([noon - hour, noon + day], { id: out[0] ?? '' }));
    await world.putFile(aBuyer([noon - hour, noon + day], { id: treated[0] ?? '' }));
    await journeys.at(noon + 8 * day);
    const { arms } = await reported();
    expect([arms.treated.customers, arms.holdout.customers]).toEqual([treated.length - 1, out.length - 1]);
  });
});

describe('a definition with a hold-out', () => {
  const rule = { field: 'stage', op: 'eq', value: 'silent' };
  const tag = { tag: { id: 't', add: 'x' } };
  const branch = (yes: readonly object[], no: readonly object[] = []) => ({ branch: { if: { rule }, yes, no } });
  test.each([
    ['a message first', [eightDays, care('a'), tag], []],
    ['a message on the one way, nothing on the other', [branch([care('a')]), tag], ['holdout']],
    ['messages on both ways', [branch([care('a')], [care('b')]), tag], []],
    ['another step first', [tag, care('a')], ['holdout']],
    ['another step first on a way', [branch([tag], [care('b')])], ['holdout']],
    ['a payment reminder', [aSend('a', { purpose: 'payment' })], []],
    ['an order notice', [aSend('a', { purpose: 'order' })], ['holdout']],
  ])('%s', (_name, steps, fields) => {
    const definition = journeySchema.parse({
      id: 'j',
      name: 'J',
      trigger: { on: 'purchase.first' },
      steps,
      holdout: 0.1,
    });
    expect(journeyProblems(definition).map(({ field }) => field)).toEqual(fields);
  });

  test('holds back no more than half', () => {
    expect(journeySchema.safeParse({ ...halved([care('a')]).definition, holdout: 0.6 }).success).toBe(false);
  });
});
