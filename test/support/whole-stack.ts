import { createHash, randomBytes } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../infra/local/stack.ts';
import { type Item, readFileItem, readMigrationItem } from '../../shared/adapters/dynamodb/customer-items.ts';
import type { TableName } from '../../shared/contracts/tables.ts';
import type { CustomerFile } from '../../shared/domain/customers/customer-file.ts';
import type { Migration } from '../../shared/domain/life-cycle/migration.ts';
import { assemblyVariable } from './app-assembly.ts';
import { localClient } from './dynamodb-local.ts';
import type { ShopAddress } from './shop-sender.ts';

export interface ApiReply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  readonly json: any;
  readonly text: string;
}

export interface NewShop {
  readonly id: string;
  readonly currency: string;
  readonly timezone: string;
  readonly name?: string;
}

/** The whole product on one machine: the synthesized app, its bundles, the real engines. */
export interface WholeStack {
  readonly stack: LocalStack;
  readonly adminKey: string;
  /** Asks the API as the first admin, or with another key; null for none. */
  ask(method: string, path: string, body?: unknown, key?: string | null): Promise<ApiReply>;
  /** The same, and answers with the JSON. @throws on any status but 2xx */
  call(method: string, path: string, body?: unknown): Promise<ApiReply['json']>;
  connectShop(shop: NewShop): Promise<ShopAddress>;
  /** Every living customer file, straight from the table. */
  files(): Promise<CustomerFile[]>;
  /** The whole log of stage changes, straight from the table. */
  migrations(): Promise<Migration[]>;
  items(table: TableName): Promise<Item[]>;
  stop(): Promise<void>;
}

/** Starts the app this run synthesized; see `app-assembly.ts`. */
export async function startWholeStack(options: Partial<LocalStackOptions> = {}): Promise<WholeStack> {
  const assembly = process.env[assemblyVariable];
  if (assembly === undefined) throw new Error(`${assemblyVariable} is not set: run this in the project e2e.`);
  const adminKey = `hk_${randomBytes(24).toString('base64url')}`;
  const stack = await startLocalStack({
    assembly,
    parameters: {
      AdminKeyHash: createHash('sha256').update(adminKey).digest('hex'),
      MailFrom: 'service@shop.example',
      PlainHttpWebhooks: 'true',
    },
    log: console.error,
    // On AWS a failed message waits for minutes.
    retryAfter: 0.05,
    ...options,
  });
  const client = localClient(stack.dynamoDbEndpoint);
  const items = async (table: TableName): Promise<Item[]> => {
    const found: Item[] = [];
    let after: Item | undefined;
    do {
      const page = await client.send(
        new ScanCommand({ TableName: stack.tableName(table), ConsistentRead: true, ExclusiveStartKey: after }),
      );
      found.push(...(page.Items ?? []));
      after = page.LastEvaluatedKey;
    } while (after);
    return found;
  };
  const { ask, call } = apiOf(stack.url, adminKey);
  return {
    stack,
    adminKey,
    ask,
    call,
    items,
    async connectShop({ name = 'A shop', ...shop }) {
      const { secret } = await call('POST', '/v1/shops', { platform: 'generic', name, ...shop });
      return { url: stack.url, shop: shop.id, secret, now: () => stack.now().getTime() };
    },
    async files() {
      const values = (await items('customers')).map((item) => readFileItem(item).value);
      return values.flatMap((value) => (value.type === 'file' ? [value.file] : []));
    },
    migrations: async () => (await items('migrations')).flatMap(readMigrationItem),
    async stop() {
      client.destroy();
      await stack.stop();
    },
  };
}

/** The API of a running product, wherever it runs. */
function apiOf(url: string, adminKey: string): Pick<WholeStack, 'ask' | 'call'> {
  const ask: WholeStack['ask'] = async (method, path, body, key = adminKey) => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json');
    return { status: answer.status, text, json: isJson && text !== '' ? JSON.parse(text) : undefined };
  };
  return {
    ask,
    async call(method, path, body) {
      const { status, json, text } = await ask(method, path, body);
      if (status >= 300) throw new Error(`${method} ${path} was answered ${status}: ${text}`);
      return json;
    },
  };
}
