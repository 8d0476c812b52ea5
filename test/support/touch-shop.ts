import PostalMime, { type Email } from 'postal-mime';
import type { LocalStackOptions } from '../../infra/local/stack.ts';
import type { TouchJson } from '../../shared/contracts/http/messages.ts';
import { dayAfter, instantIn } from './naive-stages.ts';
import { type ShopAddress, type ShopEvent, sendAll } from './shop-sender.ts';
import { startWholeStack, type WholeStack } from './whole-stack.ts';

/** Wall clock of the shop, and of every customer who states no other. */
export const zone = 'Asia/Shanghai';

export interface OrderOf {
  readonly id: string;
  readonly email?: string;
  readonly phone?: string;
  readonly [field: string]: unknown;
}

/** One shop whose customers are written to, on a stack of its own. */
export interface TouchShop {
  readonly whole: WholeStack;
  readonly shop: ShopAddress;
  /** An order paid a minute ago; `more` overrides and adds. */
  paid(id: string, customer: OrderOf, more?: object): ShopEvent;
  /** An order paid so many days before a day, at noon. */
  paidLongAgo(id: string, customer: OrderOf, day: string, daysBefore: number): ShopEvent;
  /** Sends events one after the other and waits for all that they cause. */
  deliver(...events: readonly ShopEvent[]): Promise<void>;
  /** Sets the clock to the shop's wall time, and fires the minute there. */
  minute(day: string, time: string): Promise<void>;
  /** Sets the clock to the shop's wall time, and fires the night there. */
  night(day: string, time?: string): Promise<void>;
  /** Sets the clock some time on, and fires the minute there. */
  later(amount: { readonly minutes?: number; readonly hours?: number }): Promise<void>;
  /** Changes settings, and waits by the clock until they are in force. */
  settle(settings: object): Promise<void>;
  /** Changes a journey, and waits by the clock until it is in force and an order paid a minute ago came after it. */
  change(journey: string, body: object): Promise<void>;
  mailsTo(address: string): Promise<Email[]>;
  textsTo(phone: string): string[];
  customer(buyer: string): Promise<{ readonly id: string; readonly [field: string]: unknown }>;
  /** What the API tells of a customer's messages, newest first. */
  touches(buyer: string, journey?: string): Promise<TouchJson[]>;
  /** `state` or `state: reason` of each. */
  states(buyer: string, journey?: string): Promise<string[]>;
  stop(): Promise<void>;
}

export interface TouchShopOptions extends Partial<LocalStackOptions> {
  readonly name?: string;
}

export async function startTouchShop({ name = '山野茶铺', ...options }: TouchShopOptions): Promise<TouchShop> {
  const whole = await startWholeStack(options);
  const { stack, call } = whole;
  stack.mail.setLimits({ maxSendRate: 10_000 });
  const shop = await whole.connectShop({ id: 'tea', name, currency: 'CNY', timezone: zone });
  const at = (day: string, time: string) => new Date(instantIn(zone, `${day}T${time}`));
  const fireMinute = async (time: Date) => {
    await stack.setTime(time);
    await stack.fireSchedule('minute', time);
  };
  const customer: TouchShop['customer'] = async (buyer) =>
    (await call('GET', `/v1/customers?shop=tea&buyer=${encodeURIComponent(buyer)}`)).items[0];
  const touches: TouchShop['touches'] = async (buyer, journey) => {
    const { id } = await customer(buyer);
    const query = journey === undefined ? '' : `?journey=${journey}`;
    const { journeys } = await call('GET', `/v1/customers/${id}/why${query}`);
    return journeys.flatMap((one: { touches: TouchJson[] }) => one.touches);
  };
  return {
    whole,
    shop,
    paid: (id, buyer, more) => orderEvent(id, buyer, new Date(shop.now() - 60_000), more),
    paidLongAgo: (id, buyer, day, daysBefore) => orderEvent(id, buyer, at(dayAfter(day, -daysBefore), '12:00:00')),
    async deliver(...events) {
      const { byStatus } = await sendAll(shop, events, { lanes: 1, patienceMs: 10_000 });
      const refused = Object.keys(byStatus).filter((status) => !['200', '202'].includes(status));
      if (refused.length > 0) throw new Error(`webhooks were answered ${refused.join(', ')}`);
      await stack.idle();
    },
    minute: (day, time) => fireMinute(at(day, time)),
    async night(day, time = '03:00:00') {
      await stack.setTime(at(day, time));
      await stack.fireSchedule('nightly', at(day, time));
    },
    later: ({ minutes = 0, hours = 0 }) =>
      fireMinute(new Date(Math.ceil(stack.now().getTime() / 60_000 + hours * 60 + minutes) * 60_000)),
    async settle(settings) {
      const { effectiveAt } = await call('PATCH', '/v1/settings', settings);
      await stack.setTime(new Date(Math.max(stack.now().getTime(), Date.parse(effectiveAt ?? 0)) + 1));
    },
    async change(journey, body) {
      await call('PATCH', `/v1/journeys/${journey}`, body);
      await stack.setTime(new Date(stack.now().getTime() + 120_000));
    },
    async mailsTo(address) {
      const sent = (await call('GET', '/_local/outbox?channel=email')).items.filter(
        ({ to }: { to: string }) => to.toLowerCase() === address.toLowerCase(),
      );
      return Promise.all(
        sent.map(async ({ messageId }: { messageId: string }) =>
          PostalMime.parse((await whole.ask('GET', `/_local/outbox/${messageId}/raw`)).text),
        ),
      );
    },
    textsTo: (phone) => stack.outbox.sms().flatMap(({ to, text }) => (to === phone ? [text] : [])),
    customer,
    touches,
    states: async (buyer, journey) =>
      (await touches(buyer, journey)).map(({ state, reason }) => (reason === null ? state : `${state}: ${reason}`)),
    stop: () => whole.stop(),
  };
}

function orderEvent(id: string, customer: OrderOf, paidAt: Date, more: object = {}): ShopEvent {
  const at = paidAt.toISOString();
  const items = [{ productId: 'longjing', title: '龙井茶 100 g', quantity: 2, price: '64.00' }];
  const times = { createdAt: at, paidAt: at, updatedAt: at };
  const data = { id, currency: 'CNY', total: '128.00', ...times, items, customer, ...more };
  const body = JSON.stringify({ type: 'order.updated', timestamp: at, data });
  return { id: `${id}-${Object.keys(more).sort().join('-')}`, body };
}

/** A header of a mail, by its name in any case. */
export function headerOf(mail: Email, name: string): string | undefined {
  return mail.headers.find(({ key }) => key === name.toLowerCase())?.value;
}
