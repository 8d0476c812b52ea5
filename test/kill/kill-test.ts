import { seededRandom } from '../../infra/local/seeded-random.ts';
import type { Channel } from '../../shared/domain/messages/message-class.ts';
import type { Touch } from '../../shared/domain/touches/touch.ts';
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
  readEnrolments,
  stepsBack,
  strayPlaces,
} from '../support/touch-accounts.ts';
import type { WholeStack } from '../support/whole-stack.ts';
import { type Chat, startChat } from './chat.ts';
import { nights, paidOrder, type SilentBase, shopTime, silentBase, today, zone } from './customers-of-the-test.ts';
import { type FaultCounts, type FaultOptions, FaultRounds, lossesIn, sentByChannel } from './fault-rounds.ts';
import { followedJourney, messagesPerFollowed, notFollowed } from './followed-orders.ts';
import { redriveWork, settle } from './settle.ts';

/** When the clock of the test begins: a morning in the shop. */
export const beginning = shopTime(today, '10:00:00');

export interface KillTestOptions extends FaultOptions {
  /** Orders paid while functions die; each calls for one message, those of the last rounds for two more by a journey. */
  readonly orders: number;
  /** Customers whom two nights turn silent; each calls for one more, and each old order for one that is stale. */
  readonly silent: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

export interface KillReport extends FaultCounts {
  readonly account: Account;
  /** Messages that went out, by channel. */
  readonly messages: Readonly<Record<Channel, number>>;
  /** Messages of the work queue given back by hand after five failures. */
  readonly redriven: number;
  /** Moments at which the books were read. */
  readonly moments: number;
  readonly reasons: ReadonlyMap<string, number>;
  /** What was not as it must be; empty in a test that has passed. */
  readonly violations: readonly string[];
}

/** Plans and sends messages on the whole product while everything in it dies and fails, then looks what became of them. */
export async function runKillTest(whole: WholeStack, options: KillTestOptions): Promise<KillReport> {
  const chat = await startChat(seededRandom(options.seed));
  try {
    const test = new KillTest(whole, chat, options);
    await test.prepare();
    await test.ordersArePaid();
    await test.journeysGoOn();
    for (const [index, day] of nights.entries()) {
      await test.theNightPasses(day, index);
      await test.theMorningComes(day);
    }
    await test.allIsTold();
    return await test.report();
  } finally {
    await chat.stop();
  }
}

class KillTest {
  readonly #whole: WholeStack;
  readonly #chat: Chat;
  readonly #options: KillTestOptions;
  readonly #random: () => number;
  readonly #faults: FaultRounds;
  readonly #silent: SilentBase;
  readonly #violations: string[] = [];
  #shop: ShopAddress | undefined;
  #before: readonly Touch[] = [];
  #moments = 0;
  #redriven = 0;

  constructor(whole: WholeStack, chat: Chat, options: KillTestOptions) {
    this.#whole = whole;
    this.#chat = chat;
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#faults = new FaultRounds(whole, options, this.#random);
    this.#silent = silentBase(options.silent);
  }

