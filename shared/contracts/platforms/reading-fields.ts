import { type Instant, offsetAt } from '../../domain/calendar.ts';
import { normaliseEmail, normalisePhone } from '../../domain/customers/identity.ts';
import type { Statement } from '../../domain/customers/statements.ts';
import { dayMs, minuteMs } from '../../domain/durations.ts';
import { decimalsOf, divideHalfEven, parseAmount } from '../../domain/money.ts';
import {
  type AwaitedPayment,
  compareText,
  type Milestones,
  type Order,
  type OrderDescription,
  type PaymentHints,
  type Refund,
  type TrackingNode,
} from '../../domain/orders/order.ts';
import type { BuyerIdentities, FieldError, Reading } from './platform.ts';

/** Readers of platforms' bodies: tolerant of how a value is written, exact about which field is wrong. */

const currencies = new Set(Intl.supportedValuesOf('currency'));

/** True for an ISO 4217 code, in capitals. */
export function isCurrency(code: string): boolean {
  return currencies.has(code);
}

/**
 * A decimal text or number in minor units, without binary floats. What is finer than the currency has is rounded half to
 * even: some shops calculate finer than they charge.
 * @returns undefined when it is no decimal number or does not fit
 */
export function minorUnits(value: unknown, currency: string): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  // JSON writes what is left of a calculation as 2.9e-15.
  const text = typeof value === 'number' && Math.abs(value) < 1e-6 ? '0' : String(value).trim();
  const exact = parseAmount(text, currency);
  if (exact !== undefined) return exact;
  const [, whole = '', fraction = ''] = /^(-?\d{1,13})\.(\d{1,20})$/.exec(text) ?? [];
  const tooFine = fraction.length - decimalsOf(currency);
  if (tooFine <= 0) return undefined;
  const rounded = Number(divideHalfEven(BigInt(whole + fraction), 10n ** BigInt(tooFine)));
  return Number.isSafeInteger(rounded) ? rounded : undefined;
}

const timeText = /^(\d{4}-\d\d-(\d\d))[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?) ?(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?$/i;

/**
 * The instant of `2026-11-23T19:00:00+08:00`, or of the same without an offset on the wall clock of `zone`: `Z`, an
 * offset such as `+08:00`, or an IANA name. Of a time that comes twice when summer time ends the first is taken.
 * @returns undefined when it is no such time
 */
export function instantOf(text: string, zone: string): Instant | undefined {
  const [, day, dayOfMonth, time, offset = zone] = timeText.exec(text.trim()) ?? [];
  const wall = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(wall) || new Date(wall).getUTCDate() < Number(dayOfMonth)) return undefined;
  if (/^z$/i.test(offset)) return wall;
  return /^[+-]/.test(offset) ? wall - fixedOffset(offset) : instantInZone(wall, offset);
}

function fixedOffset(text: string): number {
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return (text.startsWith('-') ? -minutes : minutes) * minuteMs;
}

function instantInZone(wall: number, zone: string): Instant {
  const before = wall - offsetAt(wall - dayMs, zone);
  const after = wall - offsetAt(wall + dayMs, zone);
  const isRight = (instant: number) => instant + offsetAt(instant, zone) === wall;
  return isRight(after) && !isRight(before) ? after : before;
}

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const longestList = 1000;

/**
 * One object of a body. A field that is absent, null or empty reads as undefined; one that is something else than it
 * should be is noted under its path, and `invalid` then says so of the whole body.
 */
export class Fields {
  readonly #json: Json;
  readonly #path: string;
  readonly #errors: FieldError[];

  private constructor(json: Json, path: string, errors: FieldError[]) {
    this.#json = json;
    this.#path = path;
    this.#errors = errors;
  }

  static ofBody(value: unknown): Fields {
    const errors = isObject(value) ? [] : [{ field: '', message: 'is not a JSON object' }];
    return new Fields(isObject(value) ? value : {}, '', errors);
  }

  /** The reading that names what is wrong, if anything is. */
  get invalid(): Reading | undefined {
    return this.#errors.length > 0 ? { type: 'invalid', errors: this.#errors } : undefined;
  }

