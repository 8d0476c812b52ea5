import { Duration, Size } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { envSchema as reportQueryEnv } from '../../functions/report-query/env.ts';
import { factsPrefix } from '../../shared/contracts/facts-files.ts';
import type { FunctionSource } from '../bundling/bundle-functions.ts';
import { type NativePackages, nativePackages } from '../bundling/native-packages.ts';
import { acknowledgeObjects } from '../constructs/acknowledge.ts';
import type { PublicHttpApi } from '../constructs/public-http-api.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { readsSecret, usesObjects, usesTable } from '../constructs/uses.ts';
import type { Service } from './service.ts';

/** The engine's binding is built for one system and one kind of processor. */
const duckdb: NativePackages = nativePackages(
  ['@duckdb/node-api', '@duckdb/node-bindings', 'detect-libc'],
  '@duckdb/node-bindings',
);

export const reportSources: readonly FunctionSource[] = [{ name: 'report-query', packages: duckdb.packages }];

export interface ReportsProps {
  readonly service: Service;
  readonly api: PublicHttpApi;
  /** SHA-256 (hex) of the first admin key. */
  readonly adminKeyHash: string;
}

/** What the facts of the last night tell: reports, and previews of segments, which may also be asked live. */
export class Reports extends Construct {
  readonly query: ServiceFunction<typeof reportQueryEnv>;

  constructor(scope: Construct, id: string, { service, api, adminKeyHash }: ReportsProps) {
    super(scope, id);
    const { tables, facts, rootSecret } = service.data;
    this.query = new ServiceFunction<typeof reportQueryEnv>(this, 'report-query', {
      ...service,
      description: 'Reports and previews of segments on the facts of the last night.',
      timeout: Duration.seconds(29),
      memoryMb: 2048,
      temporaryStorage: Size.gibibytes(4),
      native: duckdb,
      environment: {
        ORDERS_TABLE: usesTable(tables.orders, []),
        CUSTOMERS_TABLE: usesTable(tables.customers, ['BatchGetItem', 'Scan']),
        IDENTITIES_TABLE: usesTable(tables.identities, ['BatchGetItem']),
        MIGRATIONS_TABLE: usesTable(tables.migrations, []),
        WORKSPACE_TABLE: usesTable(tables.workspace, ['GetItem', 'Query']),
        CONTACTS_TABLE: usesTable(tables.contacts, ['BatchGetItem']),
        TOUCHES_TABLE: usesTable(tables.touches, ['Query']),
        FACTS_BUCKET: usesObjects(facts, factsPrefix, ['GetObject']),
        ROOT_SECRET_ID: readsSecret(rootSecret),
        ADMIN_KEY_HASH: adminKeyHash,
      },
    });
    acknowledgeObjects(
      this.query,
      facts,
      factsPrefix,
      'Keys of facts hold the run they are of: they are made every night.',
    );
    api.route(
      this.query,
      [
        { method: 'GET', path: '/v1/reports/{name}' },
        { method: 'POST', path: '/v1/segments/preview' },
      ],
      'The function checks key and role; an HTTP API authorizer cannot shape its errors as problem+json.',
    );
  }
}
