import { seededRandom } from '../../infra/local/seeded-random.ts';
import type { Channel } from '../../shared/domain/messages/message-class.ts';
import { type Touch, touchName } from '../../shared/domain/touches/touch.ts';
import { type ShopAddress, type ShopEvent, sendAll } from '../support/shop-sender.ts';
import {
  type Account,
  accountOf,
  addsUp,
  type Books,
  brokenCaps,
  contradictions,
  describeAccount,
  readBooks,
  stepsBack,
  strayPlaces,
} from '../support/touch-accounts.ts';
import type { WholeStack } from '../support/whole-stack.ts';
import { type FaultCounts, type FaultOptions, FaultRounds, lossesIn, sentByChannel } from './fault-rounds.ts';
import { redriveWork, settle } from './settle.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Noon of the day before the campaign goes out, in UTC. */
export const campaignBeginning = new Date('2026-03-02T12:00:00Z');
/** Ten in the morning of this day, on each recipient's own clock. */
const sendingDay = '2026-03-04';
/** Where the recipients live: ten o'clock comes to one after the other. */
const zones = [
  'Pacific/Auckland',
  'Asia/Tokyo',
  'Asia/Shanghai',
  'Asia/Dubai',
  'Europe/Berlin',
  'Atlantic/Azores',
  'America/Sao_Paulo',
  'America/New_York',
  'America/Los_Angeles',
  'Pacific/Honolulu',
] as const;

export interface CampaignKillOptions extends FaultOptions {
  /** Customers in the segment; some have no consent, some are held out. */
  readonly customers: number;
  readonly say: (line: string) => void;
}

export interface CampaignKillReport extends FaultCounts {
  readonly account: Account;
  readonly heldOut: number;
  /** Messages that went out, by channel. */
  readonly messages: Readonly<Record<Channel, number>>;
  /** Moments at which report and books were read. */
  readonly moments: number;
  readonly redriven: number;
  readonly violations: readonly string[];
}

/**
 * A campaign with coupons and a hold-out, planned, sent hour by hour, paused and resumed on the whole product while
 * everything in it dies and fails; its report and the books are read at every moment at which nothing is under way.
 */
export async function runCampaignKillTest(
  whole: WholeStack,
  options: CampaignKillOptions,
): Promise<CampaignKillReport> {
  const test = new CampaignKillTest(whole, options);
  await test.prepare();
  await test.launch();
  await test.hoursPass();
  await test.allIsTold();
  return test.report();
}

class CampaignKillTest {
  readonly #whole: WholeStack;
  readonly #options: CampaignKillOptions;
  readonly #faults: FaultRounds;
  readonly #violations: string[] = [];
  #before: readonly Touch[] = [];
  #moments = 0;
  #redriven = 0;

  constructor(whole: WholeStack, options: CampaignKillOptions) {
    this.#whole = whole;
    this.#options = options;
    this.#faults = new FaultRounds(whole, options, seededRandom(options.seed));
  }

