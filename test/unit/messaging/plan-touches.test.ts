import { beforeEach, describe, expect, test } from 'vitest';
import { withOrder } from '../../../shared/domain/customers/customer-file.ts';
import { identityKey } from '../../../shared/domain/customers/identity.ts';
import { consentField } from '../../../shared/domain/customers/statements.ts';
import type { Channel } from '../../../shared/domain/messages/message-class.ts';
import type { Order, OrderDescription, Refund } from '../../../shared/domain/orders/order.ts';
import type { Touch } from '../../../shared/domain/touches/touch.ts';
import { mergeCustomers } from '../../../shared/usecases/customers/merge-customers.ts';
import { enterForCustomers, enterForOrders } from '../../../shared/usecases/journeys/enter-journeys.ts';
import { takeFeedback } from '../../../shared/usecases/messages/take-feedback.ts';
import { type Arrival, recordOrder } from '../../../shared/usecases/orders/record-order.ts';
import { StoreBusyError } from '../../../shared/usecases/ports.ts';
import {
  aFile,
  day,
  emailKey,
  hour,
  identityHash,
  type Messaging,
  messaging,
  minute,
  noon,
  phoneKey,
  shanghai,
} from '../../support/touches.ts';

const ann = 'ann@example.com';
const phone = '+8613800138000';

interface SomeOrder {
  readonly id?: string;
  readonly paidAt?: number | null;
  readonly email?: string | null;
  readonly phone?: string | undefined;
  readonly buyer?: string;
  readonly refund?: Pick<Refund, 'amount' | 'status'>;
  readonly description?: Partial<OrderDescription>;
  readonly shippedAt?: number;
}

function anOrder(some: SomeOrder = {}): Order {
  const { id = '1', paidAt = noon - minute, email = ann, buyer = 'b1' } = some;
  const createdAt = noon - 2 * minute;
  const contacts = { ...(email !== null && { email }), ...(some.phone && { phone: some.phone }) };
  const keys = Object.entries(contacts).map(([kind, value]) =>
    identityKey({ kind: kind as 'email' | 'phone', value: value }, identityHash),
  );
  return {
    shop: 'north',
    id,
    milestones: {
      createdAt,
      ...(paidAt !== null && { paidAt }),
      ...(some.shippedAt !== undefined && { shippedAt: some.shippedAt }),
    },
    refunds: some.refund ? [{ value: { id: 'r', at: noon, ...some.refund }, at: noon }] : [],
    description: { value: { currency: 'CNY', total: 1000, items: [], ...some.description }, at: createdAt },
    tracking: [],
    identities: [`b:${buyer}`, ...keys].sort(),
    statements: Object.fromEntries(Object.entries(contacts).map(([field, value]) => [field, { value, at: createdAt }])),
    statedAt: createdAt,
  };
}

let world: Messaging;
beforeEach(() => {
  world = messaging();
});

function record(order: Order, arrival?: Arrival) {
  return recordOrder(order, shanghai, world.settings, world.deps, arrival);
}

const look = (...ids: string[]) =>
  enterForOrders(
    ids.map((id) => `north#${id}`),
    world.deps,
  );
/** The confirmation goes over this channel alone from now on. */
function sendBy(channel: Channel) {
  const journey = world.journeys.get('order-confirmation');
  const [step] = journey?.definition.steps ?? [];
  if (!journey || !step || !('send' in step)) throw new Error('the preset has changed');
  const steps = [{ send: { ...step.send, channels: [channel] } }];
  world.change(journey.id, { version: 2, definition: { ...journey.definition, steps } });
}
const lookAt = (...customers: string[]) => enterForCustomers(customers, world.deps);

function touchesThere(): Touch[] {
  return [...(world.touches as unknown as { touches: Map<string, { value: Touch }> }).touches.values()].map(
    ({ value }) => value,
  );
}

