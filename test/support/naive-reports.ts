import { stages } from '../../shared/domain/life-cycle/stage.ts';
import { dayAfter, daysBetween, naiveStage } from './naive-stages.ts';
import {
  dayText,
  halfEven,
  inYuan,
  purchaseAmount,
  type RawBase,
  type RawCase,
  type RawCustomer,
  type RawOrder,
  wallClock,
} from './raw-orders.ts';

/**
 * The reports of DOMAIN 11 once more, by going through raw orders with plain loops and calendar dates. They share no line
 * with the SQL, so that the two can only agree by both being right.
 */

export interface NaiveAsk {
  readonly asOf?: number;
  readonly from?: string;
  readonly to?: string;
  readonly shop?: string;
  readonly by?: 'month' | 'stage' | 'tier';
  readonly days?: number;
  readonly campaign?: string;
  /** Without the reasons of refunds. */
  readonly withoutWords?: boolean;
  /** Who is in the segment. */
  readonly isMember?: (customer: RawCustomer) => boolean;
}

type Cell = string | number | null;
export type NaiveReport = (base: RawBase, ask: NaiveAsk) => Cell[][];

interface Bought {
  readonly customer: string;
  readonly order: RawOrder;
  readonly day: string;
  readonly amount: number;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const yuan = (amount: number) => (amount / 100).toFixed(2);
const rate = (of: number, by: number) => (by === 0 ? null : of / by);
const average = (amount: number, by: number) => (by === 0 ? null : yuan(halfEven(BigInt(amount), BigInt(by))));
const distinct = <T>(values: readonly T[]) => [...new Set(values)];
const zoneOf = ({ zones, zone }: RawBase, shop: string) => zones[shop] ?? zone;
const momentOf = (base: RawBase, { asOf = base.asOf }: NaiveAsk) => asOf;
const todayOf = (base: RawBase, ask: NaiveAsk) => dayText(momentOf(base, ask), base.zone);

function isAsked(order: RawOrder, base: RawBase, { shop, isMember }: NaiveAsk): boolean {
  if (order.test || (shop !== undefined && order.shop !== shop)) return false;
  if (!isMember) return true;
  const customer = base.customers.find(({ id }) => id === order.customer);
  return customer !== undefined && isMember(customer);
}

const isWithin = (day: string, { from = '0000', to = '9999' }: NaiveAsk) => from <= day && day <= to;

/** Purchases, of known customers and others. */
function sold(base: RawBase, ask: NaiveAsk): (Omit<Bought, 'customer'> & { customer: string | null })[] {
  return base.orders.flatMap((order) => {
    const amount = purchaseAmount(order, momentOf(base, ask));
    if (amount === undefined || order.paidAt === null || !isAsked(order, base, ask)) return [];
    return [{ customer: order.customer, order, day: dayText(order.paidAt, zoneOf(base, order.shop)), amount }];
  });
}

function known(base: RawBase, ask: NaiveAsk): Bought[] {
  return sold(base, ask).flatMap(({ customer, ...rest }) => (customer === null ? [] : [{ customer, ...rest }]));
}

/** Stage or tier of a customer as of the facts. */
function traitOf(customer: string | null, by: 'stage' | 'tier', base: RawBase): string | null {
  const found = base.customers.find(({ id }) => id === customer);
  if (!found) return null;
  if (by === 'tier') return found.tier;
  const days = known(base, {})
    .filter((one) => one.customer === customer)
    .map(({ day }) => day);
  return naiveStage(days, dayText(base.asOf, base.zone));
}

function inOrder(groups: readonly (string | null)[], by: NaiveAsk['by']): (string | null)[] {
  const place = (group: string | null) =>
    group === null ? '~' : by === 'stage' ? String((stages as readonly string[]).indexOf(group)) : group;
  return distinct(groups).sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

/** One row per group, or one in all. */
function grouped<T extends { customer: string | null; day: string }>(
  things: readonly T[],
  base: RawBase,
  { by }: NaiveAsk,
  rowOf: (some: readonly T[], month: string | null) => Cell[],
): Cell[][] {
  if (by === undefined) return [rowOf(things, null)];
  const traits = new Map<string | null, string | null>();
  const groupOf = ({ customer, day }: T) => {
    if (by === 'month') return day.slice(0, 7);
    if (!traits.has(customer)) traits.set(customer, traitOf(customer, by, base));
    return traits.get(customer) ?? null;
  };
  const groups = inOrder(things.map(groupOf), by);
  return groups.map((group) => [
    group,
    ...rowOf(
      things.filter((one) => groupOf(one) === group),
      group,
    ),
  ]);
}

/** Purchases of each customer. */
function perCustomer(bought: readonly Bought[]): Bought[][] {
  const of = new Map<string, Bought[]>();
  for (const one of bought) of.set(one.customer, [...(of.get(one.customer) ?? []), one]);
  return [...of.values()];
}

const amountOf = (bought: readonly Bought[]) => sum(bought.map(({ amount }) => amount));
const inPeriod = (base: RawBase, ask: NaiveAsk) => known(base, ask).filter(({ day }) => isWithin(day, ask));

function peopleKnown(base: RawBase, ask: NaiveAsk): RawCustomer[] {
  const asOf = momentOf(base, ask);
  const knowsShop = (customer: string) =>
    base.orders.some(
      ({ customer: buyer, shop, createdAt, paidAt }) =>
        buyer === customer && shop === ask.shop && Math.min(createdAt, paidAt ?? createdAt) <= asOf,
    );
  return base.customers.filter(
    (customer) =>
      (ask.isMember?.(customer) ?? true) &&
      (ask.shop === undefined ? customer.knownSince <= asOf : knowsShop(customer.id)),
  );
}

const lifecycle: NaiveReport = (base, ask) => {
  const today = todayOf(base, ask);
  // What was paid by now is of today at the latest, though its shop's calendar may be a day ahead.
  const bought = known(base, ask).map(({ customer, day }) => ({ customer, day: day > today ? today : day }));
  const people = peopleKnown(base, ask).map((customer) => {
    const days = bought.filter((one) => one.customer === customer.id).map(({ day }) => day);
    return { tier: customer.tier, stage: naiveStage(days, today) };
  });
  const count = (tier: string | null | undefined, stage: string) =>
    people.filter((one) => one.stage === stage && (tier === undefined || one.tier === tier)).length;
  if (ask.by === undefined) return stages.map((stage) => [stage, count(undefined, stage)]);
  return inOrder(
    people.map(({ tier }) => tier),
    'tier',
  ).flatMap((tier) => stages.flatMap((stage) => (count(tier, stage) === 0 ? [] : [[tier, stage, count(tier, stage)]])));
};

const retention: NaiveReport = (base, ask) => (ask.by === 'month' ? cohorts(base, ask) : retained(base, ask));

function retained(base: RawBase, ask: NaiveAsk): Cell[][] {
  const { days = 30 } = ask;
  const today = todayOf(base, ask);
  const from = ask.from ?? (ask.to === undefined ? dayAfter(today, -days) : ask.to);
  const last = ask.to ?? from;
  const buyers = perCustomer(known(base, ask)).filter((bought) => {
    if (ask.to !== undefined) return bought.some(({ day }) => from <= day && day <= last);
    const ago = bought.map(({ day }) => daysBetween(day, last)).filter((d) => d >= 0);
    return ago.length > 0 && Math.min(...ago) <= 90;
  });
  const back = buyers.filter((bought) => bought.some(({ day }) => last < day && day <= dayAfter(last, days)));
  const observed = Math.max(0, Math.min(days, daysBetween(last, today)));
  return [[last, days, observed, buyers.length, back.length, rate(back.length, buyers.length)]];
}

function cohorts(base: RawBase, ask: NaiveAsk): Cell[][] {
  const buyers = perCustomer(known(base, ask)).map((bought) => bought.map(({ day }) => day).sort());
  const chosen = buyers.filter(([first = '']) => isWithin(first, ask));
  const monthsAfter = (month: string, k: number) => {
    const date = new Date(`${month}-01T00:00:00Z`);
    date.setUTCMonth(date.getUTCMonth() + k);
    return date.toISOString().slice(0, 7);
  };
  const lastMonth = [todayOf(base, ask), ...chosen.flat()].sort().at(-1)?.slice(0, 7) ?? '';
  return distinct(chosen.map(([first = '']) => first.slice(0, 7)))
    .sort()
    .flatMap((cohort) => {
      const those = chosen.filter(([first = '']) => first.startsWith(cohort));
      const rows: Cell[][] = [];
      for (let k = 0; monthsAfter(cohort, k) <= lastMonth; k++) {
        const count = those.filter((days) => days.some((day) => day.startsWith(monthsAfter(cohort, k)))).length;
        rows.push([cohort, those.length, k, count, rate(count, those.length)]);
      }
      return rows;
    });
}

const returningBuyers: NaiveReport = (base, ask) => {
  const to = ask.to ?? todayOf(base, ask);
  const from = ask.from ?? (ask.by === 'month' ? undefined : dayAfter(to, -29));
  const asked = { ...ask, ...(from !== undefined && { from }) };
  const all = known(base, ask);
  return grouped(inPeriod(base, asked), base, ask, (bought, group) => {
    const start = ask.by === 'month' ? `${group}-01` : (from ?? '');
    const buyers = distinct(bought.map(({ customer }) => customer));
    const before = buyers.filter((buyer) => all.some(({ customer, day }) => customer === buyer && day < start));
    return [buyers.length, before.length, rate(before.length, buyers.length)];
  });
};

const paymentRate: NaiveReport = (base, ask) => {
  const asOf = momentOf(base, ask);
  const created = base.orders
    .filter((order) => order.createdAt <= asOf && isAsked(order, base, ask))
    .map((order) => ({ ...order, day: dayText(order.createdAt, zoneOf(base, order.shop)) }))
    .filter(({ day }) => isWithin(day, ask));
  return grouped(created, base, ask, (orders) => {
    const paid = orders.filter(({ paidAt }) => paidAt !== null && paidAt <= asOf).length;
    return [orders.length, paid, rate(paid, orders.length)];
  });
};

/** Rows from, below, customers, of, amount, share. */
function bands(
  bounds: readonly number[],
  measured: readonly { readonly value: number; readonly amount: number }[],
  show: (bound: number) => Cell,
): Cell[][] {
  return bounds.map((from, index) => {
    const below = bounds[index + 1];
    const some = measured.filter(({ value }) => value >= from && (below === undefined || value < below));
    const amount = yuan(sum(some.map((one) => one.amount)));
    const of = measured.length;
    return [show(from), below === undefined ? null : show(below), some.length, of, amount, rate(some.length, of)];
  });
}

const whole = (bound: number) => bound;
const byBands = (
  bounds: readonly number[],
  measure: (bought: readonly Bought[], today: string) => number,
  show: (bound: number) => Cell,
  isAll = false,
): NaiveReport => {
  return (base, ask) => {
    const buyers = perCustomer(isAll ? known(base, ask) : inPeriod(base, ask));
    const today = todayOf(base, ask);
    const measured = buyers.map((bought) => ({ value: measure(bought, today), amount: amountOf(bought) }));
    return bands(bounds, measured, show);
  };
};

const membersByTier: NaiveReport = (base, ask) => {
  const people = peopleKnown(base, ask);
  const bought = inPeriod(base, ask);
  return inOrder(
    people.map(({ tier }) => tier),
    'tier',
  ).map((tier) => {
    const those = people.filter((one) => one.tier === tier);
    const theirs = bought.filter(({ customer }) => those.some(({ id }) => id === customer));
    const buyers = distinct(theirs.map(({ customer }) => customer)).length;
    const share = rate(those.length, people.length);
    return [tier, those.length, people.length, buyers, yuan(amountOf(theirs)), share];
  });
};

const pareto: NaiveReport = (base, ask) => {
  const amounts = perCustomer(inPeriod(base, ask))
    .map(amountOf)
    .sort((a, b) => b - a);
  const total = sum(amounts);
  return [1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((percent) => {
    const count = Math.ceil((percent * amounts.length) / 100);
    const top = sum(amounts.slice(0, count));
    return [percent, count, yuan(top), yuan(total), rate(top, total)];
  });
};

/** Rows of two keys, orders, buyers and amount. */
function crossed(things: readonly { keys: readonly Cell[]; customer: string | null; amount: number }[]): Cell[][] {
  const groups = new Map<string, typeof things>();
  for (const thing of things) {
    const key = JSON.stringify(thing.keys);
    groups.set(key, [...(groups.get(key) ?? []), thing]);
  }
  const rows = [...groups.values()].map((some) => {
    const buyers = distinct(some.flatMap(({ customer }) => customer ?? [])).length;
    return [...(some[0]?.keys ?? []), some.length, buyers, yuan(sum(some.map(({ amount }) => amount)))];
  });
  return rows.sort((a, b) => later(a[0] ?? null, b[0] ?? null) || later(a[1] ?? null, b[1] ?? null));
}

const later = (a: Cell, b: Cell) => (a === b ? 0 : a === null || (b !== null && a > b) ? 1 : -1);

const regionMonth: NaiveReport = (base, ask) =>
  crossed(
    sold(base, ask)
      .filter(({ day }) => isWithin(day, ask))
      .map(({ order, day, ...rest }) => ({ ...rest, keys: [order.province, day.slice(0, 7)] })),
  );

const hourWeekday: NaiveReport = (base, ask) =>
  crossed(
    sold(base, ask)
      .filter(({ day }) => isWithin(day, ask))
      .map(({ order, day, ...rest }) => {
        const clock = wallClock(order.paidAt ?? 0, zoneOf(base, order.shop));
        return { ...rest, keys: [new Date(`${day}T00:00:00Z`).getUTCDay() || 7, Number(clock.slice(11))] };
      }),
  );

const refundsByProduct: NaiveReport = (base, ask) => {
  const asOf = momentOf(base, ask);
  const rows = base.orders
    .filter(({ paidAt }) => paidAt !== null && paidAt <= asOf)
    .filter((order) => isAsked(order, base, ask))
    .filter(({ paidAt, shop }) => isWithin(dayText(paidAt ?? 0, zoneOf(base, shop)), ask))
    .flatMap(({ shop, id, currency, refunds }) =>
      refunds
        .filter(({ status }) => status === 'success')
        .map(({ product, reason, amount }) => {
          const keys = ask.withoutWords ? [product] : [product, reason];
          return { keys, customer: `${shop}#${id}`, amount: inYuan(amount, currency) };
        }),
    );
  return withCases(crossed(rows), casesAsked(base, ask), ask);
};

function casesAsked(base: RawBase, ask: NaiveAsk): readonly RawCase[] {
  const { isMember } = ask;
  return (base.cases ?? []).filter(({ customer, about, openedAt }) => {
    const order = about === null ? undefined : base.orders[about];
    if (openedAt > momentOf(base, ask) || !isWithin(dayText(openedAt, base.zone), ask) || order?.test) return false;
    const person = base.customers.find(({ id }) => id === customer);
    return (ask.shop === undefined || order?.shop === ask.shop) && (!isMember || (!!person && isMember(person)));
  });
}

/** Counts cases into the rows of refunds, or into rows of their own. */
function withCases(refunds: Cell[][], cases: readonly RawCase[], { withoutWords }: NaiveAsk): Cell[][] {
  const rows = refunds.map((row) => [...row, 0]);
  for (const { product, reason } of cases) {
    const keys = withoutWords ? [product] : [product, reason];
    const row = rows.find((one) => keys.every((key, place) => one[place] === key));
    if (row) row[row.length - 1] = Number(row.at(-1)) + 1;
    else rows.push([...keys, 0, 0, '0.00', 1]);
  }
  const [product, reason] = [0, withoutWords ? 0 : 1];
  return rows.sort(
    (a, b) => later(a[product] ?? null, b[product] ?? null) || later(a[reason] ?? null, b[reason] ?? null),
  );
}

/** Messages by campaign: who was of the stage when one first reached them, and bought within so many days. */
const campaignRate =
  (stage: 'sleeping' | 'lost'): NaiveReport =>
  (base, ask) => {
    const { days = 30, campaign: asked } = ask;
    const [asOf, today] = [momentOf(base, ask), todayOf(base, ask)];
    const all = known(base, ask);
    const reached = (base.touches ?? []).flatMap(({ customer, campaign, sentAt, deliveredAt, isBounced }) => {
      const at = deliveredAt ?? sentAt;
      return isBounced || at > asOf ? [] : [{ customer, campaign, at, day: dayText(at, base.zone) }];
    });
    const firsts = [...Map.groupBy(reached, ({ customer, campaign }) => `${customer} ${campaign}`).values()]
      .flatMap((some) => some.sort((a, b) => a.at - b.at).slice(0, 1))
      .filter(({ day }) => isWithin(day, ask));
    const campaigns = asked === undefined ? distinct(firsts.map(({ campaign }) => campaign)).sort() : [asked];
    return campaigns.map((campaign) => {
      const those = firsts
        .filter((one) => one.campaign === campaign)
        .flatMap(({ customer, at, day }) => {
          const own = all.filter((one) => one.customer === customer);
          const paidAt = ({ order }: Bought) => order.paidAt ?? 0;
          const before = own.filter((one) => paidAt(one) <= at).map((one) => (one.day > day ? day : one.day));
          if (naiveStage(before, day) !== stage) return [];
          const last = dayAfter(day, days);
          return [{ isBack: own.some((one) => paidAt(one) > at && one.day <= last), isOver: last < today }];
        });
      const back = those.filter(({ isBack }) => isBack).length;
      const pending = those.filter(({ isBack, isOver }) => !isBack && !isOver).length;
      return [campaign, days, those.length, back, pending, rate(back, those.length)];
    });
  };

/** Messages that went out, by who sent them and the coupon that went with them; all of one template and channel. */
const messages: NaiveReport = (base, ask) => {
  const asOf = momentOf(base, ask);
  const wentOut = (base.touches ?? []).filter(({ sentAt, deliveredAt, campaign }) => {
    const at = deliveredAt ?? sentAt;
    const isAsked = ask.campaign === undefined || campaign === ask.campaign;
    return at <= asOf && isAsked && isWithin(dayText(at, base.zone), ask);
  });
  const groups = Map.groupBy(wentOut, ({ campaign, coupon = '' }) => `${campaign} ${coupon}`);
  return [...groups.keys()].sort().map((name) => {
    const some = groups.get(name) ?? [];
    const [campaign = '', coupon = ''] = name.split(' ');
    const sum = (value: (one: (typeof some)[number]) => number) => some.reduce((total, one) => total + value(one), 0);
    const until = (at: number | null | undefined) => (typeof at === 'number' && at <= asOf ? 1 : 0);
    return [
      ...[campaign, 'come-back', 'sms', coupon === '' ? null : coupon, some.length, sum(({ parts = 0 }) => parts)],
      sum(({ deliveredAt }) => until(deliveredAt)),
      sum(({ isBounced, sentAt }) => (isBounced ? until(sentAt + 3_600_000) : 0)),
      sum(({ openedAt }) => until(openedAt)),
      ...[0, 0],
      new Set(some.flatMap(({ customer, credited }) => (credited ? [customer] : []))).size,
      sum(({ credited }) => credited?.orders ?? 0),
      yuan(sum(({ credited }) => credited?.amount ?? 0)),
    ];
  });
};

export const naiveReports: Readonly<Record<string, NaiveReport>> = {
  'lifecycle-of-facts': lifecycle,
  retention,
  'wake-up-rate': campaignRate('sleeping'),
  'activation-rate': campaignRate('lost'),
  messages,
  pareto,
  'repeat-purchase-rate': (base, ask) =>
    grouped(inPeriod(base, ask), base, ask, (bought) => {
      const buyers = perCustomer(bought);
      const repeat = buyers.filter(({ length }) => length >= 2).length;
      return [buyers.length, repeat, rate(repeat, buyers.length)];
    }),
  'active-arpu': (base, ask) =>
    grouped(inPeriod(base, ask), base, ask, (bought) => {
      const [amount, buyers] = [amountOf(bought), perCustomer(bought).length];
      return [yuan(amount), buyers, average(amount, buyers)];
    }),
  'average-order': (base, ask) =>
    grouped(inPeriod(base, ask), base, ask, (bought) => {
      const [amount, buyers, orders] = [amountOf(bought), perCustomer(bought).length, bought.length];
      return [yuan(amount), buyers, orders, average(amount, buyers), average(amount, orders)];
    }),
  'payment-rate': paymentRate,
  'returning-buyers': returningBuyers,
  'members-by-amount': byBands(
    [0, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000].map((bound) => bound * 100),
    amountOf,
    yuan,
  ),
  'members-by-orders': byBands([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 21, 51], ({ length }) => length, whole),
  'members-by-time': byBands(
    [0, 31, 61, 91, 181, 361, 721],
    (bought, today) => Math.max(0, Math.min(...bought.map(({ day }) => daysBetween(day, today)))),
    whole,
    true,
  ),
  'members-by-tier': membersByTier,
  'region-month': regionMonth,
  'hour-weekday': hourWeekday,
  'refunds-by-product': refundsByProduct,
};