  /** Customers of old, whose orders tell nobody anything any more; a template, a pool of coupons, a segment. */
  async prepare(): Promise<void> {
    const { stack, call, connectShop } = this.#whole;
    const { customers } = this.#options;
    stack.mail.setLimits({ maxSendRate: 100_000 });
    const shop = await connectShop({ id: 'tea', currency: 'CNY', timezone: 'Asia/Shanghai' });
    const { effectiveAt } = await call('PATCH', '/v1/settings', { channels: { sms: { perSecond: 1000 } } });
    await stack.setTime(new Date(Math.max(stack.now().getTime(), Date.parse(effectiveAt)) + 2000));
    await this.#send(
      shop,
      Array.from({ length: customers }, (_, number) => orderOf(number)),
    );
    await stack.idle();
    const body = { class: 'promotional', locale: 'en', text: 'Your code: {{ coupon.code }}' };
    await call('POST', '/v1/templates', { id: 'spring', channel: 'email', subject: 'Spring', ...body });
    await call('POST', '/v1/templates', { id: 'spring', channel: 'sms', ...body });
    await call('POST', '/v1/coupons', { id: 'spring', kind: 'amount', value: '10', validDays: 30, codes: 'pool' });
    for (let first = 0; first < customers; first += 500) {
      const codes = Array.from({ length: Math.min(500, customers - first) }, (_, index) => `SPRING${first + index}`);
      await call('POST', '/v1/coupons/spring/codes', { codes });
    }
    const rule = { field: 'orders.count', op: 'gte', value: 1 };
    await call('POST', '/v1/segments', { id: 'all', name: 'All', rule });
  }

  async launch(): Promise<void> {
    const { call, stack } = this.#whole;
    await call('POST', '/v1/campaigns', {
      id: 'spring',
      name: 'Spring',
      class: 'promotional',
      segmentId: 'all',
      channels: [
        { channel: 'email', templateId: 'spring' },
        { channel: 'sms', templateId: 'spring' },
      ],
      couponId: 'spring',
      schedule: { at: { localTime: '10:00', date: sendingDay } },
      holdout: 0.1,
      expiresAfterHours: 48,
    });
    const review = await call('POST', '/v1/campaigns/spring/review');
    this.#expect(review.count === this.#options.customers, `${review.count} customers were reviewed`);
    await call('POST', '/v1/campaigns/spring/launch', { review: review.id });
    const { nextAt } = await call('GET', '/v1/campaigns/spring');
    let time = new Date(nextAt);
    // A sweep that died is made up for by that of the next minute.
    for (let isPlanned = false; !isPlanned; time = new Date(time.getTime() + minuteMs)) {
      await stack.setTime(time);
      await this.#faults.under(async () => void (await stack.fireSchedule('minute', time)));
      this.#redriven += await redriveWork(this.#whole);
      const { rounds } = await call('GET', '/v1/campaigns/spring');
      isPlanned = rounds[0]?.planned === true;
    }
    await this.#look('planned');
    const { planned, holdout } = await this.#reportOf();
    this.#expect(review.holdout === holdout, `${review.holdout} were to be held out, and ${holdout} are`);
    this.#expect(planned > 0, 'nothing was planned');
  }

  /** Ten o'clock comes to one zone after the other; in the middle of it the campaign is paused for two hours. */
  async hoursPass(): Promise<void> {
    const { stack, call } = this.#whole;
    const dues = new Set(this.#before.flatMap(({ state, dueAt }) => (state === 'planned' ? (dueAt ?? []) : [])));
    const hours = [...dues].sort((a, b) => a - b);
    for (const [index, due] of hours.entries()) {
      const time = new Date(due);
      await stack.setTime(time);
      await this.#faults.under(async () => {
        // Called for twice at the same time.
        await Promise.all([stack.fireSchedule('minute', time), stack.fireSchedule('minute', time)]);
        if (index === Math.floor(hours.length / 2)) await call('POST', '/v1/campaigns/spring/pause');
      });
      await this.#look(`ten o’clock, ${index + 1} of ${hours.length}`);
      if (index === Math.floor(hours.length / 2) + 1) {
        await this.#faults.under(async () => void (await call('POST', '/v1/campaigns/spring/resume')));
        this.#redriven += await redriveWork(this.#whole);
        await this.#look('resumed');
      }
    }
    this.#redriven += await redriveWork(this.#whole);
    const minutes = await settle(this.#whole);
    await this.#look(`${minutes} minutes later`);
  }

  /** The provider says at last what it said nothing of; and the campaign is over. */
  async allIsTold(): Promise<void> {
    const { stack, call } = this.#whole;
    const { touches, messages } = await this.#books();
    const open = new Set(touches.flatMap((touch) => (touch.state === 'unconfirmed' ? [touchName(touch)] : [])));
    for (const { channel, customer, touchId, messageId } of messages) {
      if (channel !== 'email' || !open.has(`${customer} ${touchId}`)) continue;
      await stack.mail.feedback({ messageId, event: 'send' });
    }
    await stack.idle();
    await this.#look('all told');
    const { nextAt } = await call('GET', '/v1/campaigns/spring');
    if (nextAt !== null) {
      const end = new Date(Math.max(Date.parse(nextAt), stack.now().getTime() + hourMs));
      await stack.setTime(end);
      await stack.fireSchedule('minute', end);
      await stack.idle();
    }
    const { state } = await call('GET', '/v1/campaigns/spring');
    this.#expect(state === 'done', `the campaign is ${state} at its end`);
    await this.#look('over');
  }

  async report(): Promise<CampaignKillReport> {
    const books = await this.#books();
    const account = accountOf(books.touches.filter(({ state }) => state !== 'heldout'));
    this.#expect(account.pending === 0, `${account.pending} touches are pending at the end`);
    this.#violations.push(...brokenCaps(books), ...strayPlaces(books), ...this.#wrongAudience(books));
    this.#violations.push(...(await lossesIn(this.#whole)));
    return {
      account,
      messages: sentByChannel(books),
      heldOut: books.touches.filter(({ state }) => state === 'heldout').length,
      moments: this.#moments,
      ...this.#faults.counts(),
      redriven: this.#redriven,
      violations: this.#violations,
    };
  }

  /** Everybody has their place in the plan, once, and on each channel that leads to them. */
  #wrongAudience({ touches, files }: Books): string[] {
    const byCustomer = Map.groupBy(touches, ({ customer }) => customer);
    return files.flatMap((file) => {
      const own = byCustomer.get(file.id) ?? [];
      const isHeldOut = own.some(({ state }) => state === 'heldout');
      const channels = ['email', 'phone'].filter((field) => file.statements[field] !== undefined).length;
      const hasConsent = Object.entries(file.statements).some(
        ([field, { value }]) => field.startsWith('consent') && value,
      );
      const expected = isHeldOut || !hasConsent ? 1 : channels;
      return own.length === expected ? [] : [`${file.id} has ${own.length} touches, not ${expected}`];
    });
  }

  async #books(): Promise<Books> {
    const books = await readBooks(this.#whole);
    return { ...books, touches: books.touches.filter(({ origin }) => origin.type === 'campaign') };
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  async #reportOf(): Promise<any> {
    return this.#whole.call('GET', '/v1/campaigns/spring/report');
  }

  /** Reads the report and the books, and checks what must be true whenever nothing is under way. */
  async #look(label: string): Promise<void> {
    const [report, books] = await Promise.all([this.#reportOf(), this.#books()]);
    const account = accountOf(books.touches.filter(({ state }) => state !== 'heldout'));
    this.#moments++;
    const skipped = Object.values(report.skipped as Record<string, number>).reduce((sum, count) => sum + count, 0);
    const told: Account = { ...pick(report), skipped };
    const wrong = [
      ...(addsUp(told) ? [] : [`the report does not add up: ${describeAccount(told)}`]),
      ...(describeAccount(told) === describeAccount(account)
        ? []
        : [`report and books differ: ${describeAccount(told)}`]),
      ...contradictions(books),
      ...stepsBack(this.#before, books.touches),
      ...wrongCoupons(books),
    ];
    this.#violations.push(...wrong.map((what) => `${label}: ${what}`));
    this.#before = books.touches;
    this.#options.say(`${label}: ${describeAccount(account)}${wrong.length > 0 ? `, ${wrong.length} VIOLATIONS` : ''}`);
  }

  #expect(isSo: boolean, otherwise: string): void {
    if (!isSo) this.#violations.push(otherwise);
  }

  async #send(shop: ShopAddress, events: readonly ShopEvent[]): Promise<void> {
    const { byStatus } = await sendAll(shop, events, { patienceMs: 60_000 });
    const refused = Object.keys(byStatus).filter((status) => !['200', '202'].includes(status));
    this.#expect(refused.length === 0, `webhooks were answered ${refused.join(', ')}`);
  }
}