  /** A shop with customers of old, and providers that are not what the test waits for. */
  async prepare(): Promise<void> {
    const { stack, call, connectShop } = this.#whole;
    stack.mail.setLimits({ maxSendRate: 100_000 });
    const { effectiveAt } = await call('PATCH', '/v1/settings', {
      timezone: zone,
      channels: { sms: { perSecond: 1000 }, webhook: { url: this.#chat.url } },
    });
    await call('PATCH', '/v1/journeys/order-confirmation', { channels: { confirm: ['email', 'sms', 'webhook'] } });
    await stack.setTime(new Date(Date.parse(effectiveAt) + 2000));
    this.#shop = await connectShop({ id: 'tea', currency: 'CNY', timezone: zone });
    await this.#send(this.#silent.events);
    await stack.idle();
    await this.#look('customers of old');
  }

  /** Orders are paid, round after round, each with its own kills and troubles. */
  async ordersArePaid(): Promise<void> {
    const { orders, rounds } = this.#options;
    for (let round = 0; round < rounds; round++) {
      if (round === followedFrom(rounds)) await this.#follow();
      const first = Math.floor((round * orders) / rounds);
      const last = Math.floor(((round + 1) * orders) / rounds);
      await this.#faults.under(async () => {
        const numbers = Array.from({ length: last - first }, (_, index) => first + index);
        const now = this.#whole.stack.now();
        const events = numbers.flatMap((number) => paidOrder(number, now.getTime(), this.#random));
        // The sweep of a minute calls for what is on its way already.
        await Promise.all([this.#send(events), this.#whole.stack.fireSchedule('minute', now)]);
      });
      await this.#look(`round ${round + 1} of ${rounds}`);
    }
    const minutes = await this.#settle();
    await this.#look(`${minutes} minutes later`);
  }

  /** What customers wait for on their way comes due, and is called for twice at the same time. */
  async journeysGoOn(): Promise<void> {
    const { stack } = this.#whole;
    for (const step of ['later', 'last']) {
      const minute = new Date(Math.floor(stack.now().getTime() / 60_000) * 60_000 + 31 * 60_000);
      await stack.setTime(minute);
      await this.#faults.under(async () => {
        await Promise.all([stack.fireSchedule('minute', minute), stack.fireSchedule('minute', minute)]);
      });
      await this.#look(`half an hour on, ${step}`);
      this.#redriven += await redriveWork(this.#whole);
    }
    const minutes = await this.#settle();
    await this.#look(`${minutes} minutes later`);
  }

  async #follow(): Promise<void> {
    const { stack, call } = this.#whole;
    await call('POST', '/v1/journeys', followedJourney);
    // What is paid a minute ago comes after it was switched on.
    await stack.setTime(new Date(stack.now().getTime() + 120_000));
  }

  /** The night turns customers silent; it is told at night, so that all of it waits for the morning. */
  async theNightPasses(day: string, index: number): Promise<void> {
    const { stack } = this.#whole;
    const time = shopTime(day, '03:00:00');
    await stack.setTime(time);
    await this.#faults.under(async () => void (await stack.fireSchedule('nightly', time)));
    this.#redriven += await redriveWork(this.#whole);
    await this.#look(`the night to ${day}`);
    for (const { buyers, after } of this.#silent.pairs) if (after === index) await this.#merge(...buyers);
    await stack.idle();
  }

  /** Nine o'clock: what waited is due at once, and called for twice at the same time. */
  async theMorningComes(day: string): Promise<void> {
    const { stack } = this.#whole;
    const nine = shopTime(day, '09:00:00');
    await stack.setTime(nine);
    await this.#faults.under(async () => {
      await Promise.all([stack.fireSchedule('minute', nine), stack.fireSchedule('minute', nine)]);
    });
    await this.#look(`nine o'clock on ${day}`);
    const minutes = await this.#settle();
    await this.#look(`${minutes} minutes later`);
  }

  /** The provider says at last what it said nothing of. */
  async allIsTold(): Promise<void> {
    await this.#tellLate();
    await this.#look('all told');
  }

  async report(): Promise<KillReport> {
    const { orders } = this.#options;
    const books = await this.#books();
    const account = accountOf(books.touches);
    const { rounds } = this.#options;
    const first = Math.floor((followedFrom(rounds) * orders) / rounds);
    const followed = Array.from({ length: orders - first }, (_, index) => first + index);
    const expected = orders + messagesPerFollowed * followed.length + 2 * this.#silent.customers;
    this.#expect(account.planned === expected, `${expected} causes, but ${account.planned} touches`);
    this.#violations.push(...this.#ordersUntold(books));
    this.#violations.push(...notFollowed(followed, await readEnrolments(this.#whole), books));
    this.#expect(account.pending === 0, `${account.pending} touches are pending at the end`);
    this.#violations.push(...brokenCaps(books), ...strayPlaces(books), ...mailsNotSettled(books));
    this.#violations.push(...(await lossesIn(this.#whole)));
    return {
      account,
      messages: sentByChannel(books),
      ...this.#faults.counts(),
      redriven: this.#redriven,
      moments: this.#moments,
      reasons: reasonsOf(books.touches),
      violations: this.#violations,
    };
  }

