import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { envSchema as crmApiEnv } from '../../functions/crm-api/env.ts';
import { factsPrefix } from '../../shared/contracts/facts-files.ts';
import { openApiDocument } from '../../shared/contracts/http/openapi.ts';
import type { FunctionSource } from '../bundling/bundle-functions.ts';
import { acknowledgeObjects } from '../constructs/acknowledge.ts';
import type { ConsumedQueue } from '../constructs/consumed-queue.ts';
import type { PublicHttpApi } from '../constructs/public-http-api.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { readsSecret, sendsTo, usesObjects, usesTable } from '../constructs/uses.ts';
import type { Service } from './service.ts';

/** The API page travels with the code, so that it works with no other site at hand. */
export const crmApiSources: readonly FunctionSource[] = [
  {
    name: 'crm-api',
    generated: { 'openapi.json': () => JSON.stringify(openApiDocument()) },
    assets: {
      'docs/index.html': 'functions/crm-api/docs/index.html',
      'docs/page.js': 'functions/crm-api/docs/page.js',
      'docs/page.css': 'functions/crm-api/docs/page.css',
      'docs/swagger-ui.css': 'node_modules/swagger-ui-dist/swagger-ui.css',
      'docs/swagger-ui-bundle.js': 'node_modules/swagger-ui-dist/swagger-ui-bundle.js',
      'docs/favicon-32x32.png': 'node_modules/swagger-ui-dist/favicon-32x32.png',
    },
  },
];

export interface CrmApiProps {
  readonly service: Service;
  readonly api: PublicHttpApi;
  readonly workQueue: ConsumedQueue;
  /** SHA-256 (hex) of the first admin key. */
  readonly adminKeyHash: string;
}

/** The API of marketers and their programs: shops, customers, orders, reports, settings, keys. */
export class CrmApi extends Construct {
  readonly handler: ServiceFunction<typeof crmApiEnv>;

  constructor(scope: Construct, id: string, { service, api, workQueue, adminKeyHash }: CrmApiProps) {
    super(scope, id);
    const { tables, rootSecret, transfers, facts } = service.data;
    this.handler = new ServiceFunction<typeof crmApiEnv>(this, 'crm-api', {
      ...service,
      description: 'The API under /v1, its description and its page.',
      timeout: Duration.seconds(29),
      memoryMb: 1024,
      environment: {
        ORDERS_TABLE: usesTable(tables.orders, ['BatchGetItem', 'PutItem']),
        CUSTOMERS_TABLE: usesTable(tables.customers, ['BatchGetItem', 'ConditionCheckItem', 'PutItem', 'Scan']),
        IDENTITIES_TABLE: usesTable(tables.identities, ['BatchGetItem', 'PutItem']),
        MIGRATIONS_TABLE: usesTable(tables.migrations, ['PutItem', 'Query']),
        WORKSPACE_TABLE: usesTable(tables.workspace, ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem']),
        CONTACTS_TABLE: usesTable(tables.contacts, ['BatchGetItem', 'PutItem']),
        TOUCHES_TABLE: usesTable(tables.touches, ['Query']),
        LEDGER_TABLE: usesTable(tables.ledger, ['BatchGetItem', 'Query']),
        WORK_QUEUE_URL: sendsTo(workQueue.queue),
        FACTS_BUCKET: usesObjects(facts, factsPrefix, ['GetObject']),
        TRANSFERS_BUCKET: usesObjects(transfers, '', ['GetObject', 'PutObject']),
        ROOT_SECRET_ID: readsSecret(rootSecret),
        ADMIN_KEY_HASH: adminKeyHash,
      },
    });
    acknowledgeObjects(this.handler, transfers, '', 'Each import and export has files of its own, named by its job.');
    acknowledgeObjects(
      this.handler,
      facts,
      factsPrefix,
      'Keys of facts hold the run they are of: they are made every night.',
    );
    this.routes(api);
  }

  private routes(api: PublicHttpApi): void {
    api.route(
      this.handler,
      [
        { method: 'GET', path: '/health' },
        { method: 'GET', path: '/openapi.json' },
        { method: 'GET', path: '/docs' },
        { method: 'GET', path: '/docs/{file+}' },
      ],
      'Public by design: a liveness answer and the description of the API, with no data of anybody.',
    );
    api.route(
      this.handler,
      [
        { method: 'ANY', path: '/v1/{proxy+}' },
        // Told live; other reports are on the facts, and another function's.
        { method: 'GET', path: '/v1/reports/lifecycle' },
        { method: 'GET', path: '/v1/reports/migrations' },
      ],
      'The function checks key and role on every route; an HTTP API authorizer cannot shape its errors as problem+json.',
    );
  }
}
