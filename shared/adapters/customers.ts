import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableEnvironment } from '../contracts/table-environment.ts';
import { DynamoCustomerStore } from './dynamodb/customer-store.ts';

/** Orders, customers and what ties them together, on the real tables. */
export function customerStore(dynamo: DynamoDBClient, env: TableEnvironment): DynamoCustomerStore {
  return new DynamoCustomerStore(dynamo, {
    orders: env.ORDERS_TABLE,
    customers: env.CUSTOMERS_TABLE,
    identities: env.IDENTITIES_TABLE,
    migrations: env.MIGRATIONS_TABLE,
  });
}
