import { formatInstant, offsetAt, parseDay } from '../../shared/domain/calendar.ts';
import { nextAllowedMinute } from '../../shared/domain/contact-policy/quiet-hours.ts';
import { zoneOf } from '../../shared/domain/contact-policy/standing.ts';
import {
  type CustomerFile,
  contributionOf,
  emptyFile,
  purchasesOf,
  withOrder,
} from '../../shared/domain/customers/customer-file.ts';
import { noticeCustomer } from '../../shared/domain/customers/notice-customer.ts';
import { advance, type SendAction } from '../../shared/domain/journeys/advance.ts';
import { dayMarksOf } from '../../shared/domain/journeys/day-marks.ts';
import type { Enrolment } from '../../shared/domain/journeys/enrolment.ts';
import { enrolled, mayEnter, moved, newsOf, type Occurrence } from '../../shared/domain/journeys/enter.ts';
import { exitReasonOf, otherOrders } from '../../shared/domain/journeys/exits.ts';
import { occurrencesOfFestival } from '../../shared/domain/journeys/festival-occurrences.ts';
import type { Journey, JourneyDefinition } from '../../shared/domain/journeys/journey.ts';
import { isOrderTrigger, occurrencesOfOrder } from '../../shared/domain/journeys/order-occurrences.ts';
import { journeyPresets } from '../../shared/domain/journeys/presets.ts';
import { compileJourney } from '../../shared/domain/journeys/program.ts';
import { occurrencesOfEvents, occurrencesOfFile } from '../../shared/domain/journeys/triggers.ts';
import { joinOrders, type Milestones, type Order, orderRef, type Refund } from '../../shared/domain/orders/order.ts';
import type { SegmentRule } from '../../shared/domain/segments/rule.ts';
import { defaultSettings, type Settings } from '../../shared/domain/settings/settings.ts';

const HOUR = 3_600_000;

/** `2026-03-01 10:00` on a zone's wall clock; the earlier of two where it is repeated. */
export function at(text: string, zone = 'Asia/Shanghai'): number {
  const wall = Date.parse(`${text.replace(' ', 'T')}Z`);
  const around = [wall - offsetAt(wall - 24 * HOUR, zone), wall - offsetAt(wall + 24 * HOUR, zone)];
  const matching = around.filter((instant) => shown(instant, zone) === text);
  if (matching.length === 0) throw new RangeError(`no clock of ${zone} ever shows ${text}`);
  return Math.min(...matching);
}

export function shown(instant: number, zone: string): string {
  return formatInstant(instant + offsetAt(instant, zone))
    .slice(0, 16)
    .replace('T', ' ');
}

interface OrderFacts extends Milestones {
  readonly id?: string;
  readonly shop?: string;
  readonly total?: number;
  readonly products?: readonly string[];
  readonly refunds?: readonly Refund[];
  readonly tracking?: Order['tracking'];
  readonly description?: Partial<NonNullable<Order['description']>['value']>;
}

/** A snapshot of an order. */
export function anOrder(facts: OrderFacts): Order {
  const { id = '1', shop = 'north', total = 10_000, products = ['tea'], refunds = [], tracking = [] } = facts;
  const { description, ...rest } = facts;
  const { createdAt = 0, paidAt, shippedAt, deliveredAt, cancelledAt } = rest;
  const milestones = { createdAt, paidAt, shippedAt, deliveredAt, cancelledAt };
  const known = Object.entries(milestones).filter(([, time]) => time !== undefined);
  const times = [...known.map(([, time]) => Number(time)), ...refunds.map((refund) => refund.at)];
  const updatedAt = Math.max(...times);
  return {
    shop,
    id,
    milestones: Object.fromEntries(known),
    refunds: refunds.map((value) => ({ value, at: updatedAt })),
    description: {
      value: {
        currency: 'CNY',
        total,
        items: products.map((productId) => ({ productId, title: productId, quantity: 1, price: total })),
        ...description,
      },
      at: updatedAt,
    },
    tracking,
    identities: [],
    statements: {},
    statedAt: createdAt,
  };
}

/** Something the world is told at a moment. */
export type Happening = { readonly at: number } & (
  | { readonly order: Order }
  | { readonly says: Readonly<Record<string, string | boolean>> }
  | { readonly does: string }
);

export interface WorldOptions {
  readonly zone?: string;
  readonly settings?: Settings;
  readonly from?: number;
  readonly until: number;
  /** Nobody looks in between: an outage. */
  readonly outage?: readonly [from: number, until: number];
  /** What a rule of the segment language says of the customer; the presets ask for the number of purchases. */
  readonly holds?: (rule: SegmentRule, file: CustomerFile, now: number) => boolean;
  readonly shopAnniversary?: string;
}

export interface Message {
  readonly journey: string;
  readonly step: string;
  readonly template: string;
  /** When it left, on the customer's clock. */
  readonly at: string;
}

