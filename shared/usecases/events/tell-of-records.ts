import { dayOf, formatDay, startOfDay } from '../../domain/calendar.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import type { DomainEvent } from '../../domain/events/event.ts';
import { formatAmount } from '../../domain/money.ts';
import { isRecent } from '../../domain/news.ts';
import { type Order, orderRef } from '../../domain/orders/order.ts';
import { purchaseOf } from '../../domain/orders/purchase.ts';
import { successfulRefunds } from '../../domain/orders/status.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { customerStanding } from '../../domain/value/standing-of-customer.ts';
import { resolveFiles } from '../customers/resolve-files.ts';
import type { Clock, CustomerStore, NightlyLimitsReader, SettingsReader, ShopReader, StoredOrder } from '../ports.ts';
import type { HeardEvents } from './tell-events.ts';

export interface TellOfDeps {
  readonly store: Pick<CustomerStore, 'readFiles' | 'readOrders'>;
  readonly shops: ShopReader;
  readonly settings: SettingsReader;
  readonly limits: NightlyLimitsReader;
  readonly events: HeardEvents;
  readonly clock: Clock;
}

/** Tells what has become of orders that were written a moment ago. Reads nothing where nobody listens. */
export async function tellOfOrders(refs: readonly string[], deps: TellOfDeps): Promise<void> {
  const { events } = deps;
  if (!(await events.isHeard('order.paid')) && !(await events.isHeard('order.refunded'))) return;
  const now = deps.clock.now();
  const settings = await deps.settings.settings(now);
  for (const { value } of (await deps.store.readOrders(refs)).values()) {
    const zone = (await deps.shops.shop(value.order.shop))?.timezone ?? settings.timezone;
    const told = eventsOfOrder(value, zone).filter(({ occurredAt }) => isNews(occurredAt, settings, now));
    await events.tell(told);
  }
}

/** Tells where customers stand whose files were written a moment ago: a stage entered today, a tier reached. */
export async function tellOfCustomers(
  ids: readonly string[],
  deps: Omit<TellOfDeps, 'store'> & { readonly store: Pick<CustomerStore, 'readFiles'> },
): Promise<void> {
  const { events } = deps;
  if (!(await events.isHeard('stage.changed')) && !(await events.isHeard('tier.up'))) return;
  const now = deps.clock.now();
  const settings = await deps.settings.settings(now);
  const limits = await deps.limits.nightlyLimits();
  const { files } = await resolveFiles(ids, deps.store);
  for (const { value: file } of files.values()) {
    const standing = customerStanding(file, settings, limits, now);
    await events.tell([
      ...stageEvents(file, standing, settings, now),
      ...tierEvents(file, standing).filter(({ occurredAt }) => isNews(occurredAt, settings, now)),
    ]);
  }
}

/** Old news, and what is dated ahead, is told to nobody (DOMAIN 1). */
function isNews(at: number, settings: Settings, now: number): boolean {
  return at <= now && isRecent(at, settings, now);
}

/** What an import or a replay has brought is old news. */
function eventsOfOrder({ order, customer, silent }: StoredOrder, zone: string): DomainEvent[] {
  const purchase = purchaseOf(order, zone);
  const ref = orderRef(order.shop, order.id);
  const about = { shop: order.shop, order: order.id, ...(customer !== undefined && { customer }) };
  const isSilent = silent?.milestones.includes('paidAt') ?? false;
  const paid = purchase && !isSilent ? [paidEvent(ref, purchase.paidAt, order, about)] : [];
  const refunds = successfulRefunds(order).map(({ id, at, amount }) => ({
    id: `refund ${ref} ${id}`,
    type: 'order.refunded',
    occurredAt: at,
    data: { ...about, refund: id, ...moneyOf(order, amount) },
  }));
  return [...paid, ...(isSilent ? [] : refunds)];
}

function paidEvent(ref: string, paidAt: number, order: Order, about: object): DomainEvent {
  const total = order.description?.value.total ?? 0;
  return { id: `paid ${ref}`, type: 'order.paid', occurredAt: paidAt, data: { ...about, ...moneyOf(order, total) } };
}

function moneyOf(order: Order, amount: number): { amount: string; currency: string } {
  const currency = order.description?.value.currency ?? '';
  return { amount: formatAmount(amount, currency), currency };
}

type Standing = ReturnType<typeof customerStanding>;

/** Stages change by days; the day before is still news in the night that finds it. */
function stageEvents(
  file: CustomerFile,
  { stage, stageSince }: Standing,
  { timezone }: Settings,
  now: number,
): DomainEvent[] {
  if (stageSince === undefined || stageSince < dayOf(now, timezone) - 1) return [];
  const since = formatDay(stageSince);
  const data = { customer: file.id, stage, since };
  return [
    {
      id: `stage ${file.id} ${stage} ${since}`,
      type: 'stage.changed',
      occurredAt: startOfDay(stageSince, timezone),
      data,
    },
  ];
}

function tierEvents(file: CustomerFile, { tier, tierSince }: Standing): DomainEvent[] {
  if (!tier || tierSince === undefined) return [];
  const data = { customer: file.id, tier: tier.id };
  return [{ id: `tier ${file.id} ${tier.id} ${tierSince}`, type: 'tier.up', occurredAt: tierSince, data }];
}
