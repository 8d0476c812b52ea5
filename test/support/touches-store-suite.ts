import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Instant } from '../../shared/domain/calendar.ts';
import { type GateResult, gateNames } from '../../shared/domain/contact-policy/gates.ts';
import type { AddressRow, ContactRow } from '../../shared/domain/contact-policy/standing.ts';
import { channels, messageClasses, purposes } from '../../shared/domain/messages/message-class.ts';
import { dueShards, shardOf } from '../../shared/domain/sharding.ts';
import {
  claimed,
  deferred,
  reactionKinds,
  sent,
  skipped,
  type Touch,
  touchIdOf,
  touchStates,
  unconfirmed,
} from '../../shared/domain/touches/touch.ts';
import type { TouchDueIndex, TouchKey, TouchStore } from '../../shared/usecases/messages/messaging-ports.ts';
import { ConflictError, type CustomerStore } from '../../shared/usecases/ports.ts';
import { aFile, aTouch, identityHash, minute, noon } from './touches.ts';

export interface StoresUnderTest {
  readonly touches: TouchStore & TouchDueIndex;
  readonly customers: CustomerStore;
}

let customers = 0;
/** One that no other test has heard of. */
const someone = () => `c-${++customers}`;

/** Few, so that a touch is also claimed for the address it was planned for. */
const someAddress = fc.constantFrom('e:one', 'p:two');
const instant = fc.integer({ min: 0, max: 4_102_444_800_000 });
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
const someGate: fc.Arbitrary<GateResult> = fc.record(
  {
    gate: fc.constantFrom(...gateNames),
    passed: fc.boolean(),
    seen: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(text, fc.boolean(), instant), {
      noNullPrototype: true,
    }),
    until: instant,
  },
  { requiredKeys: ['gate', 'passed', 'seen'] },
);

/** Every field there is, each also left out where it may be. */
export const someTouch: fc.Arbitrary<Omit<Touch, 'customer' | 'id'>> = fc.record(
  {
    origin: fc.record({ type: fc.constant('journey' as const), id: text, version: fc.nat(), step: text }),
    occurrence: text,
    channel: fc.constantFrom(...channels),
    class: fc.constantFrom(...messageClasses),
    purpose: fc.constantFrom(...purposes),
    priority: fc.nat(100),
    own: fc.boolean(),
    template: text,
    order: text,
    shop: text,
    occurredAt: instant,
    expiresAt: instant,
    plannedAddress: someAddress,
    state: fc.constantFrom(...touchStates),
    plannedAt: instant,
    dueAt: instant,
    reason: text,
    judged: fc.record({ at: instant, gates: fc.array(someGate, { maxLength: 11 }) }),
    refusals: fc.nat(),
    claim: fc.record({ at: instant, until: instant, address: someAddress, customer: fc.constantFrom('own', 'other') }),
    sentAt: instant,
    providerId: text,
    parts: fc.nat(),
    reactions: fc.record(
      Object.fromEntries(reactionKinds.map((kind) => [kind, instant])) as Record<string, typeof instant>,
      { requiredKeys: [] },
    ),
  },
  {
    requiredKeys: [
      'origin',
      'occurrence',
      'channel',
      'class',
      'purpose',
      'priority',
      'template',
      'occurredAt',
      'expiresAt',
      'state',
      'plannedAt',
      'refusals',
      'reactions',
    ],
  },
);