function pick({ planned, sent, failed, unconfirmed, pending }: Account): Omit<Account, 'skipped'> {
  return { planned, sent, failed, unconfirmed, pending };
}

/** Codes in messages: each of those that went out has one, one contact the same, and no two customers the same. */
function wrongCoupons({ touches }: Books): string[] {
  const went = touches.filter(({ state }) => state === 'sent' || state === 'unconfirmed');
  const bare = went.filter(({ code }) => code === undefined).map((touch) => `no code in ${touchName(touch)}`);
  const holders = Map.groupBy(
    touches.filter(({ code }) => code !== undefined),
    ({ code }) => code,
  );
  const shared = [...holders].flatMap(([code, some]) => {
    const customers = new Set(some.map(({ customer }) => customer));
    return customers.size > 1 ? [`${code} went to ${customers.size} customers`] : [];
  });
  const codes = Map.groupBy(went, ({ customer }) => customer);
  const several = [...codes].flatMap(([customer, some]) => {
    const given = new Set(some.map(({ code }) => code));
    return given.size > 1 ? [`${customer} was given ${given.size} codes`] : [];
  });
  return [...bare, ...shared, ...several];
}

/** An order of a month ago: by mail, by phone, by both, or without consent. */
function orderOf(number: number): ShopEvent {
  const at = new Date(campaignBeginning.getTime() - 30 * 24 * hourMs - number * 1000).toISOString();
  const kind = number % 10;
  const customer = {
    id: `buyer-${number}`,
    timezone: zones[number % zones.length],
    ...(kind !== 4 && kind !== 5 && { email: `buyer-${number}@example.com` }),
    ...(kind >= 4 && kind < 8 && { phone: `+86199${String(number).padStart(8, '0')}` }),
    consent: kind === 9 ? { email: false, sms: false } : { email: true, sms: true },
  };
  const items = [{ productId: 'tea', title: 'Tea', quantity: 1, price: '10.00' }];
  const data = {
    id: `old-${number}`,
    currency: 'CNY',
    total: '10.00',
    createdAt: at,
    paidAt: at,
    updatedAt: at,
    items,
    customer,
  };
  return { id: `old-${number}`, body: JSON.stringify({ type: 'order.paid', timestamp: at, data }) };
}
