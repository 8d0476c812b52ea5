import { dayOf, formatDay, type Instant } from '../../domain/calendar.ts';
import type { CouponDefinition } from '../../domain/coupons/coupon.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import { greetingName } from '../../domain/messages/greeting-name.ts';
import type { Locale } from '../../domain/messages/template.ts';
import { formatMoney, parseAmount } from '../../domain/money.ts';
import type { Order, Refund } from '../../domain/orders/order.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { membershipAt } from '../../domain/value/membership.ts';
import type { Issued } from '../marketing-ports.ts';
import type { Shop } from '../ports.ts';
import type { RecommendedProduct } from '../recommendations/recommend-products.ts';

/** What a message is written about. Names: domain/messages/template-variables.ts. */
export interface Subject {
  readonly file: CustomerFile;
  readonly shop?: Shop;
  readonly order?: Order;
  readonly coupon?: Issued;
  /** Read where the template names them. */
  readonly products?: readonly RecommendedProduct[];
  /** What called for it brings. */
  readonly trigger?: Readonly<Record<string, string | number>>;
  /** By the first part of their names: `unsubscribe`, `preferences`, `questionnaire`, `claim`. */
  readonly links: Readonly<Record<string, string>>;
}

/**
 * The variables of a message in one language, as of now.
 * @param asked paths its template asks for: what takes work to know is made for those alone
 */
export function variablesOf(
  subject: Subject,
  locale: Locale,
  asked: ReadonlySet<string>,
  settings: Settings,
  now: Instant,
): Record<string, unknown> {
  const { file, shop, order, coupon, products, trigger, links } = subject;
  const zone = shop?.timezone ?? settings.timezone;
  return {
    locale,
    customer: { name: greetingName(file.statements.name?.value) || null },
    // A shop that was removed does not speak any more: a missing name is an error.
    shop: { ...(shop && { name: shop.name }) },
    ...((asked.has('tier') || asked.has('points')) && membershipVariables(file, locale, settings, now)),
    ...(order && { order: orderVariables(order, locale) }),
    ...(coupon && { coupon: couponVariables(coupon, locale, zone, settings) }),
    ...(products && { products: products.flatMap((product) => productVariables(product, shop, locale)) }),
    ...(trigger && { trigger }),
    ...Object.fromEntries(Object.entries(links).map(([name, url]) => [name, { url }])),
  };
}

function membershipVariables(file: CustomerFile, locale: Locale, settings: Settings, now: Instant) {
  const { tier, points } = membershipAt(file, settings, now);
  const name = tier.tier?.names[locale === 'en' ? 'en' : 'zh'];
  return { points: points.balance, ...(name !== undefined && { tier: name }) };
}

function orderVariables(order: Order, locale: Locale): Record<string, unknown> {
  const { total = 0, currency = 'CNY', items = [], carrier } = order.description?.value ?? {};
  const refund = order.refunds.map(({ value }) => value).reduce(newest, undefined);
  return {
    id: order.id,
    total: formatMoney({ amount: total, currency }, locale),
    items: items.map(({ title, quantity, price }) => ({
      title,
      quantity,
      price: formatMoney({ amount: price, currency }, locale),
    })),
    ...(carrier?.name !== undefined && { carrier: carrier.name }),
    ...(carrier?.number !== undefined && { tracking: carrier.number }),
    ...(carrier?.url !== undefined && { trackingUrl: carrier.url }),
    ...(refund && { refund: formatMoney({ amount: refund.amount, currency }, locale) }),
  };
}

function newest(one: Refund | undefined, other: Refund): Refund {
  return one && one.at > other.at ? one : other;
}

const freeShipping: Readonly<Record<Locale, string>> = { 'zh-CN': '包邮', en: 'free shipping' };

function couponVariables({ coupon, definition }: Issued, locale: Locale, zone: string, settings: Settings) {
  const { minimum } = definition;
  const { expiresAt } = coupon;
  return {
    code: coupon.code,
    value: worthOf(definition, locale, settings),
    ...(minimum !== undefined && { minimum: moneyText(minimum, locale, settings) }),
    // Its last day: from midnight on it is worth nothing any more.
    ...(expiresAt !== undefined && { expires: formatDay(dayOf(expiresAt - 1, zone)) }),
  };
}

/** As people say it: 8折 is a price of 80 %. */
function worthOf({ kind, value = '0' }: CouponDefinition, locale: Locale, settings: Settings): string {
  if (kind === 'freeShipping') return freeShipping[locale];
  if (kind === 'percent') return locale === 'en' ? `${Number(value)}% off` : `${(100 - Number(value)) / 10}折`;
  const amount = moneyText(value, locale, settings);
  return locale === 'en' ? `${amount} off` : amount;
}

function moneyText(decimal: string, locale: Locale, { baseCurrency: currency }: Settings): string {
  return formatMoney({ amount: parseAmount(decimal, currency) ?? 0, currency }, locale);
}

/** Only what the catalogue knows can be shown. */
function productVariables({ catalogued }: RecommendedProduct, shop: Shop | undefined, locale: Locale) {
  if (!catalogued) return [];
  const { title, url, image, price } = catalogued;
  const currency = shop?.currency ?? 'CNY';
  const amount = price === undefined ? undefined : parseAmount(price, currency);
  return [
    {
      title,
      ...(url !== undefined && { url }),
      ...(image !== undefined && { image }),
      ...(amount !== undefined && { price: formatMoney({ amount, currency }, locale) }),
    },
  ];
}
