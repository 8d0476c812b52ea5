import type { FactRow } from '../../contracts/facts-files.ts';
import type { Instant } from '../../domain/calendar.ts';
import { addressOf, statedConsentOf } from '../../domain/contact-policy/standing.ts';
import { type CustomerFile, hasSubstance, knownSince } from '../../domain/customers/customer-file.ts';
import { genderWord } from '../../domain/customers/gender.ts';
import type { Said, Statement } from '../../domain/customers/statements.ts';
import { amountInBase } from '../../domain/customers/summary.ts';
import type { Stage } from '../../domain/life-cycle/stage.ts';
import { partsOfRef } from '../../domain/orders/order.ts';
import type { Purchase } from '../../domain/orders/purchase.ts';
import { buyingHistoryAt } from '../../domain/predictions/frequency.ts';
import { birthdayIn, shopsOf } from '../../domain/segments/record-of-customer.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { CustomerMeasures } from '../../domain/value/nightly-limits.ts';
import { pyramidDays } from '../../domain/value/pyramid.ts';
import { rfmValuesAt } from '../../domain/value/rfm-values.ts';
import type { OpenTag } from '../../domain/value/rule-tags.ts';
import { type FactsStanding, factsStandingReader } from '../../domain/value/standing-of-customer.ts';
import type { ValuedPurchase } from '../../domain/value/valued-purchase.ts';
import { addressKeyOf } from '../messages/plan-touches.ts';

/** What the facts of customers are reckoned with. */
export interface CustomerFrame {
  readonly asOf: Instant;
  readonly settings: Settings;
  readonly standingOf: (file: CustomerFile) => FactsStanding;
  readonly identityHash: (text: string) => string;
}

export function customerFrame(
  asOf: Instant,
  settings: Settings,
  identityHash: (text: string) => string,
): CustomerFrame {
  return { asOf, settings, standingOf: factsStandingReader(settings, asOf), identityHash };
}

/** What only everybody together give. */
export const scoreColumns = [
  'tags',
  'rfmR',
  'rfmF',
  'rfmM',
  'rfmGroup',
  'alive',
  'expectedPurchases',
  'predictedValue',
  'nextAt',
] as const satisfies (keyof FactRow<'customers'>)[];

/** A customer without scores, predictions and tags, among which is the place in the pyramid. */
export type UnscoredCustomer = Omit<FactRow<'customers'>, (typeof scoreColumns)[number]>;

export interface CustomerFacts {
  readonly customer: UnscoredCustomer;
  readonly stage: Stage;
  /** Those that are known before everybody is counted: a JSON list. */
  readonly tags: string;
  /** Those that hang on the scores. */
  readonly openTags: readonly OpenTag[];
  /** What scores and predictions will be reckoned from, once everybody is counted. */
  readonly measures: CustomerMeasures;
  readonly purchases: readonly FactRow<'purchases'>[];
  readonly lines: readonly FactRow<'lines'>[];
}

/**
 * A customer as reports and segments see them at the as-of moment, without names and addresses. What lies after it is left
 * out (DOMAIN 1).
 * @returns undefined for a file that is nobody's, or of somebody not heard of by then
 */
export function factsOfCustomer(file: CustomerFile, frame: CustomerFrame): CustomerFacts | undefined {
  const heardAt = heardOfAt(file);
  if (!hasSubstance(file) || heardAt === undefined || heardAt > frame.asOf) return undefined;
  const bought = boughtBy(file, frame);
  const { settings, asOf } = frame;
  const { timezone, rfm: rules } = settings;
  const rfm = rfmValuesAt(bought, asOf, rules.windowDays, timezone);
  const year = rules.windowDays === pyramidDays ? rfm : rfmValuesAt(bought, asOf, pyramidDays, timezone);
  const standing = frame.standingOf(file);
  return {
    customer: customerRow(file, heardAt, standing, frame),
    stage: standing.stage,
    tags: tagsOf(standing),
    openTags: standing.ruleTags.open,
    measures: { rfm: rfm ?? null, history: buyingHistoryAt(bought, asOf, timezone) ?? null, yearAmount: year?.m ?? 0 },
    purchases: bought.map((one) => purchaseRow(file.id, one)),
    lines: bought.flatMap((one) => lineRows(file.id, one, settings)),
  };
}

