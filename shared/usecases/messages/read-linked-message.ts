import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import type { Touch } from '../../domain/touches/touch.ts';
import { readCustomer } from '../customers/find-customer.ts';
import type { CustomerStore, Shop, ShopReader, Versioned } from '../ports.ts';
import type { TouchKey, TouchStore } from './messaging-ports.ts';

/** The message that a link stands for, who its customer is by now, and the shop that spoke. */
export interface LinkedMessage {
  readonly touch: Versioned<Touch>;
  readonly file: CustomerFile;
  readonly shop?: Shop;
}

/** @returns undefined where it never went out, or its customer is gone */
export async function readLinkedMessage(
  key: TouchKey,
  {
    touches,
    store,
    shops,
  }: { readonly touches: TouchStore; readonly store: CustomerStore; readonly shops: ShopReader },
): Promise<LinkedMessage | undefined> {
  const touch = await touches.readTouch(key);
  const claim = touch?.value.claim;
  if (!touch || !claim) return undefined;
  const file = await readCustomer(claim.customer, store);
  if (!file) return undefined;
  const shop = touch.value.shop === undefined ? undefined : await shops.shop(touch.value.shop);
  return { touch, file, ...(shop && { shop }) };
}
