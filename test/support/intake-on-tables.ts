import { Logger } from '@aws-lambda-powertools/logger';
import { createHandler } from '../../functions/order-webhook/handler.ts';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { newWebhookSecret } from '../../shared/adapters/crypto/tokens.ts';
import { dynamoShopStore } from '../../shared/adapters/dynamodb/workspace/shops.ts';
import { intakeDeps } from '../../shared/adapters/intake.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { keyOfSecret, signatureOf } from '../../shared/contracts/platforms/standard-webhooks.ts';
import { defaultSettings, type Settings } from '../../shared/domain/settings/settings.ts';
import type { HttpHandler } from '../../shared/runtime/http-handler.ts';
import type { InboundEvent } from '../../shared/usecases/ports.ts';
import type { LocalTables } from './dynamodb-local.ts';
import { httpEvent, lambdaContext } from './lambda.ts';

const keys = rootKeys('a root secret of sixty-four characters, made for the tables of tests');

/** One webhook, not signed yet. */
export interface WebhookEvent {
  readonly id: string;
  readonly body: string;
}

export interface IntakeOnTables {
  readonly shop: string;
  readonly handler: HttpHandler;
  readonly settings: Settings;
  /** What went to the queue instead of the tables. */
  readonly queued: InboundEvent[];
  /** The event signed for this moment, as the HTTP API hands it over. */
  signed(event: WebhookEvent): Parameters<HttpHandler>[0];
  deliver(event: WebhookEvent): Promise<{ status: number; outcome: string }>;
}

export interface IntakeOptions {
  readonly settings?: Partial<Settings>;
  readonly timezone?: string;
  readonly logger?: Logger;
}

/** The webhook function with its real adapters on local tables, a shop connected. */
export async function intakeOnTables(
  { client, tableNames }: Pick<LocalTables, 'client' | 'tableNames'>,
  options: IntakeOptions = {},
): Promise<IntakeOnTables> {
  const shop = 'north';
  const secret = newWebhookSecret();
  const settings = { ...defaultSettings, version: 1, ...options.settings };
  const workspace = { client, name: tableNames.workspace };
  await connect(shop, secret, settings, workspace, options.timezone ?? 'Asia/Shanghai');
  const queued: InboundEvent[] = [];
  const handler = createHandler({
    ...intakeDeps(client, environmentOf(tableNames), keys),
    queue: { send: async (event) => void queued.push(event) },
    logger: options.logger ?? new Logger({ logLevel: 'SILENT' }),
  });
  const key = keyOfSecret(secret) ?? Buffer.alloc(0);
  const signed = (event: WebhookEvent) => signedEvent(event, shop, key);
  return {
    shop,
    handler,
    settings,
    queued,
    signed,
    async deliver(event) {
      const { statusCode = 500, body = '{}' } = await handler(signed(event), lambdaContext());
      return { status: statusCode, outcome: String((JSON.parse(body) as { outcome?: string }).outcome) };
    },
  };
}

function connect(
  id: string,
  secret: string,
  settings: Settings,
  workspace: { client: LocalTables['client']; name: string },
  timezone: string,
): Promise<void> {
  const now = systemClock.now();
  const shop = { id, platform: 'generic', name: 'North', currency: settings.baseCurrency, timezone, secret } as const;
  const actor = { keyId: 'k', name: 'test', role: 'admin', requestId: 'r' } as const;
  return dynamoShopStore(workspace, keys, systemClock).createShop(
    { ...shop, createdAt: now, updatedAt: now },
    { actor, at: now, action: 'shop.connected', target: `shop/${id}`, changed: [] },
    { value: { current: settings, baseCurrencyChosen: true }, version: 0 },
  );
}

export function environmentOf(names: LocalTables['tableNames']) {
  return {
    ORDERS_TABLE: names.orders,
    CUSTOMERS_TABLE: names.customers,
    IDENTITIES_TABLE: names.identities,
    MIGRATIONS_TABLE: names.migrations,
    WORKSPACE_TABLE: names.workspace,
    CONTACTS_TABLE: names.contacts,
  };
}

function signedEvent({ id, body }: WebhookEvent, shop: string, key: Buffer): Parameters<HttpHandler>[0] {
  const bytes = Buffer.from(body);
  const timestamp = String(Math.floor(Date.now() / 1000));
  return httpEvent('POST', `/webhooks/${shop}`, {
    params: { shopId: shop },
    body: bytes,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatureOf(id, timestamp, bytes, key),
    },
  });
}
