import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { signedCursors } from '../../shared/adapters/crypto/cursors.ts';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { newWebhookSecret } from '../../shared/adapters/crypto/tokens.ts';
import { DynamoCustomerStore } from '../../shared/adapters/dynamodb/customer-store.ts';
import { dynamoMigrationLog } from '../../shared/adapters/dynamodb/migration-log.ts';
import { dynamoApiKeyStore } from '../../shared/adapters/dynamodb/workspace/api-keys.ts';
import { dynamoAuditLog } from '../../shared/adapters/dynamodb/workspace/audit.ts';
import { dynamoParkedEvents } from '../../shared/adapters/dynamodb/workspace/parked-events.ts';
import { dynamoRunStore } from '../../shared/adapters/dynamodb/workspace/runs.ts';
import { dynamoSettingsStore } from '../../shared/adapters/dynamodb/workspace/settings.ts';
import { dynamoShopStore } from '../../shared/adapters/dynamodb/workspace/shops.ts';
import { readRootSecret } from '../../shared/adapters/secrets/root-secret.ts';
import { sqsWorkQueue } from '../../shared/adapters/sqs/work-queue.ts';
import { systemClock as clock } from '../../shared/adapters/system-clock.ts';
import { platforms } from '../../shared/contracts/platforms/platforms.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger } from '../../shared/runtime/observability.ts';
import { mergeCustomers } from '../../shared/usecases/merge-customers.ts';
import { recomputesOf } from '../../shared/usecases/plan-night.ts';
import { replayParked } from '../../shared/usecases/replay-parked.ts';
import { assetsIn } from './assets.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const dynamodb = new DynamoDBClient({});
const keysOfRoot = rootKeys(await readRootSecret(new SecretsManagerClient({}), env.ROOT_SECRET_ID));
const { identityHash } = keysOfRoot;

const workspace = { client: dynamodb, name: env.WORKSPACE_TABLE };
const store = new DynamoCustomerStore(dynamodb, {
  orders: env.ORDERS_TABLE,
  customers: env.CUSTOMERS_TABLE,
  identities: env.IDENTITIES_TABLE,
  migrations: env.MIGRATIONS_TABLE,
});
const workQueue = sqsWorkQueue(new SQSClient({}), env.WORK_QUEUE_URL);
const settings = dynamoSettingsStore(workspace, clock);
const shops = dynamoShopStore(workspace, keysOfRoot, clock);
const parked = dynamoParkedEvents(workspace, clock);
const runs = dynamoRunStore(workspace);
const recording = { store, clock, pause, random: Math.random };

export const handler = createHandler({
  keys: dynamoApiKeyStore(workspace, clock),
  adminKeyHash: env.ADMIN_KEY_HASH,
  shops,
  settings,
  platforms,
  recomputes: recomputesOf({ runs, work: workQueue, clock }),
  workQueue,
  clock,
  newSecret: newWebhookSecret,
  store,
  identityHash,
  audit: dynamoAuditLog(workspace),
  merge: async (id, other) => mergeCustomers([id, other], await settings.settings(clock.now()), recording),
  cursors: signedCursors(keysOfRoot.cursorTag),
  migrations: dynamoMigrationLog(dynamodb, env.MIGRATIONS_TABLE),
  parked,
  runs,
  replay: (id) => replayParked(id, { ...recording, platforms, shops, settings, parked, identityHash }),
  assets: assetsIn(new URL('.', import.meta.url)),
  logger: createLogger(),
});
