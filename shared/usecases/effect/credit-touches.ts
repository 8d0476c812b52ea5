import { sameContent } from '../../domain/canonical.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import {
  type CreditableOrder,
  creditableOrders,
  creditedTouch,
  type Effect,
  effectsOf,
} from '../../domain/effect/attribution.ts';
import { orderMoney } from '../../domain/effect/order-money.ts';
import type { Order } from '../../domain/orders/order.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { type Touch, touchName } from '../../domain/touches/touch.ts';
import type { CouponReader } from '../coupons/coupon-ports.ts';
import { resolveFiles } from '../customers/resolve-files.ts';
import { inLanes } from '../in-lanes.ts';
import { allTouches } from '../messages/explain-contact.ts';
import type { TouchStore } from '../messages/messaging-ports.ts';
import type { Clock, CustomerStore, SettingsReader, ShopReader, Versioned } from '../ports.ts';
import { type Retrying, retried } from '../retried.ts';
import type { ProductStore } from '../transfers/transfer-ports.ts';

export interface CreditDeps extends Retrying {
  readonly store: Pick<CustomerStore, 'readFiles' | 'readOrders'>;
  readonly touches: TouchStore;
  readonly products: Pick<ProductStore, 'readProduct'>;
  readonly couponStore: Pick<CouponReader, 'coupon'>;
  readonly shops: ShopReader;
  readonly settings: SettingsReader;
  readonly clock: Clock;
}

/** Customers looked at at a time. */
const lanes = 8;

/**
 * Writes what customers' messages have brought, from their purchases as they are now; run again it changes nothing. Looked
 * at whenever a file has changed: one request for a customer to whom nothing was sent.
 * @param read where the files are read, for whoever has looked at them just before
 * @returns how many messages have another effect than before
 */
export async function creditTouches(
  ids: readonly string[],
  deps: CreditDeps,
  read: Pick<CustomerStore, 'readFiles'> = deps.store,
): Promise<number> {
  const settings = await deps.settings.settings(deps.clock.now());
  const { files } = await resolveFiles(ids, read);
  let changed = 0;
  await inLanes(files.values(), lanes, async (file) => {
    const credited = await creditCustomer(file, settings, deps);
    changed += credited;
  });
  return changed;
}

async function creditCustomer(seen: Versioned<CustomerFile>, settings: Settings, deps: CreditDeps): Promise<number> {
  const touches = await allTouches(seen.value, deps.touches);
  if (touches.length === 0) return 0;
  const look = await lookAt(seen.value, touches, settings, deps);
  if (look.wrong.length === 0) return 0;
  // Whoever was merged or erased meanwhile is looked at for that.
  const file = (await resolveFiles([seen.value.id], deps.store)).files.get(seen.value.id);
  if (!file) return 0;
  const { orders, wrong } = file.version === seen.version ? look : await lookAt(file.value, touches, settings, deps);
  for (const touch of wrong) await write(touch, touches, orders, settings, deps);
  return wrong.length;
}

/** The touches on which another effect is written than they have, by these orders. */
async function lookAt(file: CustomerFile, touches: readonly Touch[], settings: Settings, deps: CreditDeps) {
  const orders = await withMoney(creditableOrders(file, settings), touches, settings, deps);
  const effects = effectsOf(touches, orders, settings.attributionDays);
  return { orders, wrong: touches.filter((touch) => withEffect(touch, effects.get(touchName(touch))) !== touch) };
}

/** Written on the touch as it is now, which may have been clicked since; the others are those that were read. */
function write(
  key: Touch,
  touches: readonly Touch[],
  orders: readonly CreditableOrder[],
  settings: Settings,
  deps: CreditDeps,
): Promise<void> {
  return retried(async () => {
    const known = await deps.touches.readTouch(key);
    if (!known) return;
    const all = touches.map((touch) => (touchName(touch) === touchName(key) ? known.value : touch));
    const next = withEffect(known.value, effectsOf(all, orders, settings.attributionDays).get(touchName(key)));
    if (next !== known.value) await deps.touches.commit({ touches: [{ value: next, version: known.version }] });
  }, deps);
}

/** Discount and cost of the goods, of those orders only that some message has earned. */
async function withMoney(
  orders: readonly CreditableOrder[],
  touches: readonly Touch[],
  settings: Settings,
  deps: CreditDeps,
): Promise<CreditableOrder[]> {
  const earners = new Map<string, Touch>();
  for (const order of orders) {
    const earner = creditedTouch(order, touches, settings.attributionDays);
    if (earner) earners.set(order.ref, earner);
  }
  if (earners.size === 0) return [...orders];
  const stored = await deps.store.readOrders([...earners.keys()]);
  const bought = [...stored.values()].map(({ value }) => value.order);
  const costs = await costsOf(bought, deps);
  return Promise.all(
    orders.map(async (known) => {
      const order = stored.get(known.ref)?.value.order;
      if (!order) return known;
      const shop = (await deps.shops.shop(order.shop)) ?? ownClock(order, settings);
      const coupon = earners.get(known.ref)?.coupon;
      const definition = coupon === undefined ? undefined : (await deps.couponStore.coupon(coupon))?.definition;
      return {
        ...known,
        ...orderMoney(order, shop, settings, definition, (product) => costs.get(`${order.shop} ${product}`)),
      };
    }),
  );
}

/** For an order of a shop that was removed. */
function ownClock({ description }: Order, { timezone, baseCurrency }: Settings) {
  return { timezone, currency: description?.value.currency ?? baseCurrency };
}

/** What one piece of each product costs, in its shop's currency, where the catalogue knows it. */
async function costsOf(
  orders: readonly Order[],
  { products }: Pick<CreditDeps, 'products'>,
): Promise<ReadonlyMap<string, string>> {
  const asked = new Map(
    orders.flatMap(({ shop, description }) =>
      (description?.value.items ?? []).map(({ productId }) => [`${shop} ${productId}`, { shop, productId }] as const),
    ),
  );
  const costs = new Map<string, string>();
  for (const [name, { shop, productId }] of asked) {
    const cost = (await products.readProduct(shop, productId))?.cost;
    if (cost !== undefined) costs.set(name, cost);
  }
  return costs;
}

/** @returns the same object where nothing is new */
function withEffect(touch: Touch, { credited, bought }: Effect = {}): Touch {
  const { credited: _before, bought: _then, ...rest } = touch;
  const next: Touch = { ...rest, ...(credited && { credited }), ...(bought && { bought }) };
  return sameContent(next, touch) ? touch : next;
}