  #books(): Promise<Books> {
    return readBooks(this.#whole, this.#chat.messages);
  }

  #ordersUntold({ touches }: Books): string[] {
    const told = new Set(touches.map(({ order }) => order));
    const numbers = Array.from({ length: this.#options.orders }, (_, number) => number);
    return numbers
      .filter((number) => !told.has(`tea#o-${number}`))
      .map((number) => `nothing was planned for o-${number}`);
  }

  #expect(isSo: boolean, otherwise: string): void {
    if (!isSo) this.#violations.push(otherwise);
  }

  async #send(events: readonly ShopEvent[]): Promise<void> {
    if (!this.#shop) throw new Error('the shop is not connected yet');
    const { byStatus } = await sendAll(this.#shop, events, { patienceMs: 60_000 });
    const refused = Object.keys(byStatus).filter((status) => !['200', '202'].includes(status));
    this.#expect(refused.length === 0, `webhooks were answered ${refused.join(', ')}`);
  }

  async #settle(): Promise<number> {
    this.#redriven += await redriveWork(this.#whole);
    return settle(this.#whole);
  }

  /** Reads the books and checks what must be true at every moment at which nothing is under way. */
  async #look(label: string): Promise<void> {
    const books = await this.#books();
    const account = accountOf(books.touches);
    this.#moments++;
    const wrong = [
      ...(addsUp(account) ? [] : [`it does not add up: ${describeAccount(account)}`]),
      ...contradictions(books),
      ...stepsBack(this.#before, books.touches),
    ];
    this.#violations.push(...wrong.map((what) => `${label}: ${what}`));
    this.#before = books.touches;
    this.#options.say(`${label}: ${describeAccount(account)}${wrong.length > 0 ? `, ${wrong.length} VIOLATIONS` : ''}`);
  }

  async #merge(one: string, other: string): Promise<void> {
    const idOf = async (buyer: string) =>
      (await this.#whole.call('GET', `/v1/customers?shop=tea&buyer=${buyer}`)).items[0].id as string;
    await this.#whole.call('POST', `/v1/customers/${await idOf(one)}/merge`, { with: await idOf(other) });
  }

  /** Each mail was sent. */
  async #tellLate(): Promise<void> {
    const { touches, messages } = await this.#books();
    const open = new Set(
      touches.filter(({ state }) => state === 'unconfirmed').map(({ customer, id }) => `${customer} ${id}`),
    );
    const late = messages.filter(
      ({ channel, customer, touchId }) => channel === 'email' && open.has(`${customer} ${touchId}`),
    );
    this.#expect(
      late.length <= this.#faults.hits('ses.silent'),
      `${late.length} mails went out and are unconfirmed, of ${this.#faults.hits('ses.silent')} that nothing was said of`,
    );
    for (const { messageId } of late) await this.#whole.stack.mail.feedback({ messageId, event: 'send' });
    await this.#whole.stack.idle();
  }
}

/** Orders of the last quarter of the rounds are followed by a journey. */
function followedFrom(rounds: number): number {
  return rounds - Math.ceil(rounds / 4);
}

function mailsNotSettled({ touches, messages }: Books): string[] {
  const sent = new Set(touches.flatMap(({ state, customer, id }) => (state === 'sent' ? [`${customer} ${id}`] : [])));
  return messages
    .filter(({ channel, customer, touchId }) => channel === 'email' && !sent.has(`${customer} ${touchId}`))
    .map(({ customer, touchId }) => `a mail went out and its touch is not sent: ${customer} ${touchId}`);
}

function reasonsOf(touches: readonly Touch[]): Map<string, number> {
  const reasons = new Map<string, number>();
  for (const { state, reason } of touches) {
    if (reason === undefined) continue;
    reasons.set(`${state}: ${reason}`, (reasons.get(`${state}: ${reason}`) ?? 0) + 1);
  }
  return reasons;
}
