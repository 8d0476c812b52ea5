import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableEnvironment } from '../contracts/table-environment.ts';
import type { TouchTableEnvironment } from '../contracts/touch-environment.ts';
import { DynamoTouchStore } from './dynamodb/touch-store.ts';

type Tables = Pick<TableEnvironment, 'CUSTOMERS_TABLE' | 'ORDERS_TABLE'> & TouchTableEnvironment;

/** Touches and what limits them, on the real tables. */
export function touchStore(dynamo: DynamoDBClient, env: Tables): DynamoTouchStore {
  return new DynamoTouchStore(dynamo, {
    customers: env.CUSTOMERS_TABLE,
    orders: env.ORDERS_TABLE,
    contacts: env.CONTACTS_TABLE,
    touches: env.TOUCHES_TABLE,
  });
}