describe('a paid order', () => {
  test('is confirmed by mail, once, at once', async () => {
    await record(anOrder());
    expect(await look('1')).toEqual({ planned: 1, stale: 0, unreachable: 0 });
    const [touch] = touchesThere();
    expect(touch).toMatchObject({
      state: 'planned',
      channel: 'email',
      class: 'transactional',
      purpose: 'order',
      order: 'north#1',
      shop: 'north',
      dueAt: noon,
      occurredAt: noon - minute,
      expiresAt: noon - minute + day,
      plannedAddress: emailKey(ann),
    });
    expect(world.called).toEqual([{ customer: touch?.customer, channel: 'email' }]);
  });

  test('is confirmed once however often it is looked at, and a further look calls again for what still waits', async () => {
    await record(anOrder());
    await look('1', '1');
    await record(anOrder({ shippedAt: noon }));
    expect(await look('1')).toEqual({ planned: 0, stale: 0, unreachable: 0 });
    expect(touchesThere().length).toBe(1);
    expect(world.called.length).toBe(2);
    const [touch] = touchesThere();
    await world.send(touch?.customer ?? '', 'email');
    await look('1');
    expect(world.called.length).toBe(2);
    expect(touchesThere().length).toBe(1);
  });

  test('is confirmed once by several who look at the same time', async () => {
    await record(anOrder());
    const counts = await Promise.all([look('1'), look('1'), look('1')]);
    expect(counts.reduce((sum, { planned }) => sum + planned, 0)).toBe(1);
    expect(touchesThere().length).toBe(1);
  });

  test('does not wake what waits for its minute', async () => {
    await record(anOrder());
    world.clock.time = noon;
    await look('1');
    const [touch] = touchesThere();
    if (!touch) throw new Error('nothing was planned');
    await world.touches.commit({ touches: [{ value: { ...touch, dueAt: noon + hour }, version: 1 }] });
    world.called.length = 0;
    await look('1');
    expect(world.called).toEqual([]);
  });

  test.each<[string, SomeOrder]>([
    ['not paid', { paidAt: null }],
    ['a test', { description: { test: true } }],
    ['refunded in full', { refund: { amount: 1000, status: 'success' } }],
  ])('that is %s is not confirmed', async (_what, some) => {
    await record(anOrder(some));
    expect(await look('1')).toEqual({ planned: 0, stale: 0, unreachable: 0 });
    expect(touchesThere()).toEqual([]);
  });

  test('that costs nothing, or was refunded in part, is', async () => {
    await record(anOrder({ id: 'free', description: { total: 0 } }));
    await record(anOrder({ id: 'part', refund: { amount: 10, status: 'success' } }));
    expect((await look('free', 'part')).planned).toBe(2);
  });

  test('that is replayed or imported is not, also when it is heard of again', async () => {
    await record(anOrder(), { silently: true });
    await record(anOrder({ shippedAt: noon }));
    expect((await look('1')).planned).toBe(0);
    expect(touchesThere()).toEqual([]);
  });

  test('that was imported unpaid and is paid now is confirmed', async () => {
    await record(anOrder({ paidAt: null }), { silently: true });
    await record(anOrder());
    expect((await look('1')).planned).toBe(1);
  });

  test('that is old news is not sent: it stays as skipped', async () => {
    await record(anOrder({ paidAt: noon - day - 1 }));
    expect(await look('1')).toEqual({ planned: 0, stale: 1, unreachable: 0 });
    expect(touchesThere()).toMatchObject([{ state: 'skipped', reason: 'stale' }]);
    expect(world.called).toEqual([]);
    expect(await look('1')).toEqual({ planned: 0, stale: 0, unreachable: 0 });
  });

  test('a moment before it is too old is sent', async () => {
    await record(anOrder({ paidAt: noon - day + 1 }));
    expect((await look('1')).planned).toBe(1);
  });

  test('of somebody without an address stays as skipped', async () => {
    await record(anOrder({ email: null }));
    expect(await look('1')).toEqual({ planned: 0, stale: 0, unreachable: 1 });
    expect(touchesThere()).toMatchObject([{ state: 'skipped', reason: 'address' }]);
  });

  test('of nobody is not confirmed', async () => {
    await record({ ...anOrder(), identities: [] });
    expect((await look('1')).planned).toBe(0);
    expect(touchesThere()).toEqual([]);
  });

  test('goes by SMS where there is no mail address, or where it is barred', async () => {
    await record(anOrder({ id: 'phone', buyer: 'b2', email: null, phone: '+8613800138001' }));
    await record(anOrder({ id: 'barred', phone }));
    await takeFeedback(
      {
        type: 'reaction',
        channel: 'email',
        kind: 'bounced',
        at: noon,
        providerId: 'm',
        addresses: [ann],
        blocks: 'bounce',
      },
      world.deps,
    );
    expect((await look('phone', 'barred')).planned).toBe(2);
    expect(touchesThere().map(({ channel, plannedAddress }) => [channel, plannedAddress])).toEqual([
      ['sms', phoneKey('+8613800138001')],
      ['sms', phoneKey(phone)],
    ]);
  });

  test('goes where its journey says', async () => {
    sendBy('sms');
    await record(anOrder({ phone }));
    await look('1');
    expect(touchesThere().map(({ channel }) => channel)).toEqual(['sms']);
  });

  test('is not confirmed again on another channel once its journey names another', async () => {
    await record(anOrder({ phone }));
    await look('1');
    sendBy('sms');
    expect(await look('1')).toEqual({ planned: 0, stale: 0, unreachable: 0 });
    expect(touchesThere().map(({ channel }) => channel)).toEqual(['email']);
  });

  test('is not confirmed where its journey is off', async () => {
    world.change('order-confirmation', { enabled: false });
    await record(anOrder());
    expect((await look('1')).planned).toBe(0);
  });

  test('of a customer who was merged is theirs who goes on, and is not confirmed a second time', async () => {
    await record(anOrder());
    await record(anOrder({ id: '2', buyer: 'b2', email: 'second@example.com' }));
    await look('1', '2');
    const before = touchesThere();
    const [one = '', two = ''] = before.map(({ customer }) => customer);
    expect(one).not.toBe(two);
    await mergeCustomers([one, two], world.settings, world.deps);
    expect(await look('1', '2')).toEqual({ planned: 0, stale: 0, unreachable: 0 });
    expect(touchesThere()).toEqual(before);
  });

  test('that was planned for nobody yet goes to whom its customer was merged into', async () => {
    await record(anOrder());
    await record(anOrder({ id: '2', buyer: 'b2', email: 'second@example.com' }));
    const ids = [...world.memory.files.keys()] as [string, string];
    const survivor = await mergeCustomers(ids, world.settings, world.deps);
    expect((await look('1', '2')).planned).toBe(2);
    expect(touchesThere().map(({ customer }) => customer)).toEqual([survivor, survivor]);
  });

  test('there is not is nothing', async () => {
    expect(await look('none')).toEqual({ planned: 0, stale: 0, unreachable: 0 });
  });

  test('is called for after a look that failed half way', async () => {
    await record(anOrder());
    await record(anOrder({ id: '2' }));
    let plans = 0;
    const touches = {
      readLive: world.touches.readLive.bind(world.touches),
      readOpen: world.touches.readOpen.bind(world.touches),
      readTouch: world.touches.readTouch.bind(world.touches),
      listTouches: world.touches.listTouches.bind(world.touches),
      commit: world.touches.commit.bind(world.touches),
      plan: async (touch: Touch) => {
        if (++plans === 2) throw new StoreBusyError('lost');
        return world.touches.plan(touch);
      },
    };
    const refs = ['north#1', 'north#2'];
    await expect(enterForOrders(refs, { ...world.deps, touches })).rejects.toThrow('lost');
    expect([touchesThere().length, world.called.length]).toEqual([1, 0]);
    expect((await enterForOrders(refs, world.deps)).planned).toBe(1);
    expect([touchesThere().length, world.called.length]).toEqual([2, 2]);
  });
});

