import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ulid } from 'ulid';
import { signedCursors } from '../../shared/adapters/crypto/cursors.ts';
import { publicLinks } from '../../shared/adapters/crypto/public-links.ts';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { dynamoBehaviourStore } from '../../shared/adapters/dynamodb/behaviour-store.ts';
import { dynamoApiKeyStore } from '../../shared/adapters/dynamodb/workspace/api-keys.ts';
import { dynamoAuditLog } from '../../shared/adapters/dynamodb/workspace/audit.ts';
import { dynamoJobStore } from '../../shared/adapters/dynamodb/workspace/jobs.ts';
import { dynamoNightlyLimits } from '../../shared/adapters/dynamodb/workspace/nightly-limits.ts';
import { dynamoProductStore } from '../../shared/adapters/dynamodb/workspace/products.ts';
import { dynamoRunStore } from '../../shared/adapters/dynamodb/workspace/runs.ts';
import { dynamoSegmentStore } from '../../shared/adapters/dynamodb/workspace/segments.ts';
import { dynamoSendingRates } from '../../shared/adapters/dynamodb/workspace/sending-rates.ts';
import { intakeDeps } from '../../shared/adapters/intake.ts';
import { touchStore } from '../../shared/adapters/messaging.ts';
import { liquidRenderer } from '../../shared/adapters/rendering/liquid-renderer.ts';
import { readRootSecret } from '../../shared/adapters/secrets/root-secret.ts';
import { sqsWorkQueue } from '../../shared/adapters/sqs/work-queue.ts';
import { touchQueues } from '../../shared/adapters/touches/touch-queues.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger } from '../../shared/runtime/observability.ts';
import { recomputesOf } from '../../shared/usecases/plan-night.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const dynamo = new DynamoDBClient();
const sqs = new SQSClient();
const keys = rootKeys(await readRootSecret(new SecretsManagerClient(), env.ROOT_SECRET_ID));
const workspace = { client: dynamo, name: env.WORKSPACE_TABLE };
const intake = intakeDeps(dynamo, env, keys);
const { clock } = intake;
const work = sqsWorkQueue(sqs, env.WORK_QUEUE_URL);
const runs = dynamoRunStore(workspace);

const deps = {
  ...intake,
  keys: dynamoApiKeyStore(workspace, clock),
  adminKeyHash: env.ADMIN_KEY_HASH,
  cursors: signedCursors(keys.cursorTag),
  audit: dynamoAuditLog(workspace),
  touches: touchStore(dynamo, env),
  queues: touchQueues(sqs, env),
  rates: dynamoSendingRates(workspace, clock),
  behaviour: dynamoBehaviourStore(dynamo, { customers: env.CUSTOMERS_TABLE, contacts: env.CONTACTS_TABLE }),
  segments: dynamoSegmentStore(workspace),
  limits: dynamoNightlyLimits(workspace, clock),
  products: dynamoProductStore(workspace),
  jobs: dynamoJobStore(workspace),
  renderer: liquidRenderer(),
  links: publicLinks(keys),
  publicUrl: env.PUBLIC_URL,
  runs,
  recomputes: recomputesOf({ runs, work, clock }),
  work,
  newId: () => ulid(clock.now()),
  logger: createLogger(),
};

export const handler = createHandler(deps);
