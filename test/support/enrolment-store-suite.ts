import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Enrolment } from '../../shared/domain/journeys/enrolment.ts';
import { dueShards, shardOf } from '../../shared/domain/sharding.ts';
import { type EnrolmentStore, enrolmentEntry } from '../../shared/usecases/marketing-ports.ts';
import type { TouchDueIndex, TouchStore } from '../../shared/usecases/messages/messaging-ports.ts';
import { ConflictError } from '../../shared/usecases/ports.ts';
import { aTouch, hour, noon } from './touches.ts';

export interface EnrolmentsUnderTest {
  readonly enrolments: EnrolmentStore;
  readonly touches: TouchStore & TouchDueIndex;
}

let customers = 0;
/** One that no other test has heard of. */
const someone = () => `e-${++customers}`;

export function anEnrolment(changes: Partial<Enrolment> = {}): Enrolment {
  return {
    customer: 'c1',
    journey: 'nurture',
    version: 1,
    occurrence: 'first north#1',
    at: noon,
    state: 'active',
    place: 0,
    since: noon,
    dueAt: noon,
    done: {},
    ...changes,
  };
}

const instant = fc.integer({ min: 0, max: 4_102_444_800_000 });
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
/** Every field there is, each also left out where it may be. */
const someEnrolment = fc.record(
  {
    version: fc.nat(),
    at: instant,
    order: text,
    shop: text,
    vars: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(text, instant), { noNullPrototype: true }),
    state: fc.constantFrom('active' as const, 'done', 'left', 'expired', 'filtered', 'stale', 'heldout'),
    reason: fc.constantFrom('paid' as const, 'journey_off', 'no_customer'),
    place: fc.nat(),
    since: instant,
    dueAt: instant,
    endedAt: instant,
    done: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), instant, { noNullPrototype: true }),
  },
  { requiredKeys: ['version', 'at', 'state', 'place', 'since', 'done'] },
);