/** What every store of touches does; `runs`: cases of the property-based test. */
export function touchStoreSuite(name: string, stores: () => StoresUnderTest, runs: number): void {
  describe(name, () => {
    test('plans a touch once: the second time nothing changes', async () => {
      const { touches } = stores();
      const customer = someone();
      const touch = aTouch({ customer });
      expect(await touches.plan(touch)).toBe(true);
      expect(await touches.plan({ ...touch, priority: 99 })).toBe(false);
      expect(await touches.readTouch(touch)).toEqual({ value: touch, version: 1 });
    });

    test('plans it once however many plan it at the same time', async () => {
      const { touches } = stores();
      const touch = aTouch({ customer: someone() });
      const planned = await Promise.all([1, 2, 3, 4].map((priority) => touches.plan({ ...touch, priority })));
      expect(planned.filter(Boolean).length).toBe(1);
    });

    test('an id is unique within a customer only', async () => {
      const { touches } = stores();
      const [one, other] = [aTouch({ customer: someone() }), aTouch({ customer: someone() })];
      expect(one.id).toBe(other.id);
      expect([await touches.plan(one), await touches.plan(other)]).toEqual([true, true]);
      expect((await touches.readOpen(one.customer)).length).toBe(1);
    });

    test('keeps every field of a touch', async () => {
      const { touches } = stores();
      const customer = someone();
      await fc.assert(
        fc.asyncProperty(someTouch, async (some) => {
          const { claim } = some;
          const touch: Touch = {
            ...some,
            customer,
            id: touchIdOf(some, identityHash),
            ...(claim && { claim: { ...claim, customer: claim.customer === 'own' ? customer : claim.customer } }),
          };
          const known = await touches.readTouch(touch);
          await touches.commit({ touches: [{ value: touch, version: known?.version ?? 0 }] });
          expect(await touches.readTouch(touch)).toEqual({ value: touch, version: (known?.version ?? 0) + 1 });
        }),
        { numRuns: runs },
      );
    });

    test('keeps every field of what limits them', async () => {
      const { touches } = stores();
      const customer = someone();
      const contact: ContactRow = {
        customer,
        recent: [
          { touch: 't', contact: 'a/b/c/d', channel: 'sms', class: 'news', at: noon, own: true, customer: 'other' },
        ],
        denied: { sms: noon, webhook: noon + 1 },
      };
      const address: AddressRow = {
        key: `e:${customer}`,
        blocks: { bounce: noon, complaint: noon + 1, erasure: noon + 2 },
        said: { stop: noon, start: noon + 1, unsubscribed: noon + 2 },
        claims: [{ contact: 'a', customer, touch: 't', at: noon }],
      };
      await touches.commit({
        contacts: [{ value: contact, version: 0 }],
        addresses: [{ value: address, version: 0 }],
      });
      const live = await touches.readLive({ contacts: [customer], addresses: [address.key] });
      expect(live.contacts.get(customer)).toEqual({ value: contact, version: 1 });
      expect(live.addresses.get(address.key)).toEqual({ value: address, version: 1 });
    });

    test('reads together what there is; a row of caps or of an address that is missing is an empty one', async () => {
      const { touches, customers: files } = stores();
      const [customer, nobody] = [someone(), someone()];
      const file = aFile({ id: customer, email: 'a@example.com' });
      await files.commit({ cause: 'test', files: [{ value: { type: 'file', file }, version: 0 }] });
      const touch = aTouch({ customer });
      await touches.plan(touch);
      const live = await touches.readLive({
        customers: [customer, nobody, customer],
        contacts: [customer, nobody],
        addresses: ['e:none'],
        orders: ['north#none'],
        touches: [touch, { customer: nobody, id: touch.id }, touch],
      });
      expect([...live.files.keys()]).toEqual([customer]);
      expect(live.files.get(customer)).toMatchObject({ version: 1, value: { type: 'file', file: { id: customer } } });
      expect(live.contacts.get(nobody)).toEqual({ version: 0, value: { customer: nobody, recent: [], denied: {} } });
      expect(live.addresses.get('e:none')).toEqual({
        version: 0,
        value: { key: 'e:none', blocks: {}, said: {}, claims: [] },
      });
      expect(live.orders.size).toBe(0);
      expect([...live.touches]).toEqual([[`${customer} ${touch.id}`, { value: touch, version: 1 }]]);
    });

    test('reads more than a request holds', async () => {
      const { touches } = stores();
      const addresses = Array.from({ length: 230 }, (_, index) => `e:many-${index}`);
      expect((await touches.readLive({ addresses })).addresses.size).toBe(230);
    });

    test('open are those planned or claimed, and no others', async () => {
      const { touches } = stores();
      const customer = someone();
      const claim = { at: noon, until: noon + 2 * minute, address: 'e:x', customer };
      const inState = (occurrence: string, change: (touch: Touch) => Touch) => change(aTouch({ customer, occurrence }));
      const all = [
        inState('planned', (touch) => touch),
        inState('deferred', (touch) => deferred(touch, noon + minute, 'quiet_hours')),
        inState('claimed', (touch) => claimed(touch, claim, { at: noon, gates: [] })),
        inState('sent', (touch) => sent(touch, noon)),
        inState('skipped', (touch) => skipped(touch, 'consent')),
        inState('unconfirmed', (touch) => unconfirmed(touch, 'timeout')),
      ];
      for (const touch of all) await touches.plan(touch);
      const open = (await touches.readOpen(customer)).map(({ value }) => value.occurrence);
      expect(open.sort()).toEqual(['claimed', 'deferred', 'planned']);
    });

    test('lists all of a customer in the order of their ids, page by page', async () => {
      const { touches } = stores();
      const customer = someone();
      const all = Array.from({ length: 7 }, (_, index) => aTouch({ customer, occurrence: `n${index}` }));
      for (const touch of all) await touches.plan(touch);
      const listed: string[] = [];
      let after: string | undefined;
      do {
        const page = await touches.listTouches(customer, after, 3);
        expect(page.items.length).toBeLessThanOrEqual(3);
        listed.push(...page.items.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      expect(listed).toEqual(all.map(({ id }) => id).sort());
    });

    describe('one atomic change', () => {
      const refused: [string, (stores: StoresUnderTest, touch: Touch) => Promise<void>][] = [
        [
          'a touch that has changed',
          ({ touches }, touch) => touches.commit({ touches: [{ value: touch, version: 1 }] }),
        ],
        [
          'a row of caps that has changed',
          async ({ touches }, { customer }) => {
            const { contacts } = await touches.readLive({ contacts: [customer] });
            await touches.commit({ contacts: [...contacts.values()] });
          },
        ],
        [
          'an address that has changed',
          async ({ touches }, { customer }) => {
            const { addresses } = await touches.readLive({ addresses: [`e:${customer}`] });
            await touches.commit({ addresses: [...addresses.values()] });
          },
        ],
        [
          'a file that has changed',
          async ({ customers: files }, { customer }) => {
            const file = aFile({ id: customer, phone: '+8613800138000' });
            await files.commit({ cause: 'other', files: [{ value: { type: 'file', file }, version: 1 }] });
          },
        ],
        [
          'a file that was merged',
          async ({ customers: files }, { customer }) => {
            const redirect = { type: 'redirect', id: customer, to: 'c0' } as const;
            await files.commit({ cause: 'merge', files: [{ value: redirect, version: 1 }] });
          },
        ],
      ];
      test.each(refused)('is refused whole for %s', async (_what, change) => {
        const under = stores();
        const { touches, customers: files } = under;
        const customer = someone();
        const touch = aTouch({ customer });
        const file = aFile({ id: customer, email: 'a@example.com' });
        await files.commit({ cause: 'test', files: [{ value: { type: 'file', file }, version: 0 }] });
        await touches.plan(touch);
        const live = await touches.readLive({ contacts: [customer], addresses: [`e:${customer}`] });
        await change(under, touch);
        const before = await everything(under, touch);
        const attempt = touches.commit({
          touches: [{ value: sent(touch, noon), version: 1 }],
          contacts: [...live.contacts.values()],
          addresses: [...live.addresses.values()],
          unchangedFiles: [{ id: customer, version: 1 }],
        });
        await expect(attempt).rejects.toThrow(ConflictError);
        expect(await everything(under, touch)).toEqual(before);
      });

      test('goes through where nothing has changed, and the file stays as it was', async () => {
        const under = stores();
        const customer = someone();
        const touch = aTouch({ customer });
        const file = aFile({ id: customer });
        await under.customers.commit({ cause: 'test', files: [{ value: { type: 'file', file }, version: 0 }] });
        await under.touches.plan(touch);
        await under.touches.commit({
          touches: [{ value: sent(touch, noon), version: 1 }],
          unchangedFiles: [{ id: customer, version: 1 }],
        });
        expect(await under.touches.readTouch(touch)).toMatchObject({ version: 2, value: { state: 'sent' } });
        expect((await under.customers.readFiles([customer])).get(customer)?.version).toBe(1);
      });

      test('one of several writers at the same version wins', async () => {
        const { touches } = stores();
        const touch = aTouch({ customer: someone() });
        await touches.plan(touch);
        const tries = await Promise.allSettled(
          [1, 2, 3].map((priority) => touches.commit({ touches: [{ value: { ...touch, priority }, version: 1 }] })),
        );
        expect(tries.filter(({ status }) => status === 'fulfilled').length).toBe(1);
        for (const one of tries) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(ConflictError);
      });

      test('of nothing asks nothing', async () => {
        await stores().touches.commit({ touches: [], contacts: [] });
      });
    });

    describe('the index of what is due', () => {
      test('gives what is due after `from` and up to `until`, the earliest first', async () => {
        const { touches } = stores();
        const customer = someone();
        const shard = shardOf(customer, dueShards);
        // Its own stretch of time: other tests have touches in these shards.
        const start = noon + 400 * 86_400_000;
        for (const offset of [0, 1, 59_999, 60_000, 60_001]) {
          await touches.plan(aTouch({ customer, occurrence: `at ${offset}` }, start + offset));
        }
        const due = async (range: { from?: Instant; until: Instant }) => {
          const keys = await allDue(touches, shard, range);
          const found = await Promise.all(keys.map((key) => touches.readTouch(key)));
          return found.flatMap((touch) => (touch?.value.customer === customer ? (touch.value.dueAt ?? 0) - start : []));
        };
        expect(await due({ from: start, until: start + 60_000 })).toEqual([1, 59_999, 60_000]);
        expect(await due({ from: start - 1, until: start })).toEqual([0]);
        expect(await due({ from: start + 60_000, until: start + 60_000 })).toEqual([]);
        expect(await due({ until: start + 1 })).toEqual([0, 1]);
        expect(await due({ until: start - 1 })).toEqual([]);
      });

      test('knows no other shard', async () => {
        const { touches } = stores();
        const customer = someone();
        const touch = aTouch({ customer }, noon + 500 * 86_400_000);
        await touches.plan(touch);
        for (let shard = 0; shard < dueShards; shard++) {
          const keys = await allDue(touches, shard, { from: noon + 450 * 86_400_000, until: noon + 550 * 86_400_000 });
          const own = keys.filter((key) => key.customer === customer);
          expect(own).toEqual(shard === shardOf(customer, dueShards) ? [{ customer, id: touch.id }] : []);
        }
      });

      test('pages', async () => {
        const { touches } = stores();
        const customer = someone();
        const start = noon + 600 * 86_400_000;
        const all = Array.from({ length: 5 }, (_, index) =>
          aTouch({ customer, occurrence: `p${index}` }, start + index),
        );
        for (const touch of all) await touches.plan(touch);
        const found = await allDue(touches, shardOf(customer, dueShards), { from: start - 1, until: start + 9 }, 2);
        expect(found.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
      });

      test('moves with a deferral and a claim, and forgets what is settled', async () => {
        const { touches } = stores();
        const customer = someone();
        const start = noon + 700 * 86_400_000;
        const touch = aTouch({ customer }, start);
        await touches.plan(touch);
        const claim = { at: start, until: start + 2000, address: 'e:x', customer };
        const steps: [Touch, number | undefined][] = [
          [deferred(touch, start + 1000, 'quiet_hours'), 1000],
          [claimed(touch, claim, { at: start, gates: [] }), 2000],
          [sent(touch, start), undefined],
        ];
        let version = 1;
        for (const [value, due] of steps) {
          await touches.commit({ touches: [{ value, version: version++ }] });
          for (const at of [0, 1000, 2000]) {
            const range = { from: start + at - 1, until: start + at };
            const found = await allDue(touches, shardOf(customer, dueShards), range);
            expect(found.some((key) => key.customer === customer)).toBe(at === due);
          }
        }
      });
    });
  });
}

/** What a commit could have written, as it is. */
async function everything({ touches, customers: files }: StoresUnderTest, touch: Touch): Promise<unknown> {
  const { customer } = touch;
  return [
    await touches.readLive({ contacts: [customer], addresses: [`e:${customer}`], touches: [touch] }),
    await files.readFiles([customer]),
  ];
}

async function allDue(
  index: TouchDueIndex,
  shard: number,
  range: { from?: Instant; until: Instant },
  limit = 1000,
): Promise<TouchKey[]> {
  const found: TouchKey[] = [];
  let after: string | undefined;
  do {
    const page = await index.readDueTouches(shard, range, after, limit);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return found;
}
