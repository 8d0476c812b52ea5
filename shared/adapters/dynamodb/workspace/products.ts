import { productBodySchema } from '../../../contracts/http/products.ts';
import { canonicalJson } from '../../../domain/canonical.ts';
import type { Product, ProductStore } from '../../../usecases/transfer-ports.ts';
import { auditPut } from './audit.ts';
import {
  type Item,
  itemKey,
  listItems,
  payloadOf,
  readItem,
  transact,
  type WorkspaceTable,
} from './workspace-table.ts';

/** The products of one shop are a kind of their own: listed and spread by shop. */
const kindOf = (shop: string) => `product#${shop}`;

/** The catalogue. What the shop says of a product replaces what it said before. */
export function dynamoProductStore(table: WorkspaceTable): ProductStore {
  const read = async (shop: string, id: string) => productOf(shop, await readItem(table, kindOf(shop), id));
  return {
    readProduct: read,
    async listProducts(shop, after, limit) {
      const { items, next } = await listItems(table, { kind: kindOf(shop), after, limit });
      return { items: items.flatMap((item) => productOf(shop, item) ?? []), ...(next !== undefined && { next }) };
    },
    async saveProduct({ shop, updatedAt, ...product }, change) {
      const known = await read(shop, product.id);
      const { shop: _, updatedAt: __, ...before } = known ?? { shop, updatedAt };
      if (known && canonicalJson(before) === canonicalJson(product)) return false;
      const Item: Item = {
        ...itemKey(kindOf(shop), product.id),
        body: { S: JSON.stringify(product) },
        updatedAt: { N: String(updatedAt) },
      };
      await transact(table, [{ Put: { TableName: table.name, Item } }, ...(change ? [auditPut(table, change)] : [])]);
      return true;
    },
  };
}

function productOf(shop: string, item: Item | undefined): Product | undefined {
  if (!item) return undefined;
  return { ...productBodySchema.parse(payloadOf(item)), shop, updatedAt: Number(item.updatedAt?.N) };
}