/** What every store of enrolments does; `runs`: cases of the property-based test. */
export function enrolmentStoreSuite(name: string, stores: () => EnrolmentsUnderTest, runs: number): void {
  const keyOf = (enrolment: Enrolment) => ({ customer: enrolment.customer, entry: enrolmentEntry(enrolment) });
  const read = async (enrolment: Enrolment) => {
    const found = await stores().enrolments.readEnrolments([keyOf(enrolment), keyOf(enrolment)]);
    return found.get(`${enrolment.customer} ${enrolmentEntry(enrolment)}`);
  };

  describe(name, () => {
    test('keeps every field, whatever the occurrence is called', async () => {
      await fc.assert(
        fc.asyncProperty(someEnrolment, text, async (some, occurrence) => {
          const value: Enrolment = { ...some, customer: someone(), journey: 'nurture', occurrence: `on ${occurrence}` };
          await stores().enrolments.saveEnrolment({ value, version: 0 });
          expect(await read(value)).toEqual({ value, version: 1 });
        }),
        { numRuns: runs },
      );
    });

    test('is written under its version alone', async () => {
      const { enrolments } = stores();
      const value = anEnrolment({ customer: someone() });
      await enrolments.saveEnrolment({ value, version: 0 });
      await expect(enrolments.saveEnrolment({ value, version: 0 })).rejects.toThrow(ConflictError);
      await enrolments.saveEnrolment({ value: { ...value, place: 1 }, version: 1 });
      await expect(enrolments.saveEnrolment({ value, version: 1 })).rejects.toThrow(ConflictError);
      expect(await read(value)).toMatchObject({ version: 2, value: { place: 1 } });
    });

    test('one of several who advance it at once wins', async () => {
      const { enrolments } = stores();
      const value = anEnrolment({ customer: someone() });
      await enrolments.saveEnrolment({ value, version: 0 });
      const tries = await Promise.allSettled(
        [1, 2, 3].map((place) => enrolments.saveEnrolment({ value: { ...value, place }, version: 1 })),
      );
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    test('lists those of a customer, of one journey or of all, and no membership', async () => {
      const { enrolments } = stores();
      const customer = someone();
      const all = [
        anEnrolment({ customer, journey: 'birthday', occurrence: 'birthday 2026' }),
        anEnrolment({ customer, journey: 'nurture', occurrence: 'first north#1' }),
        anEnrolment({ customer, journey: 'nurture', occurrence: 'first north#2' }),
        anEnrolment({ customer, journey: 'nurture-more', occurrence: 'first north#1' }),
      ];
      for (const value of [...all].reverse()) await enrolments.saveEnrolment({ value, version: 0 });
      await enrolments.saveEnrolment({ value: anEnrolment({ customer: someone() }), version: 0 });
      const membership = { customer, journey: 'nurture', isIn: true, since: noon };
      await enrolments.saveMembership({ value: membership, version: 0 });
      const listed = async (journey?: string) =>
        (await enrolments.listEnrolments(customer, journey)).map(({ value }) => value);
      expect(await listed()).toEqual(all);
      expect(await listed('nurture')).toEqual(all.slice(1, 3));
      expect(await listed('nurt')).toEqual([]);
    });

    test('knows who is in a segment, under a version; whoever nothing is known of is outside', async () => {
      const { enrolments } = stores();
      const [one, other] = [someone(), someone()];
      const value = { customer: one, journey: 'vip', isIn: true, since: noon };
      await enrolments.saveMembership({ value, version: 0 });
      await expect(enrolments.saveMembership({ value, version: 0 })).rejects.toThrow(ConflictError);
      expect([...(await enrolments.readMemberships('vip', [one, other]))]).toEqual([
        [one, { value, version: 1 }],
        [other, { value: { customer: other, journey: 'vip', isIn: false }, version: 0 }],
      ]);
      expect((await enrolments.readMemberships('other', [one])).get(one)?.value.isIn).toBe(false);
    });

    test('forgets everything of a customer, and nothing of others', async () => {
      const { enrolments, touches } = stores();
      const [one, other] = [someone(), someone()];
      for (const customer of [one, other]) {
        await enrolments.saveEnrolment({ value: anEnrolment({ customer }), version: 0 });
        await enrolments.saveMembership({ value: { customer, journey: 'vip', isIn: true, since: noon }, version: 0 });
        await touches.plan(aTouch({ customer }));
      }
      await enrolments.removeEnrolments(one);
      const left = async (customer: string) => [
        (await enrolments.listEnrolments(customer)).length,
        (await enrolments.readMemberships('vip', [customer])).get(customer)?.version,
        (await touches.readOpen(customer)).length,
      ];
      expect(await left(one)).toEqual([0, 0, 1]);
      expect(await left(other)).toEqual([1, 1, 1]);
    });

    describe('beside the touches of a customer', () => {
      test('is none of them', async () => {
        const { enrolments, touches } = stores();
        const customer = someone();
        const touch = aTouch({ customer });
        await enrolments.saveEnrolment({ value: anEnrolment({ customer }), version: 0 });
        await touches.plan(touch);
        expect((await touches.readOpen(customer)).map(({ value }) => value.id)).toEqual([touch.id]);
        expect((await touches.listTouches(customer, undefined, 10)).items.map(({ id }) => id)).toEqual([touch.id]);
      });

      test('is read together with them', async () => {
        const { enrolments, touches } = stores();
        const customer = someone();
        const touch = aTouch({ customer });
        const value = anEnrolment({ customer });
        await enrolments.saveEnrolment({ value, version: 0 });
        await touches.plan(touch);
        const keys = [keyOf(value), { customer, entry: '#other#one' }];
        const live = await touches.readLive({ touches: [touch], enrolments: keys });
        expect([...live.touches.values()]).toEqual([{ value: touch, version: 1 }]);
        expect([...live.enrolments]).toEqual([[`${customer} ${enrolmentEntry(value)}`, { value, version: 1 }]]);
      });

      test('is due while it is active and waits', async () => {
        const { enrolments, touches } = stores();
        const customer = someone();
        const start = noon + 900 * 24 * hour;
        const due = async () => {
          const shard = shardOf(customer, dueShards);
          const page = await touches.readDueTouches(shard, { from: start - 1, until: start + hour }, undefined, 1000);
          return page.items.filter((key) => key.customer === customer).map(({ id }) => id);
        };
        const value = anEnrolment({ customer, dueAt: start });
        await enrolments.saveEnrolment({ value, version: 0 });
        expect(await due()).toEqual(['#nurture#first north#1']);
        const { dueAt: _waits, ...rest } = value;
        await enrolments.saveEnrolment({ value: { ...rest, dueAt: start + 2 * hour }, version: 1 });
        expect(await due()).toEqual([]);
        await enrolments.saveEnrolment({ value: { ...value, dueAt: start + 1 }, version: 2 });
        expect(await due()).toHaveLength(1);
        await enrolments.saveEnrolment({ value: { ...value, state: 'left', reason: 'paid' }, version: 3 });
        expect(await due()).toEqual([]);
      });
    });
  });
}
