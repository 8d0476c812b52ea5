import { Logger } from '@aws-lambda-powertools/logger';
import { createHandler } from '../../functions/order-webhook/handler.ts';
import { MemoryBehaviourStore } from '../../shared/adapters/memory/behaviour-store.ts';
import { MemoryCustomerStore } from '../../shared/adapters/memory/customer-store.ts';
import { platforms } from '../../shared/contracts/platforms/platforms.ts';
import { signatureOf } from '../../shared/contracts/platforms/standard-webhooks.ts';
import { defaultSettings, type Settings } from '../../shared/domain/settings/settings.ts';
import type { HttpHandler } from '../../shared/runtime/http-handler.ts';
import type { InboundEvent, ParkCause, Shop } from '../../shared/usecases/ports.ts';
import { httpEvent, lambdaContext } from './lambda.ts';

export const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const now = Date.UTC(2026, 10, 23, 4);

/** The webhook function with everything in memory: what it stored, parked and queued stands open. */
export function intakeInMemory(overrides: { settings?: Partial<Settings>; shop?: Partial<Shop> } = {}) {
  const store = new MemoryCustomerStore();
  const parked: { event: InboundEvent; cause: ParkCause }[] = [];
  const queued: { event: InboundEvent; group: string }[] = [];
  const shop: Shop = {
    id: 'north',
    platform: 'generic',
    name: 'North',
    currency: 'CNY',
    timezone: 'Asia/Shanghai',
    secrets: [secret],
    ...overrides.shop,
  };
  const findShop = async (id: string) => (id === shop.id ? shop : undefined);
  const deps = {
    platforms,
    store,
    shops: { shop: findShop, freshShop: findShop },
    settings: { settings: async () => ({ ...defaultSettings, ...overrides.settings }) },
    parked: { park: async (event: InboundEvent, cause: ParkCause) => void parked.push({ event, cause }) },
    queue: { send: async (event: InboundEvent, group: string) => void queued.push({ event, group }) },
    behaviour: new MemoryBehaviourStore(store),
    identityHash: (text: string) => text,
    clock: { now: () => now },
    pause: async () => undefined,
    random: () => 0.5,
    logger: new Logger({ logLevel: 'SILENT' }),
  };
  return { deps, store, parked, queued, handler: createHandler(deps) };
}

/** Calls the handler with a body signed as the shop would. */
export async function deliver(
  handler: HttpHandler,
  body: string | Buffer,
  options: { readonly id?: string; readonly headers?: Record<string, string>; readonly shop?: string } = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const bytes = Buffer.from(body);
  const { id = 'evt-1', shop = 'north' } = options;
  const timestamp = String(Math.floor(now / 1000));
  const answer = await handler(
    httpEvent('POST', `/webhooks/${shop}`, {
      params: { shopId: shop },
      body: bytes,
      headers: {
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatureOf(id, timestamp, bytes, Buffer.alloc(32, 7)),
        ...options.headers,
      },
    }),
    lambdaContext(),
  );
  return { status: answer.statusCode ?? 0, body: JSON.parse(String(answer.body ?? 'null')) as Record<string, unknown> };
}

/** A whole order as the contract has it; every part can be replaced. */
export function anOrder(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: '1001',
    currency: 'CNY',
    total: '123.45',
    createdAt: '2026-11-20T10:00:00+08:00',
    paidAt: '2026-11-20T10:05:00+08:00',
    updatedAt: '2026-11-20T10:05:00+08:00',
    items: [{ productId: 'p1', sku: 's1', title: 'Tea', category: 'tea', quantity: 2, price: '61.70' }],
    customer: { id: 'u1', email: ' Li@Example.com ', phone: '138 0013 8000', name: 'Li', consent: { sms: true } },
    address: { country: 'CN', province: 'Shanghai', city: 'Shanghai' },
    ...changes,
  };
}

export function orderEvent(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({ type: 'order.updated', timestamp: '2026-11-20T02:05:00Z', data: anOrder(changes) });
}