  has(...names: readonly string[]): boolean {
    return names.some((name) => this.#json[name] !== undefined && this.#json[name] !== null);
  }

  /** Names of all fields there are. */
  get names(): string[] {
    return Object.keys(this.#json);
  }

  /** Notes what is wrong, once a field and at most twenty: enough to mend the sender. */
  wrong(name: string, message: string): undefined {
    const field = this.#pathOf(name);
    if (this.#errors.length < 20 && !this.#errors.some((error) => error.field === field)) {
      this.#errors.push({ field, message });
    }
    return undefined;
  }

  /** The value, or where there is none a stand-in, and the body is invalid. */
  needed<T>(name: string, value: T | undefined, standIn: T): T {
    if (value === undefined) this.wrong(name, 'is needed');
    return value ?? standIn;
  }

  /** Trimmed; a number as it is written. Some senders write false for none. */
  text(name: string): string | undefined {
    const value = this.#json[name];
    if (typeof value === 'number') return String(value);
    if (typeof value === 'string') return value.trim().slice(0, 1000).toWellFormed() || undefined;
    return typeof value === 'object' && value !== null ? this.wrong(name, 'is not text') : undefined;
  }

  /** An id as text; 0 is none. */
  id(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined || text === '0') return undefined;
    const isRounded = typeof this.#json[name] === 'number' && !Number.isSafeInteger(this.#json[name]);
    return isRounded || text.startsWith('-') || text.length > 200 ? this.wrong(name, 'is not an id') : text;
  }

  currency(name: string): string | undefined {
    const code = this.text(name)?.toUpperCase();
    if (code === undefined || currencies.has(code)) return code;
    return this.wrong(name, 'is not an ISO 4217 currency, such as CNY');
  }

  /** Minor units, below zero too. */
  signedAmount(name: string, currency: string): number | undefined {
    const value = this.#json[name];
    if (value === undefined || value === null || value === '') return undefined;
    return minorUnits(value, currency) ?? this.wrong(name, 'is not an amount, such as "123.45"');
  }

  /** Minor units, zero or above. */
  amount(name: string, currency: string): number | undefined {
    const amount = this.signedAmount(name, currency);
    return amount !== undefined && amount < 0 ? this.wrong(name, 'is below zero') : amount;
  }

  /** Pieces; goods sold by weight or length count as the pieces begun. */
  quantity(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const pieces = /^\d{1,7}(\.\d+)?$/.test(text) ? Math.ceil(Number(text)) : Number.NaN;
    return pieces <= 1_000_000 ? pieces : this.wrong(name, 'is not a quantity');
  }

  flag(name: string): boolean | undefined {
    const value = this.#json[name];
    if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined;
    return this.wrong(name, 'is not true or false');
  }

  /** @param zone of times without an offset, as `instantOf` has it */
  time(name: string, zone: string): Instant | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    return instantOf(text, zone) ?? this.wrong(name, 'is not a time, such as 2026-11-23T19:00:00Z');
  }

  /** An empty list is no object: PHP writes empty objects so. */
  object(name: string): Fields | undefined {
    const value = this.#json[name];
    if (isObject(value)) return this.#member(name, value);
    const isNone =
      value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
    return isNone ? undefined : this.wrong(name, 'is not an object');
  }

  /** The objects of a list; PHP writes a list with gaps as an object with numbers for names. */
  objects(name: string): Fields[] {
    const value = this.#json[name];
    if (value === undefined || value === null) return [];
    const isNumbered = isObject(value) && Object.keys(value).every((key) => /^\d+$/.test(key));
    const list: unknown = isNumbered ? Object.values(value) : value;
    if (!Array.isArray(list)) return this.wrong(name, 'is not a list') ?? [];
    if (list.length > longestList) return this.wrong(name, `has more than ${longestList} entries`) ?? [];
    return list.flatMap((entry: unknown, index) => {
      const path = `${name}[${index}]`;
      return isObject(entry) ? this.#member(path, entry) : (this.wrong(path, 'is not an object') ?? []);
    });
  }