export interface WorldLog {
  readonly sent: readonly Message[];
  /** `payment-reminder-new/notice gives_way` */
  readonly leftOut: readonly string[];
  readonly enrolments: readonly Enrolment[];
}

export function presetJourney(id: string, enabledAt?: number): Journey {
  const preset = journeyPresets.find(({ definition }) => definition.id === id);
  if (!preset) throw new Error(`no preset ${id}`);
  return journeyOf(preset.definition, enabledAt);
}

export function journeyOf(definition: JourneyDefinition, enabledAt?: number): Journey {
  const { id } = definition;
  return {
    id,
    version: 1,
    definition,
    enabled: true,
    preset: true,
    updatedAt: 0,
    ...(enabledAt !== undefined && { enabledAt }),
  };
}

/**
 * One customer, some journeys and a clock that jumps from one moment at which something is due to the next: what the
 * runtime does with queues and tables, with the same decisions. A night comes at 03:00 of the workspace and looks at who
 * is due; messages leave when quiet hours allow, after the facts were looked at once more.
 */
export function live(journeys: readonly Journey[], happenings: readonly Happening[], options: WorldOptions): WorldLog {
  return new World(journeys, options).live(happenings);
}

class World {
  readonly #journeys: readonly Journey[];
  readonly #options: WorldOptions;
  readonly #settings: Settings;
  readonly #orders = new Map<string, Order>();
  readonly #enrolments = new Map<string, Enrolment>();
  #waiting: { readonly enrolment: Enrolment; readonly send: SendAction; readonly leaves: number }[] = [];
  readonly #sent: Message[] = [];
  readonly #leftOut: string[] = [];
  #events: { readonly type: string; readonly at: number }[] = [];
  #file: CustomerFile = emptyFile('anna');
  #dueAt: number | undefined;

  constructor(journeys: readonly Journey[], options: WorldOptions) {
    this.#journeys = journeys;
    this.#options = options;
    const dayMarks = dayMarksOf(journeys.map(({ definition }) => definition.trigger));
    this.#settings = { ...(options.settings ?? defaultSettings), dayMarks };
  }

