import { afterAll, beforeAll } from 'vitest';
import { dynamoEnrolmentStore } from '../../../shared/adapters/dynamodb/enrolment-store.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';
import { type EnrolmentsUnderTest, enrolmentStoreSuite } from '../../support/enrolment-store-suite.ts';
import { touchesOnTables } from '../../support/touches-on-tables.ts';

let tables: LocalTables;
let stores: EnrolmentsUnderTest;
beforeAll(async () => {
  tables = await startTables();
  const { client, tableNames } = tables;
  stores = { touches: touchesOnTables(tables), enrolments: dynamoEnrolmentStore(client, tableNames.touches) };
});
afterAll(() => tables.stop());

enrolmentStoreSuite('the store of enrolments on DynamoDB', () => stores, 60);
