import type { Cursors } from '../../../shared/adapters/crypto/cursors.ts';
import type { ProductJson, productRoutes } from '../../../shared/contracts/http/products.ts';
import { formatInstant } from '../../../shared/domain/calendar.ts';
import { InvalidInputError } from '../../../shared/domain/errors.ts';
import { answerPage } from '../../../shared/runtime/answer-page.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json, noContent } from '../../../shared/runtime/json-answer.ts';
import { notFound } from '../../../shared/runtime/problem.ts';
import type { Clock, Shop, ShopReader } from '../../../shared/usecases/ports.ts';
import type { Product, ProductStore } from '../../../shared/usecases/transfers/transfer-ports.ts';

export interface ProductDeps {
  readonly products: ProductStore;
  readonly shops: ShopReader;
  readonly clock: Clock;
  readonly cursors: Cursors;
}

export function productHandlers(deps: ProductDeps): RouteHandlers<keyof typeof productRoutes> {
  const { products, shops, clock, cursors } = deps;
  const named = async (id: string): Promise<Shop> => {
    const shop = await shops.freshShop(id);
    if (!shop) throw new InvalidInputError([{ field: 'shop', message: 'there is no such shop' }]);
    return shop;
  };
  return {
    async listProducts({ query: { shop: id, ...page } }) {
      const shop = await named(id);
      const read = (after: string | undefined, limit: number) => products.listProducts(id, after, limit);
      return answerPage(['products', id], page, cursors, read, (product) => productView(product, shop));
    },
    async saveProduct({ body, actor }) {
      const shop = await named(body.shop);
      const at = clock.now();
      const target = `product/${body.shop}/${body.id}`;
      const changed = Object.keys(body).filter((field) => field !== 'shop' && field !== 'id');
      const product = { ...body, updatedAt: at };
      await products.saveProduct(product, { actor, at, action: 'product.saved', target, changed });
      const saved = await products.readProduct(body.shop, body.id);
      return json(productView(saved ?? { ...product, source: 'shop' }, shop));
    },
    async getProduct({ params }) {
      const [shop, product] = await Promise.all([
        shops.shop(params.shop),
        products.readProduct(params.shop, params.id),
      ]);
      if (!shop || !product) throw notFound('There is no such product.');
      return json(productView(product, shop));
    },
    async removeProduct({ params: { shop, id }, actor }) {
      const change = {
        actor,
        at: clock.now(),
        action: 'product.removed',
        target: `product/${shop}/${id}`,
        changed: [],
      };
      if (!(await products.removeProduct(shop, id, change))) throw notFound('There is no such product.');
      return noContent;
    },
  };
}

function productView(product: Product, { currency }: Shop): ProductJson {
  const { shop, id, title, category, url, image, price, cost, source, updatedAt } = product;
  return {
    shop,
    id,
    title,
    category: category ?? null,
    url: url ?? null,
    image: image ?? null,
    price: price ?? null,
    cost: cost ?? null,
    currency,
    source,
    updatedAt: formatInstant(updatedAt),
  };
}
