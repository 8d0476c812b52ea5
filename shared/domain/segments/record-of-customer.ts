import { type Instant, parseDay } from '../calendar.ts';
import type { CustomerFile } from '../customers/customer-file.ts';
import { genderWord } from '../customers/gender.ts';
import { isE164, normaliseEmail } from '../customers/identity.ts';
import type { Said, Statement } from '../customers/statements.ts';
import { amountInBase } from '../customers/summary.ts';
import { stageAt, stageSince } from '../life-cycle/stage.ts';
import { shopOfRef } from '../orders/order.ts';
import type { Purchase } from '../orders/purchase.ts';
import type { Settings } from '../settings/settings.ts';
import type { RecordPurchase, SegmentRecord } from './record.ts';

/** What of a record the file alone does not tell; needed only where the rule asks for it. */
export interface RecordParts {
  readonly standing?: Pick<SegmentRecord, 'rfm' | 'tier' | 'points' | 'tags'>;
  readonly reach?: Pick<SegmentRecord, 'consent' | 'reachable'>;
  readonly touches?: Pick<SegmentRecord, 'touched' | 'opened' | 'clicked'>;
  readonly predicted?: SegmentRecord['predicted'] | undefined;
  readonly behaviour?: Pick<SegmentRecord, 'events'>;
}

const partOfField: Readonly<Record<string, keyof RecordParts>> = {
  rfm: 'standing',
  tier: 'standing',
  points: 'standing',
  tags: 'standing',
  consent: 'reach',
  reachable: 'reach',
  touched: 'touches',
  opened: 'touches',
  clicked: 'touches',
  predicted: 'predicted',
  did: 'behaviour',
};

/** Which part a field stands in; undefined for what the file tells. */
export function partOf(field: string): keyof RecordParts | undefined {
  const family = field.split('.', 1)[0] ?? '';
  return Object.hasOwn(partOfField, family) ? partOfField[family] : undefined;
}

export type RecordMaker = (file: CustomerFile, parts?: RecordParts) => SegmentRecord;

const nothing: RecordParts = {};
const noStanding = { rfm: undefined, tier: undefined, points: 0, tags: [] } as const;
const noReach = {
  consent: { sms: 'unknown', email: 'unknown' },
  reachable: { sms: false, email: false },
} as const;
const noTouches = { touched: [], opened: [], clicked: [] } as const;
const noBehaviour: Pick<SegmentRecord, 'events'> = { events: new Map() };
const none: readonly never[] = [];
const noAttributes: ReadonlyMap<string, Statement> = new Map();

/**
 * Makes files into the records that rules see (DOMAIN 6), as of a moment. A scan makes one for every customer, so only
 * what these fields ask for is reckoned; the other members stay empty.
 * @param fields names of the fields that will be asked, as `fieldsOf` a rule gives them
 */
export function recordMaker(fields: ReadonlySet<string>, settings: Settings, asOf: Instant): RecordMaker {
  const asked = askedBy(fields);
  const { stages, timezone } = settings;
  return (file, parts = nothing) => {
    const { standing = noStanding, reach = noReach, touches = noTouches, behaviour = noBehaviour, predicted } = parts;
    const { statements } = file;
    const paid = asked.stage || asked.stageSince ? paymentsOf(file) : none;
    return {
      id: file.id,
      phone: asked.phone ? phoneIn(statements.phone?.value) : undefined,
      email: asked.email ? emailIn(statements.email?.value) : undefined,
      purchases: asked.purchases ? purchasesFor(file, settings, asked.contents) : none,
      gender: asked.gender ? genderIn(statements.gender?.value) : undefined,
      birthday: asked.birthday ? birthdayIn(statements.birthday?.value) : undefined,
      occupation: textIn(statements.occupation?.value),
      country: textIn(statements.country?.value),
      province: textIn(statements.province?.value),
      city: textIn(statements.city?.value),
      credit: statements.credit?.value ?? undefined,
      attributes: asked.attributes.length > 0 ? attributesIn(file, asked.attributes) : noAttributes,
      stage: asked.stage ? stageAt(paid, asOf, stages, timezone) : 'prospect',
      stageSince: asked.stageSince ? stageSince(paid, asOf, stages, timezone) : undefined,
      rfm: standing.rfm,
      tier: standing.tier,
      points: standing.points,
      tags: standing.tags,
      shops: asked.shops ? shopsOf(file, asOf) : none,
      couponsUsed: asked.coupons ? couponsUsedBy(file, asOf) : none,
      consent: reach.consent,
      reachable: reach.reachable,
      events: behaviour.events,
      opened: touches.opened,
      clicked: touches.clicked,
      touched: touches.touched,
      predicted,
    };
  };
}

