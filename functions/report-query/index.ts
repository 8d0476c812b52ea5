import { tmpdir } from 'node:os';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { customerStore } from '../../shared/adapters/customers.ts';
import { dynamoBehaviourStore } from '../../shared/adapters/dynamodb/behaviour-store.ts';
import { dynamoDbClient } from '../../shared/adapters/dynamodb/dynamodb-client.ts';
import { dynamoApiKeyStore } from '../../shared/adapters/dynamodb/workspace/api-keys.ts';
import { dynamoErasedCustomers } from '../../shared/adapters/dynamodb/workspace/erased-customers.ts';
import { dynamoFactsManifests } from '../../shared/adapters/dynamodb/workspace/facts-manifest.ts';
import { dynamoNightlyLimits } from '../../shared/adapters/dynamodb/workspace/nightly-limits.ts';
import { dynamoSegmentStore } from '../../shared/adapters/dynamodb/workspace/segments.ts';
import { dynamoSettingsStore } from '../../shared/adapters/dynamodb/workspace/settings.ts';
import { dynamoShopStore } from '../../shared/adapters/dynamodb/workspace/shops.ts';
import { factPreviews } from '../../shared/adapters/facts/fact-previews.ts';
import { factsInForce } from '../../shared/adapters/facts/facts-in-force.ts';
import { touchStore } from '../../shared/adapters/messaging.ts';
import { fetchFacts } from '../../shared/adapters/s3/fetch-facts.ts';
import { readRootSecret } from '../../shared/adapters/secrets/root-secret.ts';
import { systemClock as clock } from '../../shared/adapters/system-clock.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger } from '../../shared/runtime/observability.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const dynamodb = dynamoDbClient();
const keysOfRoot = rootKeys(await readRootSecret(new SecretsManagerClient(), env.ROOT_SECRET_ID));
const workspace = { client: dynamodb, name: env.WORKSPACE_TABLE };
const objects = { client: new S3Client(), bucket: env.FACTS_BUCKET };
const settings = dynamoSettingsStore(workspace, clock);
const facts = factsInForce({
  manifests: dynamoFactsManifests(workspace),
  erased: dynamoErasedCustomers(workspace),
  fetch: (manifest, kind, folder) => fetchFacts(manifest, kind, folder, objects),
  temporary: tmpdir(),
});

export const handler = createHandler({
  keys: dynamoApiKeyStore(workspace, clock),
  adminKeyHash: env.ADMIN_KEY_HASH,
  settings,
  segments: dynamoSegmentStore(workspace),
  shops: dynamoShopStore(workspace, keysOfRoot, clock),
  limits: dynamoNightlyLimits(workspace, clock),
  store: customerStore(dynamodb, env),
  touches: touchStore(dynamodb, env),
  behaviour: dynamoBehaviourStore(dynamodb, { customers: env.CUSTOMERS_TABLE, contacts: env.CONTACTS_TABLE }),
  identityHash: keysOfRoot.identityHash,
  clock,
  facts,
  previews: factPreviews({ facts, settings, clock }),
  logger: createLogger(),
});