  /** As `objects`, for what plugins add: nothing wrong in it makes the body invalid. */
  extras(name: string): Fields[] {
    return new Fields(this.#json, this.#path, []).objects(name);
  }

  /** The texts of a list; what is none is left out. */
  texts(name: string): string[] {
    const value = this.#json[name];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) return this.wrong(name, 'is not a list') ?? [];
    return value.flatMap((entry: unknown) => (typeof entry === 'string' && entry.trim() !== '' ? entry.trim() : []));
  }

  /** The ids of a list, numbers as text. */
  ids(name: string): string[] {
    const value = this.#json[name];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) return this.wrong(name, 'is not a list') ?? [];
    return value.flatMap(
      (entry: unknown) => new Fields({ id: entry }, this.#pathOf(name), this.#errors).id('id') ?? [],
    );
  }

  #member(name: string, json: Json): Fields {
    return new Fields(json, this.#pathOf(name), this.#errors);
  }

  #pathOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }
}

/** Milestones as a body has them: some are there and undefined. */
export type StatedMilestones = { readonly [Name in keyof Milestones]: Instant | undefined };

/** What a body says of an order, in the shape of one; without a description it is a part. */
export function orderState(
  shop: string,
  id: string,
  said: {
    readonly milestones?: StatedMilestones;
    readonly payment?: PaymentHints;
    readonly refunds?: readonly Refund[];
    readonly tracking?: readonly TrackingNode[];
    readonly description?: OrderDescription;
    readonly statements?: Order['statements'];
  },
  /** When this was so: the body's own time. */
  at: Instant,
): Order {
  const { milestones = {}, payment, refunds = [], tracking = [], description, statements = {} } = said;
  return {
    shop,
    id,
    milestones: defined(milestones),
    ...(payment && { payment }),
    refunds: refundsById(refunds).map((value) => ({ value, at })),
    ...(description && { description: { value: description, at } }),
    tracking: tracking.toSorted((a, b) => a.at - b.at || compareText(a.code, b.code)),
    identities: [],
    statements,
    // The buyer speaks when ordering; a part does not tell when that was.
    statedAt: (description && milestones.createdAt) ?? 0,
  };
}

/** The buyer by the first of each kind that identifies anybody (DOMAIN 2). */
export function identitiesOf(
  id: string | undefined,
  phones: readonly (string | undefined)[],
  emails: readonly (string | undefined)[],
  countries: readonly string[],
): BuyerIdentities {
  const phone = firstOf(phones, (text) => normalisePhone(text, countries));
  const email = firstOf(emails, normaliseEmail);
  return defined({ id, phone, email });
}

function firstOf(
  texts: readonly (string | undefined)[],
  normalise: (text: string) => string | undefined,
): string | undefined {
  for (const text of texts) {
    const found = text === undefined ? undefined : normalise(text);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** An account taken away in the shop's administration: for other reasons, too, and an erasure cannot be undone. */
export function accountDeleted(more = ''): Reading {
  const why = 'the account alone was deleted, the customer is kept: DELETE /v1/customers/{id} forgets them';
  return { type: 'ignored', why: `${why}${more}` };
}

/** `John Smith`, or undefined without either. */
export function nameOf(person: Fields | undefined): string | undefined {
  return [person?.text('first_name'), person?.text('last_name')].filter(Boolean).join(' ') || undefined;
}

/** One of each id, the last, by id. */
export function refundsById(refunds: readonly Refund[]): Refund[] {
  const byId = new Map(refunds.map((refund) => [refund.id, refund]));
  return [...byId.values()].sort((a, b) => compareText(a.id, b.id));
}

/**
 * What was paid of an order that its shop calls `refunded` or `partially_refunded`. In full: no more than what went back,
 * although an edit may have left the total above it. A body that lists refunds but no money is wrong, or the purchase
 * would count in full.
 */
export function paidOfRefunded(order: Fields, status: string, total: number, refunds: readonly Refund[]): number {
  const sumOf = (wanted: Refund['status']) =>
    refunds.reduce((sum, refund) => sum + (refund.status === wanted ? refund.amount : 0), 0);
  const back = sumOf('success');
  const isPartly = status === 'partially_refunded';
  if (total > 0 && back + sumOf('requested') === 0 && (isPartly || refunds.length > 0)) {
    order.wrong('refunds', `name no money, though the order is ${status}`);
  }
  return isPartly || back === 0 ? total : Math.min(total, back) || back;
}

/** What is to come of an unpaid order by the name of its way of paying; undefined: the buyer pays online. */
export function awaitedBy(paymentMethod: string): AwaitedPayment | undefined {
  const words = paymentMethod.toLowerCase().replace(/[_-]/g, ' ');
  if (/\bcod\b|cash on delivery|货到付款/.test(words)) return 'collection';
  return /\bbacs\b|\bcheques?\b|\bbank (deposit|transfer)|\bwire|money order|\binvoice\b/.test(words)
    ? 'transfer'
    : undefined;
}

/** The same time for each statement; those that are undefined are none. */
export function stampAll(stated: Readonly<Record<string, Statement | undefined>>, at: number): Order['statements'] {
  return Object.fromEntries(Object.entries(defined(stated)).map(([field, value]) => [field, { value, at }]));
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the members that are undefined. */
export function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}

/** The list, or undefined where it is empty. */
export function someOf<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** Without the members that are undefined; undefined where nothing is left. */
export function filled<T extends object>(value: T): Defined<T> | undefined {
  const left = defined(value);
  return Object.keys(left).length > 0 ? left : undefined;
}