/** What costs something to find out, and whether it is asked for. */
function askedBy(fields: ReadonlySet<string>) {
  const asksAbout = (family: string) => [...fields].some((name) => name.startsWith(`${family}.`));
  return {
    phone: fields.has('phone'),
    email: fields.has('email'),
    purchases: asksAbout('orders') || asksAbout('bought'),
    contents: asksAbout('bought'),
    gender: fields.has('gender'),
    birthday: fields.has('birthday') || fields.has('age'),
    attributes: [...fields].filter((name) => name.startsWith('attr.')),
    stage: fields.has('stage'),
    stageSince: fields.has('stageSince'),
    shops: fields.has('shop'),
    coupons: fields.has('coupon.used'),
  };
}

function textIn(value: Said | undefined): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

function phoneIn(value: Said | undefined): string | undefined {
  return typeof value === 'string' && isE164(value) ? value : undefined;
}

function emailIn(value: Said | undefined): string | undefined {
  return typeof value === 'string' ? normaliseEmail(value) : undefined;
}

function genderIn(value: Said | undefined): string | undefined {
  return value === undefined || value === null ? undefined : genderWord(String(value));
}

/** 19900228 for 28 February 1990; undefined for what is no day. */
export function birthdayIn(value: Said | undefined): number | undefined {
  return typeof value === 'string' && parseDay(value) !== undefined ? Number(value.replaceAll('-', '')) : undefined;
}

function attributesIn({ statements }: CustomerFile, fields: readonly string[]): ReadonlyMap<string, Statement> {
  const attributes = new Map<string, Statement>();
  for (const field of fields) {
    const value = statements[field]?.value;
    if (value !== undefined && value !== null) attributes.set(field.slice('attr.'.length), value);
  }
  return attributes;
}

function paymentsOf({ orders }: CustomerFile): Purchase[] {
  const purchases: Purchase[] = [];
  for (const { purchase } of orders.values()) if (purchase) purchases.push(purchase);
  return purchases;
}

function purchasesFor({ orders }: CustomerFile, settings: Settings, withContents: boolean): RecordPurchase[] {
  const purchases: RecordPurchase[] = [];
  for (const { purchase } of orders.values()) {
    if (purchase) purchases.push(recordPurchase(purchase, settings, withContents));
  }
  return purchases;
}

/** Without a rate for its currency an amount is nothing: such an order waits for its rate (DOMAIN 1). */
function recordPurchase(purchase: Purchase, settings: Settings, withContents: boolean): RecordPurchase {
  const { paidAt, day, items } = purchase;
  const amount = amountInBase(purchase, settings) ?? 0;
  const contents = withContents ? contentsOf(purchase) : noContents;
  return { paidAt, day, amount, items, ...contents };
}

const noContents = { products: none, skus: none, categories: none };

function contentsOf({ lines }: Purchase): Pick<RecordPurchase, 'products' | 'skus' | 'categories'> {
  const [products, skus, categories]: [string[], string[], string[]] = [[], [], []];
  for (const { product, sku, category } of lines) {
    products.push(product);
    if (sku !== undefined) skus.push(sku);
    if (category !== undefined) categories.push(category);
  }
  return { products, skus, categories };
}

/** Shops a customer had ordered from by then, paid or not. */
export function shopsOf({ orders }: Pick<CustomerFile, 'orders'>, asOf: Instant): string[] {
  const shops = new Set<string>();
  for (const [ref, { statedAt, purchase }] of orders) {
    if (Math.min(statedAt, purchase?.paidAt ?? statedAt) <= asOf) shops.add(shopOfRef(ref));
  }
  return [...shops];
}

/** Coupons redeemed by then with what is a purchase still: a refund in full undoes it (DOMAIN 9). */
function couponsUsedBy({ orders }: CustomerFile, asOf: Instant): string[] {
  const coupons = new Set<string>();
  for (const { purchase } of orders.values()) {
    if (purchase && purchase.paidAt <= asOf) for (const code of purchase.coupons) coupons.add(code);
  }
  return [...coupons];
}
