import { formatAmount, parseAmount } from '../../domain/money.ts';
import type { FieldError, ShopContext } from '../platforms/platform.ts';
import { defined, filled } from '../platforms/reading-fields.ts';
import { countOf, dayText, decimalOf, flagOf, timeOf, wordsOf } from './cells.ts';
import type { ImportPreset } from './presets.ts';
import type { RowCells } from './row-cells.ts';

/** An order as the generic webhook has it, read from rows; to be checked by its schema. */
export type OrderJson = Readonly<Record<string, unknown>>;

/** Words of platforms for an order of which nothing, or nothing any more, was paid. */
const givenUp = /^(wc-)?(refunded|cancell?ed|voided|expired|failed|trash)$|^(交易关闭|已关闭|已取消|已退款)$/i;
/** Words for one that was paid, where the export does not tell when. */
const paidFor = /^(wc-)?(paid|processing|completed|partially_refunded|refunded)$/i;

/**
 * One order from its adjacent rows, one row per line item; what is said of the order itself is taken from the first row that
 * says it. Two things an export does not tell as a webhook does:
 * - Money that went back comes as one sum without an id: the total is taken less that sum, since a refund made up for it
 *   would be counted beside the refunds that webhooks tell. All of it gone back is a cancellation after payment (DOMAIN 1).
 * - Without a column of its own, the time of change is the latest that the rows tell.
 */
export function orderOfRows(rows: readonly RowCells[], shop: ShopContext, preset?: ImportPreset): OrderJson {
  const cells = new OrderCells(rows, shop);
  const currency = cells.text('currency')?.toUpperCase() ?? shop.currency;
  const times = timesOf(cells);
  const total = cells.amount('total');
  const refunded = cells.amount('refunded');
  const isVoid = givenUp.test(cells.text('status') ?? '') || isAllOf(refunded, total, currency);
  const cancelledAt = times.cancelledAt ?? (isVoid ? afterPayment(times) : undefined);
  return defined({
    ...times,
    cancelledAt,
    id: cells.text('id'),
    currency,
    total: isVoid ? total : lessRefunded(total, refunded, currency),
    discount: cells.amount('discount'),
    shipping: cells.amount('shipping'),
    updatedAt: cells.time('updatedAt') ?? latestOf({ ...times, cancelledAt }),
    test: cells.flag('test'),
    paymentMethod: cells.text('paymentMethod'),
    items: itemsOf(rows, total),
    coupons: cells.read('coupons', wordsOf),
    customer: customerOf(cells, preset !== undefined),
    address: addressOf(cells),
    channel: cells.text('channel'),
    source: cells.text('source'),
    tracking: filled({ carrier: cells.text('tracking.carrier'), number: cells.text('tracking.number') }),
  });
}

/** The rows of one order as one: of each field the first cell that is not empty. */
class OrderCells {
  readonly #rows: readonly RowCells[];
  readonly #zone: string;

  constructor(rows: readonly RowCells[], { timezone }: ShopContext) {
    this.#rows = rows;
    this.#zone = timezone;
  }

