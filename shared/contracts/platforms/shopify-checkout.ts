import type { Reading } from './platform.ts';
import type { Fields } from './reading-fields.ts';
import { buyingIn, saidOfBuyer } from './shopify-buyer.ts';
import { type Delivery, idOf, timeOf } from './shopify-fields.ts';

/**
 * checkouts/create, checkouts/update: somebody began to buy. However often it is told it is one event, of the moment it
 * began; the first time it often names nobody yet.
 */
export function readCheckout(checkout: Fields, { shop, triggeredAt }: Delivery): Reading {
  if (checkout.has('completed_at')) return { type: 'ignored', why: 'it was completed: its order comes by itself' };
  const at = checkout.needed('created_at', timeOf(checkout, 'created_at'), 0);
  const updatedAt = timeOf(checkout, 'updated_at') ?? triggeredAt ?? at;
  // Ids of checkouts can be beyond 2^53.
  const id = checkout.needed('token', checkout.text('token') ?? idOf(checkout), '');
  const buying = buyingIn(checkout, shop.currency);
  const product = productOf(checkout);
  const event = {
    type: 'checkout_started',
    at,
    id: `checkout ${shop.id}#${id}`,
    ...(product !== undefined && { product }),
  };
  const statements = saidOfBuyer(checkout, buying, at, updatedAt);
  return checkout.invalid ?? { type: 'behaviour', buyer: buying.buyer, statements, event };
}

/** Where it is of one alone; the lines of its order will name it so. */
function productOf(checkout: Fields): string | undefined {
  const lines = checkout.objects('line_items').map((line) => line.id('product_id') ?? line.text('sku'));
  const [product, ...others] = new Set(lines);
  return others.length === 0 ? product : undefined;
}