/** When the life-cycle report takes them for known: the earliest statement or payment. */
function heardOfAt({ orders, updates }: CustomerFile): Instant | undefined {
  let at = Number.POSITIVE_INFINITY;
  for (const { statedAt, purchase } of orders.values()) at = Math.min(at, statedAt, purchase?.paidAt ?? statedAt);
  for (const key in updates) {
    for (const stated of Object.values(updates[key]?.statements ?? {})) at = Math.min(at, stated.at);
  }
  return Number.isFinite(at) ? at : undefined;
}

function customerRow(
  file: CustomerFile,
  heardAt: Instant,
  standing: FactsStanding,
  { asOf, identityHash }: CustomerFrame,
): UnscoredCustomer {
  const { statements } = file;
  return {
    customer: file.id,
    // 0: an order of which nobody has said when it was made.
    knownSince: heardAt > 0 ? heardAt : (knownSince(file) ?? null),
    stage: standing.stage,
    stageSince: standing.stageSince ?? null,
    country: textIn(statements.country?.value),
    province: textIn(statements.province?.value),
    city: textIn(statements.city?.value),
    gender: statements.gender === undefined ? null : (genderWord(String(statements.gender.value)) ?? null),
    birthday: birthdayIn(statements.birthday?.value) ?? null,
    occupation: textIn(statements.occupation?.value),
    credit: statements.credit === undefined ? null : JSON.stringify(statements.credit.value),
    attributes: attributesIn(file),
    tier: standing.tier ?? null,
    points: standing.points,
    shops: JSON.stringify(shopsOf(file, asOf)),
    ...addressesOf(file, identityHash),
  };
}

/** No tags, as a JSON list. */
export const noTags = '[]';

function tagsOf({ handTags, ruleTags }: FactsStanding): string {
  if (handTags.length + ruleTags.settled.length === 0) return noTags;
  return JSON.stringify([...new Set([...handTags, ...ruleTags.settled])].sort());
}

function textIn(value: Said | undefined): string | null {
  return value === undefined || value === null ? null : String(value);
}

const attributePrefix = 'attr.';

function attributesIn({ statements }: CustomerFile): string {
  const attributes: Record<string, Statement> = {};
  let hasAny = false;
  for (const field in statements) {
    const stated = field.startsWith(attributePrefix) ? statements[field] : undefined;
    if (!stated || stated.value === null) continue;
    attributes[field.slice(attributePrefix.length)] = stated.value;
    hasAny = true;
  }
  return hasAny ? JSON.stringify(attributes) : '{}';
}

type Addresses = Pick<FactRow<'customers'>, 'consentSms' | 'consentEmail' | 'smsKey' | 'emailKey'>;

function addressesOf(file: CustomerFile, identityHash: (text: string) => string): Addresses {
  const [sms, email] = [addressOf(file, 'sms'), addressOf(file, 'email')];
  return {
    consentSms: statedConsent(file, 'sms', sms),
    consentEmail: statedConsent(file, 'email', email),
    smsKey: sms === undefined ? null : addressKeyOf('sms', sms, identityHash),
    emailKey: email === undefined ? null : addressKeyOf('email', email, identityHash),
  };
}

/** As the file alone states it. */
function statedConsent(file: CustomerFile, channel: 'sms' | 'email', address: string | undefined): string | null {
  if (address === undefined) return null;
  const { state } = statedConsentOf(file, channel, address);
  return state === 'unknown' ? null : state;
}

/** Without a rate its amount is 0, as everywhere. */
interface Bought extends ValuedPurchase {
  readonly purchase: Purchase;
}

function boughtBy({ orders }: CustomerFile, { asOf, settings }: CustomerFrame): Bought[] {
  const bought: Bought[] = [];
  for (const [ref, { purchase }] of orders) {
    if (!purchase || purchase.paidAt > asOf) continue;
    const { paidAt, day } = purchase;
    bought.push({ ref, paidAt, day, amount: amountInBase(purchase, settings) ?? 0, purchase });
  }
  return bought;
}

function purchaseRow(customer: string, { ref, purchase, amount }: Bought): FactRow<'purchases'> {
  const { paidAt, day, items } = purchase;
  const { shop, id: order } = partsOfRef(ref);
  return { customer, shop, order, paidAt, day, amount, items };
}

function lineRows(customer: string, { purchase }: Bought, settings: Settings): FactRow<'lines'>[] {
  const { paidAt, day, currency, lines } = purchase;
  return lines.map(({ product, sku, category, amount }) => ({
    customer,
    paidAt,
    day,
    product,
    sku: sku ?? null,
    category: category ?? null,
    amount: amountInBase({ amount, currency, day }, settings) ?? 0,
  }));
}