  live(happenings: readonly Happening[]): WorldLog {
    const told = [...happenings].sort((a, b) => a.at - b.at);
    let now = this.#options.from ?? told[0]?.at ?? 0;
    let night = this.#firstNight(now);
    while (now <= this.#options.until) {
      while (told[0] && told[0].at <= now) this.#take(told.shift() as Happening, now);
      if (night <= now) {
        if (this.#dueAt !== undefined && this.#dueAt <= now) this.#look(now);
        this.#audience(now);
        night += 24 * HOUR;
      }
      this.#sweep(now);
      this.#send(now);
      now = this.#awake(Math.min(night, told[0]?.at ?? night, ...this.#dueTimes()), now);
    }
    return { sent: this.#sent, leftOut: this.#leftOut, enrolments: [...this.#enrolments.values()] };
  }

  #firstNight(now: number): number {
    const day = parseDay(shown(now, this.#settings.timezone).slice(0, 10)) ?? 0;
    const night = at(`${formatInstant(day * 24 * HOUR).slice(0, 10)} 03:00`, this.#settings.timezone);
    return night < now ? night + 24 * HOUR : night;
  }

  #awake(next: number, now: number): number {
    const [from, until] = this.#options.outage ?? [0, 0];
    const later = Math.max(next, now + 1);
    return later >= from && later < until ? until : later;
  }

  #dueTimes(): number[] {
    const active = [...this.#enrolments.values()].filter(({ state }) => state === 'active');
    return [...active.map(({ dueAt = 0 }) => dueAt), ...this.#waiting.map(({ leaves }) => leaves)];
  }

  #take(happening: Happening, now: number): void {
    if ('order' in happening) this.#takeOrder(happening.order);
    if ('does' in happening) this.#events.push({ type: happening.does, at: happening.at });
    if ('says' in happening) {
      const said = Object.entries(happening.says).map(([field, value]) => [
        field,
        { value, at: happening.at, ref: 'u' },
      ]);
      this.#file = { ...this.#file, statements: { ...this.#file.statements, ...Object.fromEntries(said) } };
    }
    this.#look(now);
  }

  #takeOrder(order: Order): void {
    const ref = orderRef(order.shop, order.id);
    const known = this.#orders.get(ref);
    const joined = known ? joinOrders(known, order) : order;
    this.#orders.set(ref, joined);
    this.#file = withOrder(this.#file, contributionOf(joined, this.#settings.timezone));
  }

  get #zone(): string {
    return zoneOf(this.#file, this.#options.zone ?? this.#settings.timezone);
  }

  /** As whoever is called when a record has changed, or by the night. */
  #look(now: number): void {
    for (const journey of this.#journeys) {
      for (const occurrence of this.#occurrences(journey, now)) this.#enter(journey, occurrence, now);
    }
    this.#dueAt = noticeCustomer(this.#file, now, 'time', this.#settings).dueAt;
  }

  #occurrences({ definition: { trigger } }: Journey, now: number): Occurrence[] {
    if (isOrderTrigger(trigger)) {
      return [...this.#orders.values()].flatMap((order) =>
        occurrencesOfOrder(trigger, order, this.#settings.timezone, now),
      );
    }
    if (trigger.on === 'event') return occurrencesOfEvents(trigger, this.#events, this.#file, now);
    return occurrencesOfFile(trigger, this.#file, this.#zone, this.#settings, now);
  }

  /** Festivals are for everybody: the night goes through the base. */
  #audience(now: number): void {
    for (const journey of this.#journeys) {
      const { trigger } = journey.definition;
      if (trigger.on !== 'festival') continue;
      const occurrences = occurrencesOfFestival(trigger, this.#zone, now, this.#options.shopAnniversary);
      for (const occurrence of occurrences) this.#enter(journey, occurrence, now);
    }
  }

  #enter(journey: Journey, occurrence: Occurrence, now: number): void {
    const key = `${journey.id}#${occurrence.name}`;
    const known = this.#enrolments.get(key);
    if (known) {
      this.#enrolments.set(key, moved(known, occurrence) ?? known);
      return;
    }
    const news = newsOf(occurrence, journey, this.#settings, now);
    const earlier = [...this.#enrolments.values()].filter((one) => one.journey === journey.id);
    if (news === 'before' || !mayEnter(journey.definition, earlier, occurrence.at)) return;
    this.#advance(key, enrolled('anna', journey, occurrence), now, { stale: news === 'stale' });
  }

  #sweep(now: number): void {
    for (const [key, enrolment] of this.#enrolments) {
      if (enrolment.state === 'active' && (enrolment.dueAt ?? 0) <= now) this.#advance(key, enrolment, now);
    }
  }

  #definition(id: string): JourneyDefinition {
    return (this.#journeys.find((journey) => journey.id === id) as Journey).definition;
  }

  #advance(key: string, enrolment: Enrolment, now: number, start?: { readonly stale: boolean }): void {
    const definition = this.#definition(enrolment.journey);
    const input = start ? { type: 'start' as const, at: now, ...start } : { type: 'time' as const, at: now };
    const next = advance(compileJourney(definition), enrolment, input, {
      zone: this.#zone,
      quietHours: this.#settings.quietHours,
      exit: () => this.#exit(definition, enrolment, now),
      holds: (rule) => this.#holds(rule, now),
      reacted: () => false,
    });
    this.#enrolments.set(key, next.enrolment);
    for (const action of next.actions) if (action.type === 'send') this.#plan(next.enrolment, action, now);
  }

  #plan(enrolment: Enrolment, send: SendAction, now: number): void {
    const name = `${enrolment.journey}/${send.id}`;
    if (send.leftOut) {
      this.#leftOut.push(`${name} ${send.leftOut}`);
      return;
    }
    const knowsQuiet = !['order', 'shipping', 'refund'].includes(send.step.purpose);
    const leaves = knowsQuiet ? nextAllowedMinute(now, this.#zone, this.#settings.quietHours) : now;
    if (leaves >= send.expiresAt) this.#leftOut.push(`${name} quiet_hours`);
    else this.#waiting.push({ enrolment, send, leaves });
  }

  #send(now: number): void {
    const due = this.#waiting.filter(({ leaves }) => leaves <= now);
    this.#waiting = this.#waiting.filter(({ leaves }) => leaves > now);
    for (const { enrolment, send } of due) {
      const { journey } = enrolment;
      const reason = this.#exit(this.#definition(journey), enrolment, now) ?? (now >= send.expiresAt && 'expired');
      if (reason) this.#leftOut.push(`${journey}/${send.id} ${reason}`);
      else this.#sent.push({ journey, step: send.id, template: send.step.template, at: shown(now, this.#zone) });
    }
  }

  #exit(definition: JourneyDefinition, enrolment: Enrolment, now: number) {
    const order = enrolment.order === undefined ? undefined : this.#orders.get(enrolment.order);
    const others = otherOrders(definition, enrolment, this.#file).flatMap((ref) => this.#orders.get(ref) ?? []);
    const facts = { file: this.#file, settings: this.#settings, holds: (rule: SegmentRule) => this.#holds(rule, now) };
    return exitReasonOf(definition, enrolment, { ...facts, others, ...(order && { order }) }, now);
  }

  #holds(rule: SegmentRule, now: number): boolean {
    if (this.#options.holds) return this.#options.holds(rule, this.#file, now);
    const count = purchasesOf(this.#file).filter(({ paidAt }) => paidAt <= now).length;
    if (!('field' in rule) || rule.field !== 'orders.count') throw new Error('the world knows no such rule');
    return rule.op === 'eq' ? count === rule.value : count >= Number(rule.value);
  }
}