  text(field: string): string | undefined {
    for (const row of this.#rows) {
      const text = row.text(field);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  read<T>(field: string, read: (text: string) => T): T | undefined {
    const text = this.text(field);
    return text === undefined ? undefined : read(text);
  }

  amount(field: string): string | undefined {
    return this.read(field, decimalOf);
  }

  flag(field: string): boolean | string | undefined {
    return this.read(field, flagOf);
  }

  time(field: string): string | undefined {
    return this.read(field, (text) => timeOf(text, this.#zone));
  }

  attributes(): Record<string, string> | undefined {
    return filled(Object.fromEntries(this.#rows[0]?.named('customer.attributes.') ?? []));
  }
}

type Times = ReturnType<typeof timesOf>;

function timesOf(cells: OrderCells) {
  const createdAt = cells.time('createdAt');
  const completedAt = cells.time('completedAt');
  const isPaid = paidFor.test(cells.text('status') ?? '');
  return {
    createdAt,
    paidAt: cells.time('paidAt') ?? (isPaid ? (completedAt ?? createdAt) : undefined),
    shippedAt: cells.time('shippedAt'),
    deliveredAt: cells.time('deliveredAt'),
    completedAt,
    cancelledAt: cells.time('cancelledAt'),
  };
}

/** What was given up at a time nobody tells: a moment after the last thing that is known of it. */
function afterPayment(times: Times): string | undefined {
  const latest = latestOf(times);
  const at = latest === undefined ? Number.NaN : Date.parse(latest);
  return Number.isNaN(at) ? undefined : timeOf(new Date(at + 1000).toISOString(), 'UTC');
}

function latestOf(times: Readonly<Record<string, string | undefined>>): string | undefined {
  const known = Object.values(times).filter((time) => time !== undefined && !Number.isNaN(Date.parse(time)));
  return known.toSorted((a, b) => Date.parse(a ?? '') - Date.parse(b ?? '')).at(-1);
}

function isAllOf(refunded: string | undefined, total: string | undefined, currency: string): boolean {
  const [part, whole] = [minor(refunded, currency), minor(total, currency)];
  return part !== undefined && whole !== undefined && whole > 0 && part >= whole;
}

function lessRefunded(total: string | undefined, refunded: string | undefined, currency: string): string | undefined {
  const [whole, part] = [minor(total, currency), minor(refunded, currency)];
  return whole === undefined || part === undefined || part === 0 ? total : formatAmount(whole - part, currency);
}

function minor(amount: string | undefined, currency: string): number | undefined {
  return amount === undefined || !/^\d/.test(amount) ? undefined : parseAmount(amount, currency);
}

function itemsOf(rows: readonly RowCells[], total: string | undefined): OrderJson[] {
  return linesOf(rows).map((row, _, lines) => {
    const sku = row.text('items.sku');
    const title = row.text('items.title');
    const quantity = row.read('items.quantity', countOf) ?? 1;
    const isOnly = lines.length === 1 && quantity === 1;
    return defined({
      productId: row.text('items.productId') ?? sku ?? title?.slice(0, 200),
      sku,
      title: title ?? row.text('items.productId') ?? sku,
      category: row.text('items.category'),
      quantity,
      price: row.read('items.price', decimalOf) ?? (isOnly && total !== undefined ? total : '0'),
    });
  });
}

/** The rows that hold a line item. */
export function linesOf(rows: readonly RowCells[]): RowCells[] {
  const fields = ['items.productId', 'items.sku', 'items.title'];
  return rows.filter((row) => fields.some((field) => row.text(field) !== undefined));
}

/** @param ticksOnly a box that is not ticked at the checkout is no objection, and so are the exports of shops read */
function customerOf(cells: OrderCells, ticksOnly: boolean): OrderJson | undefined {
  const id = cells.text('customer.id');
  const consentTo = (field: string) => (ticksOnly && cells.flag(field) === false ? undefined : cells.flag(field));
  const consent = filled({ sms: consentTo('customer.consent.sms'), email: consentTo('customer.consent.email') });
  return filled({
    // 0 is a guest, a masked name is nobody's.
    id: id === '0' || id?.includes('*') ? undefined : id,
    email: cells.text('customer.email'),
    phone: cells.text('customer.phone'),
    name: cells.text('customer.name'),
    gender: cells.text('customer.gender'),
    birthday: cells.read('customer.birthday', dayText),
    occupation: cells.text('customer.occupation'),
    locale: cells.text('customer.locale'),
    timezone: cells.text('customer.timezone'),
    consent,
    attributes: cells.attributes(),
  });
}

/** Province and city, where the whole address is one text of Chinese form: `浙江省 杭州市 西湖区 ...`. */
function addressOf(cells: OrderCells): OrderJson | undefined {
  const [, province, city] = /^(\S+?(?:省|自治区|市|行政区))\s+(\S+)/.exec(cells.text('address.text') ?? '') ?? [];
  return filled({
    country: cells.text('address.country') ?? (province === undefined ? undefined : 'CN'),
    province: cells.text('address.province') ?? province,
    city: cells.text('address.city') ?? city,
  });
}

/** Where an error of the order's schema stands in the file: `items[2].price` is the field `items.price` of the third line. */
export function placeOf({ field }: FieldError, rows: readonly RowCells[]): { row: number; field: string } {
  const [, line, member] = /^items\[(\d+)\]\.?(.*)$/.exec(field) ?? [];
  const first = rows[0]?.row ?? 0;
  if (line === undefined) return { row: first, field };
  return { row: linesOf(rows)[Number(line)]?.row ?? first, field: `items.${member}` };
}
