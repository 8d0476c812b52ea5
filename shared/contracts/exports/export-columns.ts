import { milestoneNames } from '../../domain/orders/order.ts';
import type { ExportKind } from './export-kinds.ts';

/**
 * Columns of the files that are exported. Those of orders are the fields that imports read, one row per line item: what was
 * exported can be imported again.
 */
export const exportColumns = {
  customers: [
    'id',
    'name',
    'email',
    'phone',
    'gender',
    'birthday',
    'occupation',
    'locale',
    'timezone',
    'country',
    'province',
    'city',
    'stage',
    'stageSince',
    'orders.count',
    'orders.total',
    'orders.average',
    'orders.currency',
    'orders.items',
    'orders.firstAt',
    'orders.lastAt',
    'rfm.r',
    'rfm.f',
    'rfm.m',
    'rfm.group',
    'tier',
    'points',
    'consent.sms',
    'consent.email',
    'reachable.sms',
    'reachable.email',
    'tags',
    'attributes',
  ],
  orders: [
    'id',
    'shop',
    'customer',
    'order.status',
    'currency',
    'total',
    'refunded',
    'discount',
    'shipping',
    ...milestoneNames,
    'updatedAt',
    'test',
    'paymentMethod',
    'items.productId',
    'items.sku',
    'items.title',
    'items.category',
    'items.quantity',
    'items.price',
    'coupons',
    'customer.id',
    'customer.name',
    'customer.email',
    'customer.phone',
    'address.country',
    'address.province',
    'address.city',
    'channel',
    'source',
  ],
  touches: [
    'id',
    'customer',
    'journey',
    'step',
    'channel',
    'class',
    'state',
    'reason',
    'plannedAt',
    'dueAt',
    'sentAt',
    'delivered',
    'opened',
    'clicked',
    'unsubscribed',
    'bounced',
    'complained',
  ],
} as const satisfies Record<ExportKind, readonly string[]>;

/** What says who somebody is: an analyst counts customers and does not get to know them (DOMAIN 12). */
const personalColumns: Readonly<Record<ExportKind, ReadonlySet<string>>> = {
  customers: new Set(['name', 'email', 'phone', 'birthday', 'attributes']),
  orders: new Set(['customer.id', 'customer.name', 'customer.email', 'customer.phone']),
  touches: new Set(),
};

/** The columns of an export, for a role that sees personal data or for one that does not. */
export function columnsOf(kind: ExportKind, personal: boolean): readonly string[] {
  return personal ? exportColumns[kind] : exportColumns[kind].filter((column) => !personalColumns[kind].has(column));
}
