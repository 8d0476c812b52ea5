import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { envSchema as marketingApiEnv } from '../../functions/marketing-api/env.ts';
import { factsPrefix } from '../../shared/contracts/facts-files.ts';
import { marketingPaths } from '../../shared/contracts/http/routes.ts';
import type { FunctionSource } from '../bundling/bundle-functions.ts';
import { acknowledgeObjects } from '../constructs/acknowledge.ts';
import type { ConsumedQueue } from '../constructs/consumed-queue.ts';
import type { PublicHttpApi } from '../constructs/public-http-api.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { readsSecret, sendsTo, usesObjects, usesTable } from '../constructs/uses.ts';
import type { Service } from './service.ts';
import type { TouchQueues } from './touch-queues.ts';

export const marketingApiSources: readonly FunctionSource[] = [{ name: 'marketing-api' }];

export interface MarketingApiProps {
  readonly service: Service;
  readonly api: PublicHttpApi;
  readonly workQueue: ConsumedQueue;
  readonly touchQueues: TouchQueues;
  readonly publicUrl: string;
  /** SHA-256 (hex) of the first admin key. */
  readonly adminKeyHash: string;
}

/** Templates, campaigns, journeys, coupons, cases: what is sent to whom, and what came of it. */
export class MarketingApi extends Construct {
  readonly handler: ServiceFunction<typeof marketingApiEnv>;

  constructor(scope: Construct, id: string, props: MarketingApiProps) {
    super(scope, id);
    const { service, api, workQueue, touchQueues, publicUrl, adminKeyHash } = props;
    const { tables, rootSecret, facts } = service.data;
    this.handler = new ServiceFunction<typeof marketingApiEnv>(this, 'marketing-api', {
      ...service,
      description: 'Templates, campaigns, journeys, coupons and cases under /v1.',
      timeout: Duration.seconds(29),
      memoryMb: 1024,
      environment: {
        ORDERS_TABLE: usesTable(tables.orders, ['BatchGetItem']),
        CUSTOMERS_TABLE: usesTable(tables.customers, ['BatchGetItem', 'ConditionCheckItem', 'PutItem', 'Scan']),
        IDENTITIES_TABLE: usesTable(tables.identities, ['BatchGetItem']),
        MIGRATIONS_TABLE: usesTable(tables.migrations, ['PutItem']),
        WORKSPACE_TABLE: usesTable(tables.workspace, ['DeleteItem', 'GetItem', 'PutItem', 'Query']),
        CONTACTS_TABLE: usesTable(tables.contacts, ['BatchGetItem', 'PutItem']),
        TOUCHES_TABLE: usesTable(tables.touches, ['BatchGetItem', 'PutItem', 'Query'], {
          byOrigin: ['Query'],
        }),
        FACTS_BUCKET: usesObjects(facts, factsPrefix, ['GetObject']),
        LEDGER_TABLE: usesTable(tables.ledger, ['BatchGetItem', 'PutItem', 'Query', 'UpdateItem']),
        WORK_QUEUE_URL: sendsTo(workQueue.queue),
        ...touchQueues.uses(),
        PUBLIC_URL: publicUrl,
        ROOT_SECRET_ID: readsSecret(rootSecret),
        ADMIN_KEY_HASH: adminKeyHash,
      },
    });
    acknowledgeObjects(
      this.handler,
      facts,
      factsPrefix,
      'Keys of facts hold the run they are of: they are made every night.',
    );
    api.route(
      this.handler,
      marketingPaths.flatMap((path) => [
        { method: 'ANY', path: `/v1/${path}` },
        { method: 'ANY', path: `/v1/${path}/{proxy+}` },
      ]),
      'The function checks key and role on every route; an HTTP API authorizer cannot shape its errors as problem+json.',
    );
  }
}