describe('a customer who has turned silent', () => {
  /** Bought so many days ago, in the calendar of the shop. */
  const bought = (days: number, id = 'c1') => {
    const paidAt = noon - days * day;
    const entry = {
      statedAt: paidAt,
      purchase: {
        paidAt,
        day: Math.floor((paidAt + 8 * hour) / day),
        amount: 1000,
        currency: 'CNY',
        items: 1,
        lines: [],
        coupons: [],
      },
    };
    return withOrder(aFile({ id, email: ann }), { ref: `north#${id}`, entry, statements: {} });
  };

  test('is greeted once, in the name of the shop of the last purchase', async () => {
    await world.putFile(bought(91));
    expect((await lookAt('c1')).planned).toBe(1);
    expect(touchesThere()).toMatchObject([
      {
        class: 'care',
        channel: 'email',
        occurrence: 'silent 2026-11-23',
        shop: 'north',
        expiresAt: noon - 12 * hour + 3 * day,
      },
    ]);
    expect((await lookAt('c1')).planned).toBe(0);
    world.clock.time = noon + hour;
    await lookAt('c1');
    expect(touchesThere().length).toBe(1);
  });

  test('is not while they are active, or have gone on to sleep', async () => {
    await world.putItems([90, 181, 400].map((days) => ({ type: 'file', file: bought(days, `c${days}`) })));
    expect(await lookAt('c90', 'c181', 'c400')).toEqual({ planned: 0, stale: 0, unreachable: 0 });
  });

  test('days ago is old news', async () => {
    await world.putFile(bought(93));
    expect(await lookAt('c1')).toEqual({ planned: 0, stale: 1, unreachable: 0 });
  });

  test('and was merged is looked at as whom they have become', async () => {
    await world.putItems([
      { type: 'redirect', id: 'c9', to: 'c1' },
      { type: 'file', file: { ...bought(91), aliases: ['c9'] } },
    ]);
    expect((await lookAt('c9', 'c1')).planned).toBe(1);
    expect(touchesThere().map(({ customer }) => customer)).toEqual(['c1']);
  });

  test('is not where its journey is off, and nobody is where there is nobody', async () => {
    world.change('turned-silent', { enabled: false });
    await world.putFile(bought(91));
    expect((await lookAt('c1')).planned).toBe(0);
    expect((await lookAt('nobody')).planned).toBe(0);
  });

  test('is written to only with their consent, which is asked when it is sent', async () => {
    const file = bought(91);
    await world.putFile({ ...file, statements: { email: { value: ann, at: 0, ref: 'x' } } });
    await lookAt('c1');
    await world.send('c1', 'email');
    expect(touchesThere()).toMatchObject([{ state: 'skipped', reason: 'consent' }]);
    expect(file.statements).toHaveProperty(consentField('email', ann));
  });
});
