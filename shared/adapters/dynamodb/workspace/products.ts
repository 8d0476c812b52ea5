import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type ProductSource, productBodySchema } from '../../../contracts/http/products.ts';
import { canonicalJson } from '../../../domain/canonical.ts';
import { ConflictError } from '../../../usecases/ports.ts';
import type {
  CataloguedProduct,
  Product,
  ProductStore,
  ShopProduct,
} from '../../../usecases/transfers/transfer-ports.ts';
import { named } from '../store-errors.ts';
import { auditPut } from './audit.ts';
import {
  type Item,
  idOf,
  itemKey,
  listItems,
  payloadOf,
  readItem,
  transact,
  type WorkspaceTable,
} from './workspace-table.ts';

/** The products of one shop are a kind of their own: listed and spread by shop. */
const kindOf = (shop: string) => `product#${shop}`;

/** Products read in one request, unless they fill its megabyte before. */
const cataloguePage = 2000;

/**
 * The catalogue. What the shop says of a product replaces what it said before, and what orders said. Of a removed one its
 * place stays, with the time, so that old orders do not bring it back.
 */
export function dynamoProductStore(table: WorkspaceTable): ProductStore {
  const read = async (shop: string, id: string) => productOf(shop, await readItem(table, kindOf(shop), id));
  const put = (Item: Item) => ({ TableName: table.name, Item });
  return {
    readProduct: read,
    async listProducts(shop, after, limit) {
      const { items, next } = await listItems(table, { kind: kindOf(shop), after, limit });
      return { items: items.flatMap((item) => productOf(shop, item) ?? []), ...(next !== undefined && { next }) };
    },
    async saveProduct(product, change) {
      const known = await read(product.shop, product.id);
      if (known?.source === 'shop' && saysTheSame(known, product)) return false;
      const Item = itemOf('shop', product);
      await transact(table, [{ Put: put(Item) }, ...(change ? [auditPut(table, change)] : [])]);
      return true;
    },
    readCatalogue: (shop) => readCatalogue(table, shop),
    async saveFromOrder(product) {
      const request = new PutItemCommand({
        ...put(itemOf('orders', product)),
        ConditionExpression: 'attribute_not_exists(updatedAt) OR (#source = :orders AND updatedAt < :at)',
        ExpressionAttributeNames: { '#source': 'source' },
        ExpressionAttributeValues: { ':orders': { S: 'orders' }, ':at': { N: String(product.updatedAt) } },
      });
      try {
        await named(table.client.send(request));
        return true;
      } catch (error) {
        if (error instanceof ConflictError) return false;
        throw error;
      }
    },
    async removeProduct(shop, id, change) {
      if (!(await read(shop, id))) return false;
      const Item = placeOf('orders', { shop, id, updatedAt: change.at });
      await transact(table, [{ Put: put(Item) }, auditPut(table, change)]);
      return true;
    },
  };
}

async function readCatalogue(table: WorkspaceTable, shop: string): Promise<ReadonlyMap<string, CataloguedProduct>> {
  const catalogue = new Map<string, CataloguedProduct>();
  let after: string | undefined;
  do {
    const { items, next } = await listItems(table, { kind: kindOf(shop), after, limit: cataloguePage });
    for (const item of items) catalogue.set(idOf(item), cataloguedOf(shop, item));
    after = next;
  } while (after !== undefined);
  return catalogue;
}

function cataloguedOf(shop: string, item: Item): CataloguedProduct {
  const product = productOf(shop, item);
  if (!product) return placeIn(item);
  const { source, ...said } = product;
  return { source, updatedAt: said.updatedAt, product: said };
}

function saysTheSame(known: Product, product: ShopProduct): boolean {
  const { source: _, updatedAt: __, ...before } = known;
  const { updatedAt: ___, ...said } = product;
  return canonicalJson(before) === canonicalJson(said);
}

function itemOf(source: ProductSource, product: ShopProduct): Item {
  const { shop: _, updatedAt: __, ...body } = product;
  return { ...placeOf(source, product), body: { S: JSON.stringify(body) } };
}

/** A product without a word of it. */
function placeOf(source: ProductSource, { shop, id, updatedAt }: Pick<ShopProduct, 'shop' | 'id' | 'updatedAt'>): Item {
  return { ...itemKey(kindOf(shop), id), source: { S: source }, updatedAt: { N: String(updatedAt) } };
}

function placeIn(item: Item): { source: ProductSource; updatedAt: number } {
  return { source: item.source?.S === 'orders' ? 'orders' : 'shop', updatedAt: Number(item.updatedAt?.N) };
}

function productOf(shop: string, item: Item | undefined): Product | undefined {
  if (item?.body === undefined) return undefined;
  return { ...productBodySchema.parse(payloadOf(item)), shop, ...placeIn(item) };
}
