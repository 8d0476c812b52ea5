import { productBodySchema } from '../../contracts/http/products.ts';
import type { Instant } from '../../domain/calendar.ts';
import { sameContent } from '../../domain/canonical.ts';
import { formatAmount } from '../../domain/money.ts';
import type { Order, OrderItem } from '../../domain/orders/order.ts';
import { inLanes } from '../in-lanes.ts';
import type { Shop, ShopReader } from '../ports.ts';
import type { CataloguedProduct, ProductStore, ShopProduct } from '../transfers/transfer-ports.ts';

/** The newest word of orders on a product. */
interface Named {
  readonly item: OrderItem;
  readonly currency: string;
  readonly at: Instant;
}

export interface OrderProducts {
  /** Notes the products that its lines name. */
  see(order: Order): void;
  /** Puts what was noted into the catalogues, and forgets it. */
  save(): Promise<void>;
}

export interface OrderProductsDeps {
  readonly products: Pick<ProductStore, 'readCatalogue' | 'saveFromOrder'>;
  readonly shops: Pick<ShopReader, 'shop'>;
}

/** Products written at a time. */
const lanes = 8;

/**
 * Gathers products from the lines of orders (DOMAIN 1): those that the shop has not described itself, as the newest line
 * has them. A catalogue is read once, whatever the number of orders; known products cost nothing.
 * @param asOf no line's word counts as later than this
 */
export function productsFromOrders(asOf: Instant, { products, shops }: OrderProductsDeps): OrderProducts {
  let named = new Map<string, Map<string, Named>>();
  const catalogues = new Map<string, Map<string, CataloguedProduct>>();
  const catalogueOf = async (shop: string) => {
    const known = catalogues.get(shop) ?? new Map(await products.readCatalogue(shop));
    catalogues.set(shop, known);
    return known;
  };
  const saveThoseOf = async (shop: Shop, items: ReadonlyMap<string, Named>) => {
    const catalogue = await catalogueOf(shop.id);
    await inLanes(items.values(), lanes, async (one) => {
      const product = productOf(one, shop, catalogue.get(one.item.productId.trim()));
      if (!product) return;
      await products.saveFromOrder(product);
      catalogue.set(product.id, { source: 'orders', updatedAt: product.updatedAt, product });
    });
  };
  return {
    see({ shop, description }) {
      if (!description || description.value.test) return;
      const { items, currency } = description.value;
      const at = Math.min(description.at, asOf);
      const ofShop = named.get(shop) ?? new Map<string, Named>();
      named.set(shop, ofShop);
      for (const item of items) {
        const known = ofShop.get(item.productId);
        if (!known || known.at < at) ofShop.set(item.productId, { item, currency, at });
      }
    },
    async save() {
      const noted = named;
      named = new Map();
      for (const [id, items] of noted) {
        const shop = await shops.shop(id);
        if (shop) await saveThoseOf(shop, items);
      }
    },
  };
}

/** @returns undefined where the shop's own word, a removal, or a later line stands, or nothing is new */
function productOf(
  { item, currency, at }: Named,
  shop: Shop,
  known: CataloguedProduct | undefined,
): ShopProduct | undefined {
  if (known && (known.source === 'shop' || known.updatedAt >= at)) return undefined;
  const { shop: _, updatedAt: __, ...before } = known?.product ?? { shop: shop.id, updatedAt: at };
  const told = {
    ...before,
    id: item.productId,
    title: item.title,
    ...(item.category !== undefined && { category: item.category }),
    // The catalogue's prices are in the currency of the shop.
    ...(currency === shop.currency && { price: formatAmount(item.price, currency) }),
  };
  const { success, data } = productBodySchema.safeParse(told);
  if (!success || sameContent(data, before)) return undefined;
  return { ...data, shop: shop.id, updatedAt: at };
}
