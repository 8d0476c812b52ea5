import { afterAll, beforeAll } from 'vitest';
import { DynamoCustomerStore } from '../../../shared/adapters/dynamodb/customer-store.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';
import { touchesOnTables } from '../../support/touches-on-tables.ts';
import { type StoresUnderTest, touchStoreSuite } from '../../support/touches-store-suite.ts';

let tables: LocalTables;
let stores: StoresUnderTest;
beforeAll(async () => {
  tables = await startTables();
  stores = {
    customers: new DynamoCustomerStore(tables.client, tables.tableNames),
    touches: touchesOnTables(tables),
  };
});
afterAll(() => tables.stop());

touchStoreSuite('the store of touches on DynamoDB', () => stores, 60);
